"""The pre-check lists everything at once, in the order of the journey."""

from visit_support import record

from devices.card.api import IdentityRecord
from kiosk.catalogue.pack import built_in
from kiosk.visit import checking, precheck
from kiosk.visit.form import Form
from kiosk.visit.materials import Resolved, resolve
from kiosk.visit.pages import MaterialWay
from kiosk.visit.person import KeptPage, Person

ITEM = built_in().items()[0]


def form_of(person: Person) -> Form:
    return Form(ITEM, person, built_in())


def scanned(person: Person) -> tuple[Resolved, ...]:
    resolved = resolve(ITEM, person.plain(), person.guide)
    return tuple(each for each in resolved if each.way is MaterialWay.SCAN)


def found(person: Person, *, with_signature: bool = False) -> list[tuple[str, str]]:
    listed = precheck.findings(form_of(person), scanned(person), with_signature=with_signature)
    return [(each.code, each.target) for each in listed]


def test_every_gap_is_listed_at_once() -> None:
    person = Person(guide={"unchanged": "no"}, answers={"contact_mobile": "12"})

    assert found(person, with_signature=True) == [
        ("missing", "live_address"),
        ("missing", "live_reason"),
        ("invalid", "contact_mobile"),
        ("pages_missing", "scan"),
        ("promise_missing", "sign"),
    ]


def test_the_promise_way_asks_for_the_promise_and_not_for_pages() -> None:
    person = Person(guide={"unchanged": "yes"}, answers={"live_reason": "work"})

    assert found(person) == []
    assert found(person, with_signature=True) == [("promise_missing", "sign")]
    person.strokes.append(((0.1, 0.1),))
    assert found(person, with_signature=True) == [("promise_missing", "sign")]
    person.read_to_end = True
    assert found(person, with_signature=True) == []


def test_a_choice_without_its_own_words_is_invalid() -> None:
    person = Person(guide={"unchanged": "yes"}, answers={"live_reason": "other"})

    assert found(person) == [("invalid", "live_reason")]


def test_a_poor_page_is_told_but_does_not_block() -> None:
    person = Person(guide={"unchanged": "no"}, answers={"live_reason": "work"})
    person.pages.append(KeptPage(2, 1, "0" * 64, "warn"))
    listed = precheck.findings(form_of(person), scanned(person))

    poor = [each for each in listed if each.code == "page_poor"]
    assert len(poor) == 1
    assert not precheck.is_blocking(poor[0])


def test_a_paper_left_for_later_is_no_gap() -> None:
    person = Person(guide={"unchanged": "no"}, answers={"live_reason": "work"}, later={2})

    assert ("pages_missing", "scan") not in found(person)


def test_an_address_that_was_broken_up_again_is_invalid() -> None:
    person = Person(guide={"unchanged": "no"}, answers={"live_address": "alt"})
    person.addresses["live_address"] = {"district": "徐汇区"}

    assert ("invalid", "live_address") in found(person)


def test_the_check_page_shows_everything_masked() -> None:
    card: IdentityRecord = record()
    person = Person(card, {"unchanged": "yes"}, {"live_reason": "work"})
    model = checking.model(form_of(person), resolve(ITEM, person.plain(), person.guide))

    assert [(row.label, row.value, row.target) for row in model.rows] == [
        ("姓名", "马*标", ""),
        ("证件号码", "310***********1234", ""),
        ("住址", "上海市徐汇区漕河泾街道***", ""),
        ("居住地址", "一样，没有变", "unchanged"),
        ("居住事由", "就业", "live_reason"),
        ("手机号码", "未填", "contact_mobile"),
        ("居民身份证", "免交，已读身份证", ""),
        ("居住证", "免交，由受理平台调取", ""),
        ("房屋租赁合同备案或居住登记凭证", "免交，用承诺代替", ""),
    ]
