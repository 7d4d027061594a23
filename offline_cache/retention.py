"""How long content stays: until the portal has it and the paper is settled.

Erasing means: the row with the wrapped keys goes, the files go, SQLite overwrites what
it frees, one checkpoint empties the log. A tombstone without personal data stays, so
that a late copy of an answer still finds its submission.
"""

from dataclasses import dataclass

import apsw

from offline_cache.database import Database
from offline_cache.documents import Documents
from offline_cache.errors import NoRoomError
from offline_cache.messages import purge as purge_messages
from offline_cache.portal_clock import DAY_S, PortalClock
from offline_cache.states import MESSAGES

BATCH = 100
KEEP_TOMBSTONES_DAYS = 400.0
_TOMBSTONES_EVERY_S = 3600.0
_UNDATED = """
INSERT OR IGNORE INTO dated (id, since)
SELECT id, ?1 FROM tombstone WHERE id NOT IN (SELECT id FROM dated)
UNION ALL SELECT id, ?1 FROM message WHERE state='PURGED' AND id NOT IN (SELECT id FROM dated)
UNION ALL SELECT id, ?1 FROM act WHERE state='PURGED' AND id NOT IN (SELECT id FROM dated)
"""
_FORGET = (
    "DELETE FROM tombstone WHERE id IN (SELECT id FROM dated WHERE since<=?1)",
    "DELETE FROM message WHERE state='PURGED' AND id IN (SELECT id FROM dated WHERE since<=?1)",
    "DELETE FROM act WHERE state='PURGED' AND id IN (SELECT id FROM dated WHERE since<=?1)",
)
_GONE = (
    "id NOT IN (SELECT id FROM submission) AND id NOT IN (SELECT id FROM tombstone)"
    " AND id NOT IN (SELECT id FROM message) AND id NOT IN (SELECT id FROM act)"
)
_SETTLED = """
DELETE FROM print_job WHERE state<>'SENDING' AND submission_id IS NOT NULL
  AND submission_id NOT IN (SELECT id FROM submission)
  AND submission_id NOT IN (SELECT id FROM tombstone)
"""
_ACKED = """
SELECT s.id, s.acked_boot, s.acked_mono,
  EXISTS (SELECT 1 FROM print_job j WHERE j.submission_id = s.id
          AND (j.state IN ('PRINTED', 'SENT') OR j.declined = 1))
FROM submission s WHERE s.state = 'ACKED'
  AND NOT EXISTS (SELECT 1 FROM print_job j WHERE j.submission_id = s.id
                  AND j.state IN ('QUEUED', 'SENDING') AND j.run_id = ?)
ORDER BY s.id
"""
_BURY = """
INSERT INTO tombstone (id, kind, case_id, case_seq, task_code, collection_no, created_wall,
  created_mono, boot_id, attempts, body_sha256, receipt_no, project_no, stage, received_at,
  accept_date, promise_date, acked_wall, purged_wall)
SELECT id, kind, case_id, case_seq, task_code, collection_no, created_wall, created_mono, boot_id,
  attempts, body_sha256, receipt_no, project_no, stage, received_at, accept_date, promise_date,
  acked_wall, ? FROM submission WHERE id = ? AND state = 'ACKED'
"""


@dataclass(frozen=True, slots=True)
class Room:
    """Whether a visit may start.

    Attributes:
        why: `disk`, `items` or `age` when there is no room, else None.
        free: bytes free on the disk, the ballast not counted.
        drain_only: the disk was full; what is stored is sent, nothing new is taken.
    """

    why: str | None
    free: int
    drain_only: bool


