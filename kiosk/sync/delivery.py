"""One submission on its way: pages, then the commit, then what the answer means.

Every try goes under the same id with the same bytes, until the portal's validated
acknowledgement is on the disk. Nothing is dropped because of a status.
"""

import json
import logging
from collections.abc import Callable

from devices.errors import FailureCode
from kiosk.sync import wire
from kiosk.sync.channel import Channel
from kiosk.sync.outcomes import Answered, Garbled, Outcome, Refused, Unreachable
from kiosk.sync.ports import Engine, PortalPort, Reports
from kiosk.sync.retry import (
    Act,
    AtOnce,
    Hold,
    Pause,
    Reject,
    Reorder,
    Retry,
    Settled,
    Supply,
    Verdict,
    judge,
)
from kiosk.sync.store import Outbox, Pages
from kiosk.sync.uploads import STALLS_BEFORE_HOLD, Note, PageSender
from offline_cache.errors import (
    ConflictingReceiptError,
    DocumentLostError,
    MismatchedAckError,
    WrongStateError,
)
from offline_cache.records import Ack, Submission

WHO = "uploader"
EVALUATION = "evaluation"
_SPREAD_S = 2.0
_log = logging.getLogger(__name__)


class Delivery:
    """Sends one submission at a time and writes down what became of it."""

    def __init__(
        self,
        stores: tuple[Outbox, Pages],
        client: PortalPort,
        channel: Channel,
        reports: Reports,
        heard: Callable[[Outcome[object]], None],
        engine: Engine,
    ) -> None:
        """Prepare.

        Args:
            stores: the outbox and its pages.
            client: the portal.
            channel: paused when the portal does not want this terminal.
            reports: told of acknowledgements and alarms.
            heard: told of every outcome.
            engine: clock, jitter, stop and crash points.
        """
        self._outbox, pages = stores
        self._client = client
        self._channel = channel
        self._reports = reports
        self._heard = heard
        self._clock = engine.clock
        self._chance = engine.chance
        self._stopping = engine.stopping
        self._reached = engine.reached
        self._pages = PageSender(self._outbox, pages, client, engine.chance, heard, engine.reached)
        self._notes: dict[str, Note] = {}
        self.moved_at = engine.clock()

    def send(self, submission: Submission) -> None:
        """Try once; a correction that heals at once is part of the same try."""
        note = self._notes.setdefault(submission.id, Note())
        again = True
        while again and not self._stopping():
            before = sum(note.best.values())
            try:
                verdict = self._try(submission, note)
            except DocumentLostError:
                self._notes.pop(submission.id, None)
                self._alarm(FailureCode.STORE_FAULT, submission.id, "a page is lost")
                return
            if sum(note.best.values()) > before:
                self.moved_at = self._clock()
            again = verdict is not None and self._settle(submission, note, verdict)

    def wake_waiting(self) -> None:
        """The portal is back: what waited for an answer is due within 2 s, never too early."""
        now = self._clock()
        for submission_id, note in list(self._notes.items()):
            if note.waits:
                note.waits, note.fails = False, 0
                due = max(now + _SPREAD_S * self._chance(), note.floor_at)
                try:
                    self._outbox.mark_retry(submission_id, FailureCode.PORTAL_UNREACHABLE, due)
                except WrongStateError:
                    self._notes.pop(submission_id)

    def _try(self, submission: Submission, note: Note) -> Verdict | None:
        verdict = self._pages.send(submission.documents, note, self._stopping)
        if verdict is not None or self._stopping():
            return verdict
        outcome = self._commit(submission)
        if not _is_resting_group(submission, outcome):
            self._heard(outcome)
        self._reached("uploader.answered")
        if isinstance(outcome, Answered):
            return self._take(submission, note, outcome.value)
        return judge(Act.COMMIT, outcome, note.tries(), self._chance)

    def _commit(self, submission: Submission) -> Outcome[Ack]:
        if submission.kind == EVALUATION:
            return self._client.put_evaluation(submission.id, submission.body)
        return self._client.put_submission(submission.id, submission.body)

    def _take(self, submission: Submission, note: Note, ack: Ack) -> Verdict | None:
        """Put the acknowledgement on the disk, then tell."""
        try:
            self._outbox.mark_received(submission.id, ack)
        except MismatchedAckError:
            lie = Garbled(200, "another case")
            return judge(Act.COMMIT, lie, note.tries(), self._chance)
        except ConflictingReceiptError:
            self._alarm(FailureCode.PORTAL_BAD_ANSWER, submission.id, "a second receipt number")
            return None
        self._notes.pop(submission.id, None)
        self.moved_at = self._clock()
        _log.info("%s %s received", submission.kind, submission.id)
        if submission.kind != EVALUATION:
            self._reports.on_ack(ack)
        return None

    def _settle(self, submission: Submission, note: Note, verdict: Verdict) -> bool:
        """Write the verdict down; tells whether to send again at once."""
        try:
            return self._apply(submission, note, verdict)
        except WrongStateError:
            # a person decided meanwhile, or it was acknowledged: theirs is the last word
            _log.info("submission %s is decided already", submission.id)
            self._notes.pop(submission.id, None)
            return False

    def _apply(self, submission: Submission, note: Note, verdict: Verdict) -> bool:
        again = False
        if isinstance(verdict, Retry):
            self._wait(submission.id, note, verdict)
        elif isinstance(verdict, AtOnce):
            note.skews += 1
            again = True
        elif isinstance(verdict, Pause):
            self._pause(verdict.why)
        elif isinstance(verdict, Supply):
            again = self._supply(submission, note, verdict)
        else:
            self._end(submission, verdict)
        return again

    def _wait(self, submission_id: str, note: Note, verdict: Retry) -> None:
        if verdict.failure is FailureCode.CANCELLED:
            return
        now = self._clock()
        note.fails += 1
        note.lies += verdict.lied
        note.waits = verdict.breaks
        note.floor_at = now + verdict.floor_s
        wait_s = max(verdict.wait_s, verdict.floor_s)
        self._outbox.mark_retry(submission_id, verdict.failure.value, now + wait_s)
        _log.info("submission %s waits %.1f s: %s", submission_id, wait_s, verdict.failure)
        if verdict.alarm:
            self._alarm(FailureCode.PORTAL_BAD_ANSWER, submission_id, verdict.alarm)

    def _pause(self, why: str) -> None:
        if self._channel.pause(self._clock(), why):
            _log.warning("channel paused: %s", why)
            self._reports.on_alarm(FailureCode.PORTAL_PAUSED, why)

    def _supply(self, submission: Submission, note: Note, verdict: Supply) -> bool:
        """Send the missing pages again; a portal that never finds them ends in HELD."""
        known = {document.ordinal for document in submission.documents}
        note.again = (set(verdict.ordinals) or known) & known
        note.lost += 1
        if note.lost > STALLS_BEFORE_HOLD or not note.again:
            self._hold(submission.id, "the portal finds pages missing again and again")
            return False
        return True

    def _end(self, submission: Submission, verdict: Verdict) -> None:
        if isinstance(verdict, Reject):
            self._notes.pop(submission.id, None)
            self._outbox.mark_rejected(submission.id, verdict.problem.name)
            self._alarm(FailureCode.PORTAL_REFUSED, submission.id, verdict.problem.name)
        elif isinstance(verdict, Settled):
            self._final(submission, verdict)
        elif isinstance(verdict, Reorder):
            # what the portal misses is acknowledged here: it was set back, people must look
            self._hold(submission.id, f"case-order, the portal expects {verdict.expected}")
        elif isinstance(verdict, Hold):
            self._hold(submission.id, verdict.why)
        else:
            raise TypeError(f"no way to settle {type(verdict).__name__}")

    def _final(self, submission: Submission, verdict: Settled) -> None:
        """The portal has a final word; with a valid ack it counts as received."""
        if submission.kind == EVALUATION and verdict.problem.name == "already-rated":
            self._rated_before(submission, verdict)
            return
        told = json.dumps(verdict.problem.extension.get("ack")).encode()
        ack = wire.ack_of(told, submission.id, submission.body_sha256)
        if isinstance(ack, wire.NoAck):
            self._hold(submission.id, verdict.problem.name)
            return
        again = self._take(submission, Note(), ack)
        if again is not None:
            self._hold(submission.id, verdict.problem.name)

    def _rated_before(self, submission: Submission, verdict: Settled) -> None:
        """The case has its rating, perhaps under another id: its acknowledgement is this one's."""
        first = verdict.problem.extension.get("ack")
        own_id = str(first.get("id")) if isinstance(first, dict) else ""
        ack = wire.ack_of(json.dumps(first).encode(), own_id, None)
        if isinstance(ack, wire.NoAck):
            self._hold(submission.id, verdict.problem.name)
            return
        try:
            self._outbox.mark_settled(submission.id, ack)
        except ConflictingReceiptError:
            self._alarm(FailureCode.PORTAL_BAD_ANSWER, submission.id, "a second receipt number")
            return
        self._notes.pop(submission.id, None)
        self.moved_at = self._clock()
        _log.info("%s %s was received before", submission.kind, submission.id)

    def _hold(self, submission_id: str, why: str) -> None:
        self._notes.pop(submission_id, None)
        self._outbox.hold(submission_id, WHO, why)
        self._alarm(FailureCode.PORTAL_REFUSED, submission_id, why)

    def _alarm(self, code: FailureCode, submission_id: str, text: str) -> None:
        _log.warning("submission %s: %s: %s", submission_id, code, text)
        self._reports.on_alarm(code, f"{submission_id}: {text}")


def _is_resting_group(submission: Submission, outcome: Outcome[Ack]) -> bool:
    """Only the ratings rest at the portal; it says nothing about applications."""
    resting = isinstance(outcome, Refused) and outcome.name == "group-down"
    return resting and submission.kind == EVALUATION


def is_interrupted(outcome: Outcome[object]) -> bool:
    """The request was cut by ourselves; it says nothing about the portal."""
    return isinstance(outcome, Unreachable) and outcome.failure is FailureCode.CANCELLED
