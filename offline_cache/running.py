"""How long this machine has run since something happened, over any number of boots.

An age by the wall clock is worth nothing: one wrong start in 2036 would make everything too
old. So the monotonic seconds of all boots are summed up, and what a machine slept counts for
nothing. A number is never too high: between two notes at most ten minutes are forgotten.
"""

import json
import threading
from dataclasses import dataclass

from offline_cache.database import Database

_KEY = "running"
_NOTE_EVERY_S = 600.0
_BOOTS_KEPT = 100


@dataclass(frozen=True, slots=True)
class _Boot:
    """One boot: `shift` plus its monotonic seconds are the seconds run in all."""

    id: str
    shift: float
    begun: float


class RunningTime:
    """The summed seconds; thread-safe. Of the writing process alone."""

    def __init__(self, database: Database) -> None:
        """Go on from what was noted last, and note the new boot."""
        self._database = database
        self._lock = threading.Lock()
        self._boots, ran = self._kept()
        clock = database.clock
        if all(each.id != clock.boot_id for each in self._boots):
            self._boots.append(_Boot(clock.boot_id, ran - clock.monotonic(), ran))
        del self._boots[:-_BOOTS_KEPT]
        self._noted_at = clock.monotonic()
        self._note()

    def age_s(self, boot_id: str, mono: float) -> float:
        """Seconds run since that moment of that boot; of an unknown boot, since the oldest known.

        Args:
            boot_id: the boot in which something happened.
            mono: monotonic seconds of that boot.
        """
        clock = self._database.clock
        if boot_id == clock.boot_id:
            # as it is, without the rounding of a sum
            return max(0.0, clock.monotonic() - mono)
        with self._lock:
            at = next((each.shift + mono for each in self._boots if each.id == boot_id), None)
            since = self._boots[0].begun if at is None else at
            return max(0.0, self._now() - since)

    def note_now_and_then(self) -> None:
        """Write the sum down, once in ten minutes at most."""
        now = self._database.clock.monotonic()
        with self._lock:
            if now - self._noted_at < _NOTE_EVERY_S:
                return
            self._noted_at = now
        self._note()

    def _now(self) -> float:
        clock = self._database.clock
        return next(e.shift for e in self._boots if e.id == clock.boot_id) + clock.monotonic()

    def _note(self) -> None:
        with self._lock:
            boots = [[each.id, each.shift, each.begun] for each in self._boots]
            value = json.dumps({"ran": self._now(), "boots": boots})
        self._database.write(
            lambda db: db.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value=excluded.value",
                (_KEY, value),
            ),
            drain=True,
        )

    def _kept(self) -> tuple[list[_Boot], float]:
        rows = self._database.read("SELECT value FROM meta WHERE key=?", (_KEY,))
        if not rows:
            return [], 0.0
        told = json.loads(str(rows[0][0]))
        return [_Boot(*each) for each in told["boots"]], float(told["ran"])
