"""Who the resident is to the city, and how far the cases are. What names people has no repr."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from kiosk.sync.values import Count, Day, Digest, Moment, PortalStage, Short, Size, Text, Value


@dataclass(frozen=True, slots=True)
class Sealed:
    """Personal data on the wire: opens at the portal alone, like a submission's payload.

    Attributes:
        dek: the data key sealed to the portal, base64 of 80 bytes.
        payload: base64 of nonce, ciphertext and tag.
    """

    suite: str
    portal_key_id: str
    dek: str = field(repr=False)
    payload: str = field(repr=False)


class IdentityMethod(StrEnum):
    """How the person shows who they are."""

    CARD = "card"
    SUISHENMA = "suishenma"
    FACE = "face"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """A question about one person of one visit; the evidence is never stored."""

    visit: str
    method: IdentityMethod
    evidence: Sealed = field(repr=False)


@dataclass(frozen=True, slots=True)
class IdentityOutcome(Value):
    """What the city says about a person.

    Attributes:
        grant: the right to ask for this person's data; only with `confirmed`.
        user_real_lvl: how sure the city is.
        cert_key: keyed hash, never the number.
        expires_in: seconds.
    """

    outcome: Literal["confirmed", "not_confirmed", "more"]
    grant: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{16,128}$")] | None = field(
        default=None, repr=False
    )
    user_real_lvl: Annotated[int, Field(ge=0, le=9)] | None = None
    cert_type: Short | None = None
    cert_key: Digest | None = field(default=None, repr=False)
    expires_in: Annotated[int, Field(ge=0, le=1800)] = 0


@dataclass(frozen=True, slots=True)
class Revocation:
    """Which grants end: those of a visit, or with None all of this terminal."""

    visit: str | None


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """One number with the last four digits of the phone; empty with a grant."""

    collection_no: str | None = None
    project_no: str | None = None
    mobile_last4: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Process(Value):
    """One step of a case."""

    process_name: Text
    event_name: Text
    event_start_time: Moment
    handle_explain: Text
    event_end_time: Moment | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Special(Value):
    """Why the clock of a case stands still."""

    special_type: Text
    special_reason: Text


@dataclass(frozen=True, slots=True, repr=False)
class CaseResult(Value):
    """What a case came to."""

    result_type: Text
    result_date: Day
    is_delivery_results: bool
    result_cetr_name: Text | None = None
    result_cetr_no: Text | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Missing(Value):
    """One thing that is missing or wrong."""

    reason: Text
    material_name: Text | None = None
    ordinal: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ChildCase(Value):
    """One part of a bundle."""

    task_name: Text
    stage: PortalStage
    project_no: Short | None = None
    result: CaseResult | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Case(Value):
    """A case as the portal has it; only the portal sets its stage."""

    task_name: Text
    stage: PortalStage
    apply_date: Moment | Day
    project_no: Short | None = None
    collection_no: Short | None = None
    accept_date: Day | None = None
    promise_date: Day | None = None
    process: tuple[Process, ...] = ()
    special: Special | None = None
    result: CaseResult | None = None
    missing: tuple[Missing, ...] = ()
    children: tuple[ChildCase, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Cases(Value):
    """Everything that was found."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Collect:
    """What a resident types in to get a result."""

    pickup_code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Collected(Value):
    """A file that may be printed.

    Attributes:
        sha256: hex digest of its bytes, under which they are asked for.
        copies_left: how often it may still be printed.
        verify_code: printed on the paper.
    """

    sha256: Digest
    size: Size
    copies_left: Count
    verify_code: Annotated[str, Field(pattern=r"^[0-9A-Z-]{4,32}$")]


@dataclass(frozen=True, slots=True)
class Print:
    """What became of a print job, from the print journal.

    Attributes:
        sha256: hex digest of the printed file.
        pages: how many came out.
        at: RFC 3339.
    """

    sha256: str
    state: Literal["PRINTED", "PARTIAL", "UNKNOWN"]
    pages: int
    at: str
    case_id: str | None = None
    channel: str = "KIOSK"
