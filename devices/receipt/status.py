"""What a printer answers: bytes told apart by their fixed bits, and what they mean.

Answers of different commands arrive interleaved, so every byte is classified by the bits
that never change (Epson's command reference, "status transmission"):

    0xx1xx10             answer to DLE EOT
    0xx1xx00 + 3 bytes   automatic status (ASB); the three are 0xx0xxxx
    0xx0xxxx             answer to GS r or a number of GS I
    11 / 13              XON / XOFF
    37 3B 3D 5F ... 00   a block: process id, information
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from devices.errors import TRAITS, FailureCode, Level
from devices.receipt.api import Paper, PrinterStatus

_BLOCK_HEADS = frozenset({0x37, 0x3B, 0x3D, 0x5F})
_LONGEST_BLOCK = 96


class Kind(Enum):
    """What an incoming byte or group of bytes belongs to."""

    REALTIME = auto()
    ASB = auto()
    STREAM = auto()
    BLOCK = auto()
    XON = auto()
    XOFF = auto()
    NOISE = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `data` holds its bytes, a block's with head and final NUL."""

    kind: Kind
    data: bytes


class Classifier:
    """Tells the bytes of a printer apart, however they are cut and interleaved."""

    def __init__(self) -> None:
        self._asb = bytearray()
        self._block = bytearray()

    def feed(self, data: bytes) -> list[Answer]:
        """Take the next bytes; returns the answers that they complete."""
        answers = (self._take(byte) for byte in data)
        return [answer for answer in answers if answer is not None]

    def _take(self, byte: int) -> Answer | None:
        if byte in {0x11, 0x13}:
            return Answer(Kind.XON if byte == 0x11 else Kind.XOFF, bytes([byte]))
        if self._block:
            return self._inside_block(byte)
        if byte in _BLOCK_HEADS:
            self._block.append(byte)
            return None
        return self._single(byte)

    def _inside_block(self, byte: int) -> Answer | None:
        # Process ids are made of bytes without bit 4, so a status between them can be told.
        own_id = self._block[0] == 0x37
        if byte & 0x93 == 0x12 and (own_id or byte < 0x20):
            return Answer(Kind.REALTIME, bytes([byte]))
        self._block.append(byte)
        if byte and len(self._block) < _LONGEST_BLOCK:
            return None
        kind = Kind.NOISE if byte else Kind.BLOCK
        block, self._block = bytes(self._block), bytearray()
        return Answer(kind, block)

    def _single(self, byte: int) -> Answer | None:
        if byte & 0x93 == 0x12:
            return Answer(Kind.REALTIME, bytes([byte]))
        if byte & 0x93 == 0x10:
            self._asb = bytearray([byte])
            return None
        if byte & 0x90 == 0x00:
            return self._low(byte)
        self._asb.clear()
        return Answer(Kind.NOISE, bytes([byte]))

    def _low(self, byte: int) -> Answer | None:
        if not self._asb:
            return Answer(Kind.STREAM, bytes([byte]))
        self._asb.append(byte)
        if len(self._asb) < 4:
            return None
        group, self._asb = bytes(self._asb), bytearray()
        return Answer(Kind.ASB, group)


def from_realtime(answers: Mapping[int, int]) -> PrinterStatus:
    """Read the answers to DLE EOT 1 to 4; what was not answered stays unknown.

    Args:
        answers: the answered byte by n.
    """
    printer, offline, error, paper = (answers.get(number) for number in (1, 2, 3, 4))
    stopped = offline is not None and bool(offline & 0x20)
    return _with_error(
        PrinterStatus(
            online=None if printer is None else not printer & 0x08,
            paper=Paper.OUT if stopped else _paper(paper, near=0x0C, out=0x60),
            cover=None if offline is None else bool(offline & 0x04),
            cutter=None if error is None else bool(error & 0x08),
            raw={f"dle_eot_{number}": f"{byte:02X}" for number, byte in sorted(answers.items())},
        ),
        broken=error is not None and bool(error & 0x20),
        hot=error is not None and bool(error & 0x40),
        recoverable=error is not None and bool(error & 0x04),
    )


def from_asb(group: bytes) -> PrinterStatus:
    """Read the four bytes of an automatic status."""
    first, second, third, _ = group
    return _with_error(
        PrinterStatus(
            online=not first & 0x08,
            paper=_paper(third, near=0x03, out=0x0C),
            cover=bool(first & 0x20),
            cutter=bool(second & 0x08),
            raw={"asb": group.hex().upper()},
        ),
        broken=bool(second & 0x20),
        hot=bool(second & 0x40),
        recoverable=bool(second & 0x04),
    )


def reasons_of(status: PrinterStatus) -> frozenset[FailureCode]:
    """The failure codes of a status, for the snapshot."""
    found = {
        FailureCode.PAPER_OUT: status.paper is Paper.OUT,
        FailureCode.PAPER_LOW: status.paper is Paper.NEAR_END,
        FailureCode.COVER_OPEN: status.cover is True,
        FailureCode.CUTTER_ERROR: status.cutter is True,
        FailureCode.STATUS_UNKNOWN: status.online is None or status.paper is Paper.UNKNOWN,
    }
    reasons = {code for code, present in found.items() if present}
    if status.error is not None:
        reasons.add(status.error)
    return frozenset(reasons)


def blocking(status: PrinterStatus) -> FailureCode | None:
    """Why no job may start now, or None; an off-line printer without a cause is BUSY."""
    order = (FailureCode.DEVICE_ERROR, FailureCode.CUTTER_ERROR, FailureCode.COVER_OPEN)
    reasons = {code for code in reasons_of(status) if TRAITS[code].level is Level.BLOCK}
    for code in (*order, *sorted(reasons)):
        if code in reasons:
            return code
    return FailureCode.BUSY if status.online is False else None


def _with_error(
    status: PrinterStatus, *, broken: bool, hot: bool, recoverable: bool
) -> PrinterStatus:
    """Name the status's worst fault.

    A recoverable error beside a cutter error is the cutter's own.
    """
    faults = {
        FailureCode.DEVICE_ERROR: broken or (recoverable and not status.cutter),
        FailureCode.CUTTER_ERROR: status.cutter is True,
        FailureCode.COVER_OPEN: status.cover is True,
        FailureCode.PAPER_OUT: status.paper is Paper.OUT,
        FailureCode.OVERHEATED: hot,
    }
    worst = next((code for code, present in faults.items() if present), None)
    return PrinterStatus(
        status.online, status.paper, status.cover, status.cutter, worst, status.raw
    )


def _paper(byte: int | None, *, near: int, out: int) -> Paper:
    if byte is None:
        return Paper.UNKNOWN
    if byte & out:
        return Paper.OUT
    return Paper.NEAR_END if byte & near else Paper.OK
