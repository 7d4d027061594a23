"""Frames of the security module's serial line: build, and parse bytes as they come.

Source: the published frame tables of SAM_A/SAM_V modules (GA 450); the same bytes on
every UART. `AA AA AA 96 69 | LenHi LenLo | payload | CHK`, where Len counts what follows
it and CHK is the XOR of everything from LenHi to the last payload byte.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
LONGEST = 4096
SHORTEST_REQUEST = 3
SHORTEST_RESPONSE = 4

RESET = bytes.fromhex("10FF")
STATUS = bytes.fromhex("11FF")
MODULE_ID = bytes.fromhex("12FF")
FIND = bytes.fromhex("2001")
SELECT = bytes.fromhex("2002")
READ_BASE = bytes.fromhex("3001")
READ_ADDRESS = bytes.fromhex("3003")


def frame(payload: bytes) -> bytes:
    """Wrap a payload (command and data, or status words and data) into a frame."""
    body = (len(payload) + 1).to_bytes(2, "big") + payload
    return PREAMBLE + body + bytes([checksum(body)])


def checksum(body: bytes) -> int:
    """XOR of all bytes from LenHi to the last payload byte."""
    return reduce(xor, body, 0)


def request(command: bytes, data: bytes = b"") -> bytes:
    """A request: two bytes CMD PARA, then data."""
    return frame(command + data)


@dataclass(frozen=True, slots=True)
class Response:
    """One answer of the module.

    Attributes:
        sw3: the module's status; the card's own words SW1 SW2 tell nothing that is used.
        data: what follows the three status bytes; personal after a read.
    """

    sw1: int
    sw2: int
    sw3: int
    data: bytes = b""

    def __repr__(self) -> str:
        return f"Response(sw3={self.sw3:02X}, {len(self.data)} bytes)"

    def encode(self) -> bytes:
        """The frame as it goes over the line."""
        return frame(bytes([self.sw1, self.sw2, self.sw3]) + self.data)

    @classmethod
    def decode(cls, payload: bytes) -> "Response":
        """Split a payload of at least three bytes, as `Parser` gives them."""
        return cls(payload[0], payload[1], payload[2], payload[3:])


class Parser:
    """Finds whole frames in a stream of bytes that may hold junk, cuts and flipped bits.

    A preamble with an impossible length or a wrong checksum is stepped over by one
    byte and the search goes on; nothing but a frame with a right checksum comes out.

    Attributes:
        junk: bytes that belonged to no frame.
        bad_checksums: frames whose checksum was wrong.
    """

    def __init__(self, shortest: int = SHORTEST_RESPONSE) -> None:
        """Prepare; `shortest` is the least Len that can be true."""
        self._shortest = shortest
        self._buffer = bytearray()
        self.junk = 0
        self.bad_checksums = 0

    @property
    def pending(self) -> int:
        """Bytes that wait for the rest of their frame."""
        return len(self._buffer)

    def clear(self) -> None:
        """Forget everything; the counters start anew."""
        self._buffer.clear()
        self.junk = 0
        self.bad_checksums = 0

    def feed(self, received: bytes) -> list[bytes]:
        """Take bytes in and give out the payloads of the frames that are whole now."""
        self._buffer += received
        payloads = []
        while (payload := self._next()) is not None:
            payloads.append(payload)
        return payloads

    def _next(self) -> bytes | None:
        head = len(PREAMBLE) + 2
        while self._align() and len(self._buffer) >= head:
            length = int.from_bytes(self._buffer[len(PREAMBLE) : head], "big")
            if not self._shortest <= length <= LONGEST:
                self._skip(1)
                continue
            if len(self._buffer) < head + length:
                return None
            body = bytes(self._buffer[len(PREAMBLE) : head + length])
            if checksum(body) != 0:  # XOR over body and its own checksum
                self.bad_checksums += 1
                self._skip(1)
                continue
            del self._buffer[: head + length]
            return body[2:-1]
        return None

    def _align(self) -> bool:
        """Drop junk up to the next preamble; a part of one at the end stays."""
        start = self._buffer.find(PREAMBLE)
        if start >= 0:
            self._skip(start)
            return True
        keep = next(
            (n for n in range(len(PREAMBLE) - 1, 0, -1) if self._buffer.endswith(PREAMBLE[:n])), 0
        )
        self._skip(len(self._buffer) - keep)
        return False

    def _skip(self, count: int) -> None:
        del self._buffer[:count]
        self.junk += count
