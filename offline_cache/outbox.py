"""Submissions on their way to the portal: the only write of a resident's act.

`put` returned: the submission is on the disk and cannot be lost. Nothing leaves SEALED
without a validated acknowledgement or a named decision. In flight is a lease in the
uploader's memory (`skip`), which a restart ends.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any

import apsw

from offline_cache.answers import Answers
from offline_cache.database import Database
from offline_cache.desk import QueueDesk
from offline_cache.documents import Documents, Draft
from offline_cache.endings import Endings
from offline_cache.errors import UnknownSubmissionError
from offline_cache.intake import Sealer, ticket_of
from offline_cache.messages import Message, Messages
from offline_cache.numbers import TerminalIdentity
from offline_cache.portal_clock import PortalClock
from offline_cache.reconcile import Reconciling
from offline_cache.records import Ack, Intake, Submission, Ticket
from offline_cache.schedule import Schedule, load, make_all_due
from offline_cache.sealing import PortalKey
from offline_cache.states import TABLES, demand, note_attempt, reject

_UNENDED = ("SEALED", "HELD", "REJECTED", "WITHDRAWING")
Listener = Callable[[str], None]


class Outbox:
    """The queue; thread-safe. Every call may wait for the disk: never on the main thread."""

    def __init__(
        self,
        database: Database,
        documents: Documents,
        identity: TerminalIdentity,
        portal_keys: Callable[[], PortalKey | None],
    ) -> None:
        """Prepare; everything that is sealed is due at once.

        Args:
            database: the open store.
            documents: the sealed pages of the same store.
            identity: region and code of the terminal, for collection numbers.
            portal_keys: the newest public sealing key, or None while none is known.
        """
        self.documents = documents
        self.desk = QueueDesk(database)
        self.rows = self.desk.rows
        self.row = self.desk.row
        self.stats = self.desk.stats
        self._database = database
        database.write(make_all_due, drain=True)
        self._sealer = Sealer(database, identity, portal_keys)
        documents.make_ready_by(self._sealer)
        self._messages = Messages(database, portal_keys)
        self._schedule = Schedule(database)
        self._answers = Answers(database)
        self._clock = PortalClock(database)
        self._endings = Endings(database)
        self._reconciling = Reconciling(database)
        self.portal_now = self._clock.now
        self.set_clock_offset = self._clock.set_offset
        self.known = self._reconciling.known
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def on_change(self, listener: Listener) -> None:
        """Call `listener` with the id after each committed change, on the changing thread."""
        with self._lock:
            self._listeners.append(listener)

    def put(self, draft: Draft, intake: Intake) -> Ticket:
        """Commit a draft in one transaction; it cannot be lost once this returns.

        A second put of the same draft answers the same ticket, so a put whose commit was in
        doubt (the disk failed) may be tried again.

        Raises:
            SealingKeyMissingError: no public key of the portal is known.
            StoreFullError: no room.
            StoreFaultError: the disk failed.
            DraftClosedError: discarded before. In every case the draft is as it was.
            ValueError: a kind that has no body in this version.
        """
        ticket = self._sealer.seal(draft, intake)
        draft.close()
        self._changed(draft.id)
        return ticket

    def put_message(
        self,
        kind: str,
        case_id: str,
        body: Mapping[str, object],
        *,
        sealed: Mapping[str, Mapping[str, Any]] | None = None,
        valid_for_s: int | None = None,
        message_id: str | None = None,
    ) -> str:
        """Commit a message about a case; returns its id, a UUIDv7 of its own.

        It is sent after what was put for its case so far is acknowledged, and after all
        submissions that are due. There is one evaluation of a case: a second put answers the
        id of the first and changes nothing. Of the other kinds there may be several, each
        under its own id.

        Args:
            kind: `evaluation`, `support_message`, `delivery`, `printed`, or one that is asked
                for once its time is over: `payment`, `refund`, `appointment`, `licence_grant`.
            case_id: a case of which something was put; `support_message` and the kinds with a
                time may come before anything was.
            body: JSON without personal data, in the members of the portal's contract; the
                bytes are made here, once.
            sealed: members of the body that hold personal data, sealed one by one.
            valid_for_s: how long it may be sent; for the kinds with a time alone.
            message_id: a UUIDv7 of the caller; a second put under it changes nothing.

        Raises:
            UnknownSubmissionError: nothing of this case was put.
            SealingKeyMissingError: there is something to seal, and no key is known.
            StoreFullError: no room.
            StoreFaultError: the disk failed.
            ValueError: another kind, a time that does not go with it, or a body that is no JSON.
        """
        message = Message(kind, case_id, body, sealed or {}, valid_for_s, message_id)
        kept, new = self._messages.put(message)
        if new:
            self._changed(kept)
        return kept

    def next_due(self, now_mono: float, skip: Collection[str] = ()) -> Submission | None:
        """The submission whose turn it is, or None.

        First by priority, then by due time and id; only the first of each case that is not
        acknowledged. A held or rejected one holds its case and nothing else. What was worth
        something for a time only comes as WITHDRAWING once that is over.

        Args:
            now_mono: monotonic seconds.
            skip: ids that are in flight.
        """
        for over in self._endings.turn_overdue(now_mono):
            self._schedule.now_due(over)
            self._changed(over)
        submission_id = self._schedule.next_id(now_mono, skip)
        if submission_id is None:
            return None
        return load(self._database, submission_id, self._schedule.due_of(submission_id) or 0.0)

    def mark_received(self, submission_id: str, ack: Ack) -> bool:
        """Record the portal's receipt; False if exactly this one was recorded before.

        It holds in every state, since a portal that took a submission over has it, whatever
        was decided here meanwhile.

        Raises:
            UnknownSubmissionError: no such submission was ever put.
            ConflictingReceiptError: another receipt is already recorded.
            MismatchedAckError: other id, digest, case or turn than were sent.
        """
        new = self._answers.received(submission_id, ack)
        self._ended(submission_id, new=new)
        return new

    def mark_settled(self, message_id: str, ack: Ack | None = None) -> bool:
        """A message is done: under another id (`already-rated`), or by the answer of its kind.

        Args:
            message_id: a message.
            ack: the receipt, of kinds that have one.

        Raises:
            UnknownSubmissionError: no such message.
            ConflictingReceiptError: another receipt is already recorded.
        """
        new = self._answers.settled(message_id, ack)
        self._ended(message_id, new=new)
        return new

    def mark_stage(self, submission_id: str, ack: Ack) -> bool:
        """Record a later stage of an acknowledged submission; False if nothing is new.

        Raises:
            UnknownSubmissionError: never put, or not acknowledged.
            ConflictingReceiptError, MismatchedAckError: as for `mark_received`.
        """
        new = self._answers.stage(submission_id, ack)
        if new:
            self._changed(submission_id)
        return new

    def follow_up(self, limit: int) -> list[str]:
        """Acknowledged ids whose stage is not final, those asked for longest ago first."""
        return self._answers.follow_up(limit)

    def mark_retry(
        self,
        submission_id: str,
        outcome: str,
        due_mono: float,
        *,
        status: int | None = None,
        ms: int | None = None,
    ) -> None:
        """Count an attempt without an acknowledgement; it is due again at `due_mono`.

        Args:
            submission_id: stays SEALED, or WITHDRAWING.
            outcome: a failure code, without personal data.
            due_mono: monotonic seconds; more than an hour away counts as an hour.
            status: of the answer, if there was one.
            ms: that the attempt took.
        """
        clock = self._database.clock
        wait = self._schedule.postpone(submission_id, clock.monotonic(), due_mono)

        def record(connection: apsw.Connection) -> None:
            demand(connection, submission_id, *_UNENDED, "ACKED")
            note_attempt(connection, submission_id, outcome, clock.wall(), (status, ms))
            for table in TABLES:
                connection.execute(
                    f"UPDATE {table} SET due=?, last_problem=? WHERE id=?"  # noqa: S608 - constants only
                    " AND state IN ('SEALED', 'WITHDRAWING')",
                    (clock.wall() + wait, outcome, submission_id),
                )

        self._database.write(record, drain=True)
        self._changed(submission_id)

    def mark_rejected(self, submission_id: str, problem: str) -> None:
        """Stop sending: the portal refuses it for good; staff see `problem`, content stays."""

        def record(connection: apsw.Connection) -> None:
            demand(connection, submission_id, *_UNENDED)
            note_attempt(connection, submission_id, problem, self._database.clock.wall())
            reject(connection, submission_id, problem)

        self._database.write(record, drain=True)
        self._changed(submission_id)

    def hold(self, submission_id: str, who: str, why: str) -> None:
        """Hold a submission by a named decision; see `QueueDesk.hold`."""
        self.desk.hold(submission_id, who, why)
        self._changed(submission_id)

    def release(self, submission_id: str, who: str, why: str) -> None:
        """Let a held submission go on, at once; see `QueueDesk.release`."""
        self.desk.release(submission_id, who, why)
        self._schedule.now_due(submission_id)
        self._changed(submission_id)

    def retry(self, submission_id: str, who: str, why: str) -> None:
        """Send at once by a named decision; see `QueueDesk.retry`."""
        self.desk.retry(submission_id, who, why)
        self._schedule.now_due(submission_id)
        self._changed(submission_id)

    def withdraw(self, submission_id: str, who: str, why: str) -> None:
        """Take it back by a named decision: WITHDRAWING and due at once.

        So it stays until the portal confirms. A second time changes nothing but the name. An
        acknowledgement that comes first counts.

        Raises:
            UnknownSubmissionError: never put.
            WrongStateError: acknowledged before, or a message.
            ValueError: who or why is empty.
        """
        self._endings.withdraw(submission_id, who, why)
        self._schedule.now_due(submission_id)
        self._changed(submission_id)

    def mark_withdrawn(self, submission_id: str) -> bool:
        """The portal confirmed that it will never take it: the content goes, a tombstone stays.

        Returns:
            False if that was recorded before.

        Raises:
            UnknownSubmissionError: never put.
            WrongStateError: nobody took it back, or it is acknowledged.
        """
        new = self._endings.confirm(submission_id)
        self._ended(submission_id, new=new)
        return new

    def expire(self, submission_id: str, who: str, why: str) -> None:
        """Give it up by a named decision, once it waits for longer than the cap of days.

        The age is the portal's: neither the local wall clock nor a restart makes it older.

        Raises:
            UnknownSubmissionError: never put.
            WrongStateError: too young, its age is not known yet, or its state does not allow it.
            ValueError: who or why is empty.
        """
        self._endings.expire(submission_id, who, why)
        self._ended(submission_id, new=True)

    def resend_from(self, case_id: str, expected_seq: int) -> bool:
        """The portal misses a case from `expected_seq` on: send what is still here again.

        Returns:
            False, and nothing changed, if a part of it is erased, unknown, or was worth
            something for a time only.
        """
        again = self._reconciling.resend_from(case_id, expected_seq)
        for submission_id in again or ():
            self._ended(submission_id, new=True)
        return again is not None

    def forgotten(self, submission_id: str) -> bool:
        """The portal does not know it: SEALED again, or False if only its tombstone is here.

        Raises:
            UnknownSubmissionError: never put.
        """
        again = self._reconciling.forgotten(submission_id)
        self._ended(submission_id, new=again)
        return again

    def mark_mismatch(self, submission_id: str) -> bool:
        """The portal has other bytes under this id: HELD; False if only its tombstone is here.

        Raises:
            UnknownSubmissionError: never put.
        """
        held = self._reconciling.mismatch(submission_id)
        self._ended(submission_id, new=held)
        return held

    def set_upload(self, document_id: str, url: str | None, offset: int) -> None:
        """Remember how far an upload is; it counts as not finished, None starts it anew."""
        self._set_document(document_id, (url, offset, 0))

    def mark_uploaded(self, document_id: str, url: str | None = None) -> None:
        """The portal has the whole document with the right digest."""
        (size, known) = self._document(document_id)
        self._set_document(document_id, (url or known, size, 1))

    def unfinished_receipts(self) -> list[Ticket]:
        """Committed submissions whose receipt nobody got: no job printed, sent or declined."""
        rows = self._database.read(
            "SELECT id, collection_no, case_id, case_seq, created_wall FROM submission s"
            " WHERE state<>'DRAFT' AND NOT EXISTS (SELECT 1 FROM print_job j"
            " WHERE j.submission_id = s.id AND (j.state IN ('PRINTED', 'SENT') OR j.declined = 1))"
            " ORDER BY id"
        )
        return [ticket_of(row) for row in rows]

    def _document(self, document_id: str) -> tuple[int, str | None]:
        rows = self._database.read(
            "SELECT size_sealed, upload_url FROM document WHERE id=?", (document_id,)
        )
        if not rows:
            raise UnknownSubmissionError(f"no document {document_id}")
        return int(rows[0][0]), rows[0][1]

    def _set_document(self, document_id: str, values: tuple[str | None, int, int]) -> None:
        def record(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE document SET upload_url=?, upload_offset=?, uploaded=? WHERE id=?",
                (*values, document_id),
            )
            if connection.changes() != 1:
                raise UnknownSubmissionError(f"no document {document_id}")

        self._database.write(record, drain=True)

    def _ended(self, submission_id: str, *, new: bool) -> None:
        self._schedule.now_due(submission_id)
        if new:
            self._changed(submission_id)

    def _changed(self, submission_id: str) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(submission_id)
