"""The one write: a draft becomes a sealed submission in a single transaction."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import apsw

from offline_cache.body import Place, Sealed, body_bytes
from offline_cache.clock import local, rfc3339
from offline_cache.database import Database
from offline_cache.documents import Draft
from offline_cache.envelope import Envelope
from offline_cache.errors import DraftClosedError, SealingKeyMissingError, StoreFullError
from offline_cache.numbers import TerminalIdentity, collection_number
from offline_cache.policy import check_policy
from offline_cache.records import Intake, Ticket
from offline_cache.sealing import SUITE, PortalKey

# Kinds in the order in which they are sent; others have no body of their own yet.
KINDS = ("application", "correction")
_RANK = 1000
_SERIAL = "serial"
_TURNS_KEPT = 256


class Sealer:
    """Turns drafts into sealed submissions; used by the outbox alone."""

    def __init__(
        self,
        database: Database,
        identity: TerminalIdentity,
        portal_keys: Callable[[], PortalKey | None],
    ) -> None:
        self._database = database
        self._identity = identity
        self._portal_keys = portal_keys
        self._turns: dict[str, int] = {}

    def make_ready(self, draft: Draft) -> None:
        """Do what can be done of the sealing before the resident submits."""
        key = self._portal_keys()
        if key is not None:
            draft.envelope.dek_for(key)
        self._database.write(lambda db: self._note_turn(db, draft.case_id))

    def seal(self, draft: Draft, intake: Intake) -> Ticket:
        """Commit the draft; see `Outbox.put`."""
        if intake.kind not in KINDS:
            raise ValueError(f"kind: one of {KINDS}")
        check_policy(intake)
        try:
            return self._seal(draft, intake)
        except DraftClosedError:
            known = find_ticket(self._database, draft.id)
            if known is None:
                raise
        return known

    def _seal(self, draft: Draft, intake: Intake) -> Ticket:
        envelope = draft.envelope
        if self._database.drain_only:
            raise StoreFullError("the store only drains until there is room again")
        sealed = self._sealed(envelope, intake)
        ticket = self._database.write(lambda db: self._commit(db, draft, intake, sealed))
        self._database.reached("put.after_commit")
        return ticket

    def _sealed(self, envelope: Envelope, intake: Intake) -> Sealed:
        key = self._portal_keys()
        if key is None:
            raise SealingKeyMissingError("no public key of the portal is known")
        return Sealed(
            portal_key_id=key.id,
            dek=envelope.dek_for(key),
            payload=envelope.seal(intake.payload),
        )

    def _commit(
        self, connection: apsw.Connection, draft: Draft, intake: Intake, sealed: Sealed
    ) -> Ticket:
        wall = self._database.clock.wall()
        made = local(wall)
        place = self._place(connection, draft.case_id, made)
        body = body_bytes(intake, place, sealed, draft.sealed_pages)
        connection.execute(
            "UPDATE submission SET state='SEALED', dek_local=NULL, kind=?, case_seq=?,"
            " task_code=?, task_version=?, collection_no=?, priority=?, valid_for_s=?,"
            " clock_state=?, suite=?, portal_key_id=?, dek_portal=?, body=?, body_sha256=?,"
            " created_wall=?, created_mono=? WHERE id=? AND state='DRAFT'",
            (
                *(intake.kind, place.case_seq, intake.task_code, intake.task_version),
                *(place.collection_no, _priority(intake), intake.valid_for_s),
                *(intake.clock_state, SUITE, sealed.portal_key_id, sealed.dek),
                *(body, hashlib.sha256(body).hexdigest()),
                *(wall, self._database.clock.monotonic(), draft.id),
            ),
        )
        if connection.changes() != 1:
            raise DraftClosedError("the draft is not in the store")
        draft.write_rows(connection)
        self._database.reached("put.before_commit")
        return Ticket(
            draft.id, place.collection_no, place.case_id, place.case_seq, made.isoformat()
        )

    def _note_turn(self, connection: apsw.Connection, case_id: str) -> None:
        """Inside a transaction, so that no put of this case comes in between."""
        if len(self._turns) >= _TURNS_KEPT:
            self._turns.clear()
        self._turns[case_id] = last_turn(connection, case_id)

    def _place(self, connection: apsw.Connection, case_id: str, made: datetime) -> Place:
        number = collection_number(
            self._identity, made.strftime("%y%m%d"), _next_serial(connection)
        )
        # Only `put` gives turns, so the one known from the begin holds for the first put since.
        turn = self._turns.pop(case_id, None)
        if turn is None:
            turn = last_turn(connection, case_id)
        return Place(case_id, turn + 1, number)


def last_turn(connection: apsw.Connection, case_id: str) -> int:
    """The turn of what was put last for a case, purged or not; 0 if nothing was."""
    (seq,) = connection.execute(
        "SELECT max(coalesce((SELECT max(case_seq) FROM submission WHERE case_id=?1), 0),"
        " coalesce((SELECT max(case_seq) FROM tombstone WHERE case_id=?1), 0))",
        (case_id,),
    ).fetchone() or (0,)
    return int(str(seq))


def find_ticket(database: Database, submission_id: str) -> Ticket | None:
    """The ticket of a submission that is committed, or None."""
    rows = database.read(
        "SELECT id, collection_no, case_id, case_seq, created_wall FROM submission"
        " WHERE id=?1 AND state<>'DRAFT' UNION ALL"
        " SELECT id, collection_no, case_id, case_seq, created_wall FROM tombstone WHERE id=?1",
        (submission_id,),
    )
    return ticket_of(rows[0]) if rows else None


def ticket_of(row: tuple[object, ...]) -> Ticket:
    """A ticket from id, collection number, case, turn and wall time of the commit."""
    seq, wall = int(str(row[3])), float(str(row[4]))
    return Ticket(str(row[0]), str(row[1]), str(row[2]), seq, rfc3339(wall))


def _priority(intake: Intake) -> int:
    return KINDS.index(intake.kind) * _RANK + max(0, min(intake.priority, _RANK - 1))


def _next_serial(connection: apsw.Connection) -> int:
    row = connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, '1') ON CONFLICT (key)"
        " DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value",
        (_SERIAL,),
    ).fetchone() or (1,)
    return int(str(row[0]))
