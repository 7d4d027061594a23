"""The form: every question, the levels of an address, back, change and undo."""

import pytest
from visit_support import MOBILE, Stand

from kiosk.visit.pages import QuestionKind
from kiosk.visit.screens import Screen


def test_the_district_of_the_terminal_is_proposed_with_its_source(stand: Stand) -> None:
    stand.to_materials(unchanged=False)
    stand.acts.go_on()

    assert (stand.model.key, stand.model.level) == ("live_address", "district")
    assert (stand.model.value, stand.model.badge) == ("徐汇区", "terminal")
    assert len(stand.model.options) == 16


def test_an_address_goes_level_by_level_and_names_what_lies_above(stand: Stand) -> None:
    stand.to_materials(unchanged=False)
    stand.acts.go_on()
    levels = []
    for name in ("徐汇区", "漕河泾街道", "银杏苑居委会（演示）", "银杏路（演示）"):
        levels.append(stand.model.level)
        assert stand.model.kind is QuestionKind.CHOICE
        stand.acts.choose(name)

    assert levels == ["district", "town", "committee", "road"]
    assert stand.model.kind is QuestionKind.DETAIL
    assert stand.model.path == ("徐汇区", "漕河泾街道", "银杏苑居委会（演示）", "银杏路（演示）")
    assert [part.key for part in stand.model.parts] == ["lane", "number", "room"]


def test_another_district_empties_what_hangs_on_it(stand: Stand) -> None:
    stand.to_materials(unchanged=False)
    stand.acts.go_on()
    stand.acts.choose("徐汇区")
    stand.acts.choose("漕河泾街道")
    for _ in range(2):
        stand.acts.back()

    stand.acts.choose("崇明区")

    assert stand.model.level == "town"
    assert stand.model.value == ""
    assert {each.value for each in stand.model.options} == {"城桥镇", "陈家镇"}


def test_an_address_without_a_number_is_refused_with_the_packs_words(stand: Stand) -> None:
    stand.to_materials(unchanged=False)
    stand.acts.go_on()
    for name in ("徐汇区", "漕河泾街道", "银杏苑居委会（演示）", "银杏路（演示）"):
        stand.acts.choose(name)
    stand.acts.focus_part("room")
    stand.acts.type_text("402")

    stand.acts.confirm_answer()

    assert stand.model.invalid
    assert stand.model.error == "请选到居委，再填路、弄、号、室。"
    assert stand.model.key == "live_address"


def test_letters_and_long_numbers_do_not_get_into_an_address(stand: Stand) -> None:
    stand.to_materials(unchanged=False)
    stand.acts.go_on()
    for name in ("徐汇区", "漕河泾街道", "银杏苑居委会（演示）", "银杏路（演示）"):
        stand.acts.choose(name)
    stand.acts.focus_part("number")
    for text in ("12", "12a", "123456"):
        stand.acts.type_text(text)

    assert [part.value for part in stand.model.parts] == ["", "12", ""]


def test_a_plain_choice_goes_on_by_itself(stand: Stand) -> None:
    stand.to_materials(unchanged=True)
    stand.acts.go_on()

    stand.acts.choose("work")

    assert stand.model.key == "contact_mobile"


def test_a_choice_of_another_reason_asks_for_own_words(stand: Stand) -> None:
    stand.to_materials(unchanged=True)
    stand.acts.go_on()
    stand.acts.choose("other")

    assert (stand.model.kind, stand.model.max_length) == (QuestionKind.TEXT, 20)
    assert stand.model.path == ("其他",)
    stand.acts.confirm_answer()
    assert stand.model.invalid
    stand.acts.type_text("陪读")
    stand.acts.confirm_answer()
    assert stand.model.key == "contact_mobile"


def test_own_words_longer_than_allowed_are_not_taken(stand: Stand) -> None:
    stand.to_materials(unchanged=True)
    stand.acts.go_on()
    stand.acts.choose("other")
    stand.acts.type_text("字" * 20)
    stand.acts.type_text("字" * 21)

    assert stand.model.value == "字" * 20


