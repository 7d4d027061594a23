"""What a draft is given at its beginning, and what `put` does where that holds no more."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from store_support import Points, ScriptedClock, Store, intake

from offline_cache.documents import Draft
from offline_cache.records import Ticket

CASE = "0192f000-0000-7000-8000-00000000ca5e"
DAY_S = 86400.0


def put(store: Store, draft: Draft, *, kind: str = "application", priority: int = 0) -> Ticket:
    return store.outbox.put(draft, intake(kind=kind, priority=priority))


def stored(store: Store, ticket: Ticket) -> tuple[str, int, int]:
    """Number, turn and priority as the row has them; the body has the same."""
    number, turn, priority, body = store.database.read(
        "SELECT collection_no, case_seq, priority, body FROM submission WHERE id=?", (ticket.id,)
    )[0]
    sent = json.loads(body)
    assert (sent["collection_no"], sent["case_seq"]) == (number, turn)
    assert (ticket.collection_no, ticket.case_seq) == (number, turn)
    return str(number), int(turn), int(priority)


def frames(store: Store) -> int:
    """Pages in the log since it began anew."""
    return int(store.database.read("PRAGMA wal_checkpoint(NOOP)")[0][1])


def test_a_put_has_the_number_and_the_turn_that_its_draft_was_given(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=0)
        reserved = draft.reserved
        assert reserved is not None
        number, turn, _ = stored(store, put(store, draft))
        assert (reserved.place.collection_no, reserved.place.case_seq) == (number, turn)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_drafts_of_one_case_take_their_turns_in_the_order_of_their_puts(
    order: tuple[int, ...], tmp_path: Path
) -> None:
    with Store(tmp_path) as store:
        drafts = [store.draft(pages=0, case_id=CASE) for _ in range(3)]
        tickets = [put(store, drafts[place]) for place in order]
        assert [stored(store, ticket)[1] for ticket in tickets] == [1, 2, 3]
        assert len({ticket.collection_no for ticket in tickets}) == 3


def test_a_discarded_draft_leaves_its_turn_to_the_next(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.draft(pages=0, case_id=CASE).discard()
        assert stored(store, store.put(case_id=CASE))[1] == 1


def test_a_put_that_was_taken_back_leaves_the_turns_of_the_others(tmp_path: Path) -> None:
    points = Points()
    with Store(tmp_path, points=points) as store:
        first, second = (store.draft(pages=0, case_id=CASE) for _ in range(2))
        points.broken = "put.before_commit"
        with pytest.raises(RuntimeError):
            put(store, second)
        points.broken = ""
        assert stored(store, put(store, first))[1] == 1
        assert stored(store, put(store, second))[1] == 2


def test_a_put_after_midnight_has_the_new_day_and_the_same_serial(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        draft = store.draft(pages=0)
        clock.pass_s(DAY_S)
        number, _, _ = stored(store, put(store, draft))
        assert (number[10:16], number[16:21]) == ("261123", "00001")


def test_a_put_of_another_rank_than_its_draft_is_sent_by_its_own(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        late = put(store, store.draft(pages=0), priority=5)
        correction = put(store, store.draft(pages=0), kind="correction")
        early = put(store, store.draft(pages=0))
        assert [stored(store, each)[2] for each in (late, correction, early)] == [5, 1000, 0]
        assert store.next_id() == early.id
        assert store.next_id(early.id) == late.id
        assert store.next_id(early.id, late.id) == correction.id


def test_what_waits_in_a_draft_holds_up_nothing_of_its_case(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put(case_id=CASE)
        store.draft(pages=0, case_id=CASE)
        assert store.next_id() == ticket.id


def test_what_is_held_refused_or_begun_is_never_next(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        held, refused = store.put(pages=0), store.put(pages=0)
        store.outbox.hold(held.id, "tech-1", "looks odd")
        store.outbox.mark_rejected(refused.id, "schema")
        store.draft(pages=0)
        assert store.next_id() is None
        store.outbox.release(held.id, "tech-1", "is fine")
        assert store.next_id() == held.id


def test_a_number_is_never_given_twice_over_restarts_and_discarded_drafts(tmp_path: Path) -> None:
    numbers = []
    for _ in range(3):
        with Store(tmp_path) as store:
            store.draft(pages=0).discard()
            numbers.append(store.put(pages=0).collection_no)
            store.draft(pages=0)
    assert len(set(numbers)) == 3


def test_a_put_writes_few_pages_of_the_database(tmp_path: Path) -> None:
    """Its row, the rest of its body, the count of pages; no leaf of any index."""
    with Store(tmp_path) as store:
        large = replace(intake(), payload={"text": "x" * 2700})
        written = []
        for _ in range(40):
            draft = store.draft(pages=0)
            before = frames(store)
            store.outbox.put(draft, large)
            written.append(frames(store) - before)
    assert sorted(written)[20] == 3
