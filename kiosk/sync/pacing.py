"""How fast the portal lets this terminal send: its hints, kept by two buckets.

After an outage every terminal of a city is full at once. The portal's heartbeat answer
then says how many submissions a minute and how many KiB a second it can take from each;
the terminals spread themselves by beginning at a random place of their interval.
"""

from dataclasses import dataclass

from kiosk.sync.retry import Chance

LONGEST_INTERVAL_S = 300.0
"""A hint of less than one submission in five minutes is taken for that: nobody starves."""

SLOWEST_KIB_S = 4.0
OUTAGE_S = 60.0


@dataclass(frozen=True, slots=True)
class RateHint:
    """What the portal wants from one terminal; None is no limit."""

    submissions_per_min: float | None = None
    upload_kib_s: float | None = None


class Pacing:
    """Says when the next submission may begin; a value machine without clocks of its own.

    A submission is never cut in the middle: its bytes are a debt that the next one waits
    for. So the mean of the hint is kept, and a burst is one submission at most.
    """

    def __init__(self, chance: Chance) -> None:
        """Start without a limit.

        Args:
            chance: where in its first interval the terminal begins.
        """
        self._chance = chance
        self._interval_s = 0.0
        self._bytes_s: float | None = None
        self._next_at = float("-inf")

    def hint(self, hint: RateHint, now: float) -> None:
        """Take the portal's hint; the same one again changes nothing.

        Args:
            hint: numbers of zero and less count as the slowest that is kept.
            now: monotonic seconds.
        """
        interval_s = _interval_s(hint.submissions_per_min)
        self._take_speed(_bytes_s(hint.upload_kib_s), now)
        if interval_s == self._interval_s:
            return
        if interval_s > self._interval_s:
            # all terminals hear of it within the same seconds: each begins elsewhere
            self._next_at = max(self._next_at, now + self._chance() * interval_s)
        else:
            self._next_at = min(self._next_at, now + self._chance() * interval_s)
        self._interval_s = interval_s

    def _take_speed(self, bytes_s: float | None, now: float) -> None:
        """What is still owed for bytes is owed at the new speed when that is the faster one."""
        before, self._bytes_s = self._bytes_s, bytes_s
        if before is None or (bytes_s is not None and bytes_s <= before):
            return
        left_s = self.wait_s(now) * (before / bytes_s if bytes_s else 0.0)
        self._next_at = min(self._next_at, now + max(self._interval_s, left_s))

    def restart(self, now: float, *, away_s: float) -> None:
        """The portal is back: after an outage, begin at a random place of the interval.

        Args:
            now: monotonic seconds.
            away_s: how long it was away; a line that flickers delays nothing.
        """
        if away_s >= OUTAGE_S:
            self._next_at = max(self._next_at, now + self._chance() * self._interval_s)

    def wait_s(self, now: float) -> float:
        """Seconds until a submission may begin; 0 when it may now."""
        return max(0.0, self._next_at - now)

    def sent(self, now: float, *, size: int) -> None:
        """A submission went out.

        Args:
            now: monotonic seconds.
            size: bytes of its body and of those pages that were sent for it.
        """
        debt_s = size / self._bytes_s if self._bytes_s else 0.0
        cost_s = max(self._interval_s, debt_s)
        # a little late keeps its place among the others; what was not used for longer is gone
        on_time = now - self._next_at < self._interval_s
        self._next_at = (self._next_at if on_time else now) + cost_s


def _interval_s(per_min: float | None) -> float:
    if per_min is None:
        return 0.0
    return LONGEST_INTERVAL_S if per_min <= 0 else min(LONGEST_INTERVAL_S, 60.0 / per_min)


def _bytes_s(kib_s: float | None) -> float | None:
    return None if kib_s is None else max(SLOWEST_KIB_S, kib_s) * 1024
