"""What the uploader does next: one act per `step`, without a thread or a clock of its own."""

import logging

from devices.errors import FailureCode
from kiosk.sync.channel import Channel
from kiosk.sync.delivery import Delivery, is_interrupted
from kiosk.sync.following import Follower
from kiosk.sync.outcomes import Answered, Outcome, Refused
from kiosk.sync.ports import Engine, Keys, PortalPort, Reports
from kiosk.sync.presence import Presence
from kiosk.sync.store import Outbox, Pages

PROBE_S = 15.0
KEYS_S = 3600.0
KEYLESS_S = 1.0
"""Without any key nothing can be collected, so a lost answer is asked for again at once."""
LOOK_S = 1.0
_log = logging.getLogger(__name__)


class Sender:
    """Decides and does; the same stores, answers, clock and chance give the same history."""

    def __init__(
        self,
        stores: tuple[Outbox, Pages],
        client: PortalPort,
        reports: Reports,
        engine: Engine,
        keys: Keys | None = None,
    ) -> None:
        """Prepare.

        Args:
            stores: the outbox and its pages.
            client: the portal.
            reports: told of acknowledgements, alarms and the portal's presence.
            engine: clock, jitter, stop and crash points.
            keys: refreshed when the portal comes back and each hour.
        """
        self._outbox = stores[0]
        self._client = client
        self._clock = engine.clock
        self._keys = keys
        self._keys_at = engine.clock()
        self.channel = Channel(engine.chance)
        self.presence = Presence(self.channel, reports, engine.clock)
        self.follower = Follower(self._outbox, client, engine.chance, reports.on_ack)
        self.delivery = Delivery(stores, client, self.channel, reports, self._heard, engine)
        self.due_since: float | None = None
        self._reports = reports
        self._forgotten: set[str] = set()

    def step(self) -> float:
        """Do the one most urgent thing.

        Returns:
            Seconds until the next look; 0 when there may be more to do.
        """
        now = self._clock()
        if self.presence.take_return():
            self.delivery.wake_waiting()
        if not self.channel.is_open_for_work:
            return self._wait_for_probe(now)
        return 0.0 if self._work(now) or self._upkeep(now) else self._idle_s(now)

    def _work(self, now: float) -> bool:
        followed = self.follower.due(now)
        if followed is not None:
            self._heard(self.follower.ask(followed, self._clock))
            return True
        submission = self._outbox.next_due(now)
        if submission is None:
            self.due_since = None
            return False
        if self.due_since is None:
            self.due_since = now
        self.delivery.send(submission)
        return True

    def _upkeep(self, now: float) -> bool:
        """What can wait for work: slow stages, keys, a probe when all is quiet."""
        slow = self.follower.slow_due(now)
        if slow is not None:
            self._ask_slowly(slow)
        elif self._keys is not None and self._keys_due(now, self._keys):
            self._refresh(now, self._keys)
        elif now - self.presence.heard_at >= PROBE_S:
            self._heard(self._client.get_time())
        else:
            return False
        return True

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
        if unknown and submission_id not in self._forgotten:
            # the portal was set back: people must compare the two sides
            self._forgotten.add(submission_id)
            self._reports.on_alarm(
                FailureCode.PORTAL_BAD_ANSWER, f"{submission_id}: acknowledged but unknown"
            )

    def _wait_for_probe(self, now: float) -> float:
        at = self.channel.probe_at or now
        if now < at:
            return min(at - now, LOOK_S)
        outcome = self._client.get_time()
        if isinstance(outcome, Answered):
            self.channel.answered()
            self.presence.came_back = True
        elif isinstance(outcome, Refused) and outcome.status in {401, 403}:
            self.channel.pause(self._clock(), self.channel.paused_why or outcome.name or "refused")
        elif self.channel.paused_why:
            self.channel.pause(self._clock(), self.channel.paused_why)
        self._heard(outcome)
        return 0.0

    def _idle_s(self, now: float) -> float:
        until = min(self.follower.next_at(), self.presence.heard_at + PROBE_S)
        if self._keys is not None and self._keys.current() is None:
            until = min(until, self._keys_at)
        return min(LOOK_S, max(0.0, until - now))

    def _heard(self, outcome: Outcome[object]) -> None:
        if not is_interrupted(outcome):
            self.presence.heard(outcome)
