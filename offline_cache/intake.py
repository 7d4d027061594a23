"""The one write: a draft becomes a sealed submission in a single transaction."""

import hashlib
from collections.abc import Callable

import apsw

from offline_cache.body import Place, Sealed, body_bytes
from offline_cache.clock import local, rfc3339
from offline_cache.database import Database
from offline_cache.documents import Draft
from offline_cache.envelope import Envelope
from offline_cache.errors import DraftClosedError, SealingKeyMissingError, StoreFullError
from offline_cache.numbers import TerminalIdentity
from offline_cache.places import Places, Reserved, give_up_turns
from offline_cache.policy import check_policy
from offline_cache.records import Intake, Ticket
from offline_cache.sealing import SUITE, PortalKey

# Kinds in the order in which they are sent; others have no body of their own yet.
KINDS = ("application", "correction")
_RANK = 1000
_CONTENT = (
    "UPDATE submission SET state='SEALED', dek_local=NULL, kind=?, task_code=?, task_version=?,"
    " valid_for_s=?, clock_state=?, suite=?, portal_key_id=?, dek_portal=?, body=?,"
    " body_sha256=?, created_wall=?, created_mono=?"
)
# As reserved: no column of an index that holds all rows changes.
_PUT = (
    f"{_CONTENT} WHERE id=? AND state='DRAFT' AND +collection_no=? AND +case_seq=? AND +priority=?"
)
_PUT_ELSEWHERE = f"{_CONTENT}, collection_no=?, case_seq=?, priority=? WHERE id=? AND state='DRAFT'"


class Sealer:
    """Turns drafts into sealed submissions; used by the outbox alone."""

    def __init__(
        self,
        database: Database,
        identity: TerminalIdentity,
        portal_keys: Callable[[], PortalKey | None],
    ) -> None:
        self._database = database
        self._places = Places(identity)
        self._portal_keys = portal_keys

    def make_ready(self, draft: Draft) -> None:
        """Do what can be done of the sealing before the resident submits."""
        key = self._portal_keys()
        if key is not None:
            draft.envelope.dek_for(key)

    def reserve(self, connection: apsw.Connection, draft: Draft, kind: str) -> Reserved:
        """Give a new draft its number and its turn, inside the transaction that begins it."""
        priority = KINDS.index(kind) * _RANK if kind in KINDS else 0
        made = local(self._database.clock.wall())
        return self._places.reserve(connection, (draft.id, draft.case_id), priority, made)

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
        place = self._places.place(connection, draft.case_id, draft.reserved, made)
        body = body_bytes(intake, place, sealed, draft.sealed_pages)
        content = (
            *(intake.kind, intake.task_code, intake.task_version, intake.valid_for_s),
            *(intake.clock_state, SUITE, sealed.portal_key_id, sealed.dek),
            *(body, hashlib.sha256(body).hexdigest()),
            *(wall, self._database.clock.monotonic()),
        )
        _write(connection, draft, content, (place, _priority(intake)))
        draft.write_rows(connection)
        self._database.reached("put.before_commit")
        return Ticket(
            draft.id, place.collection_no, place.case_id, place.case_seq, made.isoformat()
        )


def _write(
    connection: apsw.Connection,
    draft: Draft,
    content: tuple[object, ...],
    where: tuple[Place, int],
) -> None:
    place, priority = where
    placed = (place.collection_no, place.case_seq, priority)
    reserved = draft.reserved
    if reserved is not None and (reserved.place, reserved.priority) == where:
        connection.execute(_PUT, (*content, draft.id, *placed))
        if connection.changes() == 1:
            return
    give_up_turns(connection, place, draft.id)
    connection.execute(_PUT_ELSEWHERE, (*content, *placed, draft.id))
    if connection.changes() != 1:
        raise DraftClosedError("the draft is not in the store")


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
