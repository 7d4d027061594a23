"""Messages about a case: small bodies without pages; personal data in them is sealed.

They stand beside the submissions in tables of their own: they take no turn of the case
and no collection number, and a version that does not know them goes on without them.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import apsw

from offline_cache.database import Database
from offline_cache.errors import (
    ConflictingReceiptError,
    MismatchedAckError,
    SealingKeyMissingError,
    StoreFullError,
    UnknownSubmissionError,
)
from offline_cache.numbers import uuid7
from offline_cache.places import last_turn
from offline_cache.records import Ack
from offline_cache.sealing import SUITE, PortalKey, new_dek, seal_payload, wrap_for_portal

PRIORITY = {
    "delivery": 7000,
    "printed": 8000,
    "evaluation": 9000,
    "support_message": 9000,
    "payment": 9000,
    "refund": 9000,
    "appointment": 9000,
    "licence_grant": 9000,
}
"""Kinds of messages; the numbers come behind those of all submissions."""

LIMITED = ("payment", "refund", "appointment", "licence_grant")
"""Asked for once their time is over, never sent again by themselves."""

OF_A_CASE = ("evaluation", "delivery", "printed")
"""Only about a case of which something was put here."""

EVALUATION = "evaluation"

_INSERT = """
INSERT INTO message (id, kind, case_id, after_seq, state, priority, created_wall, created_mono,
  boot_id, body, body_sha256) VALUES (?, ?, ?, ?, 'SEALED', ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
_INSERT_ACT = """
INSERT INTO act (id, kind, case_id, after_seq, state, priority, created_wall, created_mono,
  boot_id, body, body_sha256, valid_for_s, run_id)
VALUES (?, ?, ?, ?, 'SEALED', ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Message:
    """What a resident or the terminal has to say about a case.

    Attributes:
        body: JSON without personal data, in the members of the portal's contract.
        sealed: members that hold personal data, each sealed by itself into the body.
        valid_for_s: for `payment`, `refund`, `appointment` and `licence_grant` only.
        id: a UUIDv7 that the caller chose, so that a put in doubt can be repeated.
    """

    kind: str
    case_id: str
    body: Mapping[str, object]
    sealed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    valid_for_s: int | None = None
    id: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in PRIORITY:
            raise ValueError(f"kind: one of {tuple(PRIORITY)}")
        if (self.valid_for_s is not None) != (self.kind in LIMITED):
            raise ValueError(f"valid_for_s: for {LIMITED}, and for them alone")


class Messages:
    """Writes messages; used by the outbox alone."""

    def __init__(self, database: Database, portal_keys: Callable[[], PortalKey | None]) -> None:
        self._database = database
        self._portal_keys = portal_keys

    def put(self, message: Message) -> tuple[str, bool]:
        """Commit a message; its id, and whether it is new. See `Outbox.put_message`."""
        if self._database.drain_only:
            raise StoreFullError("the store only drains until there is room again")
        made = message.id or uuid7(self._database.clock.wall())
        content = self._content(made, message)

        def insert(connection: apsw.Connection) -> tuple[str, bool]:
            turn = last_turn(connection, message.case_id)
            if not turn and message.kind in OF_A_CASE:
                raise UnknownSubmissionError("nothing of this case was put")
            placed = (made, message.kind, message.case_id, turn, PRIORITY[message.kind])
            new = self._insert(connection, message, (*placed, *self._told(), *content))
            self._database.reached("message.before_commit")
            return _kept(connection, message, made), new

        return self._database.write(insert)

    def _told(self) -> tuple[float, float, str]:
        clock = self._database.clock
        return clock.wall(), clock.monotonic(), clock.boot_id

    def _insert(self, connection: apsw.Connection, message: Message, row: tuple[Any, ...]) -> bool:
        if message.kind == EVALUATION:
            connection.execute(_INSERT, row)
        else:
            connection.execute(_INSERT_ACT, (*row, message.valid_for_s, self._database.run_id))
        return connection.changes() == 1

    def _content(self, message_id: str, message: Message) -> tuple[bytes, str]:
        """The bytes that every attempt sends, made here once, and their digest."""
        parts = {name: self._seal(message_id, plain) for name, plain in message.sealed.items()}
        content = json.dumps(
            {**message.body, **parts}, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()
        return content, hashlib.sha256(content).hexdigest()

    def _seal(self, message_id: str, plain: Mapping[str, Any]) -> dict[str, str]:
        key = self._portal_keys()
        if key is None:
            raise SealingKeyMissingError("no public key of the portal is known")
        dek = new_dek()
        return {
            "suite": SUITE,
            "portal_key_id": key.id,
            "dek": base64.b64encode(wrap_for_portal(dek, key, message_id)).decode(),
            "payload": base64.b64encode(seal_payload(dek, message_id, dict(plain))).decode(),
        }


def _kept(connection: apsw.Connection, message: Message, made: str) -> str:
    """The id under which it stands: of an evaluation, that of the first of its case."""
    if message.kind != EVALUATION:
        return made
    row = connection.execute(
        "SELECT id FROM message WHERE kind=? AND case_id=?", (message.kind, message.case_id)
    ).fetchone() or (made,)
    return str(row[0])


def record_ack(
    connection: apsw.Connection, table: str, message_id: str, ack: Ack | None, wall_s: float
) -> bool:
    """Make a message ACKED with the portal's receipt, if its kind has one.

    Returns:
        False if it had exactly this one.

    Raises:
        ConflictingReceiptError: it has another receipt.
    """
    state, receipt = connection.execute(
        f"SELECT state, nullif(receipt_no, '') FROM {table} WHERE id=?",  # noqa: S608 - constants only
        (message_id,),
    ).fetchone() or ("", None)
    told = None if ack is None else ack.receipt_no
    if receipt is not None and told not in (None, receipt):
        raise ConflictingReceiptError(f"{message_id} has another receipt")
    if receipt is not None or (state in ("ACKED", "PURGED") and told is None):
        return False
    connection.execute(
        f"UPDATE {table} SET state=CASE state WHEN 'PURGED' THEN 'PURGED' ELSE 'ACKED' END,"  # noqa: S608 - constants only
        " receipt_no=?, received_at=?, acked_wall=?, last_problem=NULL WHERE id=?",
        (told or "", None if ack is None else ack.received_at, wall_s, message_id),
    )
    return True


def check_ack(connection: apsw.Connection, table: str, message_id: str, ack: Ack) -> None:
    """Hold an answer against what was sent; the turn in it is the named submission's own.

    Raises:
        MismatchedAckError: other id, digest or case. The message's own id stands for the
            case where the portal does not know the number yet.
    """
    row = connection.execute(
        f"SELECT body_sha256, case_id FROM {table} WHERE id=?",  # noqa: S608 - constants only
        (message_id,),
    ).fetchone()
    if (
        row is None
        or (message_id, row[0]) != (ack.id, ack.sha256)
        or ack.case_id not in {row[1], message_id}
    ):
        raise MismatchedAckError(f"the acknowledgement is not for {message_id}")


def purge(connection: apsw.Connection, table: str, most: int) -> int:
    """Erase the content of messages that are received; what stays tells that they were."""
    purged = connection.execute(
        f"UPDATE {table} SET state='PURGED', body=NULL WHERE id IN"  # noqa: S608 - constants only
        f" (SELECT id FROM {table} WHERE state='ACKED' ORDER BY id LIMIT ?) RETURNING id",
        (most,),
    ).fetchall()
    for (message_id,) in purged:
        connection.execute("DELETE FROM dated WHERE id=?", (message_id,))
    return len(purged)
