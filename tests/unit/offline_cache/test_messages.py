"""Messages about a case: beside the submissions, behind them, never in their place."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ratings_support import KIND, rate, rating, rating_ack
from store_support import ScriptedClock, Store, bytes_below, sha256

from offline_cache.database import Database
from offline_cache.desk import QueueDesk
from offline_cache.errors import (
    ConflictingReceiptError,
    MismatchedAckError,
    StoreFullError,
    UnknownSubmissionError,
    WrongStateError,
)
from offline_cache.records import Ticket

NIL = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as store:
        yield store


@pytest.fixture
def case(store: Store) -> Ticket:
    """A case whose application is acknowledged."""
    return store.acked(pages=0)[0]


def test_a_rating_takes_an_id_of_its_own_and_neither_number_nor_turn(store: Store) -> None:
    ticket = store.put(pages=0)
    one = rate(store, ticket)
    later = store.put(pages=0, case_id=ticket.case_id, kind="correction")
    row = store.outbox.row(one)
    assert one != ticket.id
    assert one[14] == "7"
    assert (row.item, row.collection_no, row.state.value) == ("evaluation", "", "SEALED")
    assert (later.case_seq, later.collection_no[16:21]) == (2, "00002")


def test_the_body_is_made_once_and_is_the_same_in_every_attempt(store: Store, case: Ticket) -> None:
    one = rate(store, case, 4)
    first = store.next_due()
    store.outbox.mark_retry(one, "PORTAL_UNREACHABLE", store.clock.monotonic())
    second = store.next_due()
    assert first is not None
    assert second is not None
    assert json.loads(first.body) == rating(case, 4)
    assert (first.body, sha256(first.body)) == (second.body, second.body_sha256)
    assert (first.id, first.kind, first.documents) == (one, KIND, ())
    assert second.attempts == 1


def test_a_rating_waits_for_the_acknowledgement_of_its_application(store: Store) -> None:
    ticket = store.put(pages=0)
    one = rate(store, ticket)
    assert store.next_id() == ticket.id
    assert store.next_id(ticket.id) is None
    store.outbox.mark_received(ticket.id, store.ack(ticket.id))
    assert store.next_id() == one


@pytest.mark.parametrize("act", ["hold", "reject"])
def test_a_stopped_application_keeps_its_rating_back_and_no_other(store: Store, act: str) -> None:
    stopped, (other, _ack) = store.put(pages=0), store.acked(pages=0)
    if act == "hold":
        store.outbox.hold(stopped.id, "tech-1", "looks odd")
    else:
        store.outbox.mark_rejected(stopped.id, "refused")
    back, free = rate(store, stopped), rate(store, other)
    assert store.next_id() == free
    assert store.next_id(free) is None
    assert store.state(back) == "SEALED"


def test_what_comes_later_in_the_case_does_not_keep_the_rating_back(
    store: Store, case: Ticket
) -> None:
    one = rate(store, case)
    correction = store.put(pages=0, case_id=case.case_id, kind="correction")
    assert store.next_id(correction.id) == one


def test_every_submission_that_is_due_goes_first(store: Store, case: Ticket) -> None:
    one = rate(store, case)
    correction, application = store.put(kind="correction"), store.put()
    order: list[str] = []
    while (found := store.next_id(*order)) is not None:
        order.append(found)
    assert order == [application.id, correction.id, one]


def test_a_rating_of_a_purged_case_is_sent(store: Store, case: Ticket) -> None:
    store.journal.queue("job", case.id, "receipt")
    store.journal.decline("job")
    assert store.retention.purge() == 1
    assert store.next_id() is None
    one = rate(store, case)
    assert store.next_id() == one


def test_a_case_is_rated_once_and_the_first_word_counts(store: Store, case: Ticket) -> None:
    heard: list[str] = []
    store.outbox.on_change(heard.append)
    first = rate(store, case, 5)
    assert rate(store, case, 1) == first
    due = store.next_due()
    assert due is not None
    assert json.loads(due.body)["satisfaction"] == 5
    assert heard == [first]


def test_other_kinds_strange_cases_and_bodies_that_are_no_json_are_refused(
    store: Store, case: Ticket
) -> None:
    with pytest.raises(ValueError, match="kind"):
        store.outbox.put_message("application", case.case_id, {})
    with pytest.raises(ValueError, match="JSON"):
        store.outbox.put_message(KIND, case.case_id, {"satisfaction": float("nan")})
    with pytest.raises(UnknownSubmissionError):
        store.outbox.put_message(KIND, store.draft().case_id, {})
    assert [row.id for row in store.outbox.rows()] == [case.id]


def test_a_put_that_breaks_before_its_commit_leaves_nothing(store: Store, case: Ticket) -> None:
    store.points.broken = "message.before_commit"
    with pytest.raises(RuntimeError):
        rate(store, case)
    assert len(store.outbox.rows()) == 1
    store.points.broken = ""
    assert store.next_id() is None


def test_a_store_that_only_drains_takes_no_rating(store: Store, case: Ticket) -> None:
    store.database.ballast.cut()
    with pytest.raises(StoreFullError):
        rate(store, case)
    assert len(store.outbox.rows()) == 1


def test_an_acknowledgement_counts_once_and_only_as_the_same(store: Store, case: Ticket) -> None:
    one = rate(store, case)
    ack = rating_ack(store, one)
    assert [store.outbox.mark_received(one, ack) for _ in range(2)] == [True, False]
    with pytest.raises(ConflictingReceiptError):
        store.outbox.mark_received(one, replace(ack, receipt_no="E-OTHER"))
    row = store.outbox.row(one)
    assert (row.state.value, row.receipt_no, row.attempts) == ("ACKED", ack.receipt_no, 1)
    assert store.next_id() is None


@pytest.mark.parametrize("wrong", [{"id": NIL}, {"sha256": "0" * 64}, {"case_id": NIL}])
def test_an_acknowledgement_of_something_else_changes_nothing(
    store: Store, case: Ticket, wrong: dict[str, object]
) -> None:
    one = rate(store, case)
    with pytest.raises(MismatchedAckError):
        store.outbox.mark_received(one, rating_ack(store, one, **wrong))
    assert store.next_id() == one


def test_a_portal_that_does_not_know_the_case_yet_names_the_rating_itself(
    store: Store, case: Ticket
) -> None:
    one = rate(store, case)
    assert store.outbox.mark_received(one, rating_ack(store, one, case_id=one, case_seq=1))


def test_a_case_that_was_rated_under_another_id_is_done(store: Store, case: Ticket) -> None:
    one = rate(store, case)
    first = rating_ack(store, one, id=NIL, sha256="0" * 64, receipt_no="E-FIRST")
    assert [store.outbox.mark_settled(one, first) for _ in range(2)] == [True, False]
    assert (store.state(one), store.outbox.row(one).receipt_no) == ("ACKED", "E-FIRST")
    with pytest.raises(UnknownSubmissionError):
        store.outbox.mark_settled(case.id, first)


def test_a_failed_rating_waits_its_time_and_a_restart_ends_the_waiting(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        one = rate(store, store.acked(pages=0)[0])
        store.outbox.mark_retry(one, "PORTAL_SLOW", clock.mono + 10)
        row = store.outbox.row(one)
        assert (row.next_due_s, row.last_failure, store.next_id()) == (10.0, "PORTAL_SLOW", None)
        clock.pass_s(10)
        assert store.next_id() == one
        store.outbox.mark_retry(one, "PORTAL_SLOW", clock.mono + 300)
    with Store(tmp_path) as store:
        assert store.next_id() == one
        assert store.outbox.row(one).next_due_s == 0.0


def test_staff_hold_release_and_retry_a_rating_by_name(store: Store, case: Ticket) -> None:
    one = rate(store, case)
    store.outbox.hold(one, "tech-1", "looks odd")
    assert (store.state(one), store.next_id()) == ("HELD", None)
    store.outbox.release(one, "tech-1", "checked")
    store.outbox.mark_rejected(one, "schema")
    assert (store.state(one), store.next_id()) == ("REJECTED", None)
    store.outbox.retry(one, "tech-1", "portal repaired")
    assert store.next_id() == one


def test_a_named_retry_in_a_second_process_ends_the_waiting(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        one = rate(store, store.acked(pages=0)[0])
        store.outbox.mark_retry(one, "PORTAL_SLOW", store.clock.monotonic() + 300)
        assert store.next_id() is None
        with Database.open_second(tmp_path) as second:
            QueueDesk(second).retry(one, "tech-1", "now")
        assert store.next_id() == one


def test_a_rating_has_no_stage_no_paper_and_no_way_back(store: Store, case: Ticket) -> None:
    one = rate(store, case)
    ack = rating_ack(store, one)
    store.outbox.mark_received(one, ack)
    with pytest.raises(UnknownSubmissionError):
        store.outbox.mark_stage(one, ack)
    with pytest.raises(WrongStateError):
        store.outbox.mark_rejected(one, "late")
    assert store.outbox.follow_up(5) == [case.id]
    assert store.outbox.unfinished_receipts() == [case]


def test_a_received_rating_is_erased_and_a_late_copy_of_the_answer_still_fits(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        ticket = store.put(pages=0)
        body = rating(ticket) | {"reasons": ["MARKER-REASON"]}
        one = store.outbox.put_message(KIND, ticket.case_id, body)
        assert store.retention.purge() == 0
        ack = rating_ack(store, one)
        store.outbox.mark_received(one, ack)
        assert b"MARKER-REASON" in bytes_below(tmp_path)
        assert store.retention.purge() == 1
        assert b"MARKER-REASON" not in bytes_below(tmp_path)
        assert (store.state(one), store.state(ticket.id)) == ("PURGED", "SEALED")
        assert store.outbox.mark_received(one, ack) is False
        assert rate(store, ticket) == one
        assert store.retention.purge() == 0


def test_the_numbers_count_ratings(store: Store, case: Ticket) -> None:
    before = store.outbox.stats()
    one = rate(store, case)
    stats = store.outbox.stats()
    assert stats.by_state == {"ACKED": 1, "SEALED": 1}
    assert (before.depth, stats.depth) == (0, 1)
    assert stats.bytes > before.bytes
    assert {row.id for row in store.outbox.rows()} == {case.id, one}
