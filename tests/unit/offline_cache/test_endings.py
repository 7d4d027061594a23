"""Taken back, given up, or over by its own time: what ends without a receipt."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ratings_support import rate
from store_support import Points, ScriptedClock, Store, bytes_below, intake

from offline_cache.database import Database
from offline_cache.desk import QueueDesk
from offline_cache.errors import PolicyError, UnknownSubmissionError, WrongStateError
from offline_cache.records import Stage, State, Ticket

DAY_S = 86400.0
CASE = "0192f000-0000-7000-8000-00000000000a"
WHO, WHY = "tech-1", "asked for at the desk"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as store:
        yield store


def clock_of(store: Store) -> ScriptedClock:
    assert isinstance(store.clock, ScriptedClock)
    return store.clock


def put_limited(store: Store, seconds: int = 60) -> Ticket:
    """An item that is worth something for `seconds` only."""
    limited = replace(intake(), offline_policy="online_only", valid_for_s=seconds)
    return store.outbox.put(store.draft(), limited)


def test_a_withdrawal_is_due_at_once_and_is_sent_until_it_is_confirmed(store: Store) -> None:
    ticket, other = store.put(), store.put()
    store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", clock_of(store).mono + 300)
    store.outbox.withdraw(ticket.id, WHO, WHY)
    due = store.next_due(other.id)
    assert due is not None
    assert (due.id, due.state, due.reason) == (ticket.id, State.WITHDRAWING, "staff")
    store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", clock_of(store).mono + 10)
    assert (store.state(ticket.id), store.next_id(other.id)) == ("WITHDRAWING", None)
    clock_of(store).pass_s(10)
    assert store.next_id(other.id) == ticket.id


@pytest.mark.parametrize("before", ["hold", "reject"])
def test_what_stands_still_can_be_taken_back(store: Store, before: str) -> None:
    ticket = store.put()
    if before == "hold":
        store.outbox.hold(ticket.id, WHO, WHY)
    else:
        store.outbox.mark_rejected(ticket.id, "refused")
    store.outbox.withdraw(ticket.id, WHO, WHY)
    assert store.next_id() == ticket.id


def test_the_rest_of_the_case_waits_for_the_confirmation_and_then_goes_on(store: Store) -> None:
    first, second = store.put(case_id=CASE), store.put(case_id=CASE, kind="correction")
    store.outbox.withdraw(first.id, WHO, WHY)
    assert store.next_id(first.id) is None
    assert store.outbox.mark_withdrawn(first.id) is True
    assert store.next_id() == second.id
    assert store.put(case_id=CASE, kind="correction").case_seq == 3


def test_a_confirmed_withdrawal_leaves_a_tombstone_without_receipt_and_no_content(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        store.outbox.withdraw(ticket.id, WHO, WHY)
        body = store.next_due()
        assert body is not None
        assert body.body[-64:] in bytes_below(tmp_path)
        assert [store.outbox.mark_withdrawn(ticket.id) for _ in range(2)] == [True, False]
        row = store.outbox.row(ticket.id)
        assert (row.state, row.stage, row.receipt_no) == (State.PURGED, Stage.WITHDRAWN, None)
        assert row.collection_no == ticket.collection_no
        assert list((tmp_path / "documents").iterdir()) == []
        assert body.body[-64:] not in bytes_below(tmp_path)
        assert store.outbox.desk.decision(ticket.id) is not None


def test_only_what_was_taken_back_can_be_confirmed(store: Store) -> None:
    ticket = store.put()
    with pytest.raises(WrongStateError):
        store.outbox.mark_withdrawn(ticket.id)
    store.outbox.hold(ticket.id, WHO, WHY)
    with pytest.raises(WrongStateError):
        store.outbox.mark_withdrawn(ticket.id)
    with pytest.raises(UnknownSubmissionError):
        store.outbox.mark_withdrawn("nothing")
    assert store.state(ticket.id) == "HELD"


def test_the_acknowledgement_of_a_concluded_case_ends_its_withdrawal(store: Store) -> None:
    ticket = store.put()
    store.outbox.withdraw(ticket.id, WHO, WHY)
    assert store.outbox.mark_received(ticket.id, store.ack(ticket.id, stage=Stage.CONCLUDED))
    row = store.outbox.row(ticket.id)
    assert (row.state, row.stage) == (State.ACKED, Stage.CONCLUDED)
    assert store.next_id() is None
    with pytest.raises(WrongStateError):
        store.outbox.mark_withdrawn(ticket.id)
    with pytest.raises(WrongStateError):
        store.outbox.withdraw(ticket.id, WHO, WHY)


def test_what_is_held_while_it_is_taken_back_goes_on_being_taken_back(store: Store) -> None:
    ticket = store.put()
    store.outbox.withdraw(ticket.id, WHO, WHY)
    store.outbox.hold(ticket.id, "uploader", "418")
    assert store.next_id() is None
    store.outbox.release(ticket.id, WHO, "portal repaired")
    assert store.state(ticket.id) == "WITHDRAWING"
    store.outbox.mark_rejected(ticket.id, "schema")
    store.outbox.retry(ticket.id, WHO, "portal repaired")
    assert store.state(ticket.id) == "WITHDRAWING"


def test_a_message_and_a_nameless_decision_cannot_take_anything_back(store: Store) -> None:
    ticket = store.put()
    rating = rate(store, ticket)
    with pytest.raises(WrongStateError):
        store.outbox.withdraw(rating, WHO, WHY)
    with pytest.raises(ValueError, match="who and why"):
        store.outbox.withdraw(ticket.id, "", WHY)
    with pytest.raises(UnknownSubmissionError):
        store.outbox.withdraw(store.draft().id, WHO, WHY)
    assert store.state(ticket.id) == "SEALED"


def test_what_is_worth_something_for_a_minute_is_taken_back_after_it(store: Store) -> None:
    ticket = put_limited(store)
    due = store.next_due()
    assert due is not None
    assert (due.state, due.valid_for_s, due.is_over) == (State.SEALED, 60, False)
    clock_of(store).wall_s += 10 * 365 * DAY_S
    assert store.state(ticket.id) == "SEALED"
    clock_of(store).mono += 60
    due = store.next_due()
    assert due is not None
    assert (due.state, due.is_over, due.reason) == (State.WITHDRAWING, True, "validity")


def test_a_restart_counts_as_over(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket, plain = put_limited(store), store.put()
    with Store(tmp_path) as store:
        due = store.next_due(plain.id)
        assert due is not None
        assert (due.id, due.state) == (ticket.id, State.WITHDRAWING)
        assert store.state(plain.id) == "SEALED"


def test_what_is_held_over_its_time_is_taken_back_when_it_is_released(store: Store) -> None:
    ticket = put_limited(store)
    store.outbox.hold(ticket.id, WHO, WHY)
    clock_of(store).pass_s(100)
    assert store.next_id() is None
    store.outbox.release(ticket.id, WHO, WHY)
    due = store.next_due()
    assert due is not None
    assert due.state is State.WITHDRAWING


@pytest.mark.parametrize(
    ("policy", "seconds"),
    [("collect", 60), ("collect_unpaid", 60), ("online_only", None), ("online_only", 0), ("x", 1)],
)
def test_put_refuses_what_the_policy_does_not_allow_and_keeps_the_draft(
    store: Store, policy: str, seconds: int | None
) -> None:
    draft = store.draft()
    with pytest.raises(PolicyError):
        store.outbox.put(draft, replace(intake(), offline_policy=policy, valid_for_s=seconds))
    kept = store.outbox.put(draft, replace(intake(), offline_policy="collect_unpaid"))
    assert kept.id == draft.id


def test_nothing_is_given_up_before_the_cap_of_days_by_the_portals_time(store: Store) -> None:
    ticket, clock = store.put(), clock_of(store)
    with pytest.raises(WrongStateError, match="unknown"):
        store.outbox.expire(ticket.id, WHO, WHY)
    store.outbox.set_clock_offset(2.0)
    clock.wall_s += 10 * 365 * DAY_S
    with pytest.raises(WrongStateError, match="7 days"):
        store.outbox.expire(ticket.id, WHO, WHY)
    clock.mono += 7 * DAY_S
    store.outbox.expire(ticket.id, WHO, WHY)
    row = store.outbox.row(ticket.id)
    assert (row.state, row.stage, row.receipt_no) == (State.EXPIRED, Stage.COLLECTED, None)
    assert store.next_id() is None
    assert store.outbox.follow_up(5) == []


def test_an_age_of_an_earlier_boot_starts_with_the_first_word_of_the_portal(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
    with Store(tmp_path, clock=ScriptedClock(boot="boot-2", wall_s=0.0)) as store:
        clock = clock_of(store)
        clock.mono += 8 * DAY_S
        store.outbox.set_clock_offset(1_795_900_000.0)
        with pytest.raises(WrongStateError, match=r"0\.0 days"):
            store.outbox.expire(ticket.id, WHO, WHY)
        clock.mono += 7 * DAY_S
        store.outbox.expire(ticket.id, WHO, WHY)
        assert store.state(ticket.id) == "EXPIRED"


def test_a_rejected_one_and_a_stuck_message_can_be_given_up_an_acknowledged_one_not(
    store: Store,
) -> None:
    acked, rejected = store.acked()[0], store.put()
    store.outbox.mark_rejected(rejected.id, "refused")
    rating = rate(store, acked)
    store.outbox.hold(rating, WHO, WHY)
    store.outbox.set_clock_offset(0.0)
    clock_of(store).pass_s(8 * DAY_S)
    store.outbox.expire(rejected.id, WHO, WHY)
    store.outbox.expire(rating, WHO, WHY)
    assert [store.state(key) for key in (rejected.id, rating)] == ["EXPIRED", "EXPIRED"]
    with pytest.raises(WrongStateError):
        store.outbox.expire(acked.id, WHO, WHY)


def test_a_late_acknowledgement_of_what_was_given_up_is_kept(store: Store) -> None:
    ticket = store.put()
    ack = store.ack(ticket.id)
    store.outbox.set_clock_offset(0.0)
    clock_of(store).pass_s(8 * DAY_S)
    store.outbox.expire(ticket.id, WHO, WHY)
    assert [store.outbox.mark_received(ticket.id, ack) for _ in range(2)] == [True, False]
    row = store.outbox.row(ticket.id)
    assert (row.state, row.stage, row.receipt_no) == (
        State.PURGED,
        Stage.RECEIVED,
        ack.receipt_no,
    )


def test_an_ending_that_breaks_before_its_commit_leaves_everything(tmp_path: Path) -> None:
    points = Points(broken="ending.before_commit")
    with Store(tmp_path, points=points) as store:
        ticket = store.put()
        store.outbox.withdraw(ticket.id, WHO, WHY)
        with pytest.raises(RuntimeError):
            store.outbox.mark_withdrawn(ticket.id)
        assert store.state(ticket.id) == "WITHDRAWING"
        assert len(list((tmp_path / "documents").iterdir())) == 1
        points.broken = ""
        assert store.outbox.mark_withdrawn(ticket.id)


def test_staff_take_back_in_a_second_process_and_the_terminal_notices(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", clock_of(store).mono + 300)
        assert store.next_id() is None
        with Database.open_second(tmp_path) as second:
            QueueDesk(second).withdraw(ticket.id, WHO, WHY)
        due = store.next_due()
        assert due is not None
        assert due.state is State.WITHDRAWING


def test_what_another_process_gave_up_is_gone_from_the_log_with_the_next_upkeep(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        store.retention.purge()
        due = store.next_due()
        assert due is not None
        store.outbox.set_clock_offset(0.0)
        clock_of(store).pass_s(8 * DAY_S)
        with Database.open_second(tmp_path, clock=store.clock) as second:
            QueueDesk(second).expire(ticket.id, WHO, WHY)
        assert store.retention.purge() == 0
        assert due.body[-64:] not in bytes_below(tmp_path)