class Retention:
    """Erases what is done; thread-safe, never on the main thread."""

    def __init__(self, database: Database, documents: Documents) -> None:
        self._database = database
        self._documents = documents
        self._clock = PortalClock(database)
        self._forgot_at: float | None = None
        self._seen_version: int | None = None

    def room(self) -> Room:
        """Whether a visit may start now."""
        why = None
        try:
            self._documents.check_room()
        except NoRoomError as error:
            why = error.why
        return Room(why, self._database.free_bytes(), self._database.drain_only)

    def purge(self) -> int:
        """Erase the content of what is received and has its paper; returns how many.

        Settled is a receipt that is printed, sent or declined. A receipt that nobody can
        settle any more (the process died, the resident is gone) counts once the machine
        has run for `keep_s` since; no wrong clock makes that shorter. At
        most 100 at once; then one checkpoint. Killed in the middle, it leaves files without
        keys, which the next start removes. A message has no paper to wait for.
        """
        self._documents.running.note_now_and_then()
        self._forget_now_and_then()
        messages = self._purge_messages()
        due = [row[0] for row in self._acked() if self._is_done(row)][:BATCH]
        if due:
            files = self._database.write(lambda db: self._bury(db, due), drain=True)
            self._database.checkpoint_owed = True
            self._database.reached("purge.committed")
            self._documents.remove_files(files)
            self._database.reached("purge.files")
        if messages or self._others_wrote() or self._database.checkpoint_owed:
            self._database.checkpoint()
        self._database.make_room()
        return len(due) + messages

    def forget(self) -> int:
        """Remove tombstones of 400 days, by the portal's clock; returns how many.

        The count starts when the portal's time is first known after the purge, so that no
        wrong clock here removes one early.
        """
        now = self._clock.exact()
        if now is None:
            return 0

        def change(connection: apsw.Connection) -> int:
            connection.execute(_UNDATED, (now,))
            gone = 0
            for sql in _FORGET:
                connection.execute(sql, (now - KEEP_TOMBSTONES_DAYS * DAY_S,))
                gone += connection.changes()
            connection.execute(_SETTLED)
            for table in ("dated", "ending", "trial"):
                connection.execute(f"DELETE FROM {table} WHERE {_GONE}")  # noqa: S608 - constants only
            return gone

        return self._database.write(change, drain=True)

    def _others_wrote(self) -> bool:
        """Another process never checkpoints; what it erased ends with the next one here."""
        version = self._database.data_version()
        seen, self._seen_version = self._seen_version, version
        return seen != version

    def _forget_now_and_then(self) -> None:
        now = self._database.clock.monotonic()
        if self._forgot_at is None or now - self._forgot_at >= _TOMBSTONES_EVERY_S:
            self._forgot_at = now
            self.forget()

    def _purge_messages(self) -> int:
        return sum(self._purge_table(table) for table in MESSAGES)

    def _purge_table(self, table: str) -> int:
        if not self._database.read(f"SELECT 1 FROM {table} WHERE state='ACKED' LIMIT 1"):  # noqa: S608 - constants only
            return 0
        return self._database.write(lambda db: purge_messages(db, table, BATCH), drain=True)

    def _acked(self) -> list[tuple[str, str, float, int]]:
        rows = self._database.read(_ACKED, (self._database.run_id,))
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def _is_done(self, row: tuple[str, str, float, int]) -> bool:
        _id, boot, mono, settled = row
        running_s = self._documents.running.age_s(boot, mono)
        return bool(settled) or running_s >= self._database.limits.keep_s

    def _bury(self, connection: apsw.Connection, due: list[str]) -> list[str]:
        files: list[str] = []
        for submission_id in due:
            rows = connection.execute(
                "SELECT id FROM document WHERE submission_id=?", (submission_id,)
            )
            files.extend(str(row[0]) for row in rows)
            connection.execute(_BURY, (self._database.clock.wall(), submission_id))
            connection.execute("DELETE FROM submission WHERE id=?", (submission_id,))
            connection.execute("DELETE FROM trial WHERE id=?", (submission_id,))
            connection.execute("DELETE FROM dated WHERE id=?", (submission_id,))
        self._database.reached("purge.before_commit")
        return files
