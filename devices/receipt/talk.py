"""A conversation with a printer: questions, answers, and what it says unasked."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import PrinterStatus
from devices.receipt.status import Answer, Classifier, Kind, from_asb, from_realtime
from devices.receipt.transport import Link

Clock = Callable[[], float]

INIT = b"\x1b@"
CUT = b"\x1dVB\x00"
ASK_PAPER = b"\x1dr\x01"
ASK_MAKER = b"\x1dIB"
ASK_MODEL = b"\x1dIC"
AUTOMATIC_STATUS = b"\x1da\x0e"
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
CLEARED = b"\x37\x25\x00"
_ID_LETTERS = b"ABCDEFGHIJKLMNO"
_KEPT = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the driver waits, in seconds; the sources are in `docs/devices.md`.

    Attributes:
        reply_s: one status question.
        resync_s: getting the printer out of an unfinished picture.
        watch_s: between two questions while a proof is awaited.
        silence_s: no byte taken and none answered while a job runs.
        hold_s: paper out or cover open in a job, with the resident informed.
    """

    reply_s: float = 1.0
    resync_s: float = 1.5
    watch_s: float = 0.5
    silence_s: float = 10.0
    hold_s: float = 60.0


def ask_process_id(mark: bytes) -> bytes:
    """GS ( H fn 48: the printer returns the four characters when all before is on paper."""
    return b"\x1d(H\x06\x0000" + mark


def process_mark(number: int) -> bytes:
    """Four characters for a process id; none of them looks like a status byte."""
    base = len(_ID_LETTERS)
    return bytes(_ID_LETTERS[number // base**place % base] for place in range(4))


class Talk:
    """Questions and answers over one open link."""

    def __init__(self, link: Link, clock: Clock = time.monotonic) -> None:
        self.link = link
        self.clock = clock
        self.heard_at = clock()
        self.status: PrinterStatus | None = None
        self.noise = 0
        self._classifier = Classifier()
        self._realtime: deque[int] = deque(maxlen=_KEPT)
        self.stream: deque[int] = deque(maxlen=_KEPT)
        self.blocks: deque[bytes] = deque(maxlen=_KEPT)
        self._late = False

    def pump(self, data: bytes = b"", timeout_s: float = 0.0) -> int:
        """Exchange once; returns the bytes that the link took."""
        taken, received = self.link.exchange(data, timeout_s)
        if received:
            self.heard_at = self.clock()
            for answer in self._classifier.feed(received):
                self._keep(answer)
        return taken

    def drain(self) -> None:
        """Drop status answers that nobody asked for; after a missing one wait a little for it."""
        until = self.clock() + (0.2 if self._late else 0.0)
        while True:
            before = self.heard_at
            self.pump(timeout_s=max(0.0, until - self.clock()))
            if self.heard_at == before and self.clock() >= until:
                break
        self._late = False
        self._realtime.clear()

    def forget(self) -> None:
        """Drop every earlier answer, before a question whose answer must be a new one."""
        self.drain()
        self.stream.clear()
        self.blocks.clear()

    def send(self, data: bytes, timeout_s: float) -> int:
        """Write until all is taken or the time is over; returns the bytes taken."""
        until = self.clock() + timeout_s
        sent = 0
        while sent < len(data) and (left := until - self.clock()) > 0:
            sent += self.pump(data[sent:], left)
        return sent

    def wait(self, done: Callable[[], bool], timeout_s: float) -> bool:
        """Listen until the condition holds or the time is over."""
        until = self.clock() + timeout_s
        while not done():
            left = until - self.clock()
            if left <= 0 or not self.link.can_answer:
                return False
            self.pump(timeout_s=left)
        return True

    def ask_realtime(self, number: int, timeout_s: float) -> int | None:
        """DLE EOT n; None when the answer does not come in time."""
        self.drain()
        question = bytes([0x10, 0x04, number])
        answered = self.send(question, timeout_s) == len(question) and self.wait(
            lambda: bool(self._realtime), timeout_s
        )
        self._late = not answered
        return self._realtime.popleft() if answered else None

    def ask_status(self, timeout_s: float) -> PrinterStatus:
        """DLE EOT 1 to 4; the first missing answer ends the asking, the rest stays unknown."""
        answers: dict[int, int] = {}
        for number in (1, 2, 3, 4):
            answer = self.ask_realtime(number, timeout_s)
            if answer is None:
                break
            answers[number] = answer
        status = from_realtime(answers)
        if len(answers) == 4:
            self.status = status
        return status

    def clear(self, timeout_s: float) -> bool:
        """Have the printer forget what it holds; True only when it said so."""
        self.blocks.clear()
        try:
            if self.send(CLEAR, timeout_s) < len(CLEAR):
                return False
            return self.wait(lambda: CLEARED in self.blocks, timeout_s)
        except DeviceError as error:
            if error.code is FailureCode.DISCONNECTED:
                return False
            raise

    def _keep(self, answer: Answer) -> None:
        match answer.kind:
            case Kind.REALTIME:
                self._realtime.append(answer.data[0])
            case Kind.ASB:
                self.status = from_asb(answer.data)
            case Kind.STREAM:
                self.stream.append(answer.data[0])
            case Kind.BLOCK:
                self.blocks.append(answer.data)
            case Kind.NOISE:
                self.noise += len(answer.data)
            case Kind.XON | Kind.XOFF:
                pass
