"""One request ends in exactly one final event, whatever the reader and the resident do."""

import time

import cards_support as cards
import pytest

from devices.card.api import (
    CardPresent,
    CardRead,
    CardReadFailed,
    DocType,
    IdentityRecord,
)
from devices.card.request import CardRequest, _Desk
from devices.errors import DeviceError, FailureCode
from devices.events import DeviceEvent

Step = bool | Exception


class Script:
    """A reader whose finds and reads are written down; when they end, so does the time."""

    def __init__(self, finds: list[Step], reads: list[IdentityRecord | Exception]) -> None:
        self.finds = finds
        self.reads = reads
        self.over = False
        self.read_count = 0

    def clock(self) -> float:
        return time.monotonic() + (1000.0 if self.over else 0.0)

    def open(self) -> None: ...

    def close(self) -> None: ...

    def poll(self) -> frozenset[FailureCode]:
        return frozenset()

    def find(self) -> bool:
        step = self.finds.pop(0)
        self.over = not self.finds
        if isinstance(step, Exception):
            raise step
        return step

    def read(self) -> IdentityRecord:
        self.read_count += 1
        step = self.reads.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


def run(
    script: Script, accept: frozenset[DocType] = cards.ANY
) -> tuple[list[object], Exception | None]:
    heard = cards.Heard()
    desk = _Desk("card", script.clock, lambda: None)
    desk.report = heard
    request = CardRequest(desk, "v1", accept, time.monotonic() + 100.0)
    lost: Exception | None = None
    try:
        request.run(script)
    except (DeviceError, ArithmeticError) as error:
        lost = error
    assert request.settled
    return heard.events, lost


def ends(events: list[object]) -> list[tuple[FailureCode, bool]]:
    return [(each.failure, each.final) for each in events if isinstance(each, CardReadFailed)]


def failing(code: FailureCode) -> DeviceError:
    return DeviceError(code, "why")


@pytest.mark.parametrize(
    "code",
    [
        FailureCode.NO_CARD,
        FailureCode.CARD_LIFTED,
        FailureCode.BAD_CARD_DATA,
        FailureCode.CARD_UNSUPPORTED,
        FailureCode.CARD_REJECTED,
        FailureCode.PROTOCOL_ERROR,
    ],
)
def test_what_the_resident_causes_is_told_and_the_looking_goes_on(code: FailureCode) -> None:
    events, lost = run(Script([True, False, False], [failing(code)]))
    assert ends(events) == [(code, False), (FailureCode.NO_CARD, True)]
    assert lost is None


@pytest.mark.parametrize("code", [FailureCode.SAM_SELFTEST, FailureCode.SAM_UNAUTHORISED])
def test_a_reader_that_refuses_ends_the_request_without_being_lost(code: FailureCode) -> None:
    events, lost = run(Script([failing(code), False], []))
    assert (ends(events), lost) == ([(code, True)], None)


@pytest.mark.parametrize("code", [FailureCode.NO_REPLY, FailureCode.DISCONNECTED])
def test_a_lost_reader_ends_the_request_and_is_opened_anew(code: FailureCode) -> None:
    events, lost = run(Script([True, False], [failing(code)]))
    assert ends(events) == [(code, True)]
    assert isinstance(lost, DeviceError)


def test_a_bug_of_the_driver_still_ends_the_request() -> None:
    events, lost = run(Script([ZeroDivisionError("bug"), False], []))
    assert ends(events) == [(FailureCode.DRIVER_CRASHED, True)]
    assert isinstance(lost, ZeroDivisionError)


def test_a_card_that_stays_is_not_told_twice_and_a_new_one_is() -> None:
    lifted = failing(FailureCode.CARD_LIFTED)
    finds: list[Step] = [True, True, False, True, False]
    events, _ = run(Script(finds, [lifted, lifted, lifted]))
    assert sum(isinstance(each, CardPresent) for each in events) == 2
    assert ends(events)[:-1] == [(FailureCode.CARD_LIFTED, False)] * 2


def test_a_refused_card_that_stays_is_not_read_again_at_once() -> None:
    script = Script([True, True, True, False], [failing(FailureCode.CARD_REJECTED)])
    run(script)
    assert script.read_count == 1


def test_a_wrong_type_is_wiped() -> None:
    record = cards.fresh(cards.RESIDENT)
    events, _ = run(Script([True, False], [record]), frozenset({DocType.PRC2023}))
    assert ends(events)[0] == (FailureCode.CARD_WRONG_TYPE, False)
    assert record.number == record.name == ""
    assert not [each for each in events if isinstance(each, CardRead)]


def test_an_untrusted_clock_leaves_expiry_open() -> None:
    events, _ = run(Script([True, False], [cards.fresh(cards.RESIDENT)]))
    (read,) = [each for each in events if isinstance(each, CardRead)]
    assert read.record.expired is None


def test_events_are_numbered_in_order() -> None:
    events, _ = run(Script([True, False], [cards.fresh(cards.RESIDENT)]))
    numbers = [each.seq for each in events if isinstance(each, (CardPresent, CardRead))]
    assert numbers == [1, 2]


def test_every_event_names_device_and_visit() -> None:
    events, _ = run(Script([True, False], [failing(FailureCode.CARD_LIFTED)]))
    named = {(each.device_id, each.visit) for each in events if isinstance(each, DeviceEvent)}
    assert named == {("card", "v1")}
    assert len(events) == 3
