"""What the uploader does next: one action per `step`, without a thread or a clock of its own."""

import logging

from kiosk.sync.actions import Action, Asked, Beaten, Compared, Probed, Refreshed, Rested, Sent
from kiosk.sync.channel import Channel
from kiosk.sync.delivery import Delivery, is_interrupted
from kiosk.sync.following import Follower
from kiosk.sync.heartbeat import Beats, Vitals
from kiosk.sync.outcomes import Answered, Outcome, Refused
from kiosk.sync.outcomes_terminal import HeartbeatReply
from kiosk.sync.pacing import Pacing, RateHint
from kiosk.sync.ports import Engine, Keys, PortalPort, Reports
from kiosk.sync.presence import Presence
from kiosk.sync.reconcile import Reconciler
from kiosk.sync.store import Outbox, Pages

PROBE_S = 15.0
KEYS_S = 3600.0
KEYLESS_S = 1.0
"""Without any key nothing can be collected, so a lost answer is asked for again at once."""
LOOK_S = 1.0
DEATHS_BEFORE_HOLD = 3
"""One submission that the program cannot work on may not stop the queue."""

_log = logging.getLogger(__name__)


class Sender:
    """Decides and does. The state is this object, the world is the store and the transport.

    The same store, answers, clock and chance give the same history of actions: so one seed
    replays a simulated year, and the thread that runs it can be as small as a loop.
    """

    def __init__(
        self,
        stores: tuple[Outbox, Pages],
        client: PortalPort,
        reports: Reports,
        engine: Engine,
        keys: Keys | None = None,
        vitals: Vitals | None = None,
    ) -> None:
        """Prepare.

        Args:
            stores: the outbox and its pages.
            client: the portal.
            reports: told of acknowledgements, alarms and the portal's presence.
            engine: clock, jitter, stop and crash points.
            keys: refreshed when the portal comes back and each hour.
            vitals: what a heartbeat tells; without it there is none.
        """
        self._outbox = stores[0]
        self._client = client
        self._clock = engine.clock
        self._keys = keys
        self._keys_at = engine.clock()
        self.channel = Channel(engine.chance)
        self.presence = Presence(self.channel, reports, engine.clock)
        self.follower = Follower(
            self._outbox, client, engine.chance, reports.on_ack, reports.on_alarm
        )
        self.reconciler = Reconciler(self._outbox, client, reports, self._forget)
        hears = (self._heard, self.reconciler.want)
        self.delivery = Delivery(stores, client, self.channel, reports, hears, engine)
        self.pacing = Pacing(engine.chance)
        self.beats = Beats(client, vitals, engine.chance, engine.clock()) if vitals else None
        self.due_since: float | None = None
        self._reports = reports
        self._unknown: set[str] = set()
        self._in_hand: str | None = None
        self._deaths: dict[str, int] = {}
        self._asked = False

    def step(self, now: float) -> Action:
        """Do the one most urgent thing.

        Args:
            now: monotonic seconds.

        Returns:
            What was done; `Rested` when there was nothing.
        """
        self._in_hand = None
        if self.presence.take_return():
            self._returned(now)
        if not self.channel.is_open_for_work:
            return self._wait_for_probe(now)
        return (
            self._beat(now)
            or self._take_turns(now)
            or self._upkeep(now)
            or Rested(self._idle_s(now))
        )

    def _returned(self, now: float) -> None:
        """A whole city comes back at once: ask how fast to send, and begin at a random moment."""
        self.delivery.wake_waiting()
        self.pacing.restart(now, away_s=self.presence.away_s)
        if self.beats is not None:
            self.beats.at_once(now)

    def _beat(self, now: float) -> Action | None:
        if self.beats is None or not self.beats.due(now):
            return None
        outcome = self.beats.beat(now)
        if outcome is None:
            return Beaten()
        self._heard(outcome)
        if isinstance(outcome, Answered):
            self._told(outcome.value, now)
        return Beaten()

    def _told(self, reply: HeartbeatReply, now: float) -> None:
        offset_s = self._client.time.offset_s()
        if offset_s is not None:
            self._outbox.set_clock_offset(offset_s)
        self.pacing.hint(RateHint(reply.submissions_per_min, reply.upload_kib_s), now)
        self._reports.on_tag(reply.etags.get("catalogue"))
        for name in reply.look:
            if name == "reconcile":
                self.reconciler.want()
            else:
                self._reports.on_look(name)

    def _take_turns(self, now: float) -> Action | None:
        """First who is waited for, but not twice in a row: many of them may not stop the queue."""
        turns = [self._follow, self._compare, self._work]
        if self._asked:
            turns.append(turns.pop(0))
        action = None
        for turn in turns:
            action = action or turn(now)
        self._asked = isinstance(action, Asked)
        return action

    def _follow(self, now: float) -> Action | None:
        followed = self.follower.due(now)
        if followed is None:
            return None
        self._heard(self.follower.ask(followed, self._clock))
        return Asked(followed)

    def _compare(self, now: float) -> Action | None:
        if not self.reconciler.due(now):
            return None
        outcome = self.reconciler.page(now)
        if outcome is not None:
            self._heard(outcome)
        return Compared()

    def _work(self, now: float) -> Action | None:
        submission = self._outbox.next_due(now)
        if submission is None or self._is_too_early(submission.id, now):
            self.due_since = None
            return None
        if self.due_since is None:
            self.due_since = now
        self._in_hand = submission.id
        if self._deaths.get(submission.id, 0) >= DEATHS_BEFORE_HOLD:
            self.delivery.give_up(submission)
        else:
            self.pacing.sent(now, size=self.delivery.send(submission))
        self._deaths.pop(submission.id, None)
        return Sent(submission.id)

    def died(self) -> None:
        """A step ended by a fault of the program: what it had in hand holds nobody else up."""
        if self._in_hand is not None:
            self._deaths[self._in_hand] = self._deaths.get(self._in_hand, 0) + 1

    def _is_too_early(self, submission_id: str, now: float) -> bool:
        """The portal's pace counts for everything but what somebody stands and waits for."""
        return self.pacing.wait_s(now) > 0 and not self.follower.is_followed(submission_id)

    def _upkeep(self, now: float) -> Action | None:
        """What can wait for work: slow stages, keys, a probe when all is quiet."""
        slow = self.follower.slow_due(now)
        if slow is not None:
            self._ask_slowly(slow)
            return Asked(slow)
        if self._keys is not None and self._keys_due(now, self._keys):
            self._refresh(now, self._keys)
            return Refreshed()
        if now - self.presence.heard_at >= PROBE_S:
            self._heard(self._client.get_time())
            return Probed()
        return None

    def _keys_due(self, now: float, keys: Keys) -> bool:
        return now >= self._keys_at and (bool(self.presence.online) or keys.current() is None)

    def _refresh(self, now: float, keys: Keys) -> None:
        failure = keys.refresh(self._client)
        if failure is None:
            self._keys_at = now + KEYS_S
            return
        self._keys_at = now + (KEYLESS_S if keys.current() is None else PROBE_S)
        _log.info("sealing keys not refreshed: %s", failure)

    def _ask_slowly(self, submission_id: str) -> None:
        outcome = self.follower.ask_slowly(submission_id)
        self._heard(outcome)
        unknown = isinstance(outcome, Refused) and outcome.name == "unknown-id"
        if unknown and submission_id not in self._unknown:
            # acknowledged and unknown: the portal was set back
            self._unknown.add(submission_id)
            self.reconciler.want()

    def _forget(self, submission_id: str) -> None:
        self._unknown.discard(submission_id)
        self.delivery.forget(submission_id)

    def _wait_for_probe(self, now: float) -> Action:
        at = self.channel.probe_at or now
        if now < at:
            return Rested(min(at - now, LOOK_S))
        outcome = self._client.get_time()
        if isinstance(outcome, Answered):
            self.channel.answered()
            self.presence.came_back = True
        elif isinstance(outcome, Refused) and outcome.status in {401, 403}:
            self.channel.pause(self._clock(), self.channel.paused_why or outcome.name or "refused")
        elif self.channel.paused_why:
            self.channel.pause(self._clock(), self.channel.paused_why)
        self._heard(outcome)
        return Probed()

    def _idle_s(self, now: float) -> float:
        until = min(
            self.follower.next_at(), self.presence.heard_at + PROBE_S, self.reconciler.next_at()
        )
        if self.beats is not None:
            until = min(until, self.beats.next_at)
        if self._keys is not None and self._keys.current() is None:
            until = min(until, self._keys_at)
        paced_s = self.pacing.wait_s(now)
        if paced_s > 0:
            until = min(until, now + paced_s)
        return min(LOOK_S, max(0.0, until - now))

    def _heard(self, outcome: Outcome[object]) -> None:
        if not is_interrupted(outcome):
            self.presence.heard(outcome)
