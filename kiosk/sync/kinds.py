"""Which request of the portal carries which kind of what the outbox holds.

Applications and corrections take a turn of their case; all others are messages. Four kinds
are worth something for a short time only: once that is over they are asked for, never sent
again by themselves. Two of these go out with the resident's own right, which nothing stores:
the visit sends them, and what became of them is asked for here.
"""

from collections.abc import Callable
from typing import Protocol

from kiosk.sync.outcomes import Outcome, Refused
from offline_cache.records import Ack, Submission

INTAKE = frozenset({"application", "correction"})
"""Kinds with a stage; that a message arrived is no stage of its case."""

EVALUATION = "evaluation"

_NOTHING_LEFT = frozenset({"payment", "appointment", "licence_grant"})
"""Their answer alone leads to an effect: what to pay, a ticket, a file. A refund is owed."""


def never_came(submission: Submission, outcome: Outcome[object]) -> bool:
    """Its time is over and the portal never heard of it, so that nothing is left to do."""
    unknown = isinstance(outcome, Refused) and outcome.name == "unknown-id"
    return unknown and submission.is_over and submission.kind in _NOTHING_LEFT


class ActClient(Protocol):
    """The part of the client that hands over what residents decided."""

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        """Send a submission."""

    def put_evaluation(self, evaluation_id: str, body: bytes) -> Outcome[Ack]:
        """Send a rating."""

    def put_delivery(self, delivery_id: str, body: bytes) -> Outcome[Ack]:
        """Say how the result shall come to the resident."""

    def put_print(self, print_id: str, body: bytes) -> Outcome[Ack]:
        """Say what became of a print job."""

    def put_support_message(self, message_id: str, body: bytes) -> Outcome[Ack]:
        """Leave a message for the clerks."""

    def put_payment(self, payment_id: str, body: bytes) -> Outcome[object]:
        """Open a payment."""

    def get_payment(self, payment_id: str, sha256: str | None = None) -> Outcome[object]:
        """Ask where a payment stands."""

    def put_refund(self, refund_id: str, body: bytes) -> Outcome[object]:
        """Give money back."""

    def get_refund(self, refund_id: str, sha256: str | None = None) -> Outcome[object]:
        """Ask where a refund stands."""

    def get_appointment(self, appointment_id: str, sha256: str | None = None) -> Outcome[object]:
        """Ask whether a time was taken."""

    def get_licence_grant(self, grant_id: str, sha256: str | None = None) -> Outcome[object]:
        """Ask whether a licence was granted."""


Put = Callable[[str, bytes], Outcome[object]]
Get = Callable[[str, str | None], Outcome[object]]


class Kinds:
    """The requests of one client, by kind."""

    def __init__(self, client: ActClient) -> None:
        """Prepare.

        Args:
            client: the portal.
        """
        self._puts: dict[str, Put] = {
            **dict.fromkeys(INTAKE, client.put_submission),
            EVALUATION: client.put_evaluation,
            "delivery": client.put_delivery,
            "printed": client.put_print,
            "support_message": client.put_support_message,
            "payment": client.put_payment,
            "refund": client.put_refund,
        }
        self._gets: dict[str, Get] = {
            "payment": client.get_payment,
            "refund": client.get_refund,
            "appointment": client.get_appointment,
            "licence_grant": client.get_licence_grant,
        }

    def send(self, submission: Submission) -> Outcome[object] | None:
        """Send it, or ask for it once its time is over.

        Returns:
            What came back; None when it is the visit's to send until its time is over.

        Raises:
            KeyError: the outbox holds a kind that this version cannot send.
        """
        if submission.is_over:
            return self._gets[submission.kind](submission.id, submission.body_sha256)
        put = self._puts.get(submission.kind)
        if put is None and submission.kind in self._gets:
            return None
        return self._puts[submission.kind](submission.id, submission.body)
