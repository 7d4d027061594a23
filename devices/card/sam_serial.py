"""Driver `sam`: a certified ID-card reader on a serial line.

Limits and client rules are those of `docs/devices.md`: find and select 1.0 s, read
3.0 s, one repeat after a bad checksum, the input emptied before each command. Only
`30 01` is ever sent: the terminal does not need fingerprints, so it does not read them.
"""

import errno
import logging
import select
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import serial

from devices.card import frames, layouts
from devices.card.api import IdentityRecord
from devices.card.request import OwnedReader, Today
from devices.config import DeviceConfig
from devices.errors import DeviceError, FailureCode
from devices.supervision import Clock

_log = logging.getLogger("devices")

_GONE = (serial.SerialException, OSError, TypeError, termios.error)
_SHORT_S = 1.0
_READ_S = 3.0
_SILENCE_S = 0.5
_STATUS_EVERY_S = 2.0
_DONE = 0x90
_FOUND = 0x9F
_LENGTHS = 4

SW3: Mapping[int, FailureCode] = MappingProxyType(
    {
        0x10: FailureCode.PROTOCOL_ERROR,
        0x11: FailureCode.PROTOCOL_ERROR,
        0x21: FailureCode.PROTOCOL_ERROR,
        0x24: FailureCode.PROTOCOL_ERROR,
        0x31: FailureCode.CARD_REJECTED,
        0x32: FailureCode.CARD_REJECTED,
        0x33: FailureCode.CARD_LIFTED,
        0x34: FailureCode.NO_CARD,
        0x40: FailureCode.CARD_UNSUPPORTED,
        0x41: FailureCode.CARD_LIFTED,
        0x47: FailureCode.CARD_LIFTED,
        0x50: FailureCode.PROTOCOL_ERROR,
        0x60: FailureCode.SAM_SELFTEST,
        0x61: FailureCode.SAM_UNAUTHORISED,
        0x66: FailureCode.SAM_UNAUTHORISED,
        0x80: FailureCode.NO_CARD,
        0x81: FailureCode.CARD_LIFTED,
        0x91: FailureCode.BAD_CARD_DATA,
    }
)
"""The module's status words; 91 (no such content) only fails a read that needs the content."""

_REPEATED = frozenset({0x10, 0x11})
_MODULE = frozenset({FailureCode.SAM_SELFTEST, FailureCode.SAM_UNAUTHORISED})
_OPEN_FAILURES: Mapping[int, FailureCode] = MappingProxyType(
    {
        errno.EACCES: FailureCode.PERMISSION_DENIED,
        errno.EPERM: FailureCode.PERMISSION_DENIED,
        errno.EBUSY: FailureCode.BUSY,
        errno.EAGAIN: FailureCode.BUSY,
    }
)


