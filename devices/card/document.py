"""An identity record as a JSON document: what `card read` prints and a simulated card holds."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from devices.card.api import Assurance, DocType, IdentityRecord
from devices.errors import DeviceError, FailureCode

_CHINA = timezone(timedelta(hours=8))
_TEXTS = (
    "number",
    "name",
    "name_latin",
    "sex",
    "nation",
    "address",
    "issuer",
    "permit_no",
    "issues",
    "country",
)
_NO_TEXT = {"Cc", "Cf", "Cs"}
_DATES = ("birth", "valid_from", "valid_to")


def china_today() -> date:
    """The day in China, where the cards' dates are meant."""
    return datetime.now(UTC).astimezone(_CHINA).date()


def is_plain_text(value: str) -> bool:
    """Whether a text of a card can be shown and printed as it stands.

    No control characters, no halves of a character and nothing that turns the direction of
    writing round; characters of private areas stay, since cards carry rare ones there.
    """
    return not any(unicodedata.category(each) in _NO_TEXT for each in value)


def expired_on(record: IdentityRecord, today: date | None) -> bool | None:
    """Whether the document is past its last day; None where the clock is not trusted.

    The last day still counts. A document without end never expires.
    """
    if today is None:
        return None
    return record.valid_to is not None and record.valid_to < today


def to_document(record: IdentityRecord) -> dict[str, Any]:
    """The record's fields, dates as YYYY-MM-DD, None for a document without end; no photo."""
    document: dict[str, Any] = {"doc_type": record.doc_type.value}
    document |= {name: getattr(record, name) for name in _TEXTS}
    for name in _DATES:
        day: date | None = getattr(record, name)
        document[name] = None if day is None else day.isoformat()
    document["expired"] = record.expired
    document["assurance"] = record.assurance.value
    return document


def from_document(document: Mapping[str, Any]) -> IdentityRecord:
    """The record of such a document; `expired`, `ms` and unknown keys are not looked at.

    `doc_type`, `number`, `name`, `birth` and `valid_to` (null for ever) must be there;
    other texts are empty where they are missing. `assurance` is `unverified` unless
    the document says otherwise.

    Raises:
        DeviceError: BAD_CARD_DATA naming the key, never its content.
    """
    for name in ("doc_type", "number", "name", "birth", "valid_to"):
        if name not in document:
            raise _bad(name)
    try:
        doc_type = DocType(document["doc_type"])
    except ValueError:
        raise _bad("doc_type") from None
    birth = _day(document, "birth")
    if birth is None:
        raise _bad("birth")
    texts = {name: _text(document, name) for name in _TEXTS}
    return IdentityRecord(
        doc_type=doc_type,
        number=texts["number"],
        name=texts["name"],
        name_latin=texts["name_latin"],
        sex=texts["sex"],
        nation=texts["nation"],
        birth=birth,
        address=texts["address"],
        issuer=texts["issuer"],
        valid_from=_day(document, "valid_from"),
        valid_to=_day(document, "valid_to"),
        permit_no=texts["permit_no"],
        issues=texts["issues"],
        country=texts["country"],
        assurance=_assurance(document),
    )


def _bad(field: str) -> DeviceError:
    return DeviceError(FailureCode.BAD_CARD_DATA, field)


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name, "")
    if not isinstance(value, str) or not is_plain_text(value):
        raise _bad(name)
    return value


def _day(document: Mapping[str, Any], name: str) -> date | None:
    value = document.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _bad(name) from None


def _assurance(document: Mapping[str, Any]) -> Assurance:
    try:
        return Assurance(document.get("assurance", Assurance.UNVERIFIED))
    except ValueError:
        raise _bad("assurance") from None
