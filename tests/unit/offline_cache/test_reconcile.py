"""After one side was set back: sent again, named, or held, and never silently lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ratings_support import rate, rating_ack
from store_support import Store, intake

from offline_cache.errors import UnknownSubmissionError
from offline_cache.reconcile import MISMATCH
from offline_cache.records import Stage, Ticket

CASE = "0192f000-0000-7000-8000-00000000000a"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as store:
        yield store


def case_of(store: Store, count: int) -> list[Ticket]:
    """So many acknowledged submissions of one case."""
    tickets = []
    for number in range(count):
        kind = "correction" if number else "application"
        tickets.append(store.put(case_id=CASE, kind=kind))
        store.outbox.mark_received(tickets[-1].id, store.ack(tickets[-1].id))
    return tickets


def purge(store: Store, ticket: Ticket) -> None:
    store.journal.queue(ticket.id, ticket.id, "receipt")
    store.journal.decline(ticket.id)
    assert store.retention.purge() == 1


def test_a_case_is_sent_again_from_the_turn_that_the_portal_expects(store: Store) -> None:
    first, second, third = case_of(store, 3)
    old = store.outbox.row(second.id).receipt_no
    assert store.outbox.resend_from(CASE, 2)
    assert [store.state(each.id) for each in (first, second, third)] == [
        "ACKED",
        "SEALED",
        "SEALED",
    ]
    assert store.next_id() == second.id
    row = store.outbox.row(second.id)
    assert (row.receipt_no, row.stage) == (None, Stage.COLLECTED)
    assert store.outbox.desk.tries(second.id)[-1].outcome == f"resent, had {old}"


def test_what_is_sent_again_takes_the_portals_new_receipt(store: Store) -> None:
    (ticket,) = case_of(store, 1)
    before = store.next_due()
    assert store.outbox.forgotten(ticket.id)
    due = store.next_due()
    assert before is None
    assert due is not None
    assert store.outbox.mark_received(ticket.id, store.ack(ticket.id, receipt_no="R-NEW"))
    assert store.outbox.row(ticket.id).receipt_no == "R-NEW"


def test_a_case_with_an_erased_part_is_not_sent_again_at_all(store: Store) -> None:
    first, second = case_of(store, 2)
    purge(store, first)
    assert not store.outbox.resend_from(CASE, 1)
    assert store.state(second.id) == "ACKED"
    assert store.outbox.resend_from(CASE, 2)
    assert not store.outbox.resend_from(CASE, 9)


def test_what_the_portal_does_not_know_goes_again_or_is_named(store: Store) -> None:
    stored, erased = store.acked()[0], store.acked()[0]
    purge(store, erased)
    assert store.outbox.forgotten(stored.id) is True
    assert store.outbox.forgotten(stored.id) is True
    assert store.outbox.forgotten(erased.id) is False
    assert store.next_id() == stored.id
    with pytest.raises(UnknownSubmissionError):
        store.outbox.forgotten("nothing")


def test_what_was_worth_something_for_a_minute_is_never_sent_again(store: Store) -> None:
    limited = replace(intake(), offline_policy="online_only", valid_for_s=60)
    ticket = store.outbox.put(store.draft(case_id=CASE), limited)
    store.outbox.mark_received(ticket.id, store.ack(ticket.id))
    assert store.outbox.forgotten(ticket.id) is False
    assert store.outbox.resend_from(CASE, 1) is False
    assert store.state(ticket.id) == "ACKED"


def test_known_names_acknowledged_ones_in_the_order_of_ids_page_by_page(store: Store) -> None:
    tickets = [store.acked(pages=0)[0] for _ in range(4)]
    purge(store, tickets[1])
    rating = rate(store, tickets[0])
    store.outbox.mark_received(rating, rating_ack(store, rating))
    store.put()
    first = store.outbox.known("", 3)
    rest = store.outbox.known(first[-1].id, 10)
    found = [*first, *rest]
    assert [each.id for each in found] == sorted([rating, *(each.id for each in tickets)])
    assert {each.id: each.stored for each in found}[tickets[1].id] is False
    assert all(len(each.sha256) == 64 and each.receipt_no for each in found)


def test_a_withdrawn_one_is_not_known_to_the_portal(store: Store) -> None:
    ticket = store.put()
    store.outbox.withdraw(ticket.id, "tech-1", "why")
    store.outbox.mark_withdrawn(ticket.id)
    assert store.outbox.known("", 10) == []


def test_other_bytes_at_the_portal_hold_it_for_staff_and_a_release_sends_it(store: Store) -> None:
    ticket, _ack = store.acked()
    assert store.outbox.mark_mismatch(ticket.id) is True
    row = store.outbox.row(ticket.id)
    assert (row.state.value, row.last_failure, row.receipt_no) == ("HELD", MISMATCH, None)
    assert store.next_id() is None
    store.outbox.release(ticket.id, "tech-1", "asked the portal")
    assert store.next_id() == ticket.id
    assert store.outbox.mark_received(ticket.id, store.ack(ticket.id, receipt_no="R-OTHER"))


def test_other_bytes_of_an_erased_one_can_only_be_named(store: Store) -> None:
    ticket, _ack = store.acked()
    purge(store, ticket)
    assert store.outbox.mark_mismatch(ticket.id) is False
    with pytest.raises(UnknownSubmissionError):
        store.outbox.mark_mismatch("nothing")


def test_a_lost_rating_goes_again_while_it_is_stored(store: Store) -> None:
    ticket, _ack = store.acked()
    rating = rate(store, ticket)
    store.outbox.mark_received(rating, rating_ack(store, rating))
    assert store.outbox.forgotten(rating) is True
    assert store.next_id() == rating
    store.outbox.mark_received(rating, rating_ack(store, rating))
    store.retention.purge()
    assert store.outbox.forgotten(rating) is False
