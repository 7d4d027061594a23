"""Numbers that the terminal gives: ids of submissions and the collection number."""

import re
import secrets
import threading
import uuid
from dataclasses import dataclass

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_REGION = re.compile(r"[0-9]{6}")
_CODE = re.compile(r"[0-9A-Z]{4}")
_COUNTER_BITS = 12
_LAST_COUNT = 2**_COUNTER_BITS - 1
_DECIMAL_SERIALS = 100_000
_LETTERED_SERIALS = 26 * 36**4
SERIALS = _DECIMAL_SERIALS - 1 + _LETTERED_SERIALS


@dataclass(frozen=True, slots=True)
class TerminalIdentity:
    """The part of a collection number that names the terminal.

    Attributes:
        region: six digits of GB/T 2260.
        code: four characters `[0-9A-Z]`, unique inside the region.
    """

    region: str
    code: str

    def __post_init__(self) -> None:
        if not _REGION.fullmatch(self.region):
            raise ValueError("region: six digits of GB/T 2260")
        if not _CODE.fullmatch(self.code):
            raise ValueError("code: four characters 0-9 A-Z")


class IdMaker:
    """Makes UUIDv7 whose order is the order of their making; thread-safe.

    RFC 9562, 5.7 and method 1 of 6.2: 48 bits of milliseconds, a counter of 12 bits that
    starts anew with each millisecond in its lower half, then 62 random bits. A clock that
    stands still or jumps back changes nothing of the order; a counter that is used up
    borrows the next millisecond.
    """

    def __init__(self) -> None:
        """Start with the first time that is told."""
        self._lock = threading.Lock()
        self._ms = -1
        self._count = 0

    def make(self, wall_s: float) -> str:
        """The next id."""
        with self._lock:
            ms = int(wall_s * 1000)
            if ms > self._ms:
                self._ms, self._count = ms, secrets.randbits(_COUNTER_BITS - 1)
            elif self._count < _LAST_COUNT:
                self._count += 1
            else:
                self._ms, self._count = self._ms + 1, secrets.randbits(_COUNTER_BITS - 1)
            value = (self._ms & (2**48 - 1)) << 80 | 0x7 << 76 | self._count << 64
        value |= 0b10 << 62 | secrets.randbits(62)
        return str(uuid.UUID(int=value))


_IDS = IdMaker()


def uuid7(wall_s: float) -> str:
    """A UUIDv7 of this process: later ones sort behind earlier ones, whatever the clock does."""
    return _IDS.make(wall_s)


def check_character(text: str) -> str:
    """The check character of ISO 7064 MOD 37,36 over `[0-9A-Z]`."""
    product = 36
    for character in text:
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def serial_text(serial: int) -> str:
    """Five characters for the n-th submission of a terminal, n from 1.

    `00001` to `99999`, then `A0000` to `ZZZZZ` in base 36 with a letter in front, so
    that no text comes twice: 43,770,015 in all, 500 a day for 240 years.

    Raises:
        ValueError: below 1, or used up.
    """
    if not 1 <= serial <= SERIALS:
        raise ValueError("serial out of range")
    if serial < _DECIMAL_SERIALS:
        return f"{serial:05d}"
    rest = serial - _DECIMAL_SERIALS + 10 * 36**4
    characters = []
    for _ in range(5):
        rest, digit = divmod(rest, 36)
        characters.append(_ALPHABET[digit])
    return "".join(reversed(characters))


def collection_number(identity: TerminalIdentity, yymmdd: str, serial: int) -> str:
    """The 22 characters of the collection number: region, terminal, day, serial, check.

    The serial never resets with the day: a clock that jumps back must not repeat a number.
    """
    text = f"{identity.region}{identity.code}{yymmdd}{serial_text(serial)}"
    return text + check_character(text)
