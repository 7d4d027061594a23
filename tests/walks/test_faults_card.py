"""Whole visits with a card or a reader that fails: a page with a way on, a code, nothing lost."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from cards_support import HMT
from terminal_support import Gear, Office, Stage, gear, office

from devices.card import frames
from devices.errors import FailureCode
from devices.events import DeviceState
from kiosk.visit.pages import CardStage
from kiosk.visit.screens import Screen

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One portal for all visits of this file."""
    with office(tmp_path_factory.mktemp("portal")) as made:
        yield made


@pytest.fixture
def around(tmp_path: Path, there: Office) -> Iterator[Gear]:
    with gear(tmp_path / "at", portal=there.url, key=there.key) as made:
        yield made


def _ends_well(stage: Stage, there: Office) -> None:
    """From the card page to the door; the case arrives."""
    stage.finish_form()
    stage.to_done()
    assert stage.model.stage in {"received", "accepted", "concluded"}
    stage.leave()
    stage.until_received(there)


def test_a_card_that_is_lifted_early_is_asked_for_again(around: Gear, there: Office) -> None:
    around.reader.faults.delays_s[frames.READ_BASE] = 0.5
    with Stage(around) as stage:
        stage.to_card()
        stage.until_stands(CardStage.WAITING)
        stage.lay()
        stage.until_stands(CardStage.READING)
        around.reader.lift()
        stage.until_stands(CardStage.TROUBLE, "CARD_LIFTED")
        assert stage.failures() == ["CARD_LIFTED"]
        around.reader.faults.delays_s.clear()
        _ends_well(stage, there)


def test_a_card_of_another_type_is_told_apart_and_the_right_one_is_taken(
    around: Gear, there: Office
) -> None:
    with Stage(around) as stage:
        stage.to_card()
        stage.until_stands(CardStage.WAITING)
        stage.lay(HMT)
        stage.until_stands(CardStage.TROUBLE, "CARD_WRONG_TYPE")
        assert stage.failures() == ["CARD_WRONG_TYPE"]
        assert stage.model.masked_name == ""
        around.reader.lift()
        _ends_well(stage, there)


def test_an_expired_card_has_its_own_page_and_no_failure_code(around: Gear, there: Office) -> None:
    with Stage(around) as stage:
        stage.to_card()
        stage.until_stands(CardStage.WAITING)
        stage.lay(valid_from=date(2011, 1, 1), valid_to=date(2021, 1, 1))
        stage.until_shown(Screen.EXPIRED)
        assert stage.model.valid_to == "2021-01-01"
        assert stage.model.places
        assert stage.failures() == []
        assert stage.device("card").state in {DeviceState.OK, DeviceState.BUSY}
        around.reader.lift()
        stage.acts.reread_card()
        stage.until_stands(CardStage.WAITING)
        _ends_well(stage, there)


def test_who_goes_home_with_an_expired_card_leaves_nothing(around: Gear) -> None:
    with Stage(around) as stage:
        stage.to_card()
        stage.until_stands(CardStage.WAITING)
        stage.lay(valid_from=date(2011, 1, 1), valid_to=date(2021, 1, 1))
        stage.until_shown(Screen.EXPIRED)
        stage.acts.home()
        assert stage.shows(Screen.HOME)
        stage.until_nothing_left()
        assert stage.rows() == []


def test_one_wrong_checksum_is_read_again_without_a_word(around: Gear, there: Office) -> None:
    with Stage(around) as stage:
        stage.to_card()
        stage.until_stands(CardStage.WAITING)
        around.reader.faults.bad_frames = 1
        _ends_well(stage, there)
        assert stage.failures() == []


def test_wrong_checksums_without_end_are_told_and_end_by_themselves(
    around: Gear, there: Office
) -> None:
    with Stage(around) as stage:
        stage.to_card()
        stage.until_stands(CardStage.WAITING)
        around.reader.faults.bad_frames = 1_000_000
        stage.until_stands(CardStage.TROUBLE, "PROTOCOL_ERROR")
        assert set(stage.failures()) == {"PROTOCOL_ERROR"}
        around.reader.faults.bad_frames = 0
        _ends_well(stage, there)


def test_a_reader_that_only_garbles_from_the_start_is_a_fault_told_once(
    around: Gear, there: Office
) -> None:
    around.reader.faults.bad_frames = 1_000_000
    with Stage(around) as stage:
        stage.until(lambda: stage.device("card").state is DeviceState.FAULT, "fault")
        stage.to_card()
        stage.until_stands(CardStage.READER_FAULT, "PROTOCOL_ERROR")
        stage.until(lambda: FailureCode.PROTOCOL_ERROR in stage.device("card").reasons, "reason")
        around.reader.faults.bad_frames = 0
        stage.until_stands(CardStage.WAITING)
        assert stage.failures() == ["PROTOCOL_ERROR"]
        _ends_well(stage, there)


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_mute_reader_is_told_and_goes_on_when_it_speaks_again(
    when: str, around: Gear, there: Office
) -> None:
    around.reader.faults.mute = when == "before"
    with Stage(around) as stage:
        if when == "before":
            stage.until(lambda: stage.device("card").state is DeviceState.FAULT, "fault")
        stage.to_card()
        if when == "during":
            stage.until_stands(CardStage.WAITING)
            around.reader.faults.mute = True
        stage.until_stands(CardStage.READER_FAULT, "NO_REPLY")
        assert set(stage.failures()) == {"NO_REPLY"}
        stage.until(lambda: FailureCode.NO_REPLY in stage.device("card").reasons, "reason")
        around.reader.faults.mute = False
        stage.until_stands(CardStage.WAITING)
        _ends_well(stage, there)


def test_a_reader_that_is_not_there_is_told_and_used_once_it_is_plugged_in(
    tmp_path: Path, there: Office
) -> None:
    with (
        gear(tmp_path / "at", plugged=False, portal=there.url, key=there.key) as made,
        Stage(made) as stage,
    ):
        stage.until(lambda: stage.device("card").state is DeviceState.FAULT, "fault")
        stage.to_card()
        stage.until_stands(CardStage.READER_FAULT, "NOT_CONNECTED")
        stage.until(lambda: FailureCode.NOT_CONNECTED in stage.device("card").reasons, "reason")
        made.reader.plug()
        stage.until_stands(CardStage.WAITING)
        _ends_well(stage, there)


def test_a_reader_unplugged_while_it_reads_goes_on_under_the_same_name(
    around: Gear, there: Office
) -> None:
    with Stage(around) as stage:
        stage.to_card()
        stage.until_stands(CardStage.WAITING)
        around.reader.faults.unplug_at = 200
        stage.lay()
        stage.until_stands(CardStage.READER_FAULT, "DISCONNECTED")
        assert stage.failures()[0] == "DISCONNECTED"
        around.reader.lift()
        around.reader.plug()
        stage.until_stands(CardStage.WAITING)
        _ends_well(stage, there)


def test_who_gives_up_on_a_reader_that_stays_away_leaves_nothing(around: Gear) -> None:
    with Stage(around) as stage:
        stage.to_card()
        stage.until_stands(CardStage.WAITING)
        around.reader.unplug()
        stage.until_stands(CardStage.READER_FAULT, "DISCONNECTED")
        stage.acts.reread_card()
        stage.until_shown(Screen.IDENTIFY)
        stage.acts.home()
        assert stage.shows(Screen.HOME)
        stage.until_nothing_left()
        assert stage.rows() == []
