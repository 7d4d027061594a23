"""Taking back: before, during and after arrival, and what is worth nothing later."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_portal import GONE, ack_for, told
from sender_support import Bench, sender_bench

from devices.errors import FailureCode
from kiosk.sync.outcomes import Garbled, Refused
from kiosk.sync.outcomes_terminal import Withdrawal
from offline_cache.records import Stage, Submission

STAFF = ("staff-7", "the resident asked for it")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with sender_bench(tmp_path) as made:
        yield made


def withdrawn(bench: Bench, pages: int = 0) -> Submission:
    """A submission that is on its way back."""
    one = bench.put(pages)
    bench.store.outbox.withdraw(one, *STAFF)
    due = bench.store.next_due()
    assert due is not None
    assert due.id == one
    return due


def concluded(submission: Submission) -> Refused:
    """The portal's answer when it was too late."""
    legal = {"project_no": "P-1", "accept_date": "2026-11-22"}
    ack = ack_for(submission.id, submission.body, stage=Stage.CONCLUDED, **legal)
    document = {name: getattr(ack, name) for name in ack.__slots__}
    return told(409, "concluded", ack=document)


def test_a_withdrawal_is_confirmed_and_leaves_a_tombstone_without_content(bench: Bench) -> None:
    one = withdrawn(bench, pages=1)
    bench.steps()
    assert bench.portal.calls == ["put_withdrawal"]
    row = bench.store.outbox.row(one.id)
    assert (row.state.value, row.stage) == ("PURGED", Stage.WITHDRAWN)
    assert list(bench.store.documents.folder.iterdir()) == []


@pytest.mark.parametrize("outcome", [GONE, Refused(503), Garbled(200, "html"), Refused(500)])
def test_trouble_keeps_it_on_its_way_back_until_it_is_confirmed(
    bench: Bench, outcome: object
) -> None:
    one = withdrawn(bench)
    bench.portal.play("put_withdrawal", outcome, outcome)
    bench.steps()
    assert bench.store.state(one.id) == "WITHDRAWING"
    bench.run_s(30)
    assert bench.portal.withdrawn == [one.id]
    assert bench.store.state(one.id) == "PURGED"
    assert "put_submission" not in bench.portal.calls


def test_a_withdrawal_that_came_too_late_is_an_acknowledgement(bench: Bench) -> None:
    one = withdrawn(bench)
    bench.portal.play("put_withdrawal", concluded(one))
    bench.steps()
    assert bench.store.state(one.id) == "ACKED"
    assert bench.store.outbox.row(one.id).stage is Stage.CONCLUDED
    assert bench.heard.ids() == {one.id}


@pytest.mark.expects_log
@pytest.mark.parametrize(
    "outcome", [told(409, "concluded"), told(422, "schema"), Refused(418), told(404, "unknown-id")]
)
def test_an_answer_of_no_use_is_alarmed_once_and_never_ends_it(
    bench: Bench, outcome: object
) -> None:
    one = withdrawn(bench)
    bench.portal.play("put_withdrawal", *[outcome] * 4)
    bench.run_s(950)
    assert bench.store.state(one.id) == "WITHDRAWING"
    assert len(bench.heard.alarms) == 1
    bench.run_s(400)
    assert bench.store.state(one.id) == "PURGED"


def test_the_case_waits_behind_a_withdrawal_and_goes_on_after_it(bench: Bench) -> None:
    case = "0190a5c8-7b1e-7c3d-9e2f-000000000009"
    one = withdrawn(bench)
    first = bench.put(case_id=case)
    later = bench.put(case_id=case)
    bench.store.outbox.withdraw(first, *STAFF)
    bench.portal.play("put_withdrawal", GONE, GONE)
    bench.run_s(20)
    calls = bench.sequence("put_withdrawal", "put_submission")
    assert calls[-1] == "put_submission"
    assert calls.count("put_submission") == 1
    assert bench.store.state(later) == "ACKED"
    assert {bench.store.state(each) for each in (one.id, first)} == {"PURGED"}


@pytest.mark.expects_log
def test_a_portal_that_has_it_as_withdrawn_is_believed_only_when_it_confirms(
    bench: Bench,
) -> None:
    one = bench.put()
    bench.portal.play("put_submission", told(409, "withdrawn"))
    bench.portal.play("put_withdrawal", GONE)
    bench.steps(2)
    assert bench.store.state(one) == "WITHDRAWING"
    bench.run_s(5)
    assert bench.store.state(one) == "PURGED"


@pytest.mark.expects_log
def test_a_paused_channel_keeps_it_too(bench: Bench) -> None:
    one = withdrawn(bench)
    bench.portal.play("put_withdrawal", told(403, "terminal-suspended"))
    bench.steps()
    assert bench.store.state(one.id) == "WITHDRAWING"
    assert bench.heard.codes() == {FailureCode.PORTAL_PAUSED}
    bench.run_s(65)
    assert bench.store.state(one.id) == "PURGED"


def test_a_withdrawal_tells_its_turn_of_the_case(bench: Bench) -> None:
    case = "0190a5c8-7b1e-7c3d-9e2f-000000000009"
    bench.received(case_id=case)
    second = bench.put(case_id=case)
    bench.store.outbox.withdraw(second, *STAFF)
    bench.run_s(1)
    assert bench.portal.withdrawals == [Withdrawal("staff", case, 2)]


@pytest.mark.expects_log
def test_a_message_that_is_told_to_be_withdrawn_is_held_and_not_asked_for_ever(
    bench: Bench,
) -> None:
    _ticket, one = bench.rated()
    bench.portal.play("put_evaluation", *[told(409, "withdrawn")] * 9)
    bench.run_s(2)
    assert bench.store.outbox.row(one).state.value == "HELD"
    assert bench.portal.calls.count("put_evaluation") == 1
