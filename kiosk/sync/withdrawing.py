"""Takes a submission back at the portal, until it confirms or says that it was too late.

A withdrawal works before arrival, too: the portal remembers an unknown id as withdrawn, so
that a late copy of the submission is refused. It is never given up and never held: while
nobody confirmed, the submission may have an effect.
"""

import logging
from typing import Literal, Protocol

from devices.errors import FailureCode
from kiosk.sync.endings import Endings
from kiosk.sync.outcomes import Answered, Outcome
from kiosk.sync.outcomes_terminal import Withdrawal, Withdrawn
from kiosk.sync.retry import (
    CAP_S,
    Act,
    AtOnce,
    Chance,
    Pause,
    Retry,
    Settled,
    Verdict,
    judge,
)
from kiosk.sync.store import Outbox
from kiosk.sync.uploads import Note
from offline_cache.records import Submission

_log = logging.getLogger(__name__)


class WithdrawalClient(Protocol):
    """The part of the client that takes submissions back."""

    def put_withdrawal(
        self, submission_id: str, withdrawal: Withdrawal = ...
    ) -> Outcome[Withdrawn]:
        """Take a submission back."""


class Withdrawing:
    """Sends withdrawals; keeps nothing between calls."""

    def __init__(
        self, outbox: Outbox, client: WithdrawalClient, endings: Endings, chance: Chance
    ) -> None:
        """Prepare.

        Args:
            outbox: makes the tombstone.
            client: the portal.
            endings: writes down that it was too late.
            chance: jitter of the retry table.
        """
        self._outbox = outbox
        self._client = client
        self._endings = endings
        self._chance = chance

    def ask(self, submission: Submission) -> Outcome[object]:
        """Send the withdrawal."""
        reason: Literal["validity", "staff"] = (
            "validity" if submission.reason == "validity" else "staff"
        )
        told = Withdrawal(reason, submission.case_id, submission.case_seq)
        return self._client.put_withdrawal(submission.id, told)

    def settle(
        self, submission: Submission, note: Note, outcome: Outcome[object]
    ) -> Verdict | None:
        """Write down what the answer means; None when the withdrawal is over."""
        if isinstance(outcome, Answered):
            self._outbox.mark_withdrawn(submission.id)
            _log.info("%s %s is withdrawn", submission.kind, submission.id)
            return None
        verdict = judge(Act.WITHDRAW, outcome, note.tries(), self._chance)
        if isinstance(verdict, Settled) and verdict.problem.name == "concluded":
            ack = self._endings.ack_inside(submission, verdict)
            if ack is not None and self._endings.received(submission.id, ack):
                self._endings.tell(submission, ack)
                return None
        if isinstance(verdict, Retry | Pause | AtOnce):
            return verdict
        return self._not_understood(note, getattr(outcome, "name", ""))

    def _not_understood(self, note: Note, name: str) -> Retry:
        """An answer of no use is alarmed once, and asked again as seldom as anything is."""
        alarm = "" if note.puzzled else f"the withdrawal is not understood: {name or 'no type'}"
        note.puzzled = True
        return Retry(FailureCode.PORTAL_REFUSED, CAP_S, alarm=alarm)
