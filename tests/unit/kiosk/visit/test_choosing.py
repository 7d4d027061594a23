"""Before the card: items, guide, notice, and the honest other ways."""

import logging

import pytest
from visit_support import Stand

from kiosk.visit.pages import MaterialWay
from kiosk.visit.screens import Overlay, Screen
from offline_cache.errors import StoreFaultError


def test_the_home_page_lists_all_nine_items_the_ready_one_first(stand: Stand) -> None:
    stand.acts.start()

    assert [tile.item for tile in stand.model.items] == [f"S{n}" for n in range(1, 10)]
    assert [tile.ready for tile in stand.model.items] == [True] + [False] * 8
    assert stand.noted.marks == [stand.desk.visit]


def test_the_guide_asks_its_questions_and_the_one_of_the_form(stand: Stand) -> None:
    stand.acts.start()
    stand.acts.pick("S1")
    first = stand.model.key
    stand.acts.answer_guide("renew")

    assert (first, stand.model.key) == ("kind", "unchanged")
    assert [option.value for option in stand.model.options] == ["yes", "no"]
    assert stand.model.why


def test_a_change_of_data_leads_elsewhere_and_back(stand: Stand) -> None:
    stand.acts.start()
    stand.acts.pick("S1")
    stand.acts.answer_guide("change")
    assert (stand.screen, stand.model.reason) == (Screen.ELSEWHERE, "change")
    assert len(stand.model.places) == 3

    stand.acts.back()

    assert stand.shows(Screen.GUIDE)


def test_a_lost_permit_leads_to_the_notice_of_its_own_item(stand: Stand) -> None:
    stand.acts.start()
    stand.acts.pick("S1")
    stand.acts.answer_guide("lost")

    assert (stand.screen, stand.model.item_name) == (Screen.NOTICE, "居住证补领")
    assert (stand.model.ready, stand.model.fee_fen) == (False, 2000)


@pytest.mark.parametrize("item", [f"S{n}" for n in range(2, 10)])
def test_an_item_that_is_not_ready_shows_its_notice_and_other_places(
    stand: Stand, item: str
) -> None:
    stand.acts.start()
    stand.acts.pick(item)
    assert (stand.screen, stand.model.ready) == (Screen.NOTICE, False)

    stand.acts.begin()

    assert (stand.screen, stand.model.reason) == (Screen.ELSEWHERE, "not_ready")
    stand.acts.back()
    assert stand.shows(Screen.NOTICE)
    stand.acts.home()
    assert stand.shows(Screen.HOME)


@pytest.mark.parametrize(
    ("unchanged", "way"), [(True, MaterialWay.PROMISE), (False, MaterialWay.SCAN)]
)
def test_the_notice_knows_what_to_bring(stand: Stand, *, unchanged: bool, way: MaterialWay) -> None:
    stand.to_notice(unchanged=unchanged)

    assert [row.way for row in stand.model.materials] == [
        MaterialWay.EXEMPT,
        MaterialWay.EXEMPT,
        way,
    ]
    assert [row.by for row in stand.model.materials] == ["card_chip", "e_licence", ""]
    assert stand.model.offline_policy == "collect"


def test_the_materials_page_counts_what_need_not_be_brought(stand: Stand) -> None:
    stand.to_materials(unchanged=False)

    assert (stand.model.exempt_count, stand.model.to_scan) == (2, True)
    assert stand.model.rows[2].supplement_days == 10


def test_back_leads_through_the_guide_to_the_home_page(stand: Stand) -> None:
    stand.to_notice(unchanged=True)
    places = []
    for _ in range(3):
        stand.acts.back()
        places.append((stand.screen, getattr(stand.model, "key", "")))

    assert places == [
        (Screen.GUIDE, "unchanged"),
        (Screen.GUIDE, "kind"),
        (Screen.HOME, ""),
    ]
    assert stand.desk.is_empty()


def test_an_unknown_item_or_answer_is_ignored(stand: Stand) -> None:
    stand.acts.start()
    stand.acts.pick("S99")
    assert stand.shows(Screen.HOME)
    stand.acts.pick("S1")

    stand.acts.answer_guide("nonsense")

    assert stand.model.key == "kind"


def test_a_store_that_breaks_at_the_start_can_be_tried_again(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise StoreFaultError("broken")

    stand.to_notice(unchanged=True)
    with monkeypatch.context() as patch, caplog.at_level(logging.CRITICAL):
        patch.setattr(stand.store.documents, "check_room", broken)
        stand.acts.begin()
    assert (stand.screen, stand.model.failure) == (Screen.FAULT, "STORE_FAULT")
    assert (stand.model.kept, stand.model.can_retry) == (False, True)

    stand.acts.retry_device()

    assert stand.shows(Screen.IDENTIFY)


def test_being_offline_is_shown_and_stops_nothing(stand: Stand) -> None:
    stand.desk.online(up=False)
    stand.to_notice(unchanged=True)
    assert (stand.desk.view.online, stand.model.online) == (False, False)

    stand.acts.begin()

    assert stand.shows(Screen.IDENTIFY)


def test_help_lies_over_the_screen_and_goes(stand: Stand) -> None:
    stand.acts.help()
    assert stand.lies(Overlay.NONE)
    stand.acts.start()
    stand.acts.help()
    assert stand.lies(Overlay.HELP)

    stand.acts.dismiss()

    assert (stand.screen, stand.desk.view.overlay) == (Screen.HOME, Overlay.NONE)


def test_a_cancel_that_is_thought_over_keeps_everything(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    stand.acts.confirm_cancel()
    assert stand.shows(Screen.CHECK)
    stand.acts.ask_cancel()

    stand.acts.dismiss()

    assert stand.shows(Screen.CHECK)
    assert not stand.desk.is_empty()
