"""What became of submissions that the portal holds: asked for, never guessed."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from devices.errors import FailureCode
from kiosk.sync.outcomes import Answered, Outcome
from kiosk.sync.retry import Chance
from kiosk.sync.store import Outbox
from offline_cache.errors import (
    ConflictingReceiptError,
    MismatchedAckError,
    StoreError,
    UnknownSubmissionError,
)
from offline_cache.records import Ack, Stage

FINAL = frozenset({Stage.NOT_ACCEPTED, Stage.CONCLUDED, Stage.WITHDRAWN})
SLOW_S = 30.0
_BATCH = 20
_FIRST_S = 0.25
_LONGEST_S = 1.0
_AFTER_TROUBLE_S = 4.0
_log = logging.getLogger(__name__)


class StageClient(Protocol):
    """The part of the client that asks for a stage."""

    def get_submission(self, submission_id: str, sha256: str | None = None) -> Outcome[Ack]:
        """Ask where a submission stands."""


@dataclass(slots=True)
class _Watched:
    at: float
    wait_s: float = _FIRST_S
    fails: int = 0


class Follower:
    """Asks often for the few that somebody waits for and slowly for all others.

    `follow` and `unfollow` may be called from any thread, `step` from one.
    """

    def __init__(
        self,
        outbox: Outbox,
        client: StageClient,
        chance: Chance,
        told: Callable[[Ack], None],
        alarm: Callable[[FailureCode, str], None],
    ) -> None:
        """Prepare.

        Args:
            outbox: records new stages.
            client: the portal.
            chance: jitter after trouble.
            told: called after each recorded stage of a followed submission, and when a slow
                one moved.
            alarm: told of answers that contradict what was acknowledged.
        """
        self._outbox = outbox
        self._client = client
        self._chance = chance
        self._told = told
        self._alarm = alarm
        self._doubted: set[str] = set()
        self._lock = threading.Lock()
        self._watched: dict[str, _Watched] = {}
        self._slow: list[str] = []
        self._slow_at = 0.0

    def follow(self, submission_id: str, now: float) -> None:
        """Ask for it until its stage is final or it is dropped."""
        with self._lock:
            self._watched.setdefault(submission_id, _Watched(now + _FIRST_S))

    def unfollow(self, submission_id: str) -> None:
        """Nobody waits for it any more; unknown ids are fine."""
        with self._lock:
            self._watched.pop(submission_id, None)

    def is_followed(self, submission_id: str) -> bool:
        """Somebody waits for it."""
        with self._lock:
            return submission_id in self._watched

    def due(self, now: float) -> str | None:
        """The followed id whose turn it is, or None."""
        with self._lock:
            ready = [(one.at, key) for key, one in self._watched.items() if one.at <= now]
        return min(ready)[1] if ready else None

    def next_at(self) -> float:
        """Monotonic second of the next turn of a followed one, infinite if there is none."""
        with self._lock:
            return min((one.at for one in self._watched.values()), default=float("inf"))

    def ask(self, submission_id: str, clock: Callable[[], float]) -> Outcome[Ack]:
        """Ask for a followed submission and plan its next turn."""
        outcome = self._client.get_submission(submission_id)
        settled = isinstance(outcome, Answered) and self._record(outcome.value, always=True)
        with self._lock:
            one = self._watched.get(submission_id)
            if one is not None and settled:
                del self._watched[submission_id]
            elif one is not None:
                one.at = clock() + self._wait_s(one, fine=isinstance(outcome, Answered))
        return outcome

    def slow_due(self, now: float) -> str | None:
        """The next of all acknowledged ones without a final stage, about every 30 s."""
        if not self._slow and now >= self._slow_at:
            self._slow_at = now + SLOW_S
            self._slow = list(self._outbox.follow_up(_BATCH))
        with self._lock:
            self._slow = [key for key in self._slow if key not in self._watched]
        return self._slow[0] if self._slow else None

    def ask_slowly(self, submission_id: str) -> Outcome[Ack]:
        """Ask for one that nobody waits for; trouble ends the round."""
        outcome = self._client.get_submission(submission_id)
        if isinstance(outcome, Answered):
            self._slow = [key for key in self._slow if key != submission_id]
            self._record(outcome.value, always=False)
        else:
            self._slow = self._slow[1:] if getattr(outcome, "status", 0) == 404 else []
        return outcome

    def _record(self, ack: Ack, *, always: bool) -> bool:
        """Record a stage; tells whether it is final."""
        try:
            new = self._write(ack)
        except (ConflictingReceiptError, MismatchedAckError) as error:
            self._doubt(ack.id, error)
            return False
        if always or new:
            self._told(ack)
        return ack.stage in FINAL

    def _write(self, ack: Ack) -> object:
        try:
            return self._outbox.mark_stage(ack.id, ack)
        except UnknownSubmissionError:
            # its own acknowledgement was lost on the way: this one says the same
            return self._outbox.mark_received(ack.id, ack)

    def _doubt(self, submission_id: str, error: StoreError) -> None:
        """What is recorded stays; staff hear once of an answer that contradicts it."""
        if submission_id not in self._doubted:
            self._doubted.add(submission_id)
            text = f"{submission_id}: {type(error).__name__} in the answer about its stage"
            _log.warning("submission %s", text)
            self._alarm(FailureCode.PORTAL_BAD_ANSWER, text)

    def _wait_s(self, one: _Watched, *, fine: bool) -> float:
        """Somebody stands before the screen: waits stay short, also after trouble."""
        if fine:
            one.fails = 0
            one.wait_s = min(_LONGEST_S, one.wait_s * 1.5)
            return one.wait_s
        one.fails += 1
        longest = min(_AFTER_TROUBLE_S, _FIRST_S * 2.0 ** min(one.fails, 9))
        return _FIRST_S + longest * self._chance()
