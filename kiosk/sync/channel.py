"""Whether anything may be sent to the portal just now: breaker and pause."""

from kiosk.sync.retry import Chance

BREAKS_BEFORE_OPEN = 5
PROBE_CAP_S = 15.0
PAUSE_PROBE_S = 60.0


class Channel:
    """The breaker of one portal; a value machine without threads or clocks of its own.

    Five requests in a row without an answer (or with 5xx) open it. Then nothing is
    sent but one cheap probe at a time; its success closes the breaker. A paused
    channel (the portal does not want this terminal) is probed each 60 s.
    """

    def __init__(self, chance: Chance) -> None:
        """Start closed: everything may be sent.

        Args:
            chance: jitter of the probes.
        """
        self._chance = chance
        self._breaks = 0
        self._probes = 0
        self._probe_at: float | None = None
        self._why = ""

    @property
    def is_open_for_work(self) -> bool:
        """Submissions may be sent."""
        return self._probe_at is None

    @property
    def paused_why(self) -> str:
        """Why the channel is paused, or nothing."""
        return self._why

    @property
    def probe_at(self) -> float | None:
        """Monotonic second of the next probe, or None while work may be sent."""
        return self._probe_at

    def answered(self) -> None:
        """The portal gave an answer that counts: everything may be sent again."""
        self._breaks, self._probes, self._probe_at, self._why = 0, 0, None, ""

    def broke(self, now: float) -> bool:
        """No answer or 5xx; tells whether the breaker opened by this one."""
        self._breaks += 1
        was_closed = self._probe_at is None
        if self._breaks >= BREAKS_BEFORE_OPEN:
            self._plan_probe(now)
        return was_closed and self._probe_at is not None

    def pause(self, now: float, why: str) -> bool:
        """The portal does not want this terminal; tells whether that is news."""
        news = self._why != why
        self._why = why
        self._probe_at = now + PAUSE_PROBE_S
        return news

    def _plan_probe(self, now: float) -> None:
        self._probes += 1
        longest = min(PROBE_CAP_S, 2.0 ** min(self._probes - 1, 9))
        wait_s = PAUSE_PROBE_S if self._why else longest * (0.5 + 0.5 * self._chance())
        self._probe_at = now + wait_s
