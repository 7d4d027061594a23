"""What was really printed: one row per paper, committed before the first byte goes out.

`QUEUED -> SENDING -> PRINTED | SENT | NOT_STARTED | PARTIAL | UNKNOWN`. A row that is
SENDING when the process starts belongs to a process that died while the printer worked:
nobody knows what came out, so it becomes UNKNOWN and is never printed again by itself.
Design rules: reference "printing", section 8.
"""

from collections.abc import Callable
from dataclasses import dataclass

import apsw

from offline_cache.database import Database, Row
from offline_cache.errors import UnknownJobError
from offline_cache.records import PrintState

RECEIPT = "receipt"
_OUTCOMES = frozenset(PrintState) - {PrintState.QUEUED, PrintState.SENDING}
_COLUMNS = "id, submission_id, kind, state, proof, attempts, printer_id, declined"
_ONE = f"SELECT {_COLUMNS} FROM print_job WHERE id=?"  # noqa: S608 - constants only
_ALL = f"SELECT {_COLUMNS} FROM print_job ORDER BY created, id"  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One row of the journal.

    Attributes:
        id: business id plus digest of the paper; the same for every try.
        submission_id: whose paper it is; None for a notice or a test page.
        proof: tier of the proof, `A` to `D` or `ipp-job`.
        attempts: how often the first byte was about to go out; more than one is a reprint.
        declined: the resident wants no (further) paper.
    """

    id: str
    submission_id: str | None
    kind: str
    state: PrintState
    proof: str | None
    attempts: int
    printer_id: str | None
    declined: bool


class PrintJournal:
    """The journal; thread-safe. Every change is durable when the call returns."""

    def __init__(self, database: Database) -> None:
        """Prepare; what a dead process was sending becomes UNKNOWN now."""
        self._database = database
        database.write(
            lambda db: db.execute(
                "UPDATE print_job SET state='UNKNOWN', settled=? WHERE state='SENDING'"
                " AND run_id<>?",
                (database.clock.wall(), database.run_id),
            ),
            drain=True,
        )

    def queue(self, job_id: str, submission_id: str | None, kind: str) -> PrintJob:
        """Plan a paper, or plan it again: a reprint keeps its id and counts on.

        Raises:
            UnknownJobError: it is being sent at this moment.
        """

        def plan(connection: apsw.Connection) -> None:
            connection.execute(
                "INSERT INTO print_job (id, submission_id, kind, state, run_id, created)"
                " VALUES (?,?,?,'QUEUED',?,?) ON CONFLICT (id) DO UPDATE SET state='QUEUED',"
                " proof=NULL, declined=0, settled=NULL, run_id=excluded.run_id"
                " WHERE state<>'SENDING'",
                (job_id, submission_id, kind, self._database.run_id, self._wall()),
            )
            _demand_change(connection, job_id, "is being sent")

        return self._change(job_id, plan)

    def sending(self, job_id: str, printer_id: str) -> PrintJob:
        """Note that the first byte is about to go out; durable before it does.

        Raises:
            UnknownJobError: no such job, or it is not QUEUED.
        """

        def note(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE print_job SET state='SENDING', printer_id=?, sent=?, run_id=?,"
                " attempts=attempts+1 WHERE id=? AND state='QUEUED'",
                (printer_id, self._wall(), self._database.run_id, job_id),
            )
            _demand_change(connection, job_id, "is not QUEUED")

        job = self._change(job_id, note)
        self._database.reached("print.sending")
        return job

    def settle(self, job_id: str, state: PrintState, proof: str | None = None) -> PrintJob:
        """Note the outcome; the same outcome again changes nothing.

        Args:
            job_id: a job that is SENDING, or QUEUED when it never started.
            state: what is known, UNKNOWN if nothing is.
            proof: tier of the proof, if any.

        Raises:
            UnknownJobError: no such job, or it is settled in another way.
            ValueError: `state` is no outcome.
        """
        if state not in _OUTCOMES:
            raise ValueError(f"{state} is no outcome")

        def note(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE print_job SET state=?1, proof=?2, settled=?3 WHERE id=?4 AND"
                " (state='SENDING' OR (state='QUEUED' AND ?1='NOT_STARTED') OR state=?1)",
                (state.value, proof, self._wall(), job_id),
            )
            _demand_change(connection, job_id, f"cannot become {state}")

        return self._change(job_id, note)

    def decline(self, job_id: str) -> PrintJob:
        """The resident wants no paper, or no further one; the job counts as settled.

        Raises:
            UnknownJobError: no such job, or it is being sent.
        """

        def note(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE print_job SET declined=1, settled=coalesce(settled, ?),"
                " state=CASE state WHEN 'QUEUED' THEN 'NOT_STARTED' ELSE state END"
                " WHERE id=? AND state<>'SENDING'",
                (self._wall(), job_id),
            )
            _demand_change(connection, job_id, "is being sent")

        return self._change(job_id, note)

    def job(self, job_id: str) -> PrintJob:
        """One job, or UnknownJobError."""
        rows = self._database.read(_ONE, (job_id,))
        if not rows:
            raise UnknownJobError(f"no print job {job_id}")
        return _job(rows[0])

    def jobs(self) -> list[PrintJob]:
        """All jobs, oldest first."""
        return [_job(row) for row in self._database.read(_ALL)]

    def _change(self, job_id: str, work: Callable[[apsw.Connection], None]) -> PrintJob:
        self._database.write(work, drain=True)
        return self.job(job_id)

    def _wall(self) -> float:
        return self._database.clock.wall()


def _demand_change(connection: apsw.Connection, job_id: str, why: str) -> None:
    if connection.changes() != 1:
        raise UnknownJobError(f"print job {job_id} is unknown or {why}")


def _job(row: Row) -> PrintJob:
    return PrintJob(
        id=row[0],
        submission_id=row[1],
        kind=row[2],
        state=PrintState(row[3]),
        proof=row[4],
        attempts=row[5],
        printer_id=row[6],
        declined=bool(row[7]),
    )
