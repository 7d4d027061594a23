"""What the visit needs from the rest of the terminal, as protocols that are handed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from devices.card.api import CardReader
from devices.receipt.api import ReceiptPrinter
from kiosk.audit import Fact
from kiosk.catalogue.pack import Catalogue
from kiosk.dispatch import Dispatcher
from offline_cache.documents import Draft
from offline_cache.records import Intake, PrintState, Ticket


class Drafts(Protocol):
    """Where drafts come from."""

    def begin(self, case_id: str, kind: str, task_code: str) -> Draft:
        """Start a submission; raises an error with a `failure` code when there is no room."""


class Outbox(Protocol):
    """The durable writes; both may wait for the disk."""

    def put(self, draft: Draft, intake: Intake) -> Ticket:
        """Commit; raises an error with a `failure` code, and the draft is intact then."""

    def put_message(self, kind: str, case_id: str, body: Mapping[str, object]) -> str:
        """Commit a message about a case, once per kind and case; raises as `put` does."""


class PrintJournal(Protocol):
    """What was really printed; blocking, so only in the background."""

    def queue(self, job_id: str, submission_id: str | None, kind: str) -> object:
        """Plan a paper, or plan it again under the same id."""

    def sending(self, job_id: str, printer_id: str) -> object:
        """Note durably that the first byte may follow."""

    def settle(self, job_id: str, state: PrintState, proof: str | None = None) -> object:
        """Note the outcome."""

    def decline(self, job_id: str) -> object:
        """The resident goes without the paper, or without a further one."""


class Follow(Protocol):
    """The portal's answers to the submissions that a resident waits for."""

    def follow(self, submission_id: str) -> None:
        """Report each acknowledgement of this submission."""

    def unfollow(self, submission_id: str) -> None:
        """No more."""

    def wake(self) -> None:
        """There is something to send."""


class Scanning(Protocol):
    """The plate under the camera; reports on a thread of its own."""

    def open(self, visit: str, report: Callable[[object], None]) -> None:
        """Show and judge live pictures until `close`."""

    def capture(self) -> None:
        """Take the page now."""

    def resume(self) -> None:
        """Go on with live pictures after a page was taken."""

    def close(self) -> None:
        """Let the camera go and forget all pictures; returns at once, may be repeated."""


class Surfaces(Protocol):
    """What the screens hold beside the views."""

    def preview(self, seq: int, rgb: bytes, width: int, height: int) -> None:
        """Keep the newest live picture of the plate; `rgb` has width x height x 3 bytes."""

    def picture(self, seq: int, jpeg: bytes) -> None:
        """Keep the taken page in small, for its review."""

    def clear(self, what: str) -> None:
        """Forget one thing of the CLEAR list, by its name in `clearing.SURFACES`."""


class VisitMark(Protocol):
    """Who drops late results of another visit."""

    def set_visit(self, visit: str | None) -> None:
        """Name the visit that runs, or none."""


class Audit(Protocol):
    """The journal of who did what; never personal data."""

    def append(self, event: str, facts: Mapping[str, Fact] | None = None) -> object:
        """Append one entry; blocking, so only in the background."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the terminal stands.

    Attributes:
        region: six digits of GB/T 2260.
        site: the place's name, as it is printed.
    """

    region: str
    site: str


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that the visit is given.

    Attributes:
        now: monotonic seconds.
        wall: wall time with its zone.
        new_id: a new id for a visit or a case.
    """

    catalogue: Catalogue
    dispatcher: Dispatcher
    reader: CardReader
    scanning: Scanning
    printer: ReceiptPrinter
    drafts: Drafts
    outbox: Outbox
    journal: PrintJournal
    follow: Follow
    audit: Audit
    surfaces: Surfaces
    mark: VisitMark
    place: Place
    now: Callable[[], float]
    wall: Callable[[], datetime]
    new_id: Callable[[], str]
