"""What every outbox must hold; now there is one, on files."""

import base64
import json
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from store_support import PAYLOAD, PORTAL_KEY, PRIVATE_BYTES, ScriptedClock, Store, intake, sha256

from offline_cache.database import Database
from offline_cache.desk import QueueDesk
from offline_cache.errors import (
    ConflictingReceiptError,
    DraftClosedError,
    MismatchedAckError,
    SealingKeyMissingError,
    UnknownSubmissionError,
    WrongStateError,
)
from offline_cache.page_file import open_page
from offline_cache.records import Stage
from offline_cache.sealing import open_payload, unwrap_at_portal

MEMBERS = (
    "schema kind case_id case_seq collection_no channel task_code task_handle_item task_version"
    " pack_sha256 apply_date clock valid_for_s suite portal_key_id dek payload documents"
)
CASE = "0192f000-0000-7000-8000-00000000000a"


class OutboxContract(ABC):
    """The rules of put, order, acknowledgement and named decisions."""

    @abstractmethod
    def opened(self) -> AbstractContextManager[Store]:
        """An outbox over what the last one of this test left."""

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        with self.opened() as store:
            yield store

    def test_put_gives_the_number_and_the_place_of_what_it_committed(self, store: Store) -> None:
        ticket = store.put(case_id=CASE)
        assert ticket.collection_no[:21] == "310104001726112200001"
        assert (ticket.case_id, ticket.case_seq) == (CASE, 1)
        assert ticket.collected_at == "2026-11-22T10:00:00+08:00"

    def test_the_body_has_the_members_of_the_contract_in_their_order(self, store: Store) -> None:
        ticket = store.put(pages=2)
        due = store.next_due()
        assert due is not None
        body = json.loads(due.body)
        assert " ".join(body) == MEMBERS
        assert (body["collection_no"], body["case_seq"]) == (ticket.collection_no, 1)
        assert body["clock"] == {"state": "synced", "offset_s": 0.4}
        assert (body["suite"], body["portal_key_id"]) == ("intl-1", "2026a")
        assert body["documents"] == [
            {
                "ordinal": each.ordinal,
                "get_type": 3,
                "media_type": "image/jpeg",
                "size": each.size_sealed,
                "sha256": each.sha256_sealed,
            }
            for each in due.documents
        ]

    def test_the_portal_opens_payload_and_pages_with_its_key_alone(self, store: Store) -> None:
        ticket = store.put()
        due = store.next_due()
        assert due is not None
        body = json.loads(due.body)
        dek = unwrap_at_portal(base64.b64decode(body["dek"]), PRIVATE_BYTES, ticket.id)
        payload = open_payload(dek, ticket.id, base64.b64decode(body["payload"]))
        sealed = store.documents.read_sealed(due.documents[0])
        assert payload == PAYLOAD
        assert open_page(dek, ticket.id, 1, sealed).startswith(b"MARKER-PAGE")

    def test_every_attempt_gets_the_same_bytes(self, store: Store) -> None:
        ticket = store.put()
        first = store.next_due()
        store.outbox.mark_retry(ticket.id, "PORTAL_UNREACHABLE", store.clock.monotonic())
        second = store.next_due()
        assert first is not None
        assert second is not None
        assert first.body == second.body
        assert sha256(first.body) == first.body_sha256
        assert second.attempts == 1

    def test_a_second_put_of_the_same_draft_answers_the_same_ticket(self, store: Store) -> None:
        draft = store.draft()
        first = store.outbox.put(draft, intake())
        assert store.outbox.put(draft, intake()) == first
        assert len(store.outbox.rows()) == 1

    def test_a_discarded_draft_cannot_be_put(self, store: Store) -> None:
        draft = store.draft()
        draft.discard()
        with pytest.raises(DraftClosedError):
            store.outbox.put(draft, intake())

    def test_without_a_sealing_key_nothing_is_taken_and_the_draft_stays(self, store: Store) -> None:
        draft = store.draft()
        store.key = None
        with pytest.raises(SealingKeyMissingError):
            store.outbox.put(draft, intake())
        store.key = PORTAL_KEY
        assert store.outbox.put(draft, intake()).id == draft.id

    def test_a_put_that_breaks_before_its_commit_leaves_the_draft_and_its_number(
        self, store: Store
    ) -> None:
        draft = store.draft()
        store.points.broken = "put.before_commit"
        with pytest.raises(RuntimeError):
            store.outbox.put(draft, intake())
        assert store.outbox.rows() == []
        store.points.broken = ""
        assert "00001" in store.outbox.put(draft, intake()).collection_no

    def test_a_kind_without_a_body_is_refused(self, store: Store) -> None:
        draft = store.draft()
        with pytest.raises(ValueError, match="kind"):
            store.outbox.put(draft, intake(kind="payment"))

    def test_serials_go_on_over_the_days_and_over_a_clock_that_jumps_back(
        self, store: Store
    ) -> None:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        numbers = []
        for jump in (0, 86400, -3 * 86400, 0):
            clock.wall_s += jump
            numbers.append(store.put(pages=0).collection_no)
        assert [number[16:21] for number in numbers] == ["00001", "00002", "00003", "00004"]

    def test_the_next_of_a_case_waits_for_the_acknowledgement_of_the_one_before(
        self, store: Store
    ) -> None:
        first, second = store.put(case_id=CASE), store.put(case_id=CASE, kind="correction")
        other = store.put()
        assert second.case_seq == 2
        assert store.next_id() == first.id
        assert store.next_id(first.id) == other.id
        assert store.next_id(first.id, other.id) is None
        store.outbox.mark_received(first.id, store.ack(first.id))
        assert store.next_id(other.id) == second.id

    @pytest.mark.parametrize("act", ["hold", "reject"])
    def test_a_stopped_one_holds_its_case_and_never_the_queue(self, store: Store, act: str) -> None:
        first, _second, other = store.put(case_id=CASE), store.put(case_id=CASE), store.put()
        if act == "hold":
            store.outbox.hold(first.id, "tech-1", "looks odd")
        else:
            store.outbox.mark_rejected(first.id, "task-unknown")
        assert store.next_id() == other.id
        assert store.next_id(other.id) is None

    def test_a_lower_priority_number_and_an_application_go_first(self, store: Store) -> None:
        late = store.put(kind="correction")
        plain = store.put(priority=5)
        urgent = store.put(priority=0)
        order: list[str] = []
        while (found := store.next_id(*order)) is not None:
            order.append(found)
        assert order == [urgent.id, plain.id, late.id]

    def test_a_failed_one_waits_its_time_while_others_go_on(self, store: Store) -> None:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        first = store.put()
        clock.pass_s(1)
        second = store.put()
        store.outbox.mark_retry(first.id, "PORTAL_SLOW", clock.mono + 10)
        assert store.next_id() == second.id
        assert store.next_id(second.id) is None
        clock.pass_s(10)
        assert store.next_id(second.id) == first.id

    def test_among_failed_ones_the_one_that_is_due_longest_goes_first(self, store: Store) -> None:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        first, second = store.put(), store.put()
        store.outbox.mark_retry(first.id, "PORTAL_SLOW", clock.mono + 9)
        store.outbox.mark_retry(second.id, "PORTAL_SLOW", clock.mono + 5)
        clock.pass_s(20)
        assert store.next_id() == second.id

    def test_no_wait_is_longer_than_an_hour(self, store: Store) -> None:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        ticket = store.put()
        store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", clock.mono + 1e9)
        assert store.outbox.row(ticket.id).next_due_s == 3600.0
        clock.pass_s(3600)
        assert store.next_id() == ticket.id

    def test_an_acknowledgement_may_come_twice_but_only_as_the_same(self, store: Store) -> None:
        ticket = store.put()
        ack = store.ack(ticket.id)
        told = [store.outbox.mark_received(ticket.id, ack) for _ in range(2)]
        assert told == [True, False]
        with pytest.raises(ConflictingReceiptError):
            store.outbox.mark_received(ticket.id, replace(ack, receipt_no="R-OTHER"))
        row = store.outbox.row(ticket.id)
        assert (row.state.value, row.stage, row.receipt_no) == (
            "ACKED",
            Stage.RECEIVED,
            ack.receipt_no,
        )

    @pytest.mark.parametrize(
        "wrong",
        [{"id": str(uuid.UUID(int=1))}, {"sha256": "0" * 64}, {"case_id": "x"}, {"case_seq": 2}],
    )
    def test_an_acknowledgement_of_something_else_changes_nothing(
        self, store: Store, wrong: dict[str, object]
    ) -> None:
        ticket = store.put()
        with pytest.raises(MismatchedAckError):
            store.outbox.mark_received(ticket.id, store.ack(ticket.id, **wrong))
        assert store.next_id() == ticket.id

    def test_an_acknowledgement_for_a_stranger_or_a_draft_is_refused(self, store: Store) -> None:
        ack = store.ack(store.put().id)
        for submission_id in ("nothing", store.draft().id):
            with pytest.raises(UnknownSubmissionError):
                store.outbox.mark_received(submission_id, ack)

    @pytest.mark.parametrize("act", ["hold", "reject"])
    def test_an_acknowledgement_counts_even_for_what_was_stopped_here(
        self, store: Store, act: str
    ) -> None:
        ticket = store.put()
        if act == "hold":
            store.outbox.hold(ticket.id, "tech-1", "looks odd")
        else:
            store.outbox.mark_rejected(ticket.id, "unknown")
        assert store.outbox.mark_received(ticket.id, store.ack(ticket.id))
        assert store.state(ticket.id) == "ACKED"

    def test_an_acknowledged_one_is_never_sent_rejected_or_held_again(self, store: Store) -> None:
        ticket, _ack = store.acked()
        store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", store.clock.monotonic())
        assert store.next_id() is None
        with pytest.raises(WrongStateError):
            store.outbox.mark_rejected(ticket.id, "late")
        for act in (store.outbox.hold, store.outbox.retry):
            with pytest.raises(WrongStateError):
                act(ticket.id, "tech-1", "late")

    def test_a_later_stage_is_recorded_once_and_ends_the_following_up(self, store: Store) -> None:
        ticket, ack = store.acked()
        accepted = replace(ack, stage=Stage.ACCEPTED, project_no="P-1", accept_date="2026-11-23")
        told = [store.outbox.mark_stage(ticket.id, accepted) for _ in range(2)]
        assert told == [True, False]
        assert store.outbox.follow_up(5) == [ticket.id]
        store.outbox.mark_stage(ticket.id, replace(ack, stage=Stage.CONCLUDED))
        row = store.outbox.row(ticket.id)
        assert (row.stage, row.project_no) == (Stage.CONCLUDED, "P-1")
        assert store.outbox.follow_up(5) == []

    def test_a_stage_without_an_acknowledgement_is_refused(self, store: Store) -> None:
        ticket = store.put()
        with pytest.raises(UnknownSubmissionError):
            store.outbox.mark_stage(ticket.id, store.ack(ticket.id))

    def test_following_up_takes_turns(self, store: Store) -> None:
        ids = {store.acked(pages=0)[0].id for _ in range(5)}
        asked = [store.outbox.follow_up(2) for _ in range(3)]
        assert {each for turn in asked for each in turn} == ids
        assert len(asked[0]) == 2

    def test_held_and_released_by_name(self, store: Store) -> None:
        ticket = store.put()
        store.outbox.hold(ticket.id, "tech-1", "looks odd")
        assert (store.state(ticket.id), store.next_id()) == ("HELD", None)
        store.outbox.release(ticket.id, "tech-2", "checked")
        assert store.next_id() == ticket.id
        with pytest.raises(WrongStateError):
            store.outbox.release(ticket.id, "tech-2", "again")
        with pytest.raises(ValueError, match="who and why"):
            store.outbox.hold(ticket.id, " ", "nobody")

    def test_a_rejected_one_is_shown_and_sent_again_by_a_named_decision_only(
        self, store: Store
    ) -> None:
        ticket = store.put()
        store.outbox.mark_rejected(ticket.id, "task-unknown")
        row = store.outbox.row(ticket.id)
        assert (row.state.value, row.last_failure, store.next_id()) == (
            "REJECTED",
            "task-unknown",
            None,
        )
        store.outbox.retry(ticket.id, "tech-1", "pack renewed")
        assert store.next_id() == ticket.id

    def test_an_upload_is_resumed_finished_and_started_anew(self, store: Store) -> None:
        store.put()

        def document() -> tuple[str | None, int, bool]:
            due = store.next_due()
            assert due is not None
            (found,) = due.documents
            return found.upload_url, found.upload_offset, found.uploaded

        due = store.next_due()
        assert due is not None
        key, size = due.documents[0].id, due.documents[0].size_sealed
        store.outbox.set_upload(key, "/v1/uploads/1", 100)
        assert document() == ("/v1/uploads/1", 100, False)
        store.outbox.mark_uploaded(key)
        assert document() == ("/v1/uploads/1", size, True)
        store.outbox.set_upload(key, None, 0)
        assert document() == (None, 0, False)
        with pytest.raises(UnknownSubmissionError):
            store.outbox.mark_uploaded("nothing")
        with pytest.raises(UnknownSubmissionError):
            store.outbox.set_upload("nothing", None, 0)

    def test_the_last_twenty_attempts_are_kept(self, store: Store) -> None:
        ticket = store.put(pages=0)
        for _ in range(25):
            store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", 0.0)
        kept = store.database.read("SELECT min(n), max(n), count(*) FROM trial")
        assert kept == [(6, 25, 20)]
        assert store.outbox.row(ticket.id).attempts == 25

    def test_rows_and_numbers_agree(self, store: Store) -> None:
        first, _ack = store.acked()
        second = store.put()
        store.draft()
        stats = store.outbox.stats()
        assert [row.id for row in store.outbox.rows()] == [first.id, second.id]
        assert stats.by_state == {"ACKED": 1, "SEALED": 1}
        assert stats.depth == 1
        assert stats.bytes > 2 * 50_000
        assert store.outbox.row(second.collection_no).id == second.id

    def test_listeners_hear_of_each_committed_change(self, store: Store) -> None:
        heard: list[str] = []
        store.outbox.on_change(heard.append)
        ticket = store.put()
        ack = store.ack(ticket.id)
        store.outbox.mark_received(ticket.id, ack)
        store.outbox.mark_received(ticket.id, ack)
        assert heard == [ticket.id] * 2

    def test_a_receipt_is_unfinished_until_it_is_printed_or_declined(self, store: Store) -> None:
        first, second = store.put(), store.put()
        assert store.outbox.unfinished_receipts() == [first, second]
        store.journal.queue("a", first.id, "receipt")
        assert store.outbox.unfinished_receipts() == [first, second]
        store.journal.decline("a")
        assert store.outbox.unfinished_receipts() == [second]


class TestFileOutbox(OutboxContract):
    """The one that ships: SQLite and files."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    @contextmanager
    def opened(self) -> Iterator[Store]:
        with Store(self.folder) as store:
            yield store

    def test_a_restart_keeps_all_and_makes_it_due_at_once(self) -> None:
        with self.opened() as store:
            ticket = store.put()
            store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", store.clock.monotonic() + 300)
            assert store.next_id() is None
            sent = store.outbox.row(ticket.id)
        with self.opened() as store:
            due = store.next_due()
            assert due is not None
            assert (due.id, due.attempts) == (ticket.id, 1)
            assert store.outbox.row(ticket.id) == replace(sent, next_due_s=0.0)
            assert store.put().collection_no[16:21] == "00002"

    def test_a_named_retry_in_a_second_process_ends_the_waiting(self) -> None:
        with self.opened() as store:
            ticket = store.put()
            store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", store.clock.monotonic() + 300)
            with Database.open_second(self.folder) as second:
                QueueDesk(second).retry(ticket.id, "tech-1", "now")
            assert store.next_id() == ticket.id
