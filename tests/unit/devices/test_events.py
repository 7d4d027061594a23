"""The six states, over every combination of what is stored."""

import itertools

import pytest

from devices.errors import TRAITS, FailureCode, Level
from devices.events import DeviceState, Phase, Snapshot, state_of

BLOCK, WARN, EVENT = FailureCode.PAPER_OUT, FailureCode.PAPER_LOW, FailureCode.NO_CARD
REASONS = [
    frozenset(each) for n in range(4) for each in itertools.combinations((BLOCK, WARN, EVENT), n)
]
TABLE = list(itertools.product((True, False), Phase, (True, False), REASONS, (True, False)))


def expected(
    *, enabled: bool, phase: Phase, busy: bool, reasons: frozenset[FailureCode], stale: bool
) -> DeviceState:
    """The table of the device page, row by row from the highest precedence down."""
    rows = [
        (not enabled, DeviceState.DISABLED),
        (phase is Phase.ABSENT, DeviceState.FAULT),
        (phase is Phase.BACKING_OFF, DeviceState.FAULT),
        (BLOCK in reasons, DeviceState.FAULT),
        (phase in {Phase.OPENING, Phase.STOPPED}, DeviceState.UNKNOWN),
        (stale, DeviceState.UNKNOWN),
        (busy, DeviceState.BUSY),
        (WARN in reasons, DeviceState.WARN),
        (True, DeviceState.OK),
    ]
    return next(state for applies, state in rows if applies)


@pytest.mark.parametrize(("enabled", "phase", "busy", "reasons", "stale"), TABLE)
def test_the_state_follows_the_table(
    *, enabled: bool, phase: Phase, busy: bool, reasons: frozenset[FailureCode], stale: bool
) -> None:
    state = state_of(enabled=enabled, phase=phase, busy=busy, reasons=reasons, status_stale=stale)
    assert state is expected(enabled=enabled, phase=phase, busy=busy, reasons=reasons, stale=stale)


def test_the_numbers_are_those_of_existing_kiosk_runtimes() -> None:
    assert {state.name: state.value for state in DeviceState} == {
        "UNKNOWN": -1,
        "OK": 0,
        "WARN": 1,
        "FAULT": 2,
        "BUSY": 3,
        "DISABLED": 4,
    }


def test_every_code_has_its_traits() -> None:
    assert set(TRAITS) == set(FailureCode)
    assert {TRAITS[code].level for code in (BLOCK, WARN, EVENT)} == set(Level)


@pytest.mark.parametrize(
    ("reasons", "worst"),
    [((), None), ((WARN,), WARN), ((WARN, BLOCK), BLOCK), ((EVENT, WARN), WARN)],
)
def test_a_snapshot_names_the_worst_reason(
    reasons: tuple[FailureCode, ...], worst: FailureCode | None
) -> None:
    snapshot = Snapshot("card", "card", "sam", DeviceState.OK, Phase.UP, frozenset(reasons))
    assert snapshot.failure is worst
