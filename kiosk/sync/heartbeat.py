"""A sign of life each minute, and what the portal wants in return.

It holds numbers and versions, never anything of a resident, in 2 KiB at most. The answer
says how fast to send and what to look at now; it proves nothing by itself.
"""

import logging
from collections.abc import Callable

from kiosk.sync.outcomes import Answered, Outcome
from kiosk.sync.outcomes_terminal import Heartbeat, HeartbeatReply
from kiosk.sync.ports import PortalPort
from kiosk.sync.retry import Chance
from offline_cache.errors import StoreError

EVERY_S = 60.0
LATELY_S = 10.0
_log = logging.getLogger(__name__)

Vitals = Callable[[], Heartbeat]
"""Reads how the terminal is; called on the uploader's thread, must return soon."""


class Beats:
    """When to beat next, and with what; a value machine without a thread of its own."""

    def __init__(self, client: PortalPort, vitals: Vitals, chance: Chance, now: float) -> None:
        """Prepare; the first one is due at once.

        Args:
            client: the portal.
            vitals: how the terminal is.
            chance: the interval is 60 s +- 20 %, so that a city's terminals drift apart.
            now: monotonic seconds.
        """
        self._client = client
        self._vitals = vitals
        self._chance = chance
        self.next_at = now
        self._answered_at = float("-inf")

    def due(self, now: float) -> bool:
        """It is time."""
        return now >= self.next_at

    def at_once(self, now: float) -> None:
        """The portal is back: it shall say how fast to send before the backlog goes out."""
        if now - self._answered_at >= LATELY_S:
            self.next_at = min(self.next_at, now)

    def beat(self, now: float) -> Outcome[HeartbeatReply] | None:
        """Send one; the next is due a minute later, whatever came back.

        Returns:
            None when the terminal's own state cannot be read: the queue must go on all the same.
        """
        self.next_at = now + EVERY_S * (0.8 + 0.4 * self._chance())
        try:
            told = self._vitals()
        except (StoreError, OSError) as error:
            _log.warning("heartbeat: %s", type(error).__name__)
            return None
        outcome = self._client.post_heartbeat(told)
        if isinstance(outcome, Answered):
            self._answered_at = now
        else:
            _log.info("heartbeat: %s", type(outcome).__name__)
        return outcome
