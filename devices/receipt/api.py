"""Receipts as values, and what every receipt printer can do."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from devices.errors import FailureCode
from devices.events import DeviceEvent, Report, Snapshot


class Align(StrEnum):
    """Where a line stands on the paper."""

    LEFT = "left"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Line:
    """Text that wraps at the paper's width; `size_pt` is at least 10."""

    text: str
    size_pt: float = 12.0
    bold: bool = False
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value in two columns; the value wraps inside its column."""

    label: str
    value: str
    size_pt: float = 12.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across the paper."""


@dataclass(frozen=True, slots=True)
class Space:
    """Blank paper."""

    height_mm: float = 2.0


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code of at least 25 mm with its text in print below it."""

    data: str
    caption: str = ""
    size_mm: float = 28.0


Block = Line | Pair | Rule | Space | Qr


@dataclass(frozen=True, slots=True)
class ReceiptLayout:
    """What is on one receipt; the same blocks go to paper, screen and speech."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One receipt to print.

    Attributes:
        id: one id for the first try and all retries.
        visit: who asked.
        deadline: monotonic seconds.
        reprint: 0 for the original, n for the nth second print.
    """

    id: str
    visit: str
    layout: ReceiptLayout
    deadline: float
    reprint: int = 0


class Tier(StrEnum):
    """How strongly a printer can prove that paper came out; A is the strongest."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Outcome(StrEnum):
    """How a print ended; only `printed` says that paper came out."""

    PRINTED = "printed"
    SENT = "sent"
    NOT_STARTED = "not_started"
    PARTIAL = "partial"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrintResult:
    """An expected end of a print.

    Attributes:
        proof: the tier that carried the outcome, None where nothing was sent.
        failure: why it is not `printed` or `sent`.
        sent_bytes: bytes handed to the device.
    """

    outcome: Outcome
    proof: Tier | None = None
    failure: FailureCode | None = None
    sent_bytes: int = 0
    detail: str = ""


class Paper(StrEnum):
    """What the paper sensors tell."""

    OK = "ok"
    NEAR_END = "near_end"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What the printer told within one second; None and UNKNOWN where it did not tell.

    Attributes:
        online: false while it takes no data.
        cover: True = open.
        cutter: True = in error.
        error: the status's failure code, if any.
        raw: the answered status bytes in hex, for technicians.
    """

    online: bool | None = None
    paper: Paper = Paper.UNKNOWN
    cover: bool | None = None
    cutter: bool | None = None
    error: FailureCode | None = None
    raw: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the probe found out."""

    width_dots: int = 576
    proof_tier: Tier = Tier.D
    maker: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class PrintSettled(DeviceEvent):
    """A print job ended."""

    job_id: str
    result: PrintResult


class ReceiptPrinter(Protocol):
    """One printer; owns a thread, reports through one callback."""

    def start(self, report: Report) -> None:
        """Start the owner thread, probe and poll the status."""

    def stop(self) -> None:
        """Stop and join the owner thread; idempotent."""

    def begin(self, job: PrintJob) -> None:
        """Print one receipt; ends in exactly one `PrintSettled`. Two jobs are serialised."""

    def cancel(self) -> None:
        """End the running job; what may have reached the paper stays Partial or Unknown."""

    def status(self) -> PrinterStatus:
        """The last status that was read; does not block."""

    def snapshot(self) -> Snapshot:
        """The printer's state now."""
