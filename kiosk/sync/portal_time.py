"""How far the local clock is from the portal's; for labels only, never for scheduling."""

import threading
from collections import deque
from datetime import datetime

_SLOWEST_S = 2.0
_KEPT = 5


class PortalTime:
    """Offset of the portal's clock, smoothed over five answers; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offsets: deque[float] = deque(maxlen=_KEPT)
        self._newest_s = 0.0

    def saw(self, server: datetime, local: datetime, rtt_s: float) -> None:
        """Take one answer's time in; a round trip of 2 s and more says nothing.

        Args:
            server: the portal's time when it answered.
            local: local wall time when the answer had come.
            rtt_s: seconds of the round trip.
        """
        offset_s = (server - local).total_seconds() + rtt_s / 2
        with self._lock:
            self._newest_s = offset_s
            if rtt_s < _SLOWEST_S:
                self._offsets.append(offset_s)

    def newest_s(self) -> float:
        """The offset that the last answer told, however slow it was; 0 before the first.

        For `created` of signatures: its window is wide, and after a `clock-skew` the very
        answer that said so must count.
        """
        with self._lock:
            return self._newest_s

    def offset_s(self) -> float | None:
        """Seconds to add to local time to get the portal's; None before the first answer."""
        with self._lock:
            known = sorted(self._offsets)
        return known[len(known) // 2] if known else None

    def state(self) -> str:
        """`synced` once the portal's clock was seen since the start, `unknown` before."""
        return "unknown" if self.offset_s() is None else "synced"
