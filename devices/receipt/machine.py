"""The inside of a receipt printer: paper, sensors, a buffer and the engine that eats it.

Pure state without threads or sockets. `peer` puts it behind a TCP port, `simulated` drives it
in place. Two planes as in a real printer: real-time commands are answered on arrival, the
engine works through the buffer and stands still while the printer is off-line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from devices.receipt.decoder import Command, Decoder, Stop

_REALTIME = re.compile(
    rb"\x10(?:\x04([\x01-\x04])|\x05([\x01\x02])|(\x14\x08\x01\x03\x14\x01\x06\x02\x08))", re.DOTALL
)
_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_CLEARED = b"\x37\x25\x00"


class Fault(StrEnum):
    """What can be wrong with the printer."""

    PAPER_OUT = "PAPER_OUT"
    COVER_OPEN = "COVER_OPEN"
    CUTTER_ERROR = "CUTTER_ERROR"
    RECOVERABLE = "RECOVERABLE"
    DEVICE_ERROR = "DEVICE_ERROR"
    OVERHEATED = "OVERHEATED"
    NEAR_END = "NEAR_END"
    MUTE = "MUTE"
    GARBAGE = "GARBAGE"
    POWER_OFF = "POWER_OFF"


_OFFLINE = frozenset(
    {
        Fault.PAPER_OUT,
        Fault.COVER_OPEN,
        Fault.CUTTER_ERROR,
        Fault.RECOVERABLE,
        Fault.DEVICE_ERROR,
        Fault.OVERHEATED,
    }
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What this model of printer can do; the lower proof tiers lack some of it.

    Attributes:
        process_id: knows GS ( H.
        information: knows GS I.
        stream_status: knows GS r.
        automatic_status: knows GS a.
        realtime: knows DLE EOT.
        clear: knows the clearing of the buffer.
        buffer_bytes: size of the receive buffer.
    """

    process_id: bool = True
    information: bool = True
    stream_status: bool = True
    automatic_status: bool = True
    realtime: bool = True
    clear: bool = True
    buffer_bytes: int = 4096
    maker: str = "QUANBAN"
    model: str = "PEER-80"


@dataclass(frozen=True, slots=True)
class PaperPiece:
    """One piece of paper that a cut set free.

    Attributes:
        bitmap: rows x dots, True is black.
        text: native text that was printed on it, line by line.
    """

    bitmap: NDArray[np.bool_]
    text: tuple[str, ...] = ()


