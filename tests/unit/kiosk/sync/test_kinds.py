"""Every kind that the outbox holds goes out by its own request."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_portal import GONE, told
from sender_support import Bench, sender_bench

from devices.errors import FailureCode


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with sender_bench(tmp_path) as made:
        yield made


def message(bench: Bench, kind: str, case: str, valid_for_s: int | None = None) -> str:
    body = {"case_id": case, "fee_name": "demo", "amount_fen": 100}
    return bench.store.outbox.put_message(kind, case, body, valid_for_s=valid_for_s)


@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        ("delivery", "put_delivery"),
        ("printed", "put_print"),
        ("support_message", "put_support_message"),
    ],
)
def test_a_message_follows_its_case_and_is_acknowledged(
    bench: Bench, kind: str, operation: str
) -> None:
    ticket = bench.store.put(pages=0)
    one = message(bench, kind, ticket.case_id)
    bench.run_s(1)
    assert bench.sequence("put_submission", operation) == ["put_submission", operation]
    assert bench.store.state(one) == "ACKED"
    assert bench.heard.ids() == {ticket.id}


@pytest.mark.parametrize("kind", ["payment", "refund"])
def test_money_goes_out_once_and_has_no_receipt(bench: Bench, kind: str) -> None:
    ticket = bench.store.put(pages=0)
    one = message(bench, kind, ticket.case_id, 180)
    bench.run_s(1)
    assert bench.sequence(f"put_{kind}", f"get_{kind}") == [f"put_{kind}"]
    assert bench.store.outbox.row(one).state.value in {"ACKED", "PURGED"}


@pytest.mark.parametrize("kind", ["payment", "refund", "appointment", "licence_grant"])
def test_what_is_worth_nothing_later_is_asked_for_and_never_sent_again(
    bench: Bench, kind: str
) -> None:
    ticket = bench.store.put(pages=0)
    bench.portal.play(f"put_{kind}", told(503, "group-down", 90.0))
    one = message(bench, kind, ticket.case_id, 60)
    bench.run_s(200)
    calls = bench.sequence(f"put_{kind}", f"get_{kind}")
    assert calls[-1] == f"get_{kind}"
    assert calls.count(f"put_{kind}") == (kind in {"payment", "refund"})
    assert bench.store.outbox.row(one).state.value in {"ACKED", "PURGED"}


@pytest.mark.parametrize("kind", ["payment", "appointment", "licence_grant"])
def test_what_never_came_is_over_without_a_decision_of_staff(bench: Bench, kind: str) -> None:
    ticket = bench.store.put(pages=0)
    bench.portal.play(f"put_{kind}", GONE)
    bench.portal.play(f"get_{kind}", GONE, told(404, "unknown-id"))
    one = message(bench, kind, ticket.case_id, 1)
    bench.clock.pass_s(2)
    bench.run_s(60)
    assert bench.sequence(f"put_{kind}", f"get_{kind}") == [f"get_{kind}"] * 2
    assert bench.store.outbox.row(one).state.value in {"ACKED", "PURGED"}
    assert bench.heard.alarms == []


@pytest.mark.expects_log
def test_a_refund_that_never_came_is_owed_and_held_for_staff(bench: Bench) -> None:
    ticket = bench.store.put(pages=0)
    bench.portal.play("get_refund", told(404, "unknown-id"))
    one = message(bench, "refund", ticket.case_id, 1)
    bench.clock.pass_s(2)
    bench.run_s(60)
    assert bench.store.outbox.row(one).state.value == "HELD"
    assert bench.heard.codes() == {FailureCode.PORTAL_REFUSED}
