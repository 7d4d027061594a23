"""The queue as staff see and steer it: numbers and states, never content."""

from typing import Any

import apsw

from offline_cache.clock import age_s
from offline_cache.database import Database
from offline_cache.endings import Endings, named
from offline_cache.errors import StoreFaultError, UnknownSubmissionError
from offline_cache.records import Decision, QueueRow, QueueStats, Stage, State, Try
from offline_cache.schedule import LONGEST_WAIT_S
from offline_cache.states import MESSAGES, TABLES, demand, sending_state

_STATUS = "(SELECT status FROM trial t WHERE t.id=s.id ORDER BY n DESC LIMIT 1)"
_COLUMNS = (
    "SELECT id, collection_no, task_code, state, stage, boot_id, created_mono, created_wall,"  # noqa: S608 - constants only
    f" attempts, due, last_problem, receipt_no, project_no, kind, {_STATUS}"
    " FROM submission s WHERE state<>'DRAFT'"
)
_EXPIRED = "e.how='expired' AND receipt_no=''"
_PURGED = (
    f"SELECT s.id, collection_no, task_code, CASE WHEN {_EXPIRED} THEN 'EXPIRED' ELSE 'PURGED' END,"  # noqa: S608 - constants only
    f" CASE WHEN {_EXPIRED} THEN 'collected' ELSE stage END, boot_id, created_mono,"
    " created_wall, attempts, 0, NULL, nullif(receipt_no, ''), project_no, kind, NULL"
    " FROM tombstone s LEFT JOIN ending e ON e.id=s.id"
)
_MESSAGES = " UNION ALL ".join(
    f"SELECT s.id, NULL, kind, CASE WHEN {_EXPIRED} THEN 'EXPIRED' ELSE state END, CASE WHEN"  # noqa: S608 - constants only
    f" receipt_no IS NULL OR {_EXPIRED} THEN 'collected' ELSE 'received' END, boot_id,"
    " created_mono, created_wall, attempts, due, last_problem, nullif(receipt_no, ''), NULL,"
    f" kind, {_STATUS} FROM {table} s LEFT JOIN ending e ON e.id=s.id"
    for table in MESSAGES
)
_ALL = f"SELECT * FROM ({_COLUMNS} UNION ALL {_PURGED} UNION ALL {_MESSAGES})"  # noqa: S608 - constants only
_DECISIONS = " UNION ALL ".join(
    (
        "SELECT how, who, why FROM ending WHERE id=?1",
        *(
            "SELECT CASE state WHEN 'HELD' THEN 'held' ELSE 'released' END, held_by, held_why"  # noqa: S608 - constants only
            f" FROM {table} WHERE id=?1 AND held_by<>''"
            for table in TABLES
        ),
    )
)
_SENT = (State.SEALED, State.WITHDRAWING)
_UNSENT = "('SEALED', 'HELD', 'REJECTED', 'WITHDRAWING')"


class QueueDesk:
    """What `kiosk queue` needs; works in a second process while the terminal runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        endings = Endings(database)
        self.withdraw = endings.withdraw
        self.expire = endings.expire

    def rows(self) -> list[QueueRow]:
        """Everything that was ever put, oldest first, purged ones and messages included."""
        return [self._row(row) for row in self._database.read(f"{_ALL} ORDER BY id")]

    def row(self, submission_id: str) -> QueueRow:
        """One submission, by its id or its collection number.

        Raises:
            UnknownSubmissionError: neither is known.
        """
        rows = self._database.read(f"{_ALL} WHERE id=?1 OR collection_no=?1", (submission_id,))
        if not rows:
            raise UnknownSubmissionError(f"no submission {submission_id}")
        return self._row(rows[0])

    def tries(self, submission_id: str) -> list[Try]:
        """The last tries of one submission or message, oldest first; none once it is purged."""
        rows = self._database.read(
            "SELECT at, outcome, status, ms FROM trial WHERE id=? ORDER BY n", (submission_id,)
        )
        return [Try(*row) for row in rows]

    def decision(self, submission_id: str) -> Decision | None:
        """The last named decision about it, or None."""
        rows = self._database.read(_DECISIONS, (submission_id,))
        return Decision(*rows[0]) if rows else None

    def stats(self) -> QueueStats:
        """Numbers over the whole queue; `depth` and `oldest_s` count what is not yet received."""
        rows = self.rows()
        by_state: dict[str, int] = {}
        for row in rows:
            by_state[row.state.value] = by_state.get(row.state.value, 0) + 1
        unsent = [row for row in rows if f"'{row.state}'" in _UNSENT]
        (size,) = self._database.read(
            "SELECT (SELECT coalesce(sum(length(body)), 0) FROM submission) +"
            " (SELECT coalesce(sum(length(body)), 0) FROM message) +"
            " (SELECT coalesce(sum(length(body)), 0) FROM act) +"
            " (SELECT coalesce(sum(size_sealed), 0) FROM document)"
        )[0]
        return QueueStats(
            depth=len(unsent),
            oldest_s=max((row.age_s for row in unsent), default=0.0),
            by_state=by_state,
            bytes=size,
            disk_free=self._database.free_bytes(),
        )

    def hold(self, submission_id: str, who: str, why: str) -> None:
        """Keep a submission from being sent; it holds its case, never the queue.

        Raises:
            UnknownSubmissionError: never put.
            WrongStateError: acknowledged or ended.
        """
        self._set(submission_id, ("SEALED", "REJECTED", "HELD", "WITHDRAWING"), "HELD", (who, why))

    def release(self, submission_id: str, who: str, why: str) -> None:
        """Send a held submission again; WrongStateError if it is not held."""
        self._set(submission_id, ("HELD",), "", (who, why))

    def retry(self, submission_id: str, who: str, why: str) -> None:
        """Send now: ends the waiting time, and is the named decision on a rejected one.

        What was to be taken back goes on being taken back, here and in `release`.
        """
        self._set(submission_id, ("SEALED", "REJECTED", "WITHDRAWING"), "", (who, why))

    def _set(
        self, submission_id: str, allowed: tuple[str, ...], state: str, decided: tuple[str, str]
    ) -> None:
        named(*decided)

        def change(connection: apsw.Connection) -> None:
            demand(connection, submission_id, *allowed)
            then = state or sending_state(connection, submission_id)
            for table in TABLES:
                connection.execute(
                    f"UPDATE {table} SET state=?, due=0, held_by=?, held_why=? WHERE id=?",  # noqa: S608 - constants only
                    (then, *decided, submission_id),
                )

        self._database.write(change)

    def _row(self, row: tuple[Any, ...]) -> QueueRow:
        try:
            state, stage = State(row[3]), Stage(row[4])
        except ValueError as error:
            raise StoreFaultError(f"the row of {row[0]} is damaged") from error
        clock = self._database.clock
        return QueueRow(
            id=row[0],
            collection_no=row[1] or "",
            item=row[2],
            state=state,
            stage=stage,
            age_s=round(age_s(clock, row[5], row[6], row[7]), 3),
            attempts=row[8],
            next_due_s=_due_in_s(clock.wall(), row[9]) if state in _SENT else None,
            last_failure=row[10],
            receipt_no=row[11],
            project_no=row[12],
            kind=row[13],
            last_status=row[14],
        )


def _due_in_s(now_wall: float, due_wall: float) -> float:
    return round(min(max(0.0, due_wall - now_wall), LONGEST_WAIT_S), 3)
