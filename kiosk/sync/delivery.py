"""One submission on its way: pages, then the commit, then what the answer means.

Every try goes under the same id with the same bytes, until the portal's validated
acknowledgement is on the disk. Nothing is dropped because of a status.
"""

import logging
from collections.abc import Callable

from devices.errors import FailureCode
from kiosk.sync.channel import Channel
from kiosk.sync.endings import Endings
from kiosk.sync.kinds import INTAKE, Kinds, never_came
from kiosk.sync.outcomes import Answered, Garbled, Outcome, Refused, Unreachable
from kiosk.sync.ports import Engine, PortalPort, Reports
from kiosk.sync.retry import CAP_S, Act, AtOnce, Pause, Retry, Supply, Verdict, judge
from kiosk.sync.store import Outbox, Pages
from kiosk.sync.uploads import STALLS_BEFORE_HOLD, Note, PageSender
from kiosk.sync.withdrawing import Withdrawing
from offline_cache.errors import DocumentLostError, UnknownSubmissionError, WrongStateError
from offline_cache.records import Ack, State, Submission

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
        hears: tuple[Callable[[Outcome[object]], None], Callable[[], None]],
        engine: Engine,
    ) -> None:
        """Prepare.

        Args:
            stores: the outbox and its pages.
            client: the portal.
            channel: paused when the portal does not want this terminal.
            reports: told of acknowledgements and alarms.
            hears: told of every outcome; and told that the portal lost what is erased here.
            engine: clock, jitter, stop and crash points.
        """
        self._outbox, pages = stores
        self._kinds = Kinds(client)
        self._channel = channel
        self._reports = reports
        self._heard, restored = hears
        self._clock = engine.clock
        self._chance = engine.chance
        self._stopping = engine.stopping
        self._reached = engine.reached
        self._pages = PageSender(
            self._outbox, pages, client, engine.chance, self._heard, engine.reached
        )
        self._endings = Endings(self._outbox, reports, restored)
        self._withdrawing = Withdrawing(self._outbox, client, self._endings, engine.chance)
        self._notes: dict[str, Note] = {}
        self.moved_at = engine.clock()

    def send(self, submission: Submission) -> int:
        """Try once; a correction that heals at once is part of the same try.

        Returns:
            Bytes that went out for it.
        """
        note = self._notes.setdefault(submission.id, Note(moved=self._progress))
        note.sent = 0
        again = True
        while again and not self._stopping():
            try:
                verdict = self._try(submission, note)
                again = verdict is not None and self._apply(submission, note, verdict)
            except DocumentLostError:
                self._forget(submission.id)
                self._endings.alarm(FailureCode.STORE_FAULT, submission.id, "a page is lost")
                return note.sent
            except (WrongStateError, UnknownSubmissionError):
                # a person decided meanwhile, or it was acknowledged: theirs is the last word
                _log.info("submission %s is decided already", submission.id)
                self._forget(submission.id)
                return note.sent
        return note.sent

    def give_up(self, submission: Submission) -> None:
        """The program itself fails on it: a person looks at it, and all others go on.

        A withdrawal is never held; it is tried as seldom as anything is.
        """
        self._forget(submission.id)
        why = "the program failed on it again and again"
        if submission.state is State.WITHDRAWING:
            due = self._clock() + CAP_S
            self._outbox.mark_retry(submission.id, FailureCode.PROGRAM_FAULT, due)
            self._endings.alarm(FailureCode.PROGRAM_FAULT, submission.id, why)
        else:
            self._endings.hold(submission.id, why, FailureCode.PROGRAM_FAULT)

    def forget(self, submission_id: str) -> None:
        """What is known of it from before counts no more: it begins anew."""
        self._forget(submission_id)

    def wake_waiting(self) -> None:
        """The portal is back: what waited for an answer is due within 2 s, never too early."""
        now = self._clock()
        for submission_id, note in list(self._notes.items()):
            if note.waits:
                note.waits, note.fails = False, 0
                due = max(now + _SPREAD_S * self._chance(), note.floor_at)
                try:
                    self._outbox.mark_retry(submission_id, FailureCode.PORTAL_UNREACHABLE, due)
                except (WrongStateError, UnknownSubmissionError):
                    self._forget(submission_id)

    def _try(self, submission: Submission, note: Note) -> Verdict | None:
        if submission.state is State.WITHDRAWING:
            return self._take_back(submission, note)
        verdict = self._pages.send(submission.documents, note, self._stopping)
        if verdict is not None or self._stopping():
            return verdict
        outcome = self._kinds.send(submission)
        if outcome is None:
            # its own wait ends when its time is over
            return Retry(FailureCode.PORTAL_SLOW, float(submission.valid_for_s or 0))
        note.sent += len(submission.body)
        if not _is_resting_group(submission, outcome):
            self._heard(outcome)
        self._reached("uploader.answered")
        if isinstance(outcome, Answered):
            return self._take(submission, note, outcome.value)
        if never_came(submission, outcome):
            _log.info("%s %s never came to the portal and is over", submission.kind, submission.id)
            return self._take(submission, note, None)
        return judge(Act.COMMIT, outcome, note.tries(), self._chance)

    def _take_back(self, submission: Submission, note: Note) -> Verdict | None:
        outcome = self._withdrawing.ask(submission)
        self._heard(outcome)
        self._reached("uploader.answered")
        verdict = self._withdrawing.settle(submission, note, outcome)
        if verdict is None:
            self._moved(submission.id)
        return verdict

    def _take(self, submission: Submission, note: Note, ack: object) -> Verdict | None:
        """Put the acknowledgement on the disk, then tell."""
        if not isinstance(ack, Ack):
            # a payment or the like: an answer, if any came, has no receipt and belongs to the visit
            self._outbox.mark_settled(submission.id, None)
            self._moved(submission.id)
            return None
        if not self._endings.received(submission.id, ack):
            lie = Garbled(200, "another case")
            return judge(Act.COMMIT, lie, note.tries(), self._chance)
        self._moved(submission.id)
        self._endings.tell(submission, ack)
        return None

    def _apply(self, submission: Submission, note: Note, verdict: Verdict) -> bool:
        """Write the verdict down; tells whether to send again at once."""
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
        elif self._endings.end(submission, note, verdict):
            self._moved(submission.id)
        else:
            self._outbox.mark_retry(submission.id, FailureCode.PORTAL_REFUSED, self._clock())
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
            self._endings.alarm(FailureCode.PORTAL_BAD_ANSWER, submission_id, verdict.alarm)

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
            self._forget(submission.id)
            self._endings.hold(submission.id, "the portal finds pages missing again and again")
            return False
        return True

    def _moved(self, submission_id: str) -> None:
        self._forget(submission_id)
        self._progress()

    def _progress(self) -> None:
        self.moved_at = self._clock()

    def _forget(self, submission_id: str) -> None:
        self._notes.pop(submission_id, None)


def _is_resting_group(submission: Submission, outcome: Outcome[object]) -> bool:
    """Only the group of these messages rests at the portal; it says nothing of applications."""
    resting = isinstance(outcome, Refused) and outcome.name == "group-down"
    return resting and submission.kind not in INTAKE


def is_interrupted(outcome: Outcome[object]) -> bool:
    """The request was cut by ourselves; it says nothing about the portal."""
    return isinstance(outcome, Unreachable) and outcome.failure is FailureCode.CANCELLED
