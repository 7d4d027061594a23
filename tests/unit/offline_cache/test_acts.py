"""Messages of the later kinds: several of a case, sealed parts, and those with a time."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ratings_support import rate
from store_support import (
    PORTAL_KEY,
    PRIVATE_BYTES,
    Points,
    ScriptedClock,
    Store,
    bytes_below,
    intake,
)

from offline_cache.errors import (
    ConflictingReceiptError,
    SealingKeyMissingError,
    StoreFaultError,
    UnknownSubmissionError,
    WrongStateError,
)
from offline_cache.records import Ack, Stage, State, Ticket
from offline_cache.sealing import open_payload, unwrap_at_portal

WAY = {"way": "courier"}
CASE = "0192f000-0000-7000-8000-00000000000a"
OWN = "0192f000-0000-7000-8000-0000000000b1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as store:
        yield store


@pytest.fixture
def case(store: Store) -> Ticket:
    return store.acked(pages=0)[0]


def ack_of(store: Store, message_id: str, receipt_no: str = "D-1") -> Ack:
    (row,) = store.database.read("SELECT body_sha256, case_id FROM act WHERE id=?", (message_id,))
    return Ack(message_id, row[0], receipt_no, "2026-11-22T10:00:00Z", row[1], 1, Stage.RECEIVED)


def test_several_messages_of_a_kind_go_out_in_their_order(store: Store, case: Ticket) -> None:
    ids = [store.outbox.put_message("delivery", case.case_id, WAY) for _ in range(3)]
    order: list[str] = []
    while (found := store.next_id(*order)) is not None:
        order.append(found)
    assert order == ids


def test_deliveries_and_prints_go_before_the_rest_and_all_behind_submissions(
    store: Store, case: Ticket
) -> None:
    rating = rate(store, case)
    support = store.outbox.put_message("support_message", case.case_id, {})
    printed = store.outbox.put_message("printed", case.case_id, {})
    delivery = store.outbox.put_message("delivery", case.case_id, WAY)
    correction = store.put(case_id=case.case_id, kind="correction")
    order: list[str] = []
    while (found := store.next_id(*order)) is not None:
        order.append(found)
    assert order[:3] == [correction.id, delivery, printed]
    assert order[3:] == [rating, support]


def test_a_message_waits_for_its_case_but_a_call_for_help_needs_none(store: Store) -> None:
    ticket = store.put()
    delivery = store.outbox.put_message("delivery", ticket.case_id, WAY)
    support = store.outbox.put_message("support_message", CASE, {})
    assert store.next_id(ticket.id) == support
    store.outbox.mark_received(ticket.id, store.ack(ticket.id))
    assert store.next_id() == delivery
    with pytest.raises(UnknownSubmissionError):
        store.outbox.put_message("printed", CASE, {})


def test_the_portal_alone_opens_what_is_sealed_in_a_message(
    tmp_path: Path, store: Store, case: Ticket
) -> None:
    secret = {"contact_name": "演示甲", "text": "MARKER-CONTACT"}
    one = store.outbox.put_message(
        "support_message", case.case_id, {"at": "now"}, sealed={"contact": secret}
    )
    due = store.next_due()
    assert due is not None
    contact = json.loads(due.body)["contact"]
    dek = unwrap_at_portal(base64.b64decode(contact["dek"]), PRIVATE_BYTES, one)
    assert open_payload(dek, one, base64.b64decode(contact["payload"])) == secret
    assert (contact["suite"], contact["portal_key_id"]) == ("intl-1", "2026a")
    assert b"MARKER-CONTACT" not in bytes_below(tmp_path)


def test_without_a_sealing_key_no_sealed_message_is_taken(store: Store, case: Ticket) -> None:
    store.key = None
    with pytest.raises(SealingKeyMissingError):
        store.outbox.put_message("delivery", case.case_id, WAY, sealed={"address": {}})
    store.key = PORTAL_KEY
    assert [row.id for row in store.outbox.rows()] == [case.id]


def test_a_put_in_doubt_is_repeated_under_its_own_id(store: Store, case: Ticket) -> None:
    heard: list[str] = []
    store.outbox.on_change(heard.append)
    for _ in range(2):
        assert store.outbox.put_message("delivery", case.case_id, WAY, message_id=OWN) == OWN
    assert (len(store.outbox.rows()), heard) == (2, [OWN])


def test_an_acknowledged_message_is_erased_and_counts_once(
    tmp_path: Path, store: Store, case: Ticket
) -> None:
    one = store.outbox.put_message("delivery", case.case_id, {"way": "MARKER-WAY"})
    ack = ack_of(store, one)
    assert [store.outbox.mark_received(one, ack) for _ in range(2)] == [True, False]
    assert store.retention.purge() == 1
    assert b"MARKER-WAY" not in bytes_below(tmp_path)
    assert store.state(one) == "PURGED"
    with pytest.raises(ConflictingReceiptError):
        store.outbox.mark_received(one, ack_of(store, one, "D-2"))


@pytest.mark.parametrize("kind", ["payment", "refund", "appointment", "licence_grant"])
def test_what_has_a_time_is_never_sent_again_by_itself_and_ends_settled(
    store: Store, kind: str
) -> None:
    clock = store.clock
    assert isinstance(clock, ScriptedClock)
    one = store.outbox.put_message(kind, CASE, {"n": 1}, valid_for_s=180)
    due = store.next_due()
    assert due is not None
    assert (due.kind, due.valid_for_s, due.is_over, due.state) == (kind, 180, False, State.SEALED)
    clock.mono += 180
    due = store.next_due()
    assert due is not None
    assert (due.is_over, due.state) == (True, State.SEALED)
    assert [store.outbox.mark_settled(one) for _ in range(2)] == [True, False]
    assert (store.state(one), store.next_id()) == ("ACKED", None)
    assert store.retention.purge() == 1
    assert store.outbox.row(one).receipt_no is None


def test_a_restart_ends_the_time_of_a_payment_but_not_the_payment(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        one = store.outbox.put_message("payment", CASE, {}, valid_for_s=180)
    with Store(tmp_path) as store:
        due = store.next_due()
        assert due is not None
        assert (due.id, due.is_over, due.state) == (one, True, State.SEALED)


@pytest.mark.parametrize(
    ("kind", "seconds"), [("payment", None), ("delivery", 60), ("evaluation", 60), ("letter", None)]
)
def test_kinds_and_times_that_do_not_go_together_are_refused(
    store: Store, case: Ticket, kind: str, seconds: int | None
) -> None:
    with pytest.raises(ValueError, match=r"kind|valid_for_s"):
        store.outbox.put_message(kind, case.case_id, {}, valid_for_s=seconds)


def test_staff_steer_a_message_of_any_kind(store: Store, case: Ticket) -> None:
    one = store.outbox.put_message("delivery", case.case_id, WAY)
    store.outbox.hold(one, "tech-1", "why")
    assert store.next_id() is None
    store.outbox.release(one, "tech-1", "why")
    store.outbox.mark_rejected(one, "schema")
    store.outbox.retry(one, "tech-1", "why")
    assert store.next_id() == one
    row = store.outbox.row(one)
    assert (row.item, row.kind, row.collection_no) == ("delivery", "delivery", "")
    with pytest.raises(WrongStateError):
        store.outbox.withdraw(one, "tech-1", "why")


def test_the_last_answer_is_remembered_with_its_status(store: Store) -> None:
    ticket = store.put()
    store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", 0.0, status=503, ms=812)
    store.outbox.mark_retry(ticket.id, "PORTAL_UNREACHABLE", 0.0)
    tries = store.outbox.desk.tries(ticket.id)
    assert [(each.outcome, each.status, each.ms) for each in tries] == [
        ("PORTAL_SLOW", 503, 812),
        ("PORTAL_UNREACHABLE", None, None),
    ]
    assert store.outbox.row(ticket.id).last_status is None


def test_a_damaged_store_takes_nothing_new_and_still_records_answers(tmp_path: Path) -> None:
    with Store(tmp_path, points=Points()) as store:
        ticket, draft = store.put(), store.draft()
        store.database.damage = ("row 1 missing from index",)
        for act in (
            store.draft,
            lambda: store.outbox.put(draft, intake()),
            lambda: store.outbox.put_message("delivery", ticket.case_id, WAY),
        ):
            with pytest.raises(StoreFaultError):
                act()
        assert store.outbox.mark_received(ticket.id, store.ack(ticket.id))
        assert store.database.verify().ok
        assert store.outbox.put(draft, intake()).id == draft.id
