"""Taking a submission over: every check, one transaction, then the ack.

The ack says `received` (送达), never more than what became of the case: it is
built from the stored row, so a replay repeats the receipt number and may show a
later stage.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from portal.keys import Keyring
from portal.moments import WallClock, office_date, stamp
from portal.problems import ProblemError
from portal.store import Store, emit, next_serial, record_effect
from portal.tables.intake import documents, submissions, uploads
from portal.wire import DocumentLine, SubmissionBody, checked, parse, schema_problem

Ack = dict[str, Any]
RECEIVED: Final = "received"


class Intake:
    """The counter where submissions are handed in."""

    def __init__(
        self,
        store: Store,
        keys: Keyring,
        page_path: Callable[[str], Path],
        clock: WallClock,
        on_received: Callable[[int], None],
    ) -> None:
        """`on_received` is told the number of the row after its commit; it must not block."""
        self._store = store
        self._keys = keys
        self._page_path = page_path
        self._clock = clock
        self._on_received = on_received

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
                `case-order` with `expected`, `documents-incomplete` with `missing`.
        """
        with self._store.transaction() as connection:
            known = _replay(connection, terminal, identity, sha256)
        if known is not None:
            return known, True
        submission = self._read(body)
        with self._store.transaction() as connection:
            known = _replay(connection, terminal, identity, sha256)
            if known is not None:
                return known, True
            _check_order(connection, terminal, submission)
            self._check_documents(connection, terminal, identity, submission.documents)
            row = self._row(connection, terminal, identity, submission)
            number = _insert(connection, {**row, "body": body, "sha256": sha256}, submission)
            ack = _stored_ack(connection, terminal, identity)
        self._on_received(number)
        return ack, False

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

    def _read(self, body: bytes) -> SubmissionBody:
        submission = checked(SubmissionBody, parse(body))
        ordinals = [line.ordinal for line in submission.documents]
        if len(set(ordinals)) != len(ordinals):
            raise schema_problem([{"pointer": "/documents", "reason": "ordinal_twice"}])
        if self._keys.find(submission.portal_key_id) is None:
            extension = {"portal_key_id": submission.portal_key_id}
            raise ProblemError("sealing-key-gone", 422, extension=extension)
        return submission

    def _check_documents(
        self, connection: sa.Connection, terminal: str, identity: str, lines: list[DocumentLine]
    ) -> None:
        query = sa.select(uploads.c.ordinal, uploads.c.sha256, uploads.c.length).where(
            uploads.c.terminal == terminal,
            uploads.c.submission == identity,
            uploads.c.done.is_(other=True),
        )
        here = {tuple(row) for row in connection.execute(query)}
        missing = [
            line.ordinal
            for line in lines
            if (line.ordinal, line.sha256, line.size) not in here
            or not self._page_path(line.sha256).exists()
        ]
        if missing:
            raise ProblemError("documents-incomplete", 409, extension={"missing": missing})

    def _row(
        self, connection: sa.Connection, terminal: str, identity: str, submission: SubmissionBody
    ) -> dict[str, Any]:
        now = self._clock()
        return {
            "terminal": terminal,
            "id": identity,
            "receipt_no": receipt_number(connection, now),
            "received_at": stamp(now),
            "kind": submission.kind,
            "case_id": submission.case_id,
            "case_seq": submission.case_seq,
            "task_code": submission.task_code,
            "collection_no": submission.collection_no,
            "stage": RECEIVED,
            "opened": False,
        }


def receipt_number(connection: sa.Connection, now: datetime) -> str:
    """A receipt number that no other answer carries: `Q`, the date, a persisted serial."""
    return f"Q{office_date(now):%y%m%d}-{next_serial(connection):08d}"


def ack_of(row: sa.RowMapping) -> Ack:
    """The ack of a stored submission, as it stands now."""
    ack = {
        name: row[name]
        for name in (
            *("id", "sha256", "receipt_no", "received_at", "case_id", "case_seq", "stage"),
            *("project_no", "accept_date", "promise_date"),
        )
    }
    return {**ack, "accept_doc": None, "result": row["result"]}


def sealed_body(row: sa.RowMapping) -> dict[str, Any]:
    """The stored request body of a submission; it was checked when it came."""
    body: dict[str, Any] = json.loads(row["body"])
    return body


def _find(connection: sa.Connection, terminal: str, identity: str) -> sa.RowMapping | None:
    query = sa.select(submissions).where(
        submissions.c.terminal == terminal, submissions.c.id == identity
    )
    return connection.execute(query).mappings().one_or_none()


def _stored_ack(connection: sa.Connection, terminal: str, identity: str) -> Ack:
    query = sa.select(submissions).where(
        submissions.c.terminal == terminal, submissions.c.id == identity
    )
    return ack_of(connection.execute(query).mappings().one())


def _replay(connection: sa.Connection, terminal: str, identity: str, sha256: str) -> Ack | None:
    row = _find(connection, terminal, identity)
    if row is None:
        return None
    if row["sha256"] != sha256:
        raise ProblemError("id-reuse", 422)
    return ack_of(row)


def _check_order(connection: sa.Connection, terminal: str, submission: SubmissionBody) -> None:
    query = sa.select(sa.func.max(submissions.c.case_seq)).where(
        submissions.c.terminal == terminal, submissions.c.case_id == submission.case_id
    )
    expected = (connection.scalar(query) or 0) + 1
    if submission.case_seq != expected:
        raise ProblemError("case-order", 409, extension={"expected": expected})


def _insert(connection: sa.Connection, row: dict[str, Any], submission: SubmissionBody) -> int:
    key = connection.execute(submissions.insert().values(**row)).inserted_primary_key
    number = int(key[0]) if key is not None else 0
    for line in submission.documents:
        connection.execute(
            documents.insert().values(
                submission=number,
                ordinal=line.ordinal,
                get_type=line.get_type,
                media_type=line.media_type,
                sealed_sha256=line.sha256,
                sealed_size=line.size,
            )
        )
    at = row["received_at"]
    record_effect(connection, row["terminal"], row["id"], "received", at)
    emit(connection, "submission.received", (row["terminal"], row["id"]), at)
    return number