@pytest.mark.parametrize("typed", ["138 1234 5678", "138-1234-5678", "13812345678"])
def test_spaces_and_dashes_in_a_mobile_number_do_not_matter(stand: Stand, typed: str) -> None:
    stand.to_materials(unchanged=True)
    stand.fill(unchanged=True, mobile=typed)

    assert stand.shows(Screen.CHECK)
    assert "138****5678" in [each.value for each in stand.model.rows]


@pytest.mark.parametrize("typed", ["1381234567", "12812345678", "23812345678"])
def test_a_wrong_mobile_number_is_refused_and_stays(stand: Stand, typed: str) -> None:
    stand.to_materials(unchanged=True)
    stand.fill(unchanged=True, mobile=typed)

    assert stand.shows(Screen.QUESTION)
    assert stand.model.invalid
    assert stand.model.value == typed
    assert stand.model.error == "手机号码应是11位数字，请再看一遍。"


def test_the_mobile_number_may_be_left_out_but_the_reason_may_not(stand: Stand) -> None:
    stand.to_materials(unchanged=True)
    stand.acts.go_on()

    stand.acts.skip_answer()
    assert stand.model.key == "live_reason"
    stand.acts.choose("study")
    stand.acts.skip_answer()

    assert stand.shows(Screen.CHECK)


def test_back_walks_through_all_pages_to_the_materials(stand: Stand) -> None:
    stand.to_check(unchanged=False)
    pages = []
    stand.acts.back()
    while stand.screen is Screen.QUESTION:
        pages.append((stand.model.key, stand.model.level))
        stand.acts.back()

    assert pages == [
        ("contact_mobile", ""),
        ("live_reason", ""),
        ("live_address", "detail"),
        ("live_address", "road"),
        ("live_address", "committee"),
        ("live_address", "town"),
        ("live_address", "district"),
    ]
    assert stand.shows(Screen.MATERIALS)


def test_a_change_from_the_check_page_leads_straight_back_and_is_marked(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    stand.acts.mend("live_reason")
    assert stand.model.returning

    stand.acts.choose("study")

    assert stand.shows(Screen.CHECK)
    changed = {each.target: each.changed for each in stand.model.rows if each.target}
    assert changed == {"unchanged": False, "live_reason": True, "contact_mobile": False}


def test_going_back_from_a_change_undoes_it(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    before = stand.model
    stand.acts.mend("live_reason")
    stand.acts.choose("other")
    stand.acts.back()
    stand.acts.back()

    assert stand.shows(Screen.CHECK)
    assert stand.model == before


def test_a_changed_guide_answer_asks_for_what_is_needed_now(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    stand.acts.mend("unchanged")

    stand.acts.choose("no")

    assert (stand.screen, stand.model.key) == (Screen.QUESTION, "live_address")
    stand.fill_address()
    assert stand.shows(Screen.SCAN)


def test_a_changed_guide_answer_drops_what_is_not_needed_any_more(stand: Stand) -> None:
    stand.to_check(unchanged=False)
    stand.acts.mend("unchanged")

    stand.acts.choose("yes")

    assert stand.shows(Screen.CHECK)
    assert "live_address" not in {each.target for each in stand.model.rows}
    folder = stand.store.documents.folder
    assert not any(file.stat().st_size for file in folder.iterdir())


def test_a_change_after_signing_asks_for_the_signature_again(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    stand.acts.go_on()
    stand.sign()
    stand.acts.back()
    stand.acts.mend("live_reason")
    stand.acts.choose("family")
    stand.acts.go_on()

    assert (stand.model.strokes, stand.model.read_to_end) == (0, False)
    assert not stand.model.can_submit


def test_an_option_that_is_not_on_the_page_is_ignored(stand: Stand) -> None:
    stand.to_materials(unchanged=True)
    stand.acts.go_on()

    stand.acts.choose("nothing-like-this")

    assert stand.model.key == "live_reason"
    assert MOBILE not in repr(stand.desk.view)
