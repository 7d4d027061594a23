"""Every fault of identity, payment, logistics, evaluation and support, by its expected value."""

import time
from typing import Any

import pytest
import requests
from faults_support import fault
from portal_support import Served, Terminal, new_id
from services_support import (
    call_body,
    check_body,
    closing_body,
    delivery_body,
    get,
    message_body,
    payment_body,
    post,
    put_below,
    rating_body,
    refund_body,
)

GROUPS = {
    "identity": ("POST", "/v1/identity/grants:revoke"),
    "payment": ("GET", f"/v1/payments/{new_id()}"),
    "logistics": ("GET", f"/v1/deliveries/{new_id()}"),
    "support": ("POST", "/v1/support/calls"),
    "evaluation": ("PUT", f"/v1/evaluations/{new_id()}"),
    "intake": ("GET", f"/v1/submissions/{new_id()}"),
    "terminal": ("GET", "/v1/time"),
}


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_group_is_down_alone(served: Served, terminal: Terminal, group: str) -> None:
    with fault(served, f"{group}.down", seconds=3):
        answers = {name: _ask(terminal, *GROUPS[name]) for name in GROUPS}
    down = answers.pop(group)
    assert (down.status_code, down.json()["type"]) == (503, "urn:quanban:problem:group-down")
    assert (down.json()["group"], down.headers["Retry-After"]) == (group, "3")
    assert all(other.status_code != 503 for other in answers.values())


@pytest.mark.parametrize(
    ("name", "outcome", "level"),
    [("not_confirmed", "not_confirmed", None), ("level_low", "more", 1)],
)
def test_identity_says_no_without_a_grant(
    served: Served, terminal: Terminal, name: str, outcome: str, level: int | None
) -> None:
    with fault(served, name):
        told = _checked(terminal, new_id())
    assert (told["outcome"], told["user_real_lvl"], told["grant"]) == (outcome, level, None)


def test_grant_short_ends_after_five_seconds(served: Served, terminal: Terminal) -> None:
    with fault(served, "grant_short"):
        assert _checked(terminal, new_id())["expires_in"] == 5
    assert _checked(terminal, new_id())["expires_in"] == 1800


def test_revoke_fails_is_down_for_the_revocation_only(served: Served, terminal: Terminal) -> None:
    visit = new_id()
    body = f'{{"visit": "{visit}"}}'.encode()
    with fault(served, "revoke_fails"):
        assert post(terminal, "/v1/identity/grants:revoke", body).status_code == 503
        assert _checked(terminal, visit)["outcome"] == "confirmed"
    assert post(terminal, "/v1/identity/grants:revoke", body).status_code == 204


def test_paid_no_answer_is_silent_once_and_paid_afterwards(
    served: Served, terminal: Terminal
) -> None:
    identity = _opened(terminal)["id"]
    with fault(served, "paid_no_answer", count=1):
        silent = get(terminal, f"/v1/payments/{identity}")
        told = get(terminal, f"/v1/payments/{identity}")
    assert (silent.status_code, told.json()["state"]) == (503, "PAID")


def test_paid_no_answer_is_silent_at_the_closing_as_well(
    served: Served, terminal: Terminal
) -> None:
    identity = _opened(terminal)["id"]
    with fault(served, "paid_no_answer", count=1):
        assert _close(terminal, identity).status_code == 503
    closed = _close(terminal, identity)
    assert (closed.status_code, closed.json()["state"]) == (201, "PAID")


def test_paid_after_close_becomes_paid_after_it_was_closed(
    served: Served, terminal: Terminal
) -> None:
    with fault(served, "paid_after_close"):
        identity = _opened(terminal)["id"]
        closed = _close(terminal, identity)
    assert (closed.status_code, closed.json()["state"]) == (201, "CLOSED")
    assert _until(terminal, f"/v1/payments/{identity}", "PAID")["paid_at"]


def test_wrong_amount_differs_from_what_was_asked(served: Served, terminal: Terminal) -> None:
    with fault(served, "wrong_amount"):
        told = _opened(terminal)
    assert told["amount_fen"] != 2000
    assert get(terminal, f"/v1/payments/{told['id']}").json()["amount_fen"] == 2000


def test_never_paid_waits_until_it_is_closed(served: Served, terminal: Terminal) -> None:
    with fault(served, "never_paid"):
        identity = _opened(terminal)["id"]
    time_out = time.monotonic() + 2.5  # longer than the played payer takes
    while time.monotonic() < time_out:
        assert get(terminal, f"/v1/payments/{identity}").json()["state"] == "WAITING"
    assert _close(terminal, identity).json()["state"] == "CLOSED"


