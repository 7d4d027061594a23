"""The four text layouts of identity cards: 256 bytes UTF-16LE to a record and back.

Sources: GA/T 490 for the resident card, the published tables of the residence permit
for Hong Kong, Macao and Taiwan residents (`J`) and of the permanent residence cards of
2017 (`I`) and 2023 (`Y`). The letter stands in the u16 at offset 248; a blank means
resident. An unknown letter is refused, never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from devices.card.api import DocType, IdentityRecord
from devices.card.document import is_plain_text
from devices.card.number import fault_of
from devices.errors import DeviceError, FailureCode

TEXT_BYTES = 256
FOR_EVER = "长期"
_LETTER_AT = 248
_PAD = " \0"
_DATE = re.compile(r"[0-9]{8}")
_NUMBER_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")
_SEX = frozenset({"", "0", "1", "2", "9"})

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each field stands: (offset, length) in bytes; several spans are one text."""

    letter: str
    doc_type: DocType
    fields: Mapping[str, Spans]


_SHARED: Mapping[str, Spans] = MappingProxyType(
    {
        "name": ((0, 30),),
        "sex": ((30, 2),),
        "birth": ((36, 16),),
        "number": ((122, 36),),
        "valid_from": ((188, 16),),
        "valid_to": ((204, 16),),
    }
)

LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        " ": Layout(
            " ",
            DocType.RESIDENT,
            MappingProxyType(
                {
                    **_SHARED,
                    "nation": ((32, 4),),
                    "address": ((52, 70),),
                    "issuer": ((158, 30),),
                }
            ),
        ),
        "J": Layout(
            "J",
            DocType.HMT,
            MappingProxyType(
                {
                    **_SHARED,
                    "address": ((52, 70),),
                    "issuer": ((158, 30),),
                    "permit_no": ((220, 18),),
                    "issues": ((238, 4),),
                }
            ),
        ),
        "I": Layout(
            "I",
            DocType.PRC2017,
            MappingProxyType(
                {
                    "name_latin": ((0, 120),),
                    "sex": ((120, 2),),
                    "number": ((122, 30),),
                    "country": ((152, 6),),
                    "name": ((158, 30),),
                    "valid_from": ((188, 16),),
                    "valid_to": ((204, 16),),
                    "birth": ((220, 16),),
                    "issuer": ((240, 8),),
                }
            ),
        ),
        "Y": Layout(
            "Y",
            DocType.PRC2023,
            MappingProxyType(
                {
                    **_SHARED,
                    "issues": ((32, 4),),
                    "name_latin": ((52, 70), (220, 22)),
                    "country": ((242, 6),),
                }
            ),
        ),
    }
)


def decode(text: bytes, photo: bytes = b"") -> IdentityRecord:
    """Read the 256 bytes of a card.

    A lower-case x of the number stays as it is; `number.normalised` is for the wire.

    Raises:
        DeviceError: CARD_UNSUPPORTED for an unknown letter; BAD_CARD_DATA naming the
            field whose length, characters, date or check is wrong, never its content.
    """
    if len(text) != TEXT_BYTES:
        raise _bad("length")
    layout = _layout_of(text)
    raw = {name: _text(text, name, spans) for name, spans in layout.fields.items()}
    _check_number(layout.doc_type, raw["number"])
    if raw["sex"] not in _SEX:
        raise _bad("sex")
    birth = _date(raw["birth"], "birth")
    if birth is None:
        raise _bad("birth")
    return IdentityRecord(
        doc_type=layout.doc_type,
        number=raw["number"],
        name=raw["name"],
        name_latin=raw.get("name_latin", ""),
        sex=raw["sex"],
        nation=raw.get("nation", ""),
        birth=birth,
        address=raw.get("address", ""),
        issuer=raw.get("issuer", ""),
        valid_from=_date(raw["valid_from"], "valid_from"),
        valid_to=_valid_to(raw["valid_to"]),
        permit_no=raw.get("permit_no", ""),
        issues=raw.get("issues", ""),
        country=raw.get("country", ""),
        photo_raw=photo,
    )


def encode(record: IdentityRecord) -> bytes:
    """Write the 256 bytes of a card, as the peer and the tests need them.

    Raises:
        DeviceError: BAD_CARD_DATA naming a field that does not fit its place.
    """
    layout = next(each for each in LAYOUTS.values() if each.doc_type is record.doc_type)
    card = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    for name, spans in layout.fields.items():
        _place(card, name, _written(record, name), spans)
    card[_LETTER_AT : _LETTER_AT + 2] = layout.letter.encode("utf-16-le")
    return bytes(card)


def _bad(field: str) -> DeviceError:
    return DeviceError(FailureCode.BAD_CARD_DATA, field)


def _layout_of(text: bytes) -> Layout:
    unit = int.from_bytes(text[_LETTER_AT : _LETTER_AT + 2], "little")
    letter = " " if unit == 0 else chr(unit)
    if letter not in LAYOUTS:
        raise DeviceError(FailureCode.CARD_UNSUPPORTED, f"type letter U+{unit:04X}")
    return LAYOUTS[letter]


def _text(card: bytes, name: str, spans: Spans) -> str:
    raw = b"".join(card[start : start + length] for start, length in spans)
    try:
        text = raw.decode("utf-16-le").rstrip(_PAD)
    except UnicodeDecodeError:
        raise _bad(name) from None
    if not is_plain_text(text):
        raise _bad(name)
    return text


def _check_number(doc_type: DocType, number: str) -> None:
    """Latest where the photo would be: a wrong check means that the text is damaged."""
    if doc_type is DocType.PRC2017:
        good = _NUMBER_2017.fullmatch(number) is not None
    else:
        good = fault_of(number) is None
    if not good:
        raise _bad("number")


def _date(text: str, field: str) -> date | None:
    """YYYYMMDD; blank is None. Anything else that is no real date is refused."""
    if not text:
        return None
    if _DATE.fullmatch(text) is None:
        raise _bad(field)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise _bad(field) from None


def _valid_to(text: str) -> date | None:
    """None means for ever, so a blank may not become it."""
    if text == FOR_EVER:
        return None
    end = _date(text, "valid_to")
    if end is None:
        raise _bad("valid_to")
    return end


def _written(record: IdentityRecord, name: str) -> str:
    value = getattr(record, name)
    if isinstance(value, date):
        return f"{value:%Y%m%d}" if value.year >= 1000 else f"{value.year:04d}{value:%m%d}"
    if value is None:
        return FOR_EVER if name == "valid_to" else ""
    return str(value)


def _place(card: bytearray, name: str, value: str, spans: Spans) -> None:
    try:
        raw = value.encode("utf-16-le")
    except UnicodeEncodeError:
        raise _bad(name) from None
    for start, length in spans:
        part, raw = raw[:length], raw[length:]
        card[start : start + len(part)] = part
    if raw:
        raise _bad(name)