@dataclass
class Machine:
    """One printer.

    Attributes:
        paper_rows: dots of paper left on the roll; None for a roll without an end.
        near_end_rows: below this the near-end sensor reports.
        receipts: the pieces that were cut off, oldest first.
        events: what happened, oldest first: `cut`, `power_off`, `cleared` ...
        unknown: commands that nobody knows, in hex.
    """

    traits: Traits = field(default_factory=Traits)
    paper_rows: int | None = None
    near_end_rows: int = 400
    receipts: list[PaperPiece] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    faults: set[Fault] = field(default_factory=set)
    _buffer: bytearray = field(default_factory=bytearray)
    _scan: bytes = b""
    _replies: bytearray = field(default_factory=bytearray)
    _decoder: Decoder = field(default_factory=Decoder)
    _rows: list[bytes] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _asb: int = 0

    def free(self) -> int:
        """Bytes that the receive buffer still takes."""
        return max(0, self.traits.buffer_bytes - len(self._buffer))

    def idle(self) -> bool:
        """Whether the engine has nothing to do or cannot do it."""
        return not self._buffer or bool(self.faults & _OFFLINE) or Fault.POWER_OFF in self.faults

    def receive(self, data: bytes) -> None:
        """The receiving plane: buffer the bytes, act on real-time commands at once."""
        if Fault.POWER_OFF in self.faults:
            return
        self._buffer += data
        text = self._scan + data
        after = 0
        for match in _REALTIME.finditer(text):
            after = match.end()
            self._on_realtime(match, len(text) - after)
        self._scan = _unfinished(text[after:])

    def advance(self, rows: int) -> int:
        """The engine: feed at most `rows` of paper; returns the rows fed."""
        fed = 0
        while fed < rows and not self.idle():
            step = self._decoder.next(self._buffer)
            if step is Stop.NEED_MORE:
                break
            if isinstance(step, bytes):
                fed += self._feed([step])
            else:
                fed += self._execute(step)
        return fed

    def take_replies(self) -> bytes:
        """What the printer says since the last call."""
        replies, self._replies = bytes(self._replies), bytearray()
        if Fault.POWER_OFF in self.faults or Fault.MUTE in self.faults:
            return b""
        return bytes(0x80 | byte for byte in replies) if Fault.GARBAGE in self.faults else replies

    def set_fault(self, fault: Fault, *, present: bool = True) -> None:
        """Let a fault come or go; switching the power forgets everything but the paper."""
        before = self._asb_group()
        (self.faults.add if present else self.faults.discard)(fault)
        self.events.append(f"{fault.value.lower()}{'' if present else ' gone'}")
        if fault is Fault.POWER_OFF:
            self.reset()
        elif self._asb_group() != before:
            self._push_asb()

    def load_paper(self, rows: int | None = None) -> None:
        """Put in a new roll."""
        self.paper_rows = rows
        self.set_fault(Fault.PAPER_OUT, present=False)

    def reset(self) -> None:
        """Power on again: buffer, settings and a half-drawn line are gone, the paper stays."""
        self._buffer.clear()
        self._scan = b""
        self._replies.clear()
        self._decoder = Decoder()
        self._asb = 0

    def uncut(self) -> NDArray[np.bool_]:
        """What stands on the paper that was not cut off yet."""
        return _bitmap(self._rows)

    def _on_realtime(self, match: "re.Match[bytes]", bytes_after: int) -> None:
        status, enquiry, clear = match.groups()
        if status and self.traits.realtime:
            self._replies.append(self._realtime_byte(status[0]))
        elif enquiry:
            self.set_fault(Fault.CUTTER_ERROR, present=False)
            self.set_fault(Fault.RECOVERABLE, present=False)
        elif clear and self.traits.clear:
            del self._buffer[: len(self._buffer) - bytes_after]
            self._decoder = Decoder()
            self.events.append("cleared")
            self._replies += _CLEARED

    def _realtime_byte(self, number: int) -> int:
        has = self.faults.__contains__
        bits = {
            1: 0x08 if self.faults & _OFFLINE else 0,
            2: (0x04 if has(Fault.COVER_OPEN) else 0)
            | (0x20 if has(Fault.PAPER_OUT) else 0)
            | (0x40 if self._error_bits() else 0),
            3: self._error_bits(),
            4: (0x0C if self._near_end() else 0) | (0x60 if has(Fault.PAPER_OUT) else 0),
        }
        return 0x12 | bits[number]

    def _error_bits(self) -> int:
        """The error bits that DLE EOT 3 and the second ASB byte share."""
        values = {
            Fault.RECOVERABLE: 0x04,
            Fault.CUTTER_ERROR: 0x08,
            Fault.DEVICE_ERROR: 0x20,
            Fault.OVERHEATED: 0x40,
        }
        return sum(bit for fault, bit in values.items() if fault in self.faults)

    def _near_end(self) -> bool:
        low = self.paper_rows is not None and self.paper_rows < self.near_end_rows
        return low or Fault.NEAR_END in self.faults or Fault.PAPER_OUT in self.faults

    def _asb_group(self) -> bytes:
        first = 0x10 | (0x08 if self.faults & _OFFLINE else 0)
        first |= 0x20 if Fault.COVER_OPEN in self.faults else 0
        third = (0x03 if self._near_end() else 0) | (0x0C if Fault.PAPER_OUT in self.faults else 0)
        return bytes([first, self._error_bits(), third, 0])

    def _push_asb(self) -> None:
        if self._asb:
            self._replies += self._asb_group()

    def _feed(self, rows: list[bytes]) -> int:
        """Move paper; the last row of the roll raises the paper-out sensor."""
        near = self._near_end()
        self._rows += rows
        if self.paper_rows is not None:
            self.paper_rows = max(0, self.paper_rows - len(rows))
            if self.paper_rows == 0:
                self.set_fault(Fault.PAPER_OUT)
            elif self._near_end() != near:
                self._push_asb()
        return len(rows)

    def _execute(self, command: Command) -> int:
        match command.name:
            case "text":
                self._text.append(command.data.decode("gb18030", errors="replace"))
            case "feed":
                return self._feed([b""] * int.from_bytes(command.data, "little"))
            case "cut":
                self._cut()
            case "reset":
                self._asb = 0
                self._decoder = Decoder()
            case "unknown":
                self.unknown.append(command.data.hex())
            case _:
                self._reply(command)
        return 0

    def _cut(self) -> None:
        self.receipts.append(PaperPiece(_bitmap(self._rows), tuple(self._text)))
        self._rows, self._text = [], []
        self.events.append("cut")

    def _reply(self, command: Command) -> None:
        traits = self.traits
        match command.name:
            case "process_id" if traits.process_id:
                self._replies += b"\x37\x22" + command.data + b"\x00"
            case "stream_status" if traits.stream_status:
                self._replies.append(self._asb_group()[2])
            case "information" if traits.information:
                text = traits.maker if command.data == b"B" else traits.model
                self._replies += b"\x5f" + text.encode("ascii") + b"\x00"
            case "automatic_status" if traits.automatic_status:
                self._asb = command.data[0]
                self._push_asb()
            case _:
                pass


def _unfinished(text: bytes) -> bytes:
    """The end of the text that may still become a real-time command."""
    for at in _escapes(text[-len(_CLEAR) + 1 :]):
        if at in {b"\x10", b"\x10\x04", b"\x10\x05"} or _CLEAR.startswith(at):
            return at
    return b""


def _escapes(text: bytes) -> Iterator[bytes]:
    at = text.find(b"\x10")
    while at >= 0:
        yield text[at:]
        at = text.find(b"\x10", at + 1)


def _bitmap(rows: list[bytes]) -> NDArray[np.bool_]:
    width = max((len(row) for row in rows), default=0)
    packed = np.frombuffer(b"".join(row.ljust(width, b"\x00") for row in rows), dtype=np.uint8)
    return np.unpackbits(packed.reshape(len(rows), width), axis=1).astype(np.bool_)
