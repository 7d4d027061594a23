"""What ends a try for good: refused, held, settled, taken back; and a case sent again.

Nothing is dropped here because of a status: at worst a person decides.
"""

import json
import logging
from collections.abc import Callable

from devices.errors import FailureCode
from kiosk.sync import wire
from kiosk.sync.kinds import EVALUATION, INTAKE
from kiosk.sync.ports import Reports
from kiosk.sync.retry import Hold, Reject, Reorder, Settled, Verdict
from kiosk.sync.store import Outbox
from kiosk.sync.uploads import STALLS_BEFORE_HOLD, Note
from offline_cache.errors import ConflictingReceiptError, MismatchedAckError
from offline_cache.records import Ack, Submission

WHO = "uploader"
_log = logging.getLogger(__name__)


class Endings:
    """Writes final verdicts down."""

    def __init__(self, outbox: Outbox, reports: Reports, restored: Callable[[], None]) -> None:
        """Prepare.

        Args:
            outbox: where they are written.
            reports: told of acknowledgements and alarms.
            restored: called when the portal lost what is erased here: both sides must compare.
        """
        self._outbox = outbox
        self._reports = reports
        self._restored = restored

    def end(self, submission: Submission, note: Note, verdict: Verdict) -> bool:
        """Write a verdict down that is no wait; tells whether it is out of the way for good.

        Raises:
            WrongStateError: a person decided meanwhile.
            TypeError: a verdict that is a wait.
        """
        if isinstance(verdict, Reorder):
            return self._reorder(submission, note, verdict)
        if isinstance(verdict, Reject):
            self._outbox.mark_rejected(submission.id, verdict.problem.name)
            self.alarm(FailureCode.PORTAL_REFUSED, submission.id, verdict.problem.name)
        elif isinstance(verdict, Settled):
            self._settled(submission, verdict)
        elif isinstance(verdict, Hold):
            self.hold(submission.id, verdict.why)
        else:
            raise TypeError(f"no way to settle {type(verdict).__name__}")
        return True

    def hold(
        self, submission_id: str, why: str, code: FailureCode = FailureCode.PORTAL_REFUSED
    ) -> None:
        """Leave it to people."""
        self._outbox.hold(submission_id, WHO, why)
        self.alarm(code, submission_id, why)

    def alarm(self, code: FailureCode, submission_id: str, text: str) -> None:
        """Tell staff; ids and types alone."""
        _log.warning("submission %s: %s: %s", submission_id, code, text)
        self._reports.on_alarm(code, f"{submission_id}: {text}")

    def received(self, submission_id: str, ack: Ack) -> bool:
        """Put an acknowledgement on the disk; False if it cannot be this one's.

        Raises:
            UnknownSubmissionError: never put.
        """
        try:
            self._outbox.mark_received(submission_id, ack)
        except MismatchedAckError:
            return False
        except ConflictingReceiptError:
            self.alarm(FailureCode.PORTAL_BAD_ANSWER, submission_id, "a second receipt number")
        return True

    def tell(self, submission: Submission, ack: Ack) -> None:
        """An acknowledgement is on the disk: say so, unless it is a message's."""
        _log.info("%s %s received", submission.kind, submission.id)
        if submission.kind in INTAKE:
            self._reports.on_ack(ack)

    def ack_inside(self, submission: Submission, verdict: Settled) -> Ack | None:
        """Find the acknowledgement that a final word carries, if it can be believed."""
        told = json.dumps(verdict.problem.extension.get("ack")).encode()
        ack = wire.ack_of(told, submission.id, submission.body_sha256)
        return None if isinstance(ack, wire.NoAck) else ack

    def _reorder(self, submission: Submission, note: Note, verdict: Reorder) -> bool:
        """The portal misses an earlier part of the case: send from there, if it is still here."""
        note.orders += 1
        expected = verdict.expected
        earlier = expected is not None and 0 < expected < submission.case_seq
        if expected is not None and earlier and note.orders <= STALLS_BEFORE_HOLD:
            if self._outbox.resend_from(submission.case_id, expected):
                _log.warning("case %s is sent again from %d", submission.case_id, expected)
                return False
            self._restored()
        self.hold(submission.id, f"case-order, the portal expects {expected}")
        return True

    def _settled(self, submission: Submission, verdict: Settled) -> None:
        """The portal has a final word; with a valid ack it counts as received."""
        name = verdict.problem.name
        if submission.kind == EVALUATION and name == "already-rated":
            self._rated_before(submission, verdict)
            return
        ack = self.ack_inside(submission, verdict)
        if ack is not None and self.received(submission.id, ack):
            self.tell(submission, ack)
        elif name == "withdrawn" and submission.kind in INTAKE:
            # believed only when the withdrawal itself is confirmed: nothing goes by a status
            self._outbox.withdraw(submission.id, WHO, "the portal has it as withdrawn")
        else:
            self.hold(submission.id, name)

    def _rated_before(self, submission: Submission, verdict: Settled) -> None:
        """The case has its rating, perhaps under another id: its acknowledgement is this one's."""
        first = verdict.problem.extension.get("ack")
        own_id = str(first.get("id")) if isinstance(first, dict) else ""
        ack = wire.ack_of(json.dumps(first).encode(), own_id, None)
        if isinstance(ack, wire.NoAck):
            self.hold(submission.id, verdict.problem.name)
            return
        try:
            self._outbox.mark_settled(submission.id, ack)
        except ConflictingReceiptError:
            self.alarm(FailureCode.PORTAL_BAD_ANSWER, submission.id, "a second receipt number")
            return
        _log.info("%s %s was received before", submission.kind, submission.id)
