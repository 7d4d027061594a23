"""What `kiosk demo` tells of submissions that end without a receipt."""

from collections.abc import Mapping
from typing import Any

from offline_cache.records import Ack, QueueRow, Stage, State
from ui.demo.tale import Tale

ID = "01a20131-edde-710f-a2b2-cf77062a874e"


def row(state: State, stage: Stage) -> QueueRow:
    """One line of the queue."""
    return QueueRow(
        id=ID,
        collection_no="310104001726112200001V",
        item="SH-DEMO-S1-01",
        state=state,
        stage=stage,
        age_s=1.0,
        attempts=1,
        next_due_s=None,
        last_failure=None,
        receipt_no=None,
        project_no=None,
        kind="application",
        last_status=None,
    )


def told_by(*rows: QueueRow) -> tuple[Tale, list[str]]:
    """A tale that has looked at these lines, and the names of its events."""
    events: list[Mapping[str, Any]] = []
    tale = Tale(events.append, frozenset({ID}))
    for each in rows:
        tale.looked(each)
    return tale, [str(each["event"]) for each in events]


def test_a_confirmed_withdrawal_is_told_once() -> None:
    withdrawn = row(State.PURGED, Stage.WITHDRAWN)
    tale, events = told_by(withdrawn, withdrawn)
    assert events == ["withdrawn"]
    assert tale.ended == {ID}


def test_a_withdrawal_that_nobody_confirmed_is_not_told() -> None:
    tale, events = told_by(row(State.WITHDRAWING, Stage.COLLECTED))
    assert events == []
    assert tale.ended == set()


def test_what_staff_gave_up_has_ended_without_an_event() -> None:
    tale, events = told_by(row(State.EXPIRED, Stage.COLLECTED))
    assert events == []
    assert tale.ended == {ID}


def test_what_was_received_and_purged_is_no_withdrawal() -> None:
    tale, events = told_by(row(State.PURGED, Stage.CONCLUDED))
    assert events == []
    assert tale.ended == set()


def test_a_case_that_the_portal_withdraws_is_told_as_received_and_withdrawn() -> None:
    events: list[Mapping[str, Any]] = []
    tale = Tale(events.append, frozenset({ID}))
    tale.acked(
        Ack(
            id=ID,
            sha256="0" * 64,
            receipt_no="Q261122-00000001",
            received_at="2026-11-22T06:00:00Z",
            case_id="01a20131-edde-710f-a2b2-cf77062a874f",
            case_seq=1,
            stage=Stage.WITHDRAWN,
        )
    )
    assert [each["event"] for each in events] == ["received", "withdrawn"]
    assert tale.undecided == set()
