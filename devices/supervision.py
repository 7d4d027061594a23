"""One owner thread per device: open, poll, work, lose, back off, open again.

The rules and limits are those of `docs/devices.md`. A driver is written as plain
blocking code that only its owner thread calls; everybody else hands in jobs and
gets values through one callback.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from devices.config import DeviceConfig
from devices.errors import DeviceError, FailureCode
from devices.events import DeviceStateChanged, Phase, Report, Snapshot, state_of

Clock = Callable[[], float]

LOST = frozenset(
    {
        FailureCode.NOT_CONNECTED,
        FailureCode.DISCONNECTED,
        FailureCode.CONNECT_TIMEOUT,
        FailureCode.SERVICE_DOWN,
        FailureCode.PERMISSION_DENIED,
        FailureCode.NO_REPLY,
        FailureCode.IO_ERROR,
        FailureCode.HUNG,
        FailureCode.DRIVER_CRASHED,
    }
)
"""Codes after which the device is closed, backed off and opened anew."""

_CRASHED = frozenset({FailureCode.HUNG, FailureCode.DRIVER_CRASHED, FailureCode.PROTOCOL_ERROR})
_SLICE_S = 0.2
_DOUBLINGS = 30  # far above every cap, and no overflow however long a device is away


class Backoff:
    """Growing waits with jitter: first, doubled, ... up to a cap, each +-20 %.

    Cheap tries (a path, a TCP connect) go 0.1 s to 2 s, so that a device is usable
    within 3 s of its return; a child that crashed goes 0.5 s to 30 s.
    """

    def __init__(
        self, first_s: float, cap_s: float, chance: Callable[[], float] = random.random
    ) -> None:
        self._first_s = first_s
        self._cap_s = cap_s
        self._chance = chance
        self._tries = 0

    def next_s(self) -> float:
        """The next wait in seconds."""
        plain = min(self._cap_s, self._first_s * 2.0**self._tries)
        self._tries = min(self._tries + 1, _DOUBLINGS)
        return plain * (0.8 + 0.4 * self._chance())

    def reset(self) -> None:
        """Start again with the first wait."""
        self._tries = 0


class Driver(Protocol):
    """Blocking code of one device; only the owner thread calls it."""

    def open(self) -> None:
        """Connect and probe within about a second; DeviceError if that fails."""

    def poll(self) -> frozenset[FailureCode]:
        """Read the idle status: reasons for FAULT or WARN; DeviceError when the device is gone."""

    def close(self) -> None:
        """Let go of everything; never raises."""


D = TypeVar("D", bound=Driver)
D_contra = TypeVar("D_contra", bound=Driver, contravariant=True)


class Job(Protocol[D_contra]):
    """One request to a device."""

    def run(self, driver: D_contra) -> None:
        """Do it; DeviceError with a code of `LOST` makes the owner open the device anew."""

    def refuse(self, failure: FailureCode) -> None:
        """The device is not usable, so the request ends here."""


class Owner(Generic[D]):
    """The owner thread of one device."""

    def __init__(
        self,
        config: DeviceConfig,
        kind: str,
        driver: D,
        *,
        poll_s: float = 2.0,
        present: Callable[[], bool] | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        """Prepare; nothing happens before `start`.

        Args:
            config: the device's table.
            kind: room of the driver, for the snapshot.
            driver: the blocking code.
            poll_s: seconds between two idle polls.
            present: tells whether the address exists now; an arrival ends a wait at once.
            clock: monotonic seconds.
        """
        self._driver = driver
        self._poll_s = poll_s
        self._present = present
        self._clock = clock
        self._report: Report | None = None
        self._jobs: deque[Job[D]] = deque()
        self._condition = threading.Condition()
        self._stopping = False
        self._busy = False
        self._thread: threading.Thread | None = None
        self._cheap = Backoff(0.1, 2.0)
        self._broken = Backoff(0.5, 30.0)
        self._up_since = 0.0
        self._enabled = config.enabled
        self._snapshot = Snapshot(
            device_id=config.device_id,
            kind=kind,
            driver=config.uri.scheme,
            state=state_of(
                enabled=config.enabled,
                phase=Phase.OPENING,
                busy=False,
                reasons=(),
                status_stale=False,
            ),
            phase=Phase.OPENING if config.enabled else Phase.STOPPED,
            since=clock(),
            simulated=config.uri.scheme == "simulated",
        )

    def start(self, report: Report) -> None:
        """Start the thread; `report` gets the first snapshot at once."""
        self._report = report
        report(DeviceStateChanged(self._snapshot))
        if not self._enabled:
            return
        name = f"device-{self._snapshot.device_id}"
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Refuse what waits, end the thread and close the device; idempotent."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=12.0)
            self._thread = None

    def submit(self, job: Job[D]) -> None:
        """Queue a job; it is refused at once while the device is not usable.

        Before the first try to open has ended nobody knows yet, so the job waits for it.
        """
        with self._condition:
            phase = self._snapshot.phase
            usable = phase in {Phase.OPENING, Phase.UP} and not self._stopping
            if usable:
                self._jobs.append(job)
                self._condition.notify_all()
        if not usable:
            job.refuse(self._snapshot.failure or FailureCode.NOT_CONNECTED)

    def snapshot(self) -> Snapshot:
        """The state now."""
        return self._snapshot

    def _live(self) -> None:
        while not self._stopping:
            try:
                self._publish(Phase.OPENING, self._snapshot.reasons)
                self._driver.open()
                self._cheap.reset()
                self._up_since = self._clock()
                self._publish(Phase.UP, self._driver.poll())
                self._serve()
            except DeviceError as error:
                self._driver.close()
                self._lose(error)
            except Exception as error:  # noqa: BLE001 - a driver's bug must not end supervision
                self._driver.close()
                self._lose(DeviceError(FailureCode.DRIVER_CRASHED, type(error).__name__))
        self._driver.close()
        self._refuse_all(FailureCode.CANCELLED)
        self._publish(Phase.STOPPED, frozenset())

    def _serve(self) -> None:
        """Run jobs and idle polls until the device is lost or the owner stops."""
        while True:
            with self._condition:
                if not self._jobs and not self._stopping:
                    self._condition.wait(self._poll_s)
                if self._stopping:
                    return
                job = self._jobs.popleft() if self._jobs else None
            if job is None:
                self._publish(Phase.UP, self._driver.poll())
            else:
                self._work(job)
            if self._clock() - self._up_since > 60.0:
                self._broken.reset()

    def _work(self, job: Job[D]) -> None:
        self._busy = True
        self._publish(Phase.UP, self._snapshot.reasons)
        try:
            job.run(self._driver)
        except DeviceError as error:
            if error.code in LOST:
                raise
        finally:
            self._busy = False
        self._publish(Phase.UP, self._driver.poll())

    def _lose(self, error: DeviceError) -> None:
        gone = error.code in {FailureCode.NOT_CONNECTED, FailureCode.PERMISSION_DENIED}
        phase = Phase.ABSENT if gone else Phase.BACKING_OFF
        self._publish(phase, frozenset({error.code}), error.detail, restarted=True)
        self._refuse_all(error.code)
        backoff = self._broken if error.code in _CRASHED else self._cheap
        self._wait(backoff.next_s())

    def _wait(self, seconds: float) -> None:
        """Wait, but not longer than until the address appears."""
        until = self._clock() + seconds
        there = self._there()
        with self._condition:
            while not self._stopping and (left := until - self._clock()) > 0:
                self._condition.wait(min(left, _SLICE_S))
                before, there = there, self._there()
                if there and not before:
                    return

    def _there(self) -> bool:
        """Whether the address exists; true where nobody can tell, so that nothing arrives."""
        return self._present is None or self._present()

    def _refuse_all(self, failure: FailureCode) -> None:
        with self._condition:
            waiting = list(self._jobs)
            self._jobs.clear()
        for job in waiting:
            job.refuse(failure)

    def _publish(
        self,
        phase: Phase,
        reasons: frozenset[FailureCode],
        detail: str = "",
        *,
        restarted: bool = False,
    ) -> None:
        """Replace the snapshot and report it if anything but its time changed."""
        old = self._snapshot
        if phase is Phase.OPENING and old.phase in {Phase.ABSENT, Phase.BACKING_OFF}:
            return  # a retry is no news: the reason of the loss stays on show
        state = state_of(
            enabled=self._enabled,
            phase=phase,
            busy=self._busy,
            reasons=reasons,
            status_stale=False,
        )
        restarts = old.restarts + (1 if restarted and old.phase is Phase.UP else 0)
        new = replace(
            old, state=state, phase=phase, reasons=reasons, detail=detail, restarts=restarts
        )
        if new != old:
            self._snapshot = replace(new, since=self._clock())
            if self._report is not None:
                self._report(DeviceStateChanged(self._snapshot))
