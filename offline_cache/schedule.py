"""Which submission is sent next: case order, priority, due time, id.

Due times live in memory and count monotonic seconds. After a restart everything is due
at once, so no wrong clock can hold a submission back.
"""

import json
from collections.abc import Collection

import apsw

from offline_cache.begun import take_over
from offline_cache.database import Database, Row
from offline_cache.records import Document, State, Submission
from offline_cache.states import MESSAGES, TABLES
from offline_cache.waiting import Turn, Waiting

LONGEST_WAIT_S = 3600.0

# What never failed has its own index, so that a deep backlog of what waits is not walked.
# That of the submissions holds drafts, held and rejected ones too, so that `put` does not
# change it: none of its columns. The cap of the store bounds how many those are.
_FRESH_ONES = {
    "submission": "due=0 AND receipt_no IS NULL",
    **dict.fromkeys(MESSAGES, "state='SEALED' AND due=0"),
}
_INDEX = {table: f"{table}_fresh" for table in MESSAGES} | {"submission": "submission_open"}
_INDEXES = """
CREATE INDEX IF NOT EXISTS {index} ON {table} (priority, id) WHERE {fresh};
CREATE INDEX IF NOT EXISTS {table}_waiting ON {table} (id) WHERE due<>0;
"""
# One for each state that is asked for; a put is in none of them.
_STATES = """
CREATE INDEX IF NOT EXISTS submission_withdrawing ON submission (priority, id)
  WHERE state='WITHDRAWING';
CREATE INDEX IF NOT EXISTS submission_acked ON submission (id) WHERE state='ACKED';
"""
_ALL_DUE = "UPDATE {table} INDEXED BY {table}_waiting SET due=0 WHERE due<>0"
_BEFORE = """EXISTS (SELECT 1 FROM submission p WHERE p.case_id = s.case_id
                  AND p.case_seq < s.case_seq AND p.state <> 'ACKED')"""
_BEFORE_MESSAGE = """EXISTS (SELECT 1 FROM submission p WHERE p.case_id = s.case_id
                  AND p.case_seq <= s.after_seq AND p.state <> 'ACKED')"""
_FRESH = """
SELECT s.priority, s.id FROM {table} s INDEXED BY {index}
WHERE s.state='SEALED' AND {fresh} AND (s.priority, s.id) > (?, ?) AND NOT {before}
ORDER BY s.priority, s.id LIMIT
"""
_WITHDRAWING = """
SELECT s.priority, s.id FROM submission s INDEXED BY submission_withdrawing
WHERE s.state='WITHDRAWING' AND (s.priority, s.id) > (?, ?) AND NOT {before}
ORDER BY s.priority, s.id LIMIT
"""
_RETRIED = """
SELECT NOT {before} FROM {table} s WHERE s.id=?1 AND s.state IN ('SEALED', 'WITHDRAWING')
"""
_FRESH_OF = {
    table: _FRESH.format(
        table=table,
        index=_INDEX[table],
        fresh=_FRESH_ONES[table],
        before=_BEFORE_MESSAGE if table in MESSAGES else _BEFORE,
    )
    for table in TABLES
}
_SENDING = (_WITHDRAWING.format(before=_BEFORE), _FRESH_OF["submission"])
_MESSAGES = tuple(_FRESH_OF[table] for table in MESSAGES)
_MAY_GO = " UNION ALL ".join(
    _RETRIED.format(table=table, before=_BEFORE_MESSAGE if table in MESSAGES else _BEFORE)
    for table in TABLES
)
_PRIORITY = " UNION ALL ".join(f"SELECT priority FROM {table} WHERE id=?1" for table in TABLES)  # noqa: S608 - constants only
_FREED = " UNION ALL ".join(
    f"SELECT id FROM {table} WHERE due=0 AND id IN (SELECT value FROM json_each(?1))"  # noqa: S608 - constants only
    for table in TABLES
)
_FIRST_PAGE = 4
_PAGE = 200


def make_all_due(connection: apsw.Connection) -> None:
    """At the start everything is due; inside a transaction.

    The indexes are no migration: any version may drop them, and this one makes them again.
    """
    take_over(connection)
    connection.execute(_STATES)
    for table in TABLES:
        made = {"table": table, "index": _INDEX[table], "fresh": _FRESH_ONES[table]}
        connection.execute(_INDEXES.format(**made))
        connection.execute(_ALL_DUE.format(table=table))


