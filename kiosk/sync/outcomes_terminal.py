"""What the terminal tells of itself and asks about its submissions, and what the portal says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from kiosk.sync.values import Digest, Moment, Short, Value

CountAge = tuple[int, int]
"""How many, and the age of the oldest in seconds."""

_Look = Literal["catalogue", "config", "update", "reconcile"]
_Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class BeatClock:
    """How much the terminal trusts its clock; the offset is the portal's time minus its own."""

    state: Literal["synced", "free", "unknown"]
    offset_s: float | None = None


@dataclass(frozen=True, slots=True)
class BeatOutbox:
    """What waits on the terminal; states that are left out hold nothing.

    Attributes:
        drain_only: the disk is full, nothing new is taken in.
        next_due_s: seconds until the next try.
    """

    sealed: CountAge = (0, 0)
    held: CountAge = (0, 0)
    rejected: CountAge = (0, 0)
    withdrawing: CountAge = (0, 0)
    acked: CountAge | None = None
    draft: CountAge | None = None
    expired: CountAge | None = None
    drain_only: bool = False
    next_due_s: float | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A sign of life: numbers, versions and states, at most 2 KiB, nothing about residents.

    Attributes:
        app: version of the running process.
        versions: more of them, such as what lies on the disk.
        catalogue: tag of the catalogue in use.
        boot: counted number of this start.
        install: id of this installation.
        devices: device to state, -1 unknown, 0 ok, 1 warn, 2 fault, 3 busy, 4 disabled.
        paper: device to `ok`, `low`, `out` or `unknown`.
        kek: what protects the local key.
        update: outcome of the last update.
    """

    terminal: str
    app: str
    boot: int
    up_s: int
    clock: BeatClock
    outbox: BeatOutbox
    disk_free_mb: int
    devices: dict[str, int] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    paper: dict[str, str] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    catalogue: str | None = None
    install: str | None = None
    temperature_c: float | None = None
    audit_head: str | None = None
    cert_days: int | None = None
    kek: str | None = None
    update: str | None = None


@dataclass(frozen=True, slots=True)
class Rate(Value):
    """What the portal takes from this terminal."""

    submissions_per_min: _Rate
    upload_kib_s: _Rate


@dataclass(frozen=True, slots=True)
class HeartbeatReply(Value):
    """What the portal wants of a terminal that said how it is.

    Attributes:
        now: the portal's clock.
        etags: tags of `catalogue`, `config` and `desired` as the portal has them.
        look: what to look at now; trust comes from the signed content alone.
        since: with `reconcile`, what was acknowledged since then is to be compared.
    """

    now: Moment
    rate: Rate
    etags: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    look: tuple[_Look | str, ...] = ()
    since: Moment | None = None

    @property
    def submissions_per_min(self) -> float:
        """Submissions that the portal takes from this terminal in a minute."""
        return self.rate.submissions_per_min

    @property
    def upload_kib_s(self) -> float:
        """KiB that the portal takes from this terminal in a second."""
        return self.rate.upload_kib_s


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a submission is taken back: its validity is over, or somebody asked for it.

    Attributes:
        case_id: with the next, the turn that nobody has to wait for any more.
        case_seq: the part of the case that it was.
    """

    reason: Literal["validity", "resident", "staff"] = "validity"
    case_id: str | None = None
    case_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn(Value):
    """The portal will never take this submission, or took it and gave it back.

    Attributes:
        known: it had arrived before.
    """

    id: Short
    sha256: Digest
    state: Literal["withdrawn"]
    known: bool


@dataclass(frozen=True, slots=True)
class ReconcileItem:
    """One id that the terminal remembers.

    Attributes:
        sha256: hex digest of the body that was sent.
        receipt_no: the receipt it got, if any.
        stored: the body and its pages are still here.
    """

    id: str
    sha256: str
    receipt_no: str | None = None
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Reconciled(Value):
    """Which of the asked ids the portal has, has not, or has with another content."""

    known: tuple[Short, ...]
    unknown: tuple[Short, ...]
    mismatch: tuple[Short, ...]
