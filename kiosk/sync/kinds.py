"""Which request of the portal carries which kind of what the outbox holds."""

from typing import Protocol

from kiosk.sync.outcomes import Outcome
from offline_cache.records import Ack

INTAKE = frozenset({"application", "correction"})
"""Kinds that take a turn of their case and have a stage; all others are messages about it."""

EVALUATION = "evaluation"


class ActClient(Protocol):
    """The part of the client that hands over what residents decided."""

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        """Send a submission."""

    def put_evaluation(self, evaluation_id: str, body: bytes) -> Outcome[Ack]:
        """Send a rating."""


def put(client: ActClient, kind: str, identity: str, body: bytes) -> Outcome[Ack]:
    """Send a body under its id, by the request of its kind.

    Raises:
        KeyError: the outbox holds a kind that this version cannot send.
    """
    if kind in INTAKE:
        return client.put_submission(identity, body)
    return {EVALUATION: client.put_evaluation}[kind](identity, body)