class Schedule:
    """Due times of the sealed submissions; thread-safe.

    What failed has a stored due time that is not 0 and waits in memory; what is stored with
    0 is due unless memory says otherwise, as for one whose failure is just being written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting = Waiting()
        self._seen_version = database.data_version()

    def postpone(self, submission_id: str, now_mono: float, due_mono: float) -> float:
        """Not before `due_mono`, at most an hour away; returns the wait in seconds."""
        due = min(due_mono, now_mono + LONGEST_WAIT_S)
        rows = self._database.read(_PRIORITY, (submission_id,))
        if rows:
            self._waiting.put(Turn(rows[0][0], due, submission_id))
        return max(0.0, due - now_mono)

    def now_due(self, submission_id: str) -> None:
        """End its waiting time."""
        self._waiting.wake(submission_id)

    def due_of(self, submission_id: str) -> float | None:
        """The monotonic time it waits for, or None."""
        return self._waiting.due_of(submission_id)

    def next_id(self, now_mono: float, skip: Collection[str]) -> str | None:
        """The id whose turn it is, or None while nothing is due."""
        self._notice_others()
        turns = [self._fresh(sql, skip) for sql in _SENDING]
        if not any(turns):
            # their numbers come behind those of all submissions
            turns = [self._fresh(sql, skip) for sql in _MESSAGES]
        turns.append(self._waiting.first(now_mono, skip, self._may_go))
        return min((turn for turn in turns if turn is not None), default=_NOBODY).id or None

    def _fresh(self, sql: str, skip: Collection[str]) -> Turn | None:
        """The first that never failed; ids of UUIDv7 are in the order of their making."""
        after, size = (-1, ""), _FIRST_PAGE
        while True:
            # as a parameter it would be planned anew each time: the planner looks at limits
            rows = self._database.read(f"{sql} {size}", after)
            for priority, submission_id in rows:
                if submission_id not in skip and submission_id not in self._waiting:
                    return Turn(priority, 0.0, submission_id)
            if len(rows) < size:
                return None
            after, size = (rows[-1][0], rows[-1][1]), _PAGE

    def _may_go(self, submission_id: str) -> bool | None:
        rows = self._database.read(_MAY_GO, (submission_id,))
        return bool(rows[0][0]) if rows else None

    def _notice_others(self) -> None:
        """A technician's `queue retry` in another process sets the stored due time to 0."""
        version = self._database.data_version()
        if version == self._seen_version:
            return
        self._seen_version = version
        for (submission_id,) in self._database.read(_FREED, (json.dumps(self._waiting.ids()),)):
            self._waiting.forget(submission_id)


_NOBODY = Turn(0, 0.0, "")


_LOAD = """
SELECT id, case_id, case_seq, state, collection_no, body, body_sha256, attempts, kind, valid_for_s,
  boot_id, run_id, created_mono FROM submission WHERE id=?1 AND state<>'DRAFT'
UNION ALL SELECT id, case_id, after_seq, state, '', body, body_sha256, attempts, kind, NULL,
  boot_id, '', created_mono FROM message WHERE id=?1 AND state<>'PURGED'
UNION ALL SELECT id, case_id, after_seq, state, '', body, body_sha256, attempts, kind, valid_for_s,
  boot_id, run_id, created_mono FROM act WHERE id=?1 AND state<>'PURGED'
"""


def load(database: Database, submission_id: str, due: float) -> Submission | None:
    """A submission with its documents, or None if it has no content any more."""
    rows = database.read(_LOAD, (submission_id,))
    if not rows:
        return None
    row = rows[0]
    return Submission(
        id=row[0],
        case_id=row[1],
        case_seq=row[2],
        state=State(row[3]),
        collection_no=row[4],
        body=row[5],
        body_sha256=row[6],
        attempts=row[7],
        due=due,
        documents=_documents(database, submission_id),
        kind=row[8],
        valid_for_s=row[9],
        is_over=row[9] is not None and _is_over(database, *row[9:]),
        reason=_reason(database, submission_id) if row[3] == State.WITHDRAWING else "",
    )


def _is_over(database: Database, valid_for_s: int, boot: str, run: str, made_mono: float) -> bool:
    """By monotonic time; a restart counts as over."""
    clock = database.clock
    same = (boot, run) == (clock.boot_id, database.run_id)
    return not same or made_mono + valid_for_s <= clock.monotonic()


def _reason(database: Database, submission_id: str) -> str:
    """Why it is taken back, in the portal's words."""
    rows = database.read("SELECT who FROM ending WHERE id=?", (submission_id,))
    return "validity" if rows and rows[0][0] == "store" else "staff"


def _documents(database: Database, submission_id: str) -> tuple[Document, ...]:
    rows = database.read(
        "SELECT id, submission_id, ordinal, media_type, get_type, size_sealed, sha256_sealed,"
        " upload_url, upload_offset, uploaded FROM document WHERE submission_id=? ORDER BY ordinal",
        (submission_id,),
    )
    return tuple(_document(row) for row in rows)


def _document(row: Row) -> Document:
    return Document(
        id=row[0],
        submission_id=row[1],
        ordinal=row[2],
        media_type=row[3],
        get_type=row[4],
        size_sealed=row[5],
        sha256_sealed=row[6],
        upload_url=row[7],
        upload_offset=row[8],
        uploaded=bool(row[9]),
    )
