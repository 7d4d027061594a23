"""Rows and values of the store; nothing else leaves the package."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Stored state of a submission; uploading is a lease in memory and never stored."""

    DRAFT = "DRAFT"
    SEALED = "SEALED"
    ACKED = "ACKED"
    PURGED = "PURGED"
    WITHDRAWING = "WITHDRAWING"
    HELD = "HELD"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


class Stage(StrEnum):
    """Stage of a case; `collected` is the terminal's, all others are set by the portal alone."""

    COLLECTED = "collected"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    CORRECTION = "correction"
    NOT_ACCEPTED = "not_accepted"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Ack:
    """The portal's validated answer to one submission.

    Attributes:
        sha256: hex digest of the exact request body that the portal took.
        receipt_no: 1 to 32 of `[0-9A-Z-]`.
        project_no: only from `accepted` on.
    """

    id: str
    sha256: str
    receipt_no: str
    received_at: str
    case_id: str
    case_seq: int
    stage: Stage
    project_no: str | None = None
    accept_date: str | None = None
    promise_date: str | None = None
    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PageRef:
    """One sealed page of a draft.

    Attributes:
        ordinal: 1, 2, ... inside the submission.
        sha256: hex digest of the plain page; travels only inside the sealed payload.
        size: bytes of the plain page.
    """

    ordinal: int
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What a visit hands over besides the pages; becomes one row in one transaction.

    Attributes:
        payload: the resident's data in national field names; sealed at once, never stored plain.
        clock_state: `synced`, `free` or `unknown`.
        valid_for_s: only for items that are worth nothing later, and they must have it.
        offline_policy: `collect`, `collect_unpaid` or `online_only`, as the item says.
    """

    task_code: str
    task_handle_item: str
    task_version: int
    pack_sha256: str
    apply_date: str
    payload: dict[str, Any] = field(repr=False)
    clock_state: str = "free"
    clock_offset_s: float = 0.0
    valid_for_s: int | None = None
    kind: str = "application"
    priority: int = 0
    offline_policy: str = "collect"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Proof that the outbox has committed.

    Attributes:
        collection_no: the 22 characters of the 收件编号.
        collected_at: wall time of the commit, RFC 3339.
    """

    id: str
    collection_no: str
    case_id: str
    case_seq: int
    collected_at: str


@dataclass(frozen=True, slots=True)
class Document:
    """A sealed page on its way to the portal."""

    id: str
    submission_id: str
    ordinal: int
    media_type: str
    get_type: int
    size_sealed: int
    sha256_sealed: str
    upload_url: str | None
    upload_offset: int
    uploaded: bool


@dataclass(frozen=True, slots=True)
class Submission:
    """A sealed submission as the uploader takes it.

    Attributes:
        case_seq: its turn; of a message, the turn that it comes after.
        collection_no: empty for a message.
        body: the request body, byte for byte the same in every attempt.
        due: monotonic seconds.
        kind: `application`, `correction`, or of a message its kind.
        valid_for_s: only of what is worth nothing later.
        is_over: that time is over. A message is asked for from then on, never sent again by
            itself; a submission is WITHDRAWING then.
        reason: of what is WITHDRAWING: `validity` or `staff`.
    """

    id: str
    case_id: str
    case_seq: int
    state: State
    collection_no: str
    body: bytes = field(repr=False)
    body_sha256: str
    attempts: int
    due: float
    documents: tuple[Document, ...]
    kind: str = "application"
    valid_for_s: int | None = None
    is_over: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal acknowledged once, as both sides compare it.

    Attributes:
        sha256: hex digest of the body that was sent.
        stored: its content is still here, so that it can be sent again.
    """

    id: str
    sha256: str
    receipt_no: str | None
    stored: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of `kiosk queue list`: never content.

    Attributes:
        collection_no: empty for a message.
        item: the item's code; of a message its kind.
        kind: `application`, `correction`, or of a message its kind.
        last_status: HTTP status of the last answer, if there was one.
    """

    id: str
    collection_no: str
    item: str
    state: State
    stage: Stage
    age_s: float
    attempts: int
    next_due_s: float | None
    last_failure: str | None
    receipt_no: str | None = None
    project_no: str | None = None
    kind: str = "application"
    last_status: int | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """One try to send, or what happened instead.

    Attributes:
        at: wall seconds, for a label.
        outcome: a code, never content.
        status: HTTP status of the answer, if there was one.
        ms: that it took, if it was measured.
    """

    at: float
    outcome: str
    status: int | None
    ms: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a submission, and why."""

    how: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class QueueStats:
    """`kiosk queue stats`: numbers only."""

    depth: int
    oldest_s: float
    by_state: dict[str, int]
    bytes: int
    disk_free: int


class PrintState(StrEnum):
    """States of a row of the print journal."""

    QUEUED = "QUEUED"
    SENDING = "SENDING"
    PRINTED = "PRINTED"
    SENT = "SENT"
    NOT_STARTED = "NOT_STARTED"
    PARTIAL = "PARTIAL"
    UNKNOWN = "UNKNOWN"
