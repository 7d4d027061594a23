"""The owner thread: opens, polls, works, loses, backs off, opens again."""

import threading
import time
from collections.abc import Callable, Iterator

import cards_support as cards
import pytest

from devices.config import DeviceConfig, DeviceUri
from devices.errors import DeviceError, FailureCode
from devices.events import DeviceState, DeviceStateChanged, Phase
from devices.supervision import LOST, Backoff, Owner


class Machine:
    """A driver whose fate the test decides."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.reasons: frozenset[FailureCode] = frozenset()
        self.opened = 0
        self.closed = 0
        self.threads: set[str] = set()

    def open(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.opened += 1
        self._fail()

    def poll(self) -> frozenset[FailureCode]:
        self._fail()
        return self.reasons

    def close(self) -> None:
        self.closed += 1

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


class Act:
    """A job that does what it is told and remembers how it ended."""

    def __init__(self, work: Callable[[Machine], None] = lambda _: None) -> None:
        self.work = work
        self.ran = threading.Event()
        self.refused: list[FailureCode] = []

    def run(self, driver: Machine) -> None:
        try:
            self.work(driver)
        finally:
            self.ran.set()

    def refuse(self, failure: FailureCode) -> None:
        self.refused.append(failure)
        self.ran.set()


Made = Callable[..., "Owner[Machine]"]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def heard() -> cards.Heard:
    return cards.Heard()


@pytest.fixture
def make(machine: Machine) -> Iterator[Made]:
    made: list[Owner[Machine]] = []

    def build(
        *,
        enabled: bool = True,
        present: Callable[[], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> Owner[Machine]:
        config = DeviceConfig("printer", DeviceUri.parse("simulated:x"), enabled)
        owner = Owner(config, "receipt", machine, poll_s=0.02, present=present, clock=clock)
        made.append(owner)
        return owner

    yield build
    for owner in made:
        owner.stop()


@pytest.fixture
def up(make: Made, heard: cards.Heard) -> "Owner[Machine]":
    owner = make()
    owner.start(heard)
    heard.phase(Phase.UP)
    return owner


def raiser(error: Exception) -> Callable[[Machine], None]:
    def work(_: Machine) -> None:
        raise error

    return work


def restarted(heard: cards.Heard, times: int, phase: Phase) -> None:
    """Wait until the device was lost so many times and is in a phase."""

    def reached(event: DeviceStateChanged) -> bool:
        return (event.snapshot.restarts, event.snapshot.phase) == (times, phase)

    heard.wait(DeviceStateChanged, reached)


@pytest.mark.parametrize(
    ("first_s", "cap_s", "waits"),
    [
        (0.1, 2.0, [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]),
        (0.5, 30.0, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]),
    ],
)
def test_waits_double_up_to_their_cap(first_s: float, cap_s: float, waits: list[float]) -> None:
    backoff = Backoff(first_s, cap_s, chance=lambda: 0.5)
    assert [backoff.next_s() for _ in waits] == pytest.approx(waits)


@pytest.mark.parametrize(("chance", "factor"), [(0.0, 0.8), (1.0, 1.2)])
def test_jitter_stays_within_a_fifth(chance: float, factor: float) -> None:
    backoff = Backoff(0.1, 2.0, chance=lambda: chance)
    assert [backoff.next_s(), backoff.next_s()] == pytest.approx([0.1 * factor, 0.2 * factor])


def test_many_tries_do_not_overflow_and_a_reset_starts_again() -> None:
    backoff = Backoff(0.1, 2.0, chance=lambda: 0.5)
    assert [backoff.next_s() for _ in range(2000)][-1] == pytest.approx(2.0)
    backoff.reset()
    assert backoff.next_s() == pytest.approx(0.1)


def test_a_device_that_opens_is_up_on_its_own_thread(
    up: "Owner[Machine]", machine: Machine, heard: cards.Heard
) -> None:
    assert up.snapshot().state is DeviceState.OK
    assert up.snapshot().simulated
    assert machine.threads == {"device-printer"}
    first = heard.of(DeviceStateChanged)[0].snapshot
    assert (first.state, first.phase) == (DeviceState.UNKNOWN, Phase.OPENING)


def test_a_status_is_published_on_change_only(
    up: "Owner[Machine]", machine: Machine, heard: cards.Heard
) -> None:
    threading.Event().wait(0.2)
    before = len(heard.events)
    machine.reasons = frozenset({FailureCode.PAPER_LOW})
    heard.wait(DeviceStateChanged, lambda each: each.snapshot.state is DeviceState.WARN)
    threading.Event().wait(0.2)
    assert before == 2
    assert len(heard.events) == 3
    assert up.snapshot().failure is FailureCode.PAPER_LOW


def test_jobs_run_in_order_on_the_owner_thread(up: "Owner[Machine]") -> None:
    order: list[tuple[int, str]] = []

    def noting(number: int) -> Callable[[Machine], None]:
        return lambda _: order.append((number, threading.current_thread().name))

    acts = [Act(noting(number)) for number in range(20)]
    for act in acts:
        up.submit(act)
    assert all(act.ran.wait(5.0) for act in acts)
    assert order == [(number, "device-printer") for number in range(20)]


@pytest.mark.parametrize("code", sorted(LOST))
def test_a_lost_device_is_closed_and_opened_anew(
    up: "Owner[Machine]", machine: Machine, heard: cards.Heard, code: FailureCode
) -> None:
    machine.failure = DeviceError(code, "why")
    lost = heard.wait(DeviceStateChanged, lambda each: code in each.snapshot.reasons).snapshot
    gone = code in {FailureCode.NOT_CONNECTED, FailureCode.PERMISSION_DENIED}
    assert lost.phase is (Phase.ABSENT if gone else Phase.BACKING_OFF)
    assert (lost.state, lost.detail, lost.restarts) == (DeviceState.FAULT, "why", 1)
    machine.failure = None
    heard.phase(Phase.UP, count=2)
    assert machine.closed >= 1
    assert up.snapshot().restarts == 1


def test_a_bug_of_a_driver_is_a_crash_that_supervision_survives(
    up: "Owner[Machine]", machine: Machine, heard: cards.Heard
) -> None:
    machine.failure = KeyError("personal data that must not be shown")
    crash = heard.wait(
        DeviceStateChanged, lambda each: FailureCode.DRIVER_CRASHED in each.snapshot.reasons
    )
    assert crash.snapshot.detail == "KeyError"
    machine.failure = None
    heard.phase(Phase.UP, count=2)
    assert up.snapshot().state is DeviceState.OK


def test_a_job_that_loses_the_device_makes_it_open_anew(
    up: "Owner[Machine]", machine: Machine, heard: cards.Heard
) -> None:
    up.submit(Act(raiser(DeviceError(FailureCode.DISCONNECTED))))
    waiting = Act()
    up.submit(waiting)
    heard.phase(Phase.BACKING_OFF)
    assert waiting.ran.wait(5.0)
    assert waiting.refused == [FailureCode.DISCONNECTED]
    restarted(heard, 1, Phase.UP)
    assert machine.opened == 2


def test_a_job_that_ends_badly_without_a_loss_keeps_the_device(
    up: "Owner[Machine]", machine: Machine
) -> None:
    bad, good = Act(raiser(DeviceError(FailureCode.NO_CARD))), Act()
    up.submit(bad)
    up.submit(good)
    assert good.ran.wait(5.0)
    assert (machine.opened, machine.closed, good.refused) == (1, 0, [])


def test_a_job_during_the_first_opening_waits_for_its_end(
    make: Made, machine: Machine, heard: cards.Heard
) -> None:
    owner = make()
    waiting, refused = Act(), Act()
    machine.failure = DeviceError(FailureCode.NO_REPLY)
    owner.submit(refused)
    assert not refused.refused
    owner.start(heard)
    assert refused.ran.wait(5.0)
    assert refused.refused == [FailureCode.NO_REPLY]
    owner.submit(waiting)
    assert waiting.refused == [FailureCode.NO_REPLY]


def test_stopping_refuses_what_waits_and_closes_the_device(
    up: "Owner[Machine]", machine: Machine
) -> None:
    release, waiting = threading.Event(), Act()

    def hold(_: Machine) -> None:
        release.wait(5.0)

    up.submit(Act(hold))
    up.submit(waiting)
    stopper = threading.Thread(target=up.stop)
    stopper.start()
    until = time.monotonic() + 5.0
    while not up._stopping and time.monotonic() < until:
        threading.Event().wait(0.01)
    release.set()
    stopper.join()
    up.stop()
    assert waiting.refused == [FailureCode.CANCELLED]
    assert machine.closed == 1
    late = Act()
    up.submit(late)
    assert late.refused == [FailureCode.NOT_CONNECTED]


def test_a_disabled_device_is_never_opened(
    make: Made, machine: Machine, heard: cards.Heard
) -> None:
    owner = make(enabled=False)
    owner.start(heard)
    act = Act()
    owner.submit(act)
    assert act.refused == [FailureCode.NOT_CONNECTED]
    assert owner.snapshot().state is DeviceState.DISABLED
    assert machine.opened == 0


def test_an_arrival_ends_a_long_wait(make: Made, machine: Machine, heard: cards.Heard) -> None:
    there = threading.Event()
    machine.failure = DeviceError(FailureCode.NOT_CONNECTED)
    owner = make(present=there.is_set)
    owner._cheap = Backoff(20.0, 20.0)
    owner.start(heard)
    heard.phase(Phase.ABSENT)
    machine.failure = None
    there.set()
    heard.phase(Phase.UP, timeout_s=3.0)


def test_an_address_that_goes_and_comes_during_a_wait_is_an_arrival(
    make: Made, machine: Machine, heard: cards.Heard
) -> None:
    there = threading.Event()
    there.set()
    machine.failure = DeviceError(FailureCode.NO_REPLY)
    owner = make(present=there.is_set)
    owner._cheap = Backoff(20.0, 20.0)
    owner.start(heard)
    heard.phase(Phase.BACKING_OFF)
    there.clear()
    threading.Event().wait(0.5)
    machine.failure = None
    there.set()
    heard.phase(Phase.UP, timeout_s=3.0)


def test_a_minute_of_good_service_forgives_a_crash(
    make: Made, machine: Machine, heard: cards.Heard
) -> None:
    ahead = [0.0]
    owner = make(clock=lambda: time.monotonic() + ahead[0])
    owner._broken = Backoff(0.01, 0.01)
    machine.failure = DeviceError(FailureCode.PROTOCOL_ERROR)
    owner.start(heard)
    heard.phase(Phase.BACKING_OFF)
    machine.failure = None
    heard.phase(Phase.UP)
    assert owner._broken._tries > 0
    ahead[0] = 61.0
    until = time.monotonic() + 5.0
    while owner._broken._tries and time.monotonic() < until:
        threading.Event().wait(0.01)
    assert owner._broken._tries == 0


def test_twenty_losses_in_a_row_leave_one_thread(
    up: "Owner[Machine]", machine: Machine, heard: cards.Heard
) -> None:
    before = threading.active_count()
    for number in range(20):
        up._cheap = Backoff(0.01, 0.01)
        machine.failure = DeviceError(FailureCode.DISCONNECTED)
        restarted(heard, number + 1, Phase.BACKING_OFF)
        machine.failure = None
        restarted(heard, number + 1, Phase.UP)
    assert threading.active_count() == before
