"""The card: reading, tips, faults, expiry, and cards that nobody asked for."""

import pytest
from visit_support import NAME, Stand, record, snapshot

from devices.card.api import CardPresent, CardRead
from devices.errors import FailureCode
from devices.events import DeviceState
from kiosk.visit.pages import CardStage
from kiosk.visit.screens import Screen


def to_card(stand: Stand) -> None:
    stand.to_notice(unchanged=True)
    stand.acts.begin()


def test_a_read_card_is_shown_masked_and_waits_to_be_confirmed(stand: Stand) -> None:
    to_card(stand)
    stand.lay_card()

    assert (stand.screen, stand.model.stage) == (Screen.IDENTIFY, CardStage.READ)
    assert stand.model.masked_name == "马*标"
    assert stand.model.masked_number == "310***********1234"
    stand.acts.confirm_identity()
    assert stand.shows(Screen.MATERIALS)


def test_nothing_is_confirmed_before_a_card_was_read(stand: Stand) -> None:
    to_card(stand)

    stand.acts.confirm_identity()

    assert stand.stands(CardStage.WAITING)


def test_not_me_forgets_the_card_and_asks_anew(stand: Stand) -> None:
    to_card(stand)
    card = stand.lay_card()
    stand.acts.reread_card()

    assert card.name == ""
    assert stand.stands(CardStage.WAITING)
    assert len(stand.reader.asked) == 2
    assert stand.model.masked_name == ""


@pytest.mark.parametrize(
    "failure", [FailureCode.CARD_LIFTED, FailureCode.CARD_WRONG_TYPE, FailureCode.BAD_CARD_DATA]
)
def test_what_the_resident_can_mend_is_told_and_the_reader_goes_on(
    stand: Stand, failure: FailureCode
) -> None:
    to_card(stand)
    stand.card_fails(failure)

    assert (stand.model.stage, stand.model.failure) == (CardStage.TROUBLE, failure.value)
    assert len(stand.reader.asked) == 1
    stand.lay_card()
    assert stand.stands(CardStage.READ)
    assert stand.model.failure == ""


def test_a_missing_reader_is_told_and_comes_back_by_itself(stand: Stand) -> None:
    to_card(stand)
    stand.card_fails(FailureCode.NOT_CONNECTED, final=True)
    assert stand.stands(CardStage.READER_FAULT)
    assert stand.named("failed") == [{"failure": "NOT_CONNECTED"}]

    stand.desk.device_changed(snapshot("card", DeviceState.FAULT))
    assert stand.stands(CardStage.READER_FAULT)
    stand.desk.device_changed(snapshot("card"))

    assert stand.stands(CardStage.WAITING)
    assert len(stand.reader.asked) == 2


def test_a_reader_fault_can_be_retried_by_hand(stand: Stand) -> None:
    to_card(stand)
    stand.card_fails(FailureCode.NO_REPLY, final=True)

    stand.acts.reread_card()

    assert stand.stands(CardStage.WAITING)


def test_an_expired_card_gets_its_own_page_and_is_forgotten(stand: Stand) -> None:
    to_card(stand)
    card = stand.lay_card(expired=True)

    assert stand.shows(Screen.EXPIRED)
    assert stand.model.valid_to == "2020-01-01"
    assert stand.model.places
    assert card.number == ""
    assert stand.named("failed") == []
    stand.acts.reread_card()
    assert stand.shows(Screen.IDENTIFY)


def test_tips_come_after_thirty_and_sixty_seconds(stand: Stand) -> None:
    to_card(stand)
    tips = []
    for seconds in (29.5, 1, 29, 1):
        stand.pass_s(seconds)
        tips.append(stand.model.tip)

    assert tips == [0, 1, 1, 2]


def test_nobody_at_the_card_page_leads_home(stand: Stand) -> None:
    to_card(stand)
    stand.pass_s(90.25)

    assert stand.shows(Screen.HOME)
    assert stand.desk.is_empty()


def test_a_request_that_ran_out_is_asked_again(stand: Stand) -> None:
    to_card(stand)
    stand.card_fails(FailureCode.NO_CARD, final=True)

    assert stand.stands(CardStage.WAITING)
    assert len(stand.reader.asked) == 2


def test_the_end_of_a_request_that_was_called_off_asks_nothing(stand: Stand) -> None:
    to_card(stand)
    stand.acts.reread_card()
    stand.card_fails(FailureCode.CANCELLED, final=True)

    assert len(stand.reader.asked) == 2


def test_a_card_laid_down_later_is_ignored_and_wiped(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    before = stand.desk.view
    card = stand.lay_card()

    assert stand.desk.view == before
    assert card.name == ""


def test_a_card_of_the_last_visit_is_dropped(stand: Stand) -> None:
    to_card(stand)
    old = stand.desk.visit
    stand.acts.home()
    stand.to_notice(unchanged=True)
    stand.acts.begin()
    card = record()

    stand.desk.device_event(CardRead("card", old, 99, 0.0, record=card, read_ms=1.0))

    assert stand.stands(CardStage.WAITING)
    assert card.name == ""
    assert NAME not in repr(stand.desk.view)


def test_back_from_the_card_erases_the_draft(stand: Stand) -> None:
    to_card(stand)
    stand.acts.back()

    assert stand.shows(Screen.NOTICE)
    assert stand.store.database.read("SELECT count(*) FROM submission") == [(0,)]


def test_a_card_that_is_gone_before_it_was_read_was_lifted_too_early(stand: Stand) -> None:
    to_card(stand)
    stand.desk.device_event(CardPresent(*stand._head("card")))

    stand.card_fails(FailureCode.NO_CARD)

    assert stand.stands(CardStage.TROUBLE)
    assert stand.model.failure == "CARD_LIFTED"
