"""One request for a card, and the reader that owns it: the same for every driver.

A driver only knows how to find a card and how to read it. What the resident causes is
reported and the looking goes on; what the reader causes ends the request.
"""

import itertools
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Protocol

from devices.card.api import (
    CardPresent,
    CardRead,
    CardReadFailed,
    DocType,
    IdentityRecord,
)
from devices.card.document import china_today, expired_on
from devices.config import DeviceConfig
from devices.errors import DeviceError, FailureCode
from devices.events import DeviceEvent, Report, Snapshot
from devices.supervision import LOST, Clock, Driver, Owner

FIND_EVERY_S = 0.2
_SAME_AGAIN_S = 1.0
Today = Callable[[], date | None]

_GOES_ON = frozenset(
    {
        FailureCode.NO_CARD,
        FailureCode.CARD_LIFTED,
        FailureCode.BAD_CARD_DATA,
        FailureCode.CARD_UNSUPPORTED,
        FailureCode.CARD_WRONG_TYPE,
        FailureCode.CARD_REJECTED,
        FailureCode.PROTOCOL_ERROR,
    }
)
_SAME_AGAIN = frozenset(
    {FailureCode.CARD_UNSUPPORTED, FailureCode.CARD_WRONG_TYPE, FailureCode.CARD_REJECTED}
)


class CardDriver(Driver, Protocol):
    """Blocking code of one reader; only the owner thread calls it."""

    def find(self) -> bool:
        """Whether a card can be read now; DeviceError if the reader does not answer."""

    def read(self) -> IdentityRecord:
        """Read the card that was found; DeviceError with the reason if that fails."""


class _Desk:
    """What the requests of one reader share: numbering, clocks, the way out."""

    def __init__(self, device_id: str, clock: Clock, today: Today) -> None:
        self.device_id = device_id
        self.clock = clock
        self.today = today
        self.report: Report | None = None
        self._seq = itertools.count(1)

    def head(self, visit: str) -> tuple[str, str, int, float]:
        """The first four fields of an event."""
        return self.device_id, visit, next(self._seq), self.clock()

    def send(self, event: DeviceEvent) -> None:
        """Hand an event to the one callback."""
        if self.report is not None:
            self.report(event)


class CardRequest:
    """Looks for a card until one of an accepted type was read or the deadline is over."""

    def __init__(
        self, desk: _Desk, visit: str, accept: frozenset[DocType], deadline: float
    ) -> None:
        """Prepare; `CardReader.begin` tells the rules."""
        self._desk = desk
        self._visit = visit
        self._accept = accept
        self._deadline = deadline
        self._cancelled = threading.Event()
        self._settled = False
        self._lying = False
        self._not_before = 0.0
        self._said: FailureCode | None = None

    @property
    def settled(self) -> bool:
        """Whether the final event was sent."""
        return self._settled

    def cancel(self) -> None:
        """End at the next step with CANCELLED."""
        self._cancelled.set()

    def refuse(self, failure: FailureCode) -> None:
        """The reader is not usable, so the request ends here."""
        self._fail(failure, "", final=True)

    def run(self, driver: CardDriver) -> None:
        """Look and read; ends in exactly one final event, whatever happens.

        Raises:
            DeviceError: the reader is lost; the final event was sent before.
        """
        try:
            self._look(driver)
        except DeviceError as error:
            self._fail(error.code, error.detail, final=True)
            if error.code in LOST:
                raise
        finally:
            if not self._settled:
                self._fail(FailureCode.DRIVER_CRASHED, "", final=True)

    def _look(self, driver: CardDriver) -> None:
        while not self._settled:
            if self._cancelled.is_set():
                self._fail(FailureCode.CANCELLED, "", final=True)
            elif (left := self._deadline - self._desk.clock()) <= 0:
                self._fail(FailureCode.NO_CARD, "", final=True)
            else:
                self._once(driver)
                if not self._settled:
                    self._cancelled.wait(min(FIND_EVERY_S, left))

    def _once(self, driver: CardDriver) -> None:
        """One find, and one read if something lies there."""
        try:
            if driver.find():
                self._found(driver)
            else:
                self._lying = False
                self._not_before = 0.0
                self._said = None
        except DeviceError as error:
            if error.code not in _GOES_ON:
                raise
            if error.code in _SAME_AGAIN:
                self._not_before = self._desk.clock() + _SAME_AGAIN_S
            self._fail(error.code, error.detail, final=False)

    def _found(self, driver: CardDriver) -> None:
        found_at = self._desk.clock()
        if found_at < self._not_before:
            return  # most likely the card that was refused a moment ago
        if not self._lying:
            self._lying = True
            self._desk.send(CardPresent(*self._desk.head(self._visit)))
        record = driver.read()
        if self._cancelled.is_set():
            record.wipe()
            return
        if record.doc_type not in self._accept:
            got = record.doc_type
            record.wipe()
            self._not_before = self._desk.clock() + _SAME_AGAIN_S
            self._fail(FailureCode.CARD_WRONG_TYPE, got, final=False, got=got)
            return
        record.expired = expired_on(record, self._desk.today())
        self._settled = True
        read_ms = (self._desk.clock() - found_at) * 1000.0
        self._desk.send(CardRead(*self._desk.head(self._visit), record, read_ms))

    def _fail(
        self, failure: FailureCode, detail: str, *, final: bool, got: DocType | None = None
    ) -> None:
        """Report a failure; the same one about the same card is said once."""
        if self._settled or (not final and failure is self._said):
            return
        self._settled = final
        self._said = failure
        head = self._desk.head(self._visit)
        self._desk.send(CardReadFailed(*head, failure, detail, final, got))


class OwnedReader:
    """A `CardReader`: one owner thread, requests one after the other."""

    def __init__(
        self,
        config: DeviceConfig,
        driver: CardDriver,
        *,
        present: Callable[[], bool],
        today: Today | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        """Prepare; nothing happens before `start`.

        Args:
            config: the device's table.
            driver: the blocking code.
            present: tells whether the address exists now.
            today: the day, or None while the clock is not trusted.
            clock: monotonic seconds.
        """
        self._desk = _Desk(config.device_id, clock, today or china_today)
        self._owner: Owner[CardDriver] = Owner(
            config, "card", driver, poll_s=FIND_EVERY_S, present=present, clock=clock
        )
        self._lock = threading.Lock()
        self._requests: list[CardRequest] = []

    def start(self, report: Report) -> None:
        """Start the owner thread; `report` gets the first snapshot at once."""
        self._desk.report = report
        self._owner.start(report)

    def stop(self) -> None:
        """End all requests with CANCELLED and join the owner thread; idempotent."""
        self.cancel()
        self._owner.stop()

    def begin(self, visit: str, accept: frozenset[DocType], deadline: float) -> None:
        """Ask for one card; a second request waits for the end of the first.

        While the reader is not usable the request ends at once, on the caller's thread.
        """
        request = CardRequest(self._desk, visit, accept, deadline)
        with self._lock:
            self._requests = [each for each in self._requests if not each.settled]
            self._requests.append(request)
        self._owner.submit(request)

    def cancel(self) -> None:
        """End every request that was begun so far with CANCELLED; returns at once."""
        with self._lock:
            requests, self._requests = self._requests, []
        for each in requests:
            each.cancel()

    def snapshot(self) -> Snapshot:
        """The reader's state now."""
        return self._owner.snapshot()