class SamSerial:
    """Blocking code of the reader; only the owner thread calls it."""

    def __init__(self, path: str, baud: int, clock: Clock = time.monotonic) -> None:
        """Prepare; the line is opened by `open`."""
        self._path = path
        self._baud = baud
        self._clock = clock
        self._line: serial.Serial | None = None
        self._parser = frames.Parser()
        self._reasons: frozenset[FailureCode] = frozenset()
        self._asked_at = 0.0

    def open(self) -> None:
        """Open the line for this process alone and ask for the module's status.

        Raises:
            DeviceError: NOT_CONNECTED, PERMISSION_DENIED, BUSY; NO_REPLY or
                PROTOCOL_ERROR where no such module answers.
        """
        try:
            self._line = serial.Serial(
                self._path, self._baud, timeout=0, write_timeout=_SHORT_S, exclusive=True
            )
        except (*_GONE, ValueError) as error:
            code = _OPEN_FAILURES.get(getattr(error, "errno", None) or 0, FailureCode.NOT_CONNECTED)
            raise DeviceError(code, self._path) from None
        self._ask_status()

    def poll(self) -> frozenset[FailureCode]:
        """Look for a hang-up each time, and every two seconds ask for the module's status."""
        line = self._open_line()
        watch = select.poll()
        watch.register(line.fileno(), select.POLLIN)
        if any(seen & ~select.POLLIN for _, seen in watch.poll(0)):
            raise DeviceError(FailureCode.DISCONNECTED, self._path)
        if self._clock() - self._asked_at >= _STATUS_EVERY_S:
            self._ask_status()
        return self._reasons

    def close(self) -> None:
        """Let go of the line; what the line says about it is of no use any more."""
        line, self._line = self._line, None
        self._parser.clear()
        if line is not None:
            _close_quietly(line)

    def find(self) -> bool:
        """Whether the module sees a card; 9F is the one good answer."""
        answer = self._exchange(frames.FIND, _SHORT_S)
        if answer.sw3 == _FOUND:
            return True
        failure = self._failure(answer)
        if failure.code is FailureCode.NO_CARD:
            return False
        raise failure

    def read(self) -> IdentityRecord:
        """Select the card and read its text.

        Raises:
            DeviceError: the code of the module's status, or what is wrong with the data.
        """
        self._expect_done(self._exchange(frames.SELECT, _SHORT_S))
        answer = self._exchange(frames.READ_BASE, _READ_S)
        self._expect_done(answer)
        return _record(answer.data)

    def _ask_status(self) -> None:
        """Ask the module how it is; a module that refuses to work is a reason, not a loss."""
        answer = self._exchange(frames.STATUS, _SHORT_S)
        self._asked_at = self._clock()
        self._reasons = frozenset()
        if answer.sw3 != _DONE:
            failure = self._failure(answer)
            if failure.code not in _MODULE:
                raise DeviceError(FailureCode.PROTOCOL_ERROR, f"status: {failure.detail}")

    def _expect_done(self, answer: frames.Response) -> None:
        if answer.sw3 != _DONE:
            raise self._failure(answer)

    def _failure(self, answer: frames.Response) -> DeviceError:
        code = SW3.get(answer.sw3, FailureCode.PROTOCOL_ERROR)
        if code in _MODULE:
            self._reasons = frozenset({code})
        return DeviceError(code, f"SW3 {answer.sw3:02X}")

    def _exchange(self, command: bytes, limit_s: float) -> frames.Response:
        """Send a command and wait for its answer; once more if either side heard it badly."""
        try:
            answer = self._ask(command, limit_s)
        except DeviceError as error:
            if error.code is not FailureCode.PROTOCOL_ERROR:
                raise
            return self._ask(command, limit_s)
        return self._ask(command, limit_s) if answer.sw3 in _REPEATED else answer

    def _ask(self, command: bytes, limit_s: float) -> frames.Response:
        line = self._open_line()
        self._parser.clear()
        try:
            line.reset_input_buffer()
            line.write(frames.request(command))
            return self._answer(line, limit_s)
        except serial.SerialTimeoutException:
            raise DeviceError(FailureCode.NO_REPLY, "takes no bytes") from None
        except _GONE:
            raise DeviceError(FailureCode.DISCONNECTED, self._path) from None

    def _answer(self, line: serial.Serial, limit_s: float) -> frames.Response:
        """Wait for one whole frame; bytes that stop in the middle of it do not use up the limit."""
        start = self._clock()
        until = start + limit_s
        watch = select.poll()
        watch.register(line.fileno(), select.POLLIN)
        while (left := until - self._clock()) > 0:
            half = self._parser.pending > 0
            if watch.poll((min(left, _SILENCE_S) if half else left) * 1000.0):
                for payload in self._parser.feed(line.read(4096)):
                    return frames.Response.decode(payload)
                if self._parser.bad_checksums:
                    raise DeviceError(FailureCode.PROTOCOL_ERROR, "checksum")
            elif half:
                raise DeviceError(FailureCode.PROTOCOL_ERROR, "frame cut off")
        if self._parser.junk or self._parser.pending:
            raise DeviceError(FailureCode.PROTOCOL_ERROR, f"{self._parser.junk} stray bytes")
        waited_ms = (self._clock() - start) * 1000.0
        raise DeviceError(FailureCode.NO_REPLY, f"no answer within {waited_ms:.0f} ms")

    def _open_line(self) -> serial.Serial:
        if self._line is None:
            raise DeviceError(FailureCode.DISCONNECTED, self._path)
        return self._line


def _record(data: bytes) -> IdentityRecord:
    """Text length, photo length (u16, big-endian), text, photo; the photo is never needed."""
    text_bytes = int.from_bytes(data[:2], "big")
    photo_bytes = int.from_bytes(data[2:_LENGTHS], "big")
    if len(data) != _LENGTHS + text_bytes + photo_bytes:
        raise DeviceError(FailureCode.PROTOCOL_ERROR, "length of the read answer")
    text = data[_LENGTHS : _LENGTHS + text_bytes]
    return layouts.decode(text, data[_LENGTHS + text_bytes :])


def _close_quietly(line: serial.Serial) -> None:
    """Close a line whose device may be gone already."""
    try:
        line.close()
    except _GONE as error:
        _log.debug("closing the reader's line: %s", type(error).__name__)


def open_reader(
    config: DeviceConfig,
    *,
    today: Today | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> OwnedReader:
    """Build the reader of a `sam:/dev/...?baud=115200` address.

    Raises:
        DeviceError: OPTION_REFUSED for a path or a baud rate that cannot be.
    """
    path = config.uri.target
    baud = config.uri.number("baud", 115200)
    if not path or baud <= 0:
        raise DeviceError(FailureCode.OPTION_REFUSED, str(config.uri))
    driver = SamSerial(path, baud, clock)
    return OwnedReader(config, driver, present=Path(path).exists, today=today, clock=clock)
