"""What ends a submission without a receipt: taken back, or given up by a named decision.

A withdrawal is sent by id until the portal confirms it; only then the content goes. An
expiry needs a name and the portal's own time. Either leaves a tombstone and the reason.
"""

from collections.abc import Callable

import apsw

from offline_cache.database import Database
from offline_cache.errors import WrongStateError
from offline_cache.files import remove
from offline_cache.portal_clock import PortalClock
from offline_cache.recovery import FOLDER
from offline_cache.states import MESSAGES, demand

STORE = "store"
"""Who takes back what is worth nothing any more, without a person's decision."""

VALIDITY = "valid_for_s is over"
NO_RECEIPT = ""
"""Stands in the receipt column of what ended without one, where an older table demands a text."""

_OVER = """
SELECT id FROM submission INDEXED BY submission_limited
WHERE valid_for_s IS NOT NULL AND state='SEALED'
  AND (boot_id<>? OR run_id<>? OR created_mono + valid_for_s <= ?)
"""
_BURY = """
INSERT INTO tombstone (id, kind, case_id, case_seq, task_code, collection_no, created_wall,
  created_mono, boot_id, attempts, body_sha256, receipt_no, project_no, stage, acked_wall,
  purged_wall)
SELECT id, kind, case_id, case_seq, task_code, collection_no, created_wall, created_mono, boot_id,
  attempts, body_sha256, coalesce(receipt_no, ''), project_no, 'withdrawn', ?1, ?1
  FROM submission WHERE id = ?2
"""


class Endings:
    """Withdrawals and expiries; used by the outbox, and by staff in a second process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._clock = PortalClock(database)

    def turn_overdue(self, now_mono: float) -> list[str]:
        """Turn WITHDRAWING what may not be sent any more; a restart counts as over."""
        clock = self._database.clock
        bounds = (clock.boot_id, self._database.run_id, now_mono)
        over = [str(row[0]) for row in self._database.read(_OVER, bounds)]
        if over:
            self._database.write(lambda db: _withdraw_all(db, over, clock.wall()), drain=True)
        return over

    def withdraw(self, submission_id: str, who: str, why: str) -> None:
        """See `Outbox.withdraw`."""
        named(who, why)
        wall = self._database.clock.wall()

        def change(connection: apsw.Connection) -> None:
            _demand_submission(connection, submission_id)
            demand(connection, submission_id, "SEALED", "HELD", "REJECTED", "WITHDRAWING")
            _withdraw(connection, submission_id, (who, why), wall)

        self._database.write(change, drain=True)

    def confirm(self, submission_id: str) -> bool:
        """The portal will never take it: erase it; False if that was done before."""
        if self._is_buried(submission_id):
            return False

        def check(connection: apsw.Connection) -> None:
            demand(connection, submission_id, "WITHDRAWING", "HELD", "REJECTED")
            _demand_ending(connection, submission_id)

        self._erase(submission_id, check)
        return True

    def expire(self, submission_id: str, who: str, why: str) -> None:
        """See `Outbox.expire`."""
        named(who, why)
        self._demand_age(submission_id)
        wall = self._database.clock.wall()

        def check(connection: apsw.Connection) -> None:
            demand(connection, submission_id, "SEALED", "HELD", "REJECTED")
            note_ending(connection, (submission_id, "expired", who, why, wall))

        self._erase(submission_id, check)

    def _demand_age(self, submission_id: str) -> None:
        cap = self._database.limits.queue_days
        age = self._clock.age_days(submission_id)
        self._database.write(lambda db: demand(db, submission_id, "SEALED", "HELD", "REJECTED"))
        if age is None or age < cap:
            told = "unknown" if age is None else f"{age:.1f} days"
            text = f"submission {submission_id}: its age by the portal's time is {told}"
            raise WrongStateError(f"{text}, {cap:g} days are needed")

    def _erase(self, submission_id: str, check: Callable[[apsw.Connection], None]) -> None:
        """Bury it in one transaction, then remove its files and empty the log."""
        files: list[str] = []

        def bury(connection: apsw.Connection) -> None:
            check(connection)
            files[:] = _files(connection, submission_id)
            wall = self._database.clock.wall()
            connection.execute(_BURY, (wall, submission_id))
            connection.execute("DELETE FROM submission WHERE id=?", (submission_id,))
            for table in MESSAGES:
                connection.execute(
                    f"UPDATE {table} SET state='PURGED', body=NULL,"  # noqa: S608 - constants only
                    " receipt_no=coalesce(receipt_no, '') WHERE id=?",
                    (submission_id,),
                )
            for leftover in ("trial", "dated"):
                connection.execute(f"DELETE FROM {leftover} WHERE id=?", (submission_id,))  # noqa: S608 - constants only
            self._database.reached("ending.before_commit")

        self._database.write(bury, drain=True)
        self._database.reached("ending.committed")
        self._database.checkpoint_owed = True
        remove([self._database.folder / FOLDER / name for name in files])
        self._database.checkpoint()

    def _is_buried(self, submission_id: str) -> bool:
        return bool(
            self._database.read(
                "SELECT 1 FROM tombstone t JOIN ending e ON e.id=t.id WHERE t.id=?",
                (submission_id,),
            )
        )


def named(who: str, why: str) -> None:
    """A decision has a name and a reason, else ValueError."""
    if not (who.strip() and why.strip()):
        raise ValueError("who and why may not be empty")


def note_ending(connection: apsw.Connection, row: tuple[str, str, str, str, float]) -> None:
    """Keep id, how, who, why and wall time; the last decision counts."""
    connection.execute(
        "INSERT OR REPLACE INTO ending (id, how, who, why, at) VALUES (?,?,?,?,?)", row
    )


def _withdraw_all(connection: apsw.Connection, over: list[str], wall: float) -> None:
    for submission_id in over:
        _withdraw(connection, submission_id, (STORE, VALIDITY), wall)


def _withdraw(
    connection: apsw.Connection, submission_id: str, decided: tuple[str, str], wall: float
) -> None:
    present = connection.execute(
        "SELECT 1 FROM ending WHERE id=? AND how='withdrawn'", (submission_id,)
    ).fetchone()
    if present is None:
        note_ending(connection, (submission_id, "withdrawn", *decided, wall))
    connection.execute(
        "UPDATE submission SET state='WITHDRAWING', due=0, held_by=?, held_why=? WHERE id=?",
        (*decided, submission_id),
    )


def _demand_submission(connection: apsw.Connection, submission_id: str) -> None:
    for table in MESSAGES:
        row = connection.execute(f"SELECT 1 FROM {table} WHERE id=?", (submission_id,)).fetchone()  # noqa: S608 - constants only
        if row is not None:
            raise WrongStateError(f"{submission_id} is a message: it cannot be taken back")


def _demand_ending(connection: apsw.Connection, submission_id: str) -> None:
    row = connection.execute(
        "SELECT 1 FROM ending WHERE id=? AND how='withdrawn'", (submission_id,)
    ).fetchone()
    if row is None:
        raise WrongStateError(f"nobody took {submission_id} back")


def _files(connection: apsw.Connection, submission_id: str) -> list[str]:
    rows = connection.execute("SELECT id FROM document WHERE submission_id=?", (submission_id,))
    return [str(row[0]) for row in rows]
