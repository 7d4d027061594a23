"""After a restore on either side: sent again, named by its receipt, or held; never silent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from heartbeat_support import vitals
from scripted_portal import GONE, ScriptedPortal, hint, told
from sender_support import Bench, sender_bench
from sync_support import Heard

from devices.errors import FailureCode
from kiosk.sync.outcomes import Answered, Refused
from kiosk.sync.outcomes_terminal import Reconciled
from kiosk.sync.ports import Reports
from kiosk.sync.reconcile import AGAIN_S, PAGE, Reconciler
from offline_cache.records import Known


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with sender_bench(tmp_path, vitals=vitals) as made:
        yield made


def answer(unknown: tuple[str, ...] = (), mismatch: tuple[str, ...] = ()) -> Answered[Reconciled]:
    return Answered(Reconciled((), unknown, mismatch))


@pytest.mark.expects_log
def test_what_the_portal_lost_and_is_still_here_is_sent_again_in_order(bench: Bench) -> None:
    case = "0190a5c8-7b1e-7c3d-9e2f-000000000009"
    ids = [bench.received(1, case), bench.received(0, case), bench.received()]
    bench.portal.play("reconcile", answer(unknown=tuple(ids[:2])))
    del bench.portal.calls[:]
    bench.sender.reconciler.want()
    bench.run_s(5)
    assert bench.portal.compared == [tuple(sorted(ids))]
    assert bench.portal.calls.count("put_submission") == 2
    assert {bench.store.state(each) for each in ids} == {"ACKED"}
    assert bench.heard.alarms == []
    assert [ack.id for ack in bench.heard.acks][-2:] == ids[:2]


@pytest.mark.expects_log
def test_what_is_erased_here_is_named_by_its_receipt_once(bench: Bench) -> None:
    one = bench.purged()
    receipt = bench.store.outbox.row(one).receipt_no
    bench.portal.play("reconcile", answer(unknown=(one,)), answer(unknown=(one,)))
    for _ in range(2):
        bench.sender.reconciler.want()
        bench.run_s(2)
    assert len(bench.portal.compared) == 2
    assert [code for code, _ in bench.heard.alarms] == [FailureCode.PORTAL_BAD_ANSWER]
    assert str(receipt) in bench.heard.alarms[0][1]


@pytest.mark.expects_log
def test_other_bytes_under_an_id_are_held(bench: Bench) -> None:
    one = bench.received()
    bench.portal.play("reconcile", answer(mismatch=(one,)))
    bench.sender.reconciler.want()
    bench.run_s(2)
    assert bench.store.state(one) == "HELD"
    assert len(bench.heard.alarms) == 1


@pytest.mark.expects_log
def test_a_portal_that_forgot_what_it_acknowledged_is_compared_with_by_itself(
    bench: Bench,
) -> None:
    one = bench.received()
    bench.portal.play("get_submission", told(404, "unknown-id"))
    bench.portal.play("reconcile", GONE, answer(unknown=(one,)))
    del bench.portal.calls[:]
    bench.run_s(60)
    wanted = bench.sequence("reconcile", "put_submission")
    assert wanted == ["reconcile", "reconcile", "put_submission"]
    assert bench.store.state(one) == "ACKED"


def test_the_portal_may_ask_for_it_with_a_heartbeat(bench: Bench) -> None:
    bench.received()
    bench.portal.play("post_heartbeat", hint(look=("reconcile",)))
    bench.run_s(75)
    assert len(bench.portal.compared) == 1


@pytest.mark.expects_log
@pytest.mark.parametrize("is_erased", [False, True])
def test_a_case_that_the_portal_lost_in_part_is_sent_again_from_there_or_held(
    bench: Bench, *, is_erased: bool
) -> None:
    case = "0190a5c8-7b1e-7c3d-9e2f-000000000009"
    first = bench.received(0, case)
    if is_erased:
        bench.erase(first)
    second = bench.put(0, case)
    bench.portal.play("put_submission", told(409, "case-order", expected=1))
    del bench.portal.calls[:]
    bench.run_s(3)
    calls = bench.sequence("put_submission", "reconcile")
    if is_erased:
        assert bench.store.state(second) == "HELD"
        assert calls == ["put_submission", "reconcile"]
    else:
        assert calls == ["put_submission"] * 3
        assert {bench.store.state(each) for each in (first, second)} == {"ACKED"}


@pytest.mark.expects_log
def test_a_portal_that_asks_for_the_same_part_for_ever_ends_held(bench: Bench) -> None:
    case = "0190a5c8-7b1e-7c3d-9e2f-000000000009"
    bench.received(0, case)
    second = bench.put(0, case)
    refusals = [told(409, "case-order", expected=1), None] * 9
    bench.portal.play("put_submission", *refusals)
    bench.run_s(30)
    assert bench.store.state(second) == "HELD"


def test_a_long_memory_is_compared_a_page_at_a_time_and_again_after_trouble() -> None:
    book, portal, heard = Book(2 * PAGE + 1), ScriptedPortal(), Heard()
    reports = Reports(heard.on_ack, heard.on_alarm, heard.on_online)
    reconciler = Reconciler(book, portal, reports)
    portal.play("reconcile", None, GONE)
    now = 0.0
    reconciler.want()
    while reconciler.next_at() < float("inf"):
        now = max(now, reconciler.next_at())
        reconciler.page(now)
    assert [len(page) for page in portal.compared] == [PAGE, PAGE, PAGE, 1]
    assert portal.compared[1] == portal.compared[2]
    assert {key for page in portal.compared for key in page} == {row.id for row in book.rows}
    assert now == AGAIN_S


def test_an_older_portal_is_not_asked_again_for_an_hour() -> None:
    book, portal, heard = Book(1), ScriptedPortal(), Heard()
    reports = Reports(heard.on_ack, heard.on_alarm, heard.on_online)
    reconciler = Reconciler(book, portal, reports)
    portal.play("reconcile", Refused(404))
    reconciler.want()
    reconciler.page(0.0)
    assert not reconciler.due(3599.0)
    assert reconciler.due(3600.0)


class Book:
    """Acknowledged rows of an invented year."""

    def __init__(self, count: int) -> None:
        self.rows = [Known(f"{n:08d}", "0" * 64, f"R-{n}", stored=False) for n in range(count)]

    def known(self, after_id: str, limit: int) -> list[Known]:
        return [row for row in self.rows if row.id > after_id][:limit]

    def forgotten(self, submission_id: str) -> bool:
        raise AssertionError(submission_id)

    def mark_mismatch(self, submission_id: str) -> object:
        raise AssertionError(submission_id)
