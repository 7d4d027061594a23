"""Cuts a printer's byte stream into commands, as the engine of a printer does.

Knows the commands that receipts use and the lengths of the others that common programs
send, so that nothing of them is taken for text.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

_ESC_LENGTHS = {
    **dict.fromkeys(b" 3{-EMatR!VrT%=GcU", 1),
    **dict.fromkeys(b"2SLF<O", 0),
    **dict.fromkeys(b"$\\", 2),
    ord("p"): 3,
}
_FS_LENGTHS = {**dict.fromkeys(b"&.", 0), **dict.fromkeys(b"-!C", 1), ord("S"): 2}
_GS_LENGTHS = {
    **dict.fromkeys(b"!BbHhwf", 1),
    **dict.fromkeys(b"LWP\\$", 2),
    ord("z"): 2,
    ord(":"): 0,
}
_GS_NAMED = {ord("a"): "automatic_status", ord("r"): "stream_status", ord("I"): "information"}
_LINE_ROWS = 30


class Stop(Enum):
    """Why there is no next step."""

    NEED_MORE = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `data` holds its parameters, or the bytes of text or of an unknown one."""

    name: str
    data: bytes = b""


Step = Command | bytes | Stop
"""A command, one packed row of a raster picture, or nothing yet."""

_IGNORED = Command("ignored")


@dataclass
class Decoder:
    """Where the engine stands in the stream; only an unfinished picture is state."""

    _rows_left: int = 0
    _row_bytes: int = 0
    _text: bytearray = field(default_factory=bytearray)

    def next(self, buffer: bytearray) -> Step:
        """Take one step off the front of the buffer."""
        if self._rows_left:
            return self._row(buffer)
        if not buffer:
            return Stop.NEED_MORE
        head = buffer[0]
        if head >= 0x20:
            return self._collect(buffer)
        if head == 0x0A:
            return self._line_feed(buffer)
        handler = {0x00: _nuls, 0x10: _dle, 0x1B: _esc, 0x1C: _fs, 0x1D: self._gs}.get(head)
        if handler is not None:
            return handler(buffer)
        name = "ignored" if head in {0x09, 0x0D, 0x18} else "unknown"
        return _take(buffer, 1, name, 0)

    def _row(self, buffer: bytearray) -> Step:
        if len(buffer) < self._row_bytes:
            return Stop.NEED_MORE
        row = bytes(buffer[: self._row_bytes])
        del buffer[: self._row_bytes]
        self._rows_left -= 1
        return row

    def _collect(self, buffer: bytearray) -> Step:
        end = next((at for at, byte in enumerate(buffer) if byte < 0x20), len(buffer))
        self._text += buffer[:end]
        del buffer[:end]
        return _IGNORED

    def _line_feed(self, buffer: bytearray) -> Step:
        if self._text:
            line, self._text = bytes(self._text), bytearray()
            return Command("text", line)
        del buffer[0]
        return Command("feed", bytes([_LINE_ROWS]))

    def _gs(self, buffer: bytearray) -> Step:
        if len(buffer) < 3:
            return Stop.NEED_MORE
        kind = buffer[1]
        if kind == ord("v"):
            return self._raster(buffer)
        if kind == ord("("):
            return _parenthesis(buffer)
        if kind == ord("V"):
            return _take(buffer, 4 if buffer[2] in b"ABab" else 3, "cut", 2)
        if kind in _GS_NAMED:
            return _take(buffer, 3, _GS_NAMED[kind], 2)
        return _by_length(buffer, _GS_LENGTHS)

    def _raster(self, buffer: bytearray) -> Step:
        if len(buffer) < 8:
            return Stop.NEED_MORE
        self._row_bytes = int.from_bytes(buffer[4:6], "little")
        self._rows_left = int.from_bytes(buffer[6:8], "little") if self._row_bytes else 0
        return _take(buffer, 8, "ignored", 8)


def _take(buffer: bytearray, length: int, name: str, skip: int) -> Step:
    """Remove a command of known length; its parameters start after `skip` bytes."""
    if len(buffer) < length:
        return Stop.NEED_MORE
    data = bytes(buffer[skip:length])
    del buffer[:length]
    return Command(name, data)


def _by_length(buffer: bytearray, lengths: dict[int, int]) -> Step:
    """Pass over a setting whose parameters are known to be so many; the rest is unknown."""
    kind = buffer[1]
    if kind in lengths:
        return _take(buffer, 2 + lengths[kind], "ignored", 2)
    return _take(buffer, 2, "unknown", 0)


def _nuls(buffer: bytearray) -> Step:
    """NULs mean nothing; a client sends thousands of them to end an unfinished picture."""
    del buffer[: len(buffer) - len(buffer.lstrip(b"\x00"))]
    return _IGNORED


def _dle(buffer: bytearray) -> Step:
    """Real-time commands were answered on arrival; here they are passed over."""
    if len(buffer) < 2:
        return Stop.NEED_MORE
    lengths = {0x04: 3, 0x05: 3, 0x14: 10}
    if buffer[1] == 0x14 and len(buffer) > 2 and buffer[2] != 0x08:
        return _take(buffer, 5, "ignored", 2)
    return _take(buffer, lengths.get(buffer[1], 1), "ignored", 1)


def _esc(buffer: bytearray) -> Step:
    if len(buffer) < 2:
        return Stop.NEED_MORE
    kind = buffer[1]
    if kind == ord("@"):
        return _take(buffer, 2, "reset", 2)
    if kind == ord("J"):
        return _take(buffer, 3, "feed", 2)
    if kind == ord("d"):
        step = _take(buffer, 3, "feed", 2)
        if isinstance(step, Command):
            return Command("feed", (step.data[0] * _LINE_ROWS).to_bytes(2, "little"))
        return step
    return _by_length(buffer, _ESC_LENGTHS)


def _fs(buffer: bytearray) -> Step:
    if len(buffer) < 2:
        return Stop.NEED_MORE
    if buffer[1] == ord("("):
        return _parenthesis(buffer)
    return _by_length(buffer, _FS_LENGTHS)


def _parenthesis(buffer: bytearray) -> Step:
    """`GS ( x pL pH ...`: the length stands in the command; H with fn 48 asks for a process id."""
    if len(buffer) < 5:
        return Stop.NEED_MORE
    length = 5 + int.from_bytes(buffer[3:5], "little")
    asks_id = bytes(buffer[:2]) == b"\x1d(" and buffer[2] == ord("H") and length == 11
    if asks_id:
        return _take(buffer, length, "process_id", 7)
    return _take(buffer, length, "ignored", 5)
