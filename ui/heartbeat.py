"""How long the main thread was away, and what kept it.

A precise timer beats on the main thread; a watchdog thread looks at the last beat and,
when it is overdue, notes what the main thread is doing. Only names of functions and
lines are kept, never values.
"""

import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 10
LATE_MS = 100.0

_FRAMES_KEPT = 6


class Heartbeat:
    """Measures the gaps between beats from `start` to `stop`; made on the main thread.

    Attributes:
        worst_ms: the longest gap so far, beyond the beat itself.
        culprits: for each gap over the limit where the main thread stood, innermost last.
    """

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        late_ms: float = LATE_MS,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.worst_ms = 0.0
        self.culprits: list[tuple[str, ...]] = []
        self._late_ms = late_ms
        self._clock_s = clock_s
        self._main = threading.get_ident()
        self._last_s = clock_s()
        self._noted_s = 0.0
        self._stopped = threading.Event()
        self._watchdog: threading.Thread | None = None
        self._timer = QTimer(parent)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin to measure; a second start changes nothing."""
        if self._watchdog is not None:
            return
        self._last_s = self._clock_s()
        self._stopped.clear()
        self._timer.start()
        self._watchdog = threading.Thread(target=self._watch, name="heartbeat", daemon=True)
        self._watchdog.start()

    def stop(self) -> None:
        """Stop measuring and end the watchdog's thread."""
        if self._watchdog is None:
            return
        self._beat()
        self._timer.stop()
        self._stopped.set()
        self._watchdog.join()
        self._watchdog = None

    def reset(self) -> None:
        """Forget the worst gap, as each report to the portal does."""
        self.worst_ms = 0.0
        self.culprits.clear()
        self._last_s = self._clock_s()

    def _beat(self) -> None:
        now_s = self._clock_s()
        self.worst_ms = max(self.worst_ms, (now_s - self._last_s) * 1000 - BEAT_MS)
        self._last_s = now_s

    def _watch(self) -> None:
        while not self._stopped.wait(self._late_ms / 4 / 1000):
            last_s = self._last_s
            overdue_ms = (self._clock_s() - last_s) * 1000 - BEAT_MS
            if overdue_ms > self._late_ms and self._noted_s != last_s:
                self._noted_s = last_s
                self.culprits.append(_place_of(sys._current_frames().get(self._main)))  # noqa: SLF001 - the one way to see another thread's stack


def _place_of(frame: FrameType | None) -> tuple[str, ...]:
    if frame is None:
        return ()
    stack = traceback.extract_stack(frame)[-_FRAMES_KEPT:]
    return tuple(f"{each.name} {each.filename.rpartition('/')[2]}:{each.lineno}" for each in stack)
