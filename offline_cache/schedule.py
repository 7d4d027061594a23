"""Which submission is sent next: case order, priority, due time, id.

Due times live in memory and count monotonic seconds. After a restart everything is due
at once, so no wrong clock can hold a submission back.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass

from offline_cache.database import Database, Row
from offline_cache.records import Document, State, Submission
from offline_cache.states import MESSAGES, TABLES

LONGEST_WAIT_S = 3600.0

_FRESH = """
SELECT s.priority, s.id FROM submission s
WHERE s.state=? AND (s.priority, s.id) > (?, ?)
  AND NOT EXISTS (SELECT 1 FROM submission p WHERE p.case_id = s.case_id
                  AND p.case_seq < s.case_seq AND p.state <> 'ACKED')
ORDER BY s.priority, s.id LIMIT ?
"""
_FRESH_MESSAGES = """
SELECT m.priority, m.id FROM {table} m
WHERE m.state=? AND (m.priority, m.id) > (?, ?)
  AND NOT EXISTS (SELECT 1 FROM submission p WHERE p.case_id = m.case_id
                  AND p.case_seq <= m.after_seq AND p.state <> 'ACKED')
ORDER BY m.priority, m.id LIMIT ?
"""
_RETRIED = """
SELECT s.priority FROM submission s
WHERE s.id=?1 AND s.state IN ('SEALED', 'WITHDRAWING')
  AND NOT EXISTS (SELECT 1 FROM submission p WHERE p.case_id = s.case_id
                  AND p.case_seq < s.case_seq AND p.state <> 'ACKED')
"""
_RETRIED_MESSAGE = """
UNION ALL SELECT m.priority FROM {table} m
WHERE m.id=?1 AND m.state='SEALED'
  AND NOT EXISTS (SELECT 1 FROM submission p WHERE p.case_id = m.case_id
                  AND p.case_seq <= m.after_seq AND p.state <> 'ACKED')
"""
_RETRIED += "".join(_RETRIED_MESSAGE.format(table=table) for table in MESSAGES)
_SENDING = ("WITHDRAWING", "SEALED")
_MESSAGES = tuple(_FRESH_MESSAGES.format(table=table) for table in MESSAGES)

_FREED = " UNION ALL ".join(f"SELECT id FROM {table} WHERE due=0" for table in TABLES)  # noqa: S608 - constants only
_PAGE = 200


@dataclass(frozen=True, slots=True, order=True)
class _Turn:
    priority: int
    due: float
    id: str


class Schedule:
    """Due times of the sealed submissions; thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiting: dict[str, float] = {}
        self._seen_version = database.data_version()

    def postpone(self, submission_id: str, now_mono: float, due_mono: float) -> float:
        """Not before `due_mono`, at most an hour away; returns the wait in seconds."""
        due = min(due_mono, now_mono + LONGEST_WAIT_S)
        with self._lock:
            self._waiting[submission_id] = due
        return max(0.0, due - now_mono)

    def now_due(self, submission_id: str) -> None:
        """Forget its waiting time."""
        with self._lock:
            self._waiting.pop(submission_id, None)

    def due_of(self, submission_id: str) -> float | None:
        """The monotonic time it waits for, or None."""
        with self._lock:
            return self._waiting.get(submission_id)

    def next_id(self, now_mono: float, skip: Collection[str]) -> str | None:
        """The id whose turn it is, or None while nothing is due."""
        self._notice_others()
        with self._lock:
            waiting = dict(self._waiting)
        turns = [self._fresh(_FRESH, state, waiting, skip) for state in _SENDING]
        if not any(turns):
            # their numbers come behind those of all submissions
            turns = [self._fresh(sql, "SEALED", waiting, skip) for sql in _MESSAGES]
        turns.append(self._waited(waiting, now_mono, skip))
        return min((turn for turn in turns if turn is not None), default=_NOBODY).id or None

    def _fresh(
        self, sql: str, state: str, waiting: dict[str, float], skip: Collection[str]
    ) -> _Turn | None:
        """The first that never failed; ids of UUIDv7 are in the order of their making."""
        after: tuple[int, str] | None = (-1, "")
        while after is not None:
            rows = self._database.read(sql, (state, *after, _PAGE))
            for priority, submission_id in rows:
                if submission_id not in waiting and submission_id not in skip:
                    return _Turn(priority, 0.0, submission_id)
            after = (rows[-1][0], rows[-1][1]) if len(rows) == _PAGE else None
        return None

    def _waited(
        self, waiting: dict[str, float], now_mono: float, skip: Collection[str]
    ) -> _Turn | None:
        due = [key for key, at in waiting.items() if at <= now_mono and key not in skip]
        turns = []
        for submission_id in due:
            rows = self._database.read(_RETRIED, (submission_id,))
            turns += [_Turn(row[0], waiting[submission_id], submission_id) for row in rows]
        return min(turns, default=None)

    def _notice_others(self) -> None:
        """A technician's `queue retry` in another process sets the stored due time to 0."""
        version = self._database.data_version()
        if version == self._seen_version:
            return
        self._seen_version = version
        freed = self._database.read(_FREED)
        with self._lock:
            for (submission_id,) in freed:
                self._waiting.pop(submission_id, None)


_NOBODY = _Turn(0, 0.0, "")


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
