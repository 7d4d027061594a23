"""Whether another visit may start: the disk, the store's share of it, count and age of the work."""

from offline_cache.connection import NAME, SIDE_FILES
from offline_cache.database import Database
from offline_cache.errors import NoRoomError
from offline_cache.files import disk_bytes
from offline_cache.portal_clock import DAY_S, PortalClock
from offline_cache.running import RunningTime

# counted no further than the cap: there is no index that would count them all
_UNSENT = (
    "SELECT count(*) FROM"
    " (SELECT 1 FROM submission WHERE state IN ('SEALED', 'HELD', 'REJECTED') LIMIT ?)"
)
# the condition on the id makes SQLite go along the ids instead of sorting all rows
_OLDEST = (
    "SELECT id, boot_id, created_mono FROM submission"
    " WHERE id>'' AND state='SEALED' ORDER BY id LIMIT 1"
)
_PAGES = "SELECT coalesce(sum(size_sealed), 0) FROM document"


class Doorkeeper:
    """Asked before each visit; thread-safe."""

    def __init__(self, database: Database, running: RunningTime) -> None:
        """Remember whom to ask."""
        self._database = database
        self._running = running
        self._portal = PortalClock(database)

    def check(self) -> None:
        """Let a visit start, or raise NoRoomError.

        The age of the oldest work is what the machine has run since, or what the portal's
        clock says if that is more: the local wall clock refuses nobody.
        """
        database, limits = self._database, self._database.limits
        needed = limits.ballast_bytes + limits.reserve_bytes
        if not database.make_room() or database.free_bytes() < needed:
            raise NoRoomError("disk")
        if self._used() >= self._quota():
            raise NoRoomError("disk")
        if database.read(_UNSENT, (limits.queue_items,))[0][0] >= limits.queue_items:
            raise NoRoomError("items")
        if self._oldest_s() >= limits.queue_days * DAY_S:
            raise NoRoomError("age")

    def _quota(self) -> float:
        limits = self._database.limits
        return min(limits.quota_bytes, limits.quota_share * disk_bytes(self._database.folder))

    def _used(self) -> int:
        files = (self._database.folder / f"{NAME}{each}" for each in SIDE_FILES)
        own = sum(each.stat().st_size for each in files if each.exists())
        return own + int(self._database.read(_PAGES)[0][0])

    def _oldest_s(self) -> float:
        rows = self._database.read(_OLDEST)
        if not rows:
            return 0.0
        submission_id, boot_id, mono = rows[0]
        days = self._portal.age_days(submission_id) or 0.0
        return max(self._running.age_s(boot_id, mono), days * DAY_S)
