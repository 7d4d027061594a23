import hashlib
import json
from typing import Any

import pytest
from answering import came, told
from canned_portal import answer
from client_samples import AT, CLOSING, ID, SAMPLES, SLOT, SLOTS

from kiosk.sync.outcomes import Answered, Garbled, Problem, Refused
from kiosk.sync.outcomes_payment import PaymentStatus
from kiosk.sync.outcomes_service import DeliveryAck
from kiosk.sync.wire_service import alternatives_of
from offline_cache.records import Ack, Stage

OTHER = "0190a5c8-7b1e-7c3d-9e2f-000000000002"


@pytest.mark.parametrize(
    ("changes", "believed"),
    [
        ({}, True),
        ({"amount_fen": 2001}, False),
        ({"amount_fen": 2000.0}, False),
        ({"case_id": OTHER}, False),
        ({"id": OTHER}, False),
        ({"sha256": "0" * 64}, False),
        ({"pay_url": ""}, False),
        ({"pay_url": None}, False),
        ({"pay_url": None, "expires_in": 0}, True),
        ({"pay_url": None, "state": "PAID", "paid_at": AT}, True),
        ({"state": "UNKNOWN"}, False),
        ({"expires_in": 181}, False),
    ],
)
def test_a_payment_is_opened_only_as_it_was_asked_for(
    changes: dict[str, Any], *, believed: bool
) -> None:
    came_to = told("putPayment", **changes)
    assert isinstance(came_to, Answered if believed else Garbled), came_to


def test_a_closing_that_came_too_late_says_that_the_money_is_there() -> None:
    came_to = told("putPaymentClosing", state="PAID")
    assert isinstance(came_to, Answered)
    assert came_to.value.state is PaymentStatus.PAID
    assert isinstance(told("putPaymentClosing", state="WAITING"), Garbled)


def test_a_second_closing_may_come_back_with_the_digest_of_the_first() -> None:
    first = "1" * 64
    replayed = told("putPaymentClosing", sha256=first, headers={"Idempotent-Replayed": "true"})
    assert isinstance(replayed, Answered)
    assert isinstance(told("putPaymentClosing", sha256=first), Garbled)
    assert CLOSING.reason == "timeout"


def test_a_refund_belongs_to_its_own_id() -> None:
    assert isinstance(told("putRefund", state="REFUNDED", refunded_at=AT), Answered)
    assert isinstance(told("putRefund", id=OTHER), Garbled)
    assert isinstance(told("putRefund", state="PAID"), Garbled)


def test_a_delivery_is_acknowledged_like_everything_a_resident_decides() -> None:
    came_to = told("putDelivery", waybill_no=None, carrier=None, pickup_code="A1B2")
    assert isinstance(came_to, Answered)
    assert isinstance(came_to.value, DeliveryAck)
    assert isinstance(came_to.value, Ack)
    assert came_to.value.waybill.pickup_code == "A1B2"
    assert "A1B2" not in repr(came_to)
    assert isinstance(told("putDelivery", receipt_no=""), Garbled)
    assert isinstance(told("putDelivery", waybill_no="<b>"), Garbled)


def test_a_refused_address_is_a_stage_and_not_a_failure() -> None:
    came_to = told("putDelivery", stage="correction")
    assert isinstance(came_to, Answered)
    assert came_to.value.stage is Stage.CORRECTION


def test_a_parcel_tells_what_happened_to_it() -> None:
    came_to = told("getDelivery")
    assert isinstance(came_to, Answered)
    assert [event.text for event in came_to.value.events] == ["已揽收"]
    assert isinstance(told("getDelivery", events=[{"at": "soon", "text": ""}]), Garbled)


def test_free_times_keep_their_tag_and_unchanged_ones_are_not_sent_again() -> None:
    came_to = told("listSlots")
    assert isinstance(came_to, Answered)
    assert came_to.value.etag == '"s"'
    assert told("listSlots", status=304) == Answered(None)
    untagged = told("listSlots", status=304, call=lambda client: client.list_slots(SLOTS))
    assert isinstance(untagged, Garbled)


def test_a_search_for_free_times_names_a_place_and_never_a_person() -> None:
    _, seen = came(SAMPLES["listSlots"].call, answer(b'{"slots": []}'))
    expected = "site=site-1&task_code=SH-DEMO-S1-01&from=2026-11-22&days=7"
    assert seen.path == f"/v1/appointments/slots?{expected}"


def test_a_taken_time_comes_with_others() -> None:
    problem = {
        "type": "urn:quanban:problem:slot-taken",
        "title": "t",
        "status": 409,
        "alternatives": [SLOT, SLOT, SLOT],
    }
    given = answer(json.dumps(problem).encode(), status=409, media_type="application/problem+json")
    outcome, _ = came(SAMPLES["putAppointment"].call, given)
    assert isinstance(outcome, Refused)
    assert [slot.slot_id for slot in alternatives_of(outcome.problem)] == ["slot-1"] * 3


@pytest.mark.parametrize("offered", [None, "x", [{}], [1], {"a": 1}, [{**SLOT, "left": -1}]])
def test_other_times_that_cannot_be_read_are_none(offered: object) -> None:
    problem = Problem("slot-taken", 409, extension={"alternatives": offered})
    assert alternatives_of(problem) == ()
    assert alternatives_of(None) == ()


def test_a_lost_answer_is_asked_for_with_the_digest_of_what_was_sent() -> None:
    sample = SAMPLES["getAppointment"]
    given = answer(sample.body)
    digest = hashlib.sha256(b"another body").hexdigest()
    outcome, _ = came(lambda client: client.get_appointment(ID, digest), given)
    assert outcome == Garbled(200, "another digest")


def test_a_time_that_is_not_taken_counts_as_given_back() -> None:
    for status in (204, 404):
        outcome, _ = came(SAMPLES["deleteAppointment"].call, answer(status=status, media_type=""))
        assert outcome == Answered(None)


def test_no_free_clerk_is_an_answer() -> None:
    assert isinstance(told("callSupport", join=None, wait_s=600), Answered)
    assert isinstance(told("callSupport", join="", wait_s=0), Garbled)
    assert isinstance(told("callSupport", wait_s=-1), Garbled)
