"""The portal's time, as far as it is known here: for labels and caps of days, never to schedule.

The portal's answers give an offset to the local wall clock. Within the boot in which it
was measured the portal's time is counted on by the monotonic clock, so that a jump of
the wall clock changes nothing.
"""

import json
import threading
from dataclasses import asdict, dataclass

import apsw

from offline_cache.database import Database
from offline_cache.states import TABLES

DAY_S = 86400.0
_KEY = "portal_clock"
_NOTICEABLE_S = 1.0
_DATE_EVERY_S = 60.0
# Ids of one process are in the order of their making, so only the first look is a long one.
# Drafts are dated too: their id is older than their `put`.
_UNDATED = " UNION ALL ".join(
    f"SELECT id, boot_id, created_mono FROM {table} s WHERE id>?1"  # noqa: S608 - constants only
    " AND NOT EXISTS (SELECT 1 FROM dated d WHERE d.id=s.id)"
    for table in TABLES
)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the portal said: seconds since 1970 at a monotonic second of a boot."""

    offset_s: float
    portal: float
    mono: float
    boot: str


class PortalClock:
    """The last known offset; thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._dated_at: float | None = None
        self._dated_id = ""

    def set_offset(self, offset_s: float) -> None:
        """Remember how far the portal's clock is ahead of the local wall clock.

        Written only when it tells something new. What was put since and has no date by the
        portal's clock gets one: an age within this boot counts, an earlier one is not known
        and starts now, so that nothing is ever taken for older than it is.
        """
        clock = self._database.clock
        with self._lock:
            portal_at = clock.wall() + offset_s
            known = self.exact()
            if known is None or abs(known - portal_at) >= _NOTICEABLE_S:
                self._write(offset_s, portal_at)
            if self._dated_at is None or clock.monotonic() - self._dated_at >= _DATE_EVERY_S:
                self._dated_at = clock.monotonic()
                self._date(portal_at)

    def now(self) -> float | None:
        """Seconds since 1970 by the portal's clock, for labels; None while nothing was heard."""
        exact = self.exact()
        if exact is not None:
            return exact
        kept = self._kept()
        return None if kept is None else self._database.clock.wall() + kept.offset_s

    def exact(self) -> float | None:
        """The same without trusting the wall clock; None until the portal spoke in this boot."""
        kept, clock = self._kept(), self._database.clock
        if kept is None or kept.boot != clock.boot_id:
            return None
        return kept.portal + clock.monotonic() - kept.mono

    def age_days(self, submission_id: str) -> float | None:
        """Days that it waits by the portal's clock; None while that is not known."""
        now = self.exact()
        rows = self._database.read("SELECT since FROM dated WHERE id=?", (submission_id,))
        return None if now is None or not rows else (now - float(rows[0][0])) / DAY_S

    def _write(self, offset_s: float, portal_at: float) -> None:
        clock = self._database.clock
        heard = _Heard(offset_s, portal_at, clock.monotonic(), clock.boot_id)
        value = json.dumps(asdict(heard))
        self._database.write(
            lambda db: db.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value=excluded.value",
                (_KEY, value),
            ),
            drain=True,
        )

    def _date(self, portal_at: float) -> None:
        clock = self._database.clock
        found = self._database.read(_UNDATED, (self._dated_id,))
        if not found:
            return
        self._dated_id = max(str(row[0]) for row in found)
        rows = [
            (key, portal_at - max(0.0, clock.monotonic() - mono) * (boot == clock.boot_id))
            for key, boot, mono in found
        ]

        def insert(connection: apsw.Connection) -> None:
            connection.executemany("INSERT OR IGNORE INTO dated (id, since) VALUES (?, ?)", rows)

        self._database.write(insert, drain=True)

    def _kept(self) -> _Heard | None:
        rows = self._database.read("SELECT value FROM meta WHERE key=?", (_KEY,))
        return _Heard(**json.loads(str(rows[0][0]))) if rows else None