def test_refund_stuck_stays_refunding_until_the_fault_ends(
    served: Served, terminal: Terminal
) -> None:
    identity, refund = _opened(terminal)["id"], new_id()
    _until(terminal, f"/v1/payments/{identity}", "PAID")
    with fault(served, "refund_stuck"):
        begun = terminal.put("refunds", refund, refund_body(identity))
        assert (begun.status_code, begun.json()["state"]) == (201, "REFUNDING")
        time_out = time.monotonic() + 1.5  # longer than a refund takes
        while time.monotonic() < time_out:
            assert get(terminal, f"/v1/refunds/{refund}").json()["state"] == "REFUNDING"
    assert _until(terminal, f"/v1/refunds/{refund}", "REFUNDED")["refunded_at"]


def test_pay_url_empty_has_nothing_to_scan(served: Served, terminal: Terminal) -> None:
    with fault(served, "pay_url_empty"):
        told = _opened(terminal)
    assert (told["state"], told["pay_url"]) == ("WAITING", "")


def test_no_waybill_takes_the_delivery_without_a_number(served: Served, terminal: Terminal) -> None:
    with fault(served, "no_waybill"):
        ack = _delivered(terminal)
    assert (ack["stage"], ack["waybill_no"], ack["carrier"]) == ("received", None, None)


def test_address_refused_is_a_correction_of_the_delivery(
    served: Served, terminal: Terminal
) -> None:
    with fault(served, "address_refused"):
        ack = _delivered(terminal)
    assert ack["stage"] == "correction"
    assert ack["result"]["reasons"][0]["reason"] == "address-refused"
    assert ack["receipt_no"]


def test_parcel_lost_is_the_last_event(served: Served, terminal: Terminal) -> None:
    path = f"/v1/deliveries/{_delivered(terminal)['id']}"
    with fault(served, "parcel_lost"):
        deadline = time.monotonic() + 20
        while len(events := get(terminal, path).json()["events"]) < 2:
            assert time.monotonic() < deadline
    assert "丢失" in events[-1]["text"]


def test_already_rated_carries_the_first_ack(served: Served, terminal: Terminal) -> None:
    identity = new_id()
    with fault(served, "already_rated"):
        answer = terminal.put("evaluations", identity, rating_body())
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:quanban:problem:already-rated")
    assert answer.json()["ack"]["id"] != identity
    assert answer.json()["ack"]["receipt_no"]


def test_the_ack_of_a_rating_echoes_another_id(served: Served, terminal: Terminal) -> None:
    identity = new_id()
    with fault(served, "evaluation.ack_other_id"):
        answer = terminal.put("evaluations", identity, rating_body())
    assert (answer.status_code, answer.json()["id"] == identity) == (201, False)


@pytest.mark.parametrize(("name", "waits"), [("no_clerk", True), ("call_drops", False)])
def test_a_call_finds_nobody(served: Served, terminal: Terminal, name: str, waits: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    with fault(served, name):
        place = post(terminal, "/v1/support/calls", call_body()).json()
    assert (place["join"], place["wait_s"] > 0) == (None, waits)
    assert post(terminal, "/v1/support/calls", call_body()).json()["join"]


def test_a_message_gets_through_while_no_clerk_is_free(served: Served, terminal: Terminal) -> None:
    identity = new_id()
    body = message_body(terminal.key(), identity)
    with fault(served, "no_clerk"):
        assert post(terminal, "/v1/support/calls", call_body()).json()["join"] is None
        first = terminal.put("support/messages", identity, body)
    assert (first.status_code, terminal.put("support/messages", identity, body).status_code) == (
        201,
        200,
    )


def _ask(terminal: Terminal, method: str, path: str) -> requests.Response:
    return terminal.session.request(method, f"{terminal.url}{path}", timeout=10)


def _checked(terminal: Terminal, visit: str) -> dict[str, Any]:
    answer = post(terminal, "/v1/identity/checks", check_body(terminal.key(), visit))
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def _opened(terminal: Terminal) -> dict[str, Any]:
    answer = terminal.put("payments", new_id(), payment_body())
    assert answer.status_code == 201
    told: dict[str, Any] = answer.json()
    return told


def _close(terminal: Terminal, identity: str) -> requests.Response:
    return put_below(terminal, f"/v1/payments/{identity}/closing", identity, closing_body())


def _delivered(terminal: Terminal) -> dict[str, Any]:
    identity = new_id()
    answer = terminal.put("deliveries", identity, delivery_body(terminal.key(), identity))
    assert answer.status_code == 201
    ack: dict[str, Any] = answer.json()
    return ack


def _until(terminal: Terminal, path: str, state: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while (told := get(terminal, path).json())["state"] != state:
        assert time.monotonic() < deadline
    found: dict[str, Any] = told
    return found
