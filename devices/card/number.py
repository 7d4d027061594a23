"""The citizen number (GB 11643) and its check; regions are never a reason to refuse."""

from datetime import date
from enum import StrEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_DIGITS = frozenset("0123456789")


class NumberFault(StrEnum):
    """Why a text is no citizen number; names the rule, never the number."""

    LENGTH = "length"
    CHARACTER = "character"
    DATE = "date"
    FUTURE = "future"
    CHECK = "check"


def normalised(text: str) -> str:
    """The number as it is kept: no spaces, capital X."""
    return "".join(text.split()).upper()


def check_character(first17: str) -> str:
    """The 18th character: ISO 7064 MOD 11-2 over the first 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17[:17], strict=True))
    return _CHECKS[total % 11]


def fault_of(number: str, today: date | None = None) -> NumberFault | None:
    """Check an 18-character number; a lower-case x is taken.

    The region is not looked at: abolished districts, 810000, 820000, 830000 and the
    permanent residents' 9... all belong to real people.

    Args:
        number: without spaces.
        today: refuses a birth after it; None where the clock is not trusted.

    Returns:
        The first rule that is broken, or None.
    """
    if len(number) != 18:
        return NumberFault.LENGTH
    digits, last = number[:17], number[17].upper()
    if not _DIGITS.issuperset(digits) or last not in _CHECKS:
        return NumberFault.CHARACTER
    birth = birth_of(number)
    if birth is None:
        return NumberFault.DATE
    if today is not None and birth > today:
        return NumberFault.FUTURE
    return None if check_character(digits) == last else NumberFault.CHECK


def birth_of(number: str) -> date | None:
    """The date of birth inside an 18-character number, None if it is no real date."""
    text = number[6:14]
    if len(text) != 8 or not _DIGITS.issuperset(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def from_15(number: str) -> str | None:
    """The 18-character form of an old 15-digit number; None if it is none.

    The old form has a two-digit year, always of the 20th century.
    """
    if len(number) != 15 or not _DIGITS.issuperset(number):
        return None
    first17 = number[:6] + "19" + number[6:]
    return first17 + check_character(first17)


def is_male(number: str) -> bool:
    """Whether the 17th digit is odd."""
    return int(number[16]) % 2 == 1
