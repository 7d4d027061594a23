import json
from dataclasses import replace
from typing import Any

import pytest
from answering import came, told
from canned_portal import answer
from client_samples import BEAT, ID, SAMPLES, SHA, UPLOAD

from kiosk.sync.outcomes import Answered, Garbled, Refused
from kiosk.sync.outcomes_terminal import ReconcileItem, Withdrawal
from kiosk.sync.wire_terminal import (
    HEARTBEAT_LIMIT,
    RECONCILE_LIMIT,
    heartbeat_body,
    reconcile_body,
)

OTHER = "0190a5c8-7b1e-7c3d-9e2f-000000000002"


def test_a_withdrawal_says_why_and_goes_under_the_submissions_own_id() -> None:
    given = answer(SAMPLES["putWithdrawal"].body, status=201)
    _, seen = came(lambda client: client.put_withdrawal(ID, Withdrawal("resident")), given)
    assert seen.path == f"/v1/submissions/{ID}/withdrawal"
    assert seen.headers["idempotency-key"] == f'"{ID}"'
    assert json.loads(seen.body) == {"reason": "resident"}


@pytest.mark.parametrize(
    "changes", [{"id": OTHER}, {"sha256": "0" * 64}, {"state": "received"}, {"known": "yes"}]
)
def test_only_an_echo_confirms_a_withdrawal(changes: dict[str, Any]) -> None:
    assert isinstance(told("putWithdrawal", **changes), Garbled)


def test_a_second_withdrawal_may_echo_the_first() -> None:
    replayed = {"Idempotent-Replayed": "true"}
    assert isinstance(told("putWithdrawal", sha256="1" * 64, headers=replayed), Answered)
    assert isinstance(told("putWithdrawal", id=OTHER, headers=replayed), Garbled)


def test_a_withdrawal_that_came_too_late_carries_the_acknowledgement() -> None:
    problem = {
        "type": "urn:quanban:problem:concluded",
        "title": "t",
        "status": 409,
        "ack": {"a": 1},
    }
    given = answer(json.dumps(problem).encode(), status=409, media_type="application/problem+json")
    outcome, _ = came(SAMPLES["putWithdrawal"].call, given)
    assert isinstance(outcome, Refused)
    assert outcome.name == "concluded"
    assert outcome.problem is not None
    assert outcome.problem.extension["ack"] == {"a": 1}


def test_a_comparison_must_place_every_id_exactly_once() -> None:
    assert isinstance(told("reconcile"), Answered)
    assert isinstance(told("reconcile", known=[], unknown=[ID]), Answered)
    wrong: list[dict[str, Any]] = [
        {"known": []},
        {"unknown": [ID]},
        {"mismatch": [OTHER]},
        {"known": [OTHER]},
        {"known": [ID, ID]},
    ]
    for changes in wrong:
        assert isinstance(told("reconcile", **changes), Garbled), changes


def test_no_more_than_a_thousand_ids_go_into_one_comparison() -> None:
    item = ReconcileItem(ID, SHA)
    assert len(json.loads(reconcile_body([item] * RECONCILE_LIMIT))["items"]) == RECONCILE_LIMIT
    with pytest.raises(ValueError, match="1001 ids"):
        reconcile_body([item] * (RECONCILE_LIMIT + 1))


def test_a_heartbeat_stays_within_two_kib_and_drops_its_counters_first() -> None:
    many = {f"counter-{number}": number for number in range(300)}
    body = heartbeat_body(replace(BEAT, counters=many))
    assert len(body) <= HEARTBEAT_LIMIT
    assert json.loads(body)["counters"] == {}
    assert json.loads(body)["devices"] == BEAT.devices
    assert json.loads(heartbeat_body(BEAT))["counters"] == BEAT.counters


def test_a_heartbeats_answer_says_how_fast_and_what_to_look_at() -> None:
    outcome = told("postHeartbeat", look=["reconcile", "something new"], since=None)
    assert isinstance(outcome, Answered)
    assert outcome.value.submissions_per_min == pytest.approx(1.7)
    assert outcome.value.upload_kib_s == pytest.approx(256)
    assert "reconcile" in outcome.value.look
    assert isinstance(told("postHeartbeat", rate={"submissions_per_min": 0}), Garbled)


def test_the_portal_says_which_uploads_it_takes() -> None:
    assert told("describeUploads") == Answered(8388608)
    assert told("describeUploads", headers={"Tus-Max-Size": ""}) == Answered(None)
    assert isinstance(told("describeUploads", headers={"Tus-Version": "0.2.2"}), Garbled)
    assert told("describeUpload") == Answered(None)
    assert UPLOAD.startswith("/v1/uploads/")


@pytest.mark.parametrize("location", ["http://[::1", "", "mailto:a@b", "http://host", "//"])
def test_an_upload_without_an_address_is_not_believed(location: str) -> None:
    assert told("createUpload", headers={"Location": location}) == Garbled(201, "no location")
