"""The blocking code of one receipt printer; only its owner thread calls it."""

import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Outcome, PrinterStatus, PrintJob, PrintResult
from devices.receipt.attempt import Attempt, Order
from devices.receipt.layout import with_reprint_head
from devices.receipt.probe import Probe, probe
from devices.receipt.raster import pack, render
from devices.receipt.status import reasons_of
from devices.receipt.talk import Clock, Limits, Talk, process_mark
from devices.receipt.transport import Link

WallClock = Callable[[], datetime]


def local_time() -> datetime:
    """The wall clock of this machine, for the head of a second print."""
    return datetime.now(UTC).astimezone()


class EscposDriver:
    """One printer behind one link.

    Attributes:
        on_status: called on the owner thread whenever a status was read.
    """

    def __init__(
        self,
        link: Link,
        *,
        blind: bool = False,
        limits: Limits | None = None,
        clock: Clock = time.monotonic,
        now: WallClock = local_time,
    ) -> None:
        """Prepare; nothing is opened.

        Args:
            link: the connection.
            blind: use a printer that answers nothing; its receipts end as `sent`.
            limits: waits in seconds.
            clock: monotonic seconds.
            now: wall clock.
        """
        self.on_status: Callable[[PrinterStatus], None] = lambda _: None
        self._link = link
        self._blind = blind
        self._limits = limits or Limits()
        self._clock = clock
        self._now = now
        self._talk = Talk(link, clock)
        self._probe = Probe()
        self._doubtful = True
        self._number = secrets.randbelow(50_000)

    @property
    def probed(self) -> Probe:
        """What the last probe found out."""
        return self._probe

    def open(self) -> None:
        """Connect and probe.

        Raises:
            DeviceError: NO_REPLY for a mute printer without `blind=1`, or the link's failure.
        """
        self._link.open()
        self._talk = Talk(self._link, self._clock)
        expected = self._link.can_answer
        self._settle()
        if expected and self._probe.mute and not self._blind:
            raise DeviceError(FailureCode.NO_REPLY, "connected, answers nothing; blind=1 not set")

    def poll(self) -> frozenset[FailureCode]:
        """Read the idle status.

        Raises:
            DeviceError: NO_REPLY when a printer that answered has fallen silent.
        """
        if not self._probe.settled:
            self._settle()
        status = self.read_status()
        if self._probe.realtime and status.online is None:
            raise DeviceError(FailureCode.NO_REPLY, "no status within the limit")
        return reasons_of(status)

    def close(self) -> None:
        """Let go of the link."""
        self._link.close()

    def read_status(self) -> PrinterStatus:
        """Ask for the status; a mute printer's items stay unknown."""
        if self._probe.realtime:
            status = self._talk.ask_status(self._limits.reply_s)
        else:
            self._talk.drain()
            status = PrinterStatus()
        self.on_status(status)
        return status

    def print(self, job: PrintJob, cancelled: threading.Event) -> PrintResult:
        """Render and print one receipt; see `Attempt` for how it ends.

        Raises:
            DeviceError: the link is lost and nothing was sent.
        """
        try:
            raster = self._raster(job)
        except DeviceError as error:
            return PrintResult(Outcome.NOT_STARTED, failure=error.code, detail=error.detail)
        if not self._probe.settled:
            self._settle()
        self._number += 1
        order = Order(raster, process_mark(self._number), job.deadline, cancelled)
        attempt = Attempt(self._talk, self._probe, order, self._limits, self.on_status)
        result = attempt.run()
        if attempt.lost is not None or not attempt.clean:
            self._doubtful = True
            self._link.close()
        return result

    def reopen_if_closed(self, result: PrintResult) -> None:
        """Connect anew after a try that left bytes behind, so that the next job starts clean.

        Raises:
            DeviceError: the printer is gone.
        """
        doubtful = result.outcome in {Outcome.PARTIAL, Outcome.UNKNOWN}
        if doubtful or result.failure is FailureCode.DISCONNECTED:
            self.open()

    def _raster(self, job: PrintJob) -> bytes:
        layout = job.layout
        if job.reprint > 0:
            layout = with_reprint_head(layout, job.id, job.reprint, self._now())
        return pack(render(layout, self._probe.capabilities.width_dots))

    def _settle(self) -> None:
        """Probe; once more when the printer was off-line and its stream could not be asked.

        After the first answer of the stream, or after one futile try to end an unfinished
        picture, only a broken job makes another try necessary.
        """
        self._probe = probe(self._talk, self._limits, resynchronise=self._doubtful)
        self._doubtful = self._doubtful and not self._probe.settled
