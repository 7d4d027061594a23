"""Identity documents as values, and what every card reader can do."""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Protocol

from devices.errors import FailureCode
from devices.events import DeviceEvent, Report, Snapshot


class DocType(StrEnum):
    """Kinds of documents, named as the `card read` command prints them."""

    RESIDENT = "resident"
    HMT = "hmt"
    PRC2017 = "prc2017"
    PRC2023 = "prc2023"


class Assurance(StrEnum):
    """How far the reading proves that the document is genuine."""

    UNVERIFIED = "unverified"
    SAM = "sam"


@dataclass(slots=True, repr=False)
class IdentityRecord:
    """What one card told; personal, so `repr` is masked and `wipe` empties it.

    Attributes:
        sex: the card's raw code as text (1, 2, 0, 9).
        nation: the card's raw code as text (GB/T 3304), empty where the card has none.
        valid_to: None means 长期, valid for ever.
        expired: None where the clock is not trusted.
        photo_raw: the card's 1024 bytes in WLT form, empty if none; never needed for a read.
    """

    doc_type: DocType
    number: str
    name: str
    name_latin: str
    sex: str
    nation: str
    birth: date
    address: str
    issuer: str
    valid_from: date | None
    valid_to: date | None
    permit_no: str = ""
    issues: str = ""
    country: str = ""
    photo_raw: bytes = b""
    assurance: Assurance = Assurance.SAM
    expired: bool | None = None

    def __repr__(self) -> str:
        return f"IdentityRecord({self.doc_type}, masked)"

    def wipe(self) -> None:
        """Empty every personal field; the record is useless afterwards."""
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, str) and each.name not in {"doc_type", "assurance"}:
                setattr(self, each.name, "")
        self.photo_raw = b""
        self.birth = date.min
        self.valid_from = self.valid_to = None


@dataclass(frozen=True, slots=True)
class CardPresent(DeviceEvent):
    """A card lies on the reader and is being read; keep it there."""


@dataclass(frozen=True, slots=True)
class CardRead(DeviceEvent):
    """A card of an accepted type was read whole."""

    record: IdentityRecord
    read_ms: float


@dataclass(frozen=True, slots=True)
class CardReadFailed(DeviceEvent):
    """The reading ended without a record.

    Attributes:
        failure: why.
        detail: technician text without personal data.
        final: false while the driver goes on looking for a card in the same request.
    """

    failure: FailureCode
    detail: str = ""
    final: bool = True
    got: DocType | None = None


class CardReader(Protocol):
    """One reader; owns a thread, reports through one callback."""

    def start(self, report: Report) -> None:
        """Start the owner thread; `report` is called on it with events and snapshots."""

    def stop(self) -> None:
        """Stop and join the owner thread; idempotent."""

    def begin(self, visit: str, accept: frozenset[DocType], deadline: float) -> None:
        """Ask for one card.

        Ends in exactly one final `CardRead` or `CardReadFailed`. What the resident
        causes (lifted early, wrong type, unreadable) is reported with `final=False`
        and the reader keeps looking until the deadline, which ends in NO_CARD.

        Args:
            visit: id of the visit, or `technician`.
            accept: document types that may end the request.
            deadline: monotonic seconds.
        """

    def cancel(self) -> None:
        """End the running request with CANCELLED; returns at once."""

    def snapshot(self) -> Snapshot:
        """The reader's state now."""
