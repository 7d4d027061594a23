"""Taking a submission over: every check, one transaction, then the ack.

The ack says `received` (送达), never more than what became of the case: it is
built from the stored row, so a replay repeats the receipt number and may show a
later stage.

Copies of one submission stand in line behind `lock_key(connection, "submission",
terminal, id)`; whoever decides about an id (a withdrawal) takes the same key.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from portal.documents import Documents, DocumentsError
from portal.keys import Keyring
from portal.moments import WallClock, milliseconds, office_date, stamp
from portal.problems import ProblemError
from portal.store import Store, emit, lock_key, next_serial, record_effect
from portal.tables.intake import documents, submissions, tasks, uploads
from portal.tables.upkeep import withdrawals
from portal.wire import SubmissionBody, checked, parse, schema_problem

Ack = dict[str, Any]
# looks at a new submission inside its transaction; raises ProblemError to refuse it
Gate = Callable[[sa.Connection, str, str, SubmissionBody], None]
RECEIVED: Final = "received"
_TRIES: Final = 3
_ACK_NAMES: Final = (
    *("id", "sha256", "receipt_no", "received_at", "case_id", "case_seq", "stage"),
    *("project_no", "accept_date", "promise_date"),
)
# built once: building a statement costs more than running it
_FIND: Final = sa.select(*(submissions.c[name] for name in (*_ACK_NAMES, "result"))).where(
    submissions.c.terminal == sa.bindparam("terminal"), submissions.c.id == sa.bindparam("id")
)
_LAST_OF_CASE: Final = sa.select(sa.func.max(submissions.c.case_seq)).where(
    submissions.c.terminal == sa.bindparam("terminal"),
    submissions.c.case_id == sa.bindparam("case_id"),
)
# parts that were taken back before they arrived: nobody waits for them
_TURNS_OVER: Final = sa.select(withdrawals.c.case_seq).where(
    withdrawals.c.terminal == sa.bindparam("terminal"),
    withdrawals.c.case_id == sa.bindparam("case_id"),
)
_ARRIVED: Final = sa.select(uploads.c.ordinal, uploads.c.sha256, uploads.c.length).where(
    uploads.c.terminal == sa.bindparam("terminal"),
    uploads.c.submission == sa.bindparam("id"),
    uploads.c.done.is_(other=True),
)
_SUBMISSION: Final = submissions.insert()
_DOCUMENT: Final = documents.insert()
_TASK: Final = tasks.insert()


class Intake:
    """The counter where submissions are handed in."""

    def __init__(
        self,
        store: Store,
        keys: Keyring,
        pages: Documents,
        clock: WallClock,
        on_received: Callable[[], None],
        gates: Sequence[Gate] = (),
    ) -> None:
        """`on_received` is called after each commit, at once; gates are asked in their order."""
        self._store = store
        self._keys = keys
        self._pages = pages
        self._clock = clock
        self._on_received = on_received
        self._gates = tuple(gates)

    def take(self, terminal: str, identity: str, body: bytes, sha256: str) -> tuple[Ack, bool]:
        """Take a submission over, or repeat what was said before.

        Args:
            terminal: who speaks, from the credential.
            identity: the id of the path.
            body: the exact bytes.
            sha256: their digest in hex, computed here.

        Returns:
            the ack, and whether it is a replay.

        Raises:
            ProblemError: `id-reuse`, `malformed`, `schema`, `sealing-key-gone`,
                `case-order` with `expected`, `documents-incomplete` with `missing`,
                what a gate says, `in-progress`, `overloaded`.
        """
        incoming = _Incoming(terminal, identity, body, sha256)
        for _ in range(_TRIES):
            try:
                ack, replayed = self._take(incoming)
            except sa.exc.IntegrityError:
                # another submission of the case was first: look again what is expected
                continue
            if not replayed:
                self._on_received()
            return ack, replayed
        raise ProblemError("in-progress", 409, headers={"Retry-After": "1"})

    def ask(self, terminal: str, identity: str) -> Ack:
        """The ack of a submission that this terminal handed in.

        Raises:
            ProblemError: `unknown-id`.
        """
        with self._store.transaction() as connection:
            row = _find(connection, terminal, identity)
        if row is None:
            raise ProblemError("unknown-id", 404)
        return ack_of(row)

    def _take(self, incoming: "_Incoming") -> tuple[Ack, bool]:
        terminal, identity = incoming.terminal, incoming.identity
        submission = self._read(incoming.body)
        lost = () if isinstance(submission, ProblemError) else self._lost_pages(submission)

        def decide(connection: sa.Connection) -> tuple[Ack, bool]:
            lock_key(connection, "submission", terminal, identity)
            known = _replay(connection, incoming)
            if known is not None:
                return known, True
            if isinstance(submission, ProblemError):
                raise submission
            for gate in self._gates:
                gate(connection, terminal, identity, submission)
            _check_order(connection, terminal, submission)
            _check_documents(connection, incoming, submission, lost)
            row = self._row(connection, incoming, submission)
            self._insert(connection, row, submission)
            return ack_of(row), False

        return self._store.act(decide)

    def _read(self, body: bytes) -> SubmissionBody | ProblemError:
        """What is wrong with it is said later: a known id is answered from its row."""
        try:
            submission = checked(SubmissionBody, parse(body))
        except ProblemError as problem:
            return problem
        ordinals = [line.ordinal for line in submission.documents]
        if len(set(ordinals)) != len(ordinals):
            return schema_problem([{"pointer": "/documents", "reason": "ordinal_twice"}])
        if self._keys.find(submission.portal_key_id) is None:
            extension = {"portal_key_id": submission.portal_key_id}
            return ProblemError("sealing-key-gone", 422, extension=extension)
        return submission

    def _lost_pages(self, submission: SubmissionBody) -> tuple[str, ...]:
        """Digests without an object; asked outside of the transaction, it may be a network away."""
        try:
            return tuple(
                line.sha256 for line in submission.documents if not self._pages.exists(line.sha256)
            )
        except DocumentsError as error:
            raise pages_unavailable() from error

    def _row(
        self, connection: sa.Connection, incoming: "_Incoming", submission: SubmissionBody
    ) -> dict[str, Any]:
        now = self._clock()
        return {
            "terminal": incoming.terminal,
            "id": incoming.identity,
            "sha256": incoming.sha256,
            "body": incoming.body,
            "receipt_no": receipt_number(connection, now),
            "received_at": stamp(now),
            "kind": submission.kind,
            "case_id": submission.case_id,
            "case_seq": submission.case_seq,
            "task_code": submission.task_code,
            "collection_no": submission.collection_no,
            "stage": RECEIVED,
            "opened": False,
            "project_no": None,
            "accept_date": None,
            "promise_date": None,
            "result": None,
        }

    def _insert(
        self, connection: sa.Connection, row: dict[str, Any], submission: SubmissionBody
    ) -> None:
        key = connection.execute(_SUBMISSION, row).inserted_primary_key
        number = int(key[0]) if key is not None else 0
        lines = [
            {
                "submission": number,
                "ordinal": line.ordinal,
                "get_type": line.get_type,
                "media_type": line.media_type,
                "sealed_sha256": line.sha256,
                "sealed_size": line.size,
            }
            for line in submission.documents
        ]
        if lines:
            connection.execute(_DOCUMENT, lines)
        record_effect(connection, row["terminal"], row["id"], "received", row["received_at"])
        emit(connection, "submission.received", (row["terminal"], row["id"]), row["received_at"])
        due_ms = milliseconds(self._clock())
        connection.execute(_TASK, {"submission": number, "due_ms": due_ms})


@dataclass(frozen=True, slots=True)
class _Incoming:
    terminal: str
    identity: str
    body: bytes = field(repr=False)
    sha256: str


def pages_unavailable() -> ProblemError:
    """The refusal while the store of pages does not answer."""
    return ProblemError("overloaded", 503, headers={"Retry-After": "5"})


def receipt_number(connection: sa.Connection, now: datetime) -> str:
    """A receipt number that no other answer carries: `Q`, the date, a persisted serial."""
    return f"Q{office_date(now):%y%m%d}-{next_serial(connection):08d}"


def ack_of(row: sa.RowMapping | Mapping[str, Any]) -> Ack:
    """The ack of a stored submission, as it stands now."""
    ack = {name: row[name] for name in _ACK_NAMES}
    return {**ack, "accept_doc": None, "result": row["result"]}


def sealed_body(row: sa.RowMapping) -> dict[str, Any]:
    """The stored request body of a submission; it was checked when it came."""
    body: dict[str, Any] = json.loads(row["body"])
    return body


def _find(connection: sa.Connection, terminal: str, identity: str) -> sa.RowMapping | None:
    found = connection.execute(_FIND, {"terminal": terminal, "id": identity})
    return found.mappings().one_or_none()


def _replay(connection: sa.Connection, incoming: _Incoming) -> Ack | None:
    row = _find(connection, incoming.terminal, incoming.identity)
    if row is None:
        return None
    if row["sha256"] != incoming.sha256:
        raise ProblemError("id-reuse", 422)
    return ack_of(row)


def _check_order(connection: sa.Connection, terminal: str, submission: SubmissionBody) -> None:
    known = {"terminal": terminal, "case_id": submission.case_id}
    expected = (connection.scalar(_LAST_OF_CASE, known) or 0) + 1
    if submission.case_seq == expected:
        return
    over = set(connection.scalars(_TURNS_OVER, known))
    while expected in over:
        expected += 1
    if submission.case_seq != expected:
        raise ProblemError("case-order", 409, extension={"expected": expected})


def _check_documents(
    connection: sa.Connection,
    incoming: _Incoming,
    submission: SubmissionBody,
    lost: Sequence[str],
) -> None:
    if not submission.documents:
        return
    named = {"terminal": incoming.terminal, "id": incoming.identity}
    here = {tuple(row) for row in connection.execute(_ARRIVED, named)}
    missing = [
        line.ordinal
        for line in submission.documents
        if (line.ordinal, line.sha256, line.size) not in here or line.sha256 in lost
    ]
    if missing:
        raise ProblemError("documents-incomplete", 409, extension={"missing": missing})
