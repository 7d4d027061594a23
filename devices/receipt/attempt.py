"""One try to print: send, watch, wait for the proof, and say honestly how it ended.

Nothing is `printed` without the printer's own word that everything up to the cut is on
paper. After the first byte a doubt is `partial` or `unknown`, never `not_started`.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Outcome, Paper, PrinterStatus, PrintResult, Tier
from devices.receipt.probe import Probe
from devices.receipt.status import blocking
from devices.receipt.talk import (
    ASK_PAPER,
    AUTOMATIC_STATUS,
    CUT,
    INIT,
    Limits,
    Talk,
    ask_process_id,
)

_SLICE_S = 0.1


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed and until when.

    Attributes:
        raster: the packed picture.
        mark: the four characters of this try's process id.
        deadline: monotonic seconds.
        cancelled: set by another thread to end the try.
    """

    raster: bytes
    mark: bytes
    deadline: float
    cancelled: threading.Event


class Attempt:
    """One try on an open link; used once.

    Attributes:
        clean: false when bytes of the job may still be inside the printer.
        lost: the link's failure, if it broke.
    """

    def __init__(
        self,
        talk: Talk,
        probe: Probe,
        order: Order,
        limits: Limits,
        on_status: Callable[[PrinterStatus], None],
    ) -> None:
        self.clean = True
        self.lost: DeviceError | None = None
        self._talk = talk
        self._probe = probe
        self._order = order
        self._limits = limits
        self._on_status = on_status
        self._tier = probe.capabilities.proof_tier
        self._data = self._bytes()
        self._sent = 0
        self._progress_at = talk.clock()
        self._asked_at = talk.clock()
        self._held: FailureCode | None = None
        self._held_since = 0.0

    def run(self) -> PrintResult:
        """Print; a broken link is an outcome too and stays in `lost`."""
        try:
            refused = self._preflight()
            if refused is not None:
                return PrintResult(Outcome.NOT_STARTED, failure=refused)
            self._talk.forget()
            trouble = self._send() or self._prove()
        except DeviceError as error:
            self.lost = error
            trouble = error.code
        if trouble is None:
            printed = self._tier in {Tier.A, Tier.B}
            outcome = Outcome.PRINTED if printed else Outcome.SENT
            return PrintResult(outcome, self._tier, sent_bytes=self._sent)
        return self._stopped(trouble)

    def _bytes(self) -> bytes:
        head = INIT + (AUTOMATIC_STATUS if self._probe.automatic else b"")
        proof = {Tier.A: ask_process_id(self._order.mark), Tier.B: ASK_PAPER}
        return head + self._order.raster + CUT + proof.get(self._tier, b"")

    def _preflight(self) -> FailureCode | None:
        """Why the job must not start now; an item that was readable and is not is no OK."""
        if self._order.cancelled.is_set():
            return FailureCode.CANCELLED
        if self._talk.clock() >= self._order.deadline:
            return FailureCode.BUSY
        if not self._probe.realtime:
            return None
        status = self._talk.ask_status(self._limits.reply_s)
        self._on_status(status)
        unread = status.online is None or status.paper is Paper.UNKNOWN
        return blocking(status) or (FailureCode.NO_REPLY if unread else None)

    def _send(self) -> FailureCode | None:
        while self._sent < len(self._data):
            taken = self._talk.pump(self._data[self._sent : self._sent + 4096], _SLICE_S)
            if taken:
                self._sent += taken
                self._progress_at = self._talk.clock()
            if trouble := self._trouble():
                return trouble
        return None

    def _prove(self) -> FailureCode | None:
        """Wait for the tier's proof."""
        while not self._proven():
            self._talk.pump(timeout_s=_SLICE_S)
            if trouble := self._trouble():
                return trouble
            if self._tier is Tier.A:
                self._ask_while_waiting()
        return None

    def _proven(self) -> bool:
        match self._tier:
            case Tier.A:
                return b"\x37\x22" + self._order.mark + b"\x00" in self._talk.blocks
            case Tier.B:
                return bool(self._talk.stream) and self._fine()
            case Tier.C:
                return self._fine()
            case Tier.D:
                return True

    def _fine(self) -> bool:
        """Tiers B and C: the status after the job, read anew."""
        status = self._talk.ask_status(self._limits.reply_s)
        self._watch(status)
        complete = status.online is True and status.paper is not Paper.UNKNOWN
        return complete and blocking(status) is None

    def _ask_while_waiting(self) -> None:
        """Without automatic status asking is the only way; with it, an answer shows life."""
        now = self._talk.clock()
        if not self._probe.realtime or now - self._asked_at < self._limits.watch_s:
            return
        self._asked_at = now
        self._watch(self._talk.ask_status(self._limits.reply_s))

    def _trouble(self) -> FailureCode | None:
        """Why to give up now, or None to go on."""
        now = self._talk.clock()
        if self._talk.status is not None:
            self._watch(self._talk.status)
        if self._order.cancelled.is_set():
            return FailureCode.CANCELLED
        if self._held is not None:
            over = now - self._held_since > self._limits.hold_s or now >= self._order.deadline
            return self._held if over or self._held is FailureCode.DEVICE_ERROR else None
        heard = max(self._talk.heard_at, self._progress_at)
        silent = now - heard > self._limits.silence_s
        return FailureCode.OUTCOME_UNKNOWN if silent or now >= self._order.deadline else None

    def _watch(self, status: PrinterStatus) -> None:
        """Start or end the hold; the resident is told through the status."""
        if status.online is None:
            return
        cause = blocking(status)
        if cause is not None and self._held is None:
            self._held_since = self._talk.clock()
        if cause is None and self._held is not None:
            self._progress_at = self._talk.clock()
        if cause is not self._held:
            self._held = cause
            self._on_status(status)

    def _stopped(self, trouble: FailureCode) -> PrintResult:
        """Name the end of a try that was not proven, and empty the printer if it listens."""
        if not self._sent:
            return PrintResult(Outcome.NOT_STARTED, failure=trouble)
        complete = self._sent == len(self._data)
        partial = not complete or self._held is not None
        self.clean = False
        detail = ""
        if self.lost is None and self._probe.realtime:
            cleared = self._talk.clear(self._limits.reply_s)
            detail = "buffer cleared" if cleared else "may still appear"
        outcome = Outcome.PARTIAL if partial else Outcome.UNKNOWN
        return PrintResult(outcome, failure=trouble, sent_bytes=self._sent, detail=detail)
