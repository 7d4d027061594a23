"""Messages about a case: small bodies without pages and without personal data.

They stand beside the submissions in a table of their own: they take no turn of the case
and no collection number, and a version that does not know them goes on without them.
"""

import hashlib
import json
from collections.abc import Mapping

import apsw

from offline_cache.database import Database
from offline_cache.errors import (
    ConflictingReceiptError,
    MismatchedAckError,
    StoreFullError,
    UnknownSubmissionError,
)
from offline_cache.intake import last_turn
from offline_cache.numbers import uuid7
from offline_cache.records import Ack

PRIORITY = {"evaluation": 9000}
"""Kinds of messages; the numbers come behind those of all submissions."""

_INSERT = """
INSERT INTO message (id, kind, case_id, after_seq, state, priority, created_wall, created_mono,
  boot_id, body, body_sha256) VALUES (?, ?, ?, ?, 'SEALED', ?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, case_id) DO NOTHING
"""


class Messages:
    """Writes messages; used by the outbox alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kind: str, case_id: str, body: Mapping[str, object]) -> tuple[str, bool]:
        """Commit a message; its id, and whether it is new. See `Outbox.put_message`."""
        if kind not in PRIORITY:
            raise ValueError(f"kind: one of {tuple(PRIORITY)}")
        if self._database.drain_only:
            raise StoreFullError("the store only drains until there is room again")
        content = json.dumps(
            dict(body), ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()
        clock = self._database.clock
        wall = clock.wall()
        made = uuid7(wall)
        told = (wall, clock.monotonic(), clock.boot_id)

        def insert(connection: apsw.Connection) -> str:
            turn = last_turn(connection, case_id)
            if not turn:
                raise UnknownSubmissionError("nothing of this case was put")
            placed = (made, kind, case_id, turn, PRIORITY[kind])
            digest = hashlib.sha256(content).hexdigest()
            connection.execute(_INSERT, (*placed, *told, content, digest))
            self._database.reached("message.before_commit")
            row = connection.execute(
                "SELECT id FROM message WHERE kind=? AND case_id=?", (kind, case_id)
            ).fetchone() or (made,)
            return str(row[0])

        kept = self._database.write(insert)
        return kept, kept == made


def record_ack(connection: apsw.Connection, message_id: str, ack: Ack, wall_s: float) -> bool:
    """Make a message ACKED with the portal's receipt; False if it had exactly this one.

    Raises:
        UnknownSubmissionError: no such message.
        ConflictingReceiptError: it has another receipt.
    """
    row = connection.execute("SELECT receipt_no FROM message WHERE id=?", (message_id,)).fetchone()
    if row is None:
        raise UnknownSubmissionError(f"no message {message_id}")
    if row[0] is not None:
        if row[0] != ack.receipt_no:
            raise ConflictingReceiptError(f"{message_id} has another receipt")
        return False
    connection.execute(
        "UPDATE message SET state='ACKED', receipt_no=?, received_at=?, acked_wall=?,"
        " last_problem=NULL WHERE id=?",
        (ack.receipt_no, ack.received_at, wall_s, message_id),
    )
    return True


def check_ack(connection: apsw.Connection, message_id: str, ack: Ack) -> None:
    """Hold an answer against what was sent; the turn in it is the rated submission's own.

    Raises:
        MismatchedAckError: other id, digest or case. The message's own id stands for the
            case where the portal does not know the number yet.
    """
    row = connection.execute(
        "SELECT body_sha256, case_id FROM message WHERE id=?", (message_id,)
    ).fetchone()
    if (
        row is None
        or (message_id, row[0]) != (ack.id, ack.sha256)
        or ack.case_id not in {row[1], message_id}
    ):
        raise MismatchedAckError(f"the acknowledgement is not for {message_id}")


def purge(connection: apsw.Connection, most: int) -> int:
    """Erase the content of messages that are received; what stays tells that they were."""
    connection.execute(
        "UPDATE message SET state='PURGED', body=NULL WHERE id IN"
        " (SELECT id FROM message WHERE state='ACKED' ORDER BY id LIMIT ?)",
        (most,),
    )
    return connection.changes()
