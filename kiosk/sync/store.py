"""What the uploader needs of the outbox and of its pages."""

from collections.abc import Collection, Sequence
from typing import Protocol

from offline_cache.records import Ack, Document, Submission


class Known(Protocol):
    """One acknowledged submission or message, as reconcile tells it."""

    @property
    def id(self) -> str:
        """The id under which it was sent."""

    @property
    def sha256(self) -> str:
        """Hex digest of the body that was sent."""

    @property
    def receipt_no(self) -> str | None:
        """The portal's receipt number."""

    @property
    def stored(self) -> bool:
        """Its content is still here and could be sent again."""


class Compares(Protocol):
    """The part of the outbox that both sides compare."""

    def known(self, after_id: str, limit: int) -> Sequence[Known]:
        """Everything that the portal ever acknowledged, in the order of ids."""

    def forgotten(self, submission_id: str) -> bool:
        """The portal lost it: True when it is on its way again, False if it is erased here."""

    def mark_mismatch(self, submission_id: str) -> object:
        """The portal has other bytes under this id: HELD."""


class Outbox(Compares, Protocol):
    """Submissions on their way; `offline_cache.outbox.Outbox` is one."""

    def next_due(self, now_mono: float, skip: Collection[str] = ()) -> Submission | None:
        """The most urgent submission that may be sent now; the order of a case is kept."""

    def mark_received(self, submission_id: str, ack: Ack) -> object:
        """Record the portal's acknowledgement; durable when it returns."""

    def mark_settled(self, message_id: str, ack: Ack | None) -> object:
        """The portal has this message, under another id or without a receipt: done."""

    def mark_stage(self, submission_id: str, ack: Ack) -> object:
        """Record a later stage of an acknowledged submission."""

    def follow_up(self, limit: int) -> Sequence[str]:
        """Ids of acknowledged submissions whose stage is not final."""

    def mark_retry(self, submission_id: str, outcome: str, due_mono: float) -> object:
        """Send it again, not before the given monotonic second."""

    def mark_rejected(self, submission_id: str, problem: str) -> object:
        """The portal refused for good; staff decide."""

    def hold(self, submission_id: str, who: str, why: str) -> object:
        """Leave it alone until a named person releases it."""

    def set_upload(self, document_id: str, url: str, offset: int) -> object:
        """Remember where a page's bytes go and how many are there."""

    def mark_uploaded(self, document_id: str) -> object:
        """The portal holds the whole page."""

    def withdraw(self, submission_id: str, who: str, why: str) -> object:
        """Take it back: it is WITHDRAWING until the portal confirms."""

    def mark_withdrawn(self, submission_id: str) -> object:
        """The portal confirmed that it will never take it; the content is erased."""

    def resend_from(self, case_id: str, expected_seq: int) -> bool:
        """Send a case again from there; False, and nothing changed, if a part is erased."""

    def set_clock_offset(self, offset_s: float) -> object:
        """Remember how far the portal's clock is, for labels and caps of days."""


class Pages(Protocol):
    """Sealed pages; `offline_cache.documents.Documents` is one."""

    def read_sealed(self, document: Document) -> bytes:
        """The sealed bytes; DocumentLostError when they are not what was sealed."""
