"""Identity, payment, logistics and support as the contract says, with the clock in our hands."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from portal_inside import Inside, inside
from portal_support import new_id, seal
from services_support import (
    PERSON,
    check_body,
    delivery_body,
    message_body,
    payment_body,
    refund_body,
    sealed_part,
)

from portal.identity import Grant
from portal.problems import ProblemError
from portal.tables.acts import deliveries, grants, support_messages

CHECKS = "/v1/identity/checks"
REVOKE = "/v1/identity/grants:revoke"


@pytest.fixture
def portal() -> Iterator[Inside]:
    with inside() as running:
        yield running


def confirmed(portal: Inside, visit: str | None = None, method: str = "card") -> dict[str, Any]:
    value = {**PERSON, "code": "SSM-DEMO", "picture": "AAAA", "staff": "W-001"}
    answer = portal.post(CHECKS, check_body(portal.key(), visit or new_id(), method, value))
    assert (answer.status, answer.json()["outcome"]) == (200, "confirmed")
    told: dict[str, Any] = answer.json()
    return told


def held(portal: Inside, token: str, terminal: str = "SH-000001") -> Grant | None:
    try:
        return portal.portal.services.identity.grant(terminal, token)
    except ProblemError as problem:
        if (problem.name, problem.status) != ("grant-expired", 403):
            raise
        return None


def opened(portal: Inside, case_id: str | None = None) -> str:
    identity = new_id()
    answer = portal.put(f"/v1/payments/{identity}", identity, payment_body(case_id))
    assert answer.status == 201
    return identity


def close(portal: Inside, identity: str, reason: str = "timeout") -> Any:
    path = f"/v1/payments/{identity}/closing"
    return portal.put(path, identity, {"reason": reason})


def state(portal: Inside, identity: str) -> str:
    return str(portal.get(f"/v1/payments/{identity}").json()["state"])


@pytest.mark.parametrize(
    ("method", "level"), [("card", 2), ("staff", 2), ("suishenma", 3), ("face", 4)]
)
def test_every_way_confirms_with_its_level(portal: Inside, method: str, level: int) -> None:
    told = confirmed(portal, method=method)
    assert (told["user_real_lvl"], told["expires_in"]) == (level, 1800)
    grant = held(portal, told["grant"])
    assert grant is not None
    assert (grant.method, grant.level, grant.cert_key) == (method, level, told["cert_key"])


def test_an_evidence_that_lacks_something_asks_for_more(portal: Inside) -> None:
    body = check_body(portal.key(), new_id(), "card", {"applyer_name": "演示甲"})
    told = portal.post(CHECKS, body).json()
    assert (told["outcome"], told["grant"], told["expires_in"]) == ("more", None, 0)


def test_an_evidence_of_another_visit_does_not_open(portal: Inside) -> None:
    body = json.loads(check_body(portal.key(), new_id())) | {"visit": new_id()}
    answer = portal.post(CHECKS, body)
    assert (answer.status, answer.json()["reasons"][0]["reason"]) == (422, "payload-unreadable")


def test_an_evidence_for_a_key_that_is_gone_names_the_key(portal: Inside) -> None:
    body = json.loads(check_body(portal.key(), new_id()))
    body["evidence"]["portal_key_id"] = "1999z"
    answer = portal.post(CHECKS, body)
    assert (answer.status, answer.json()["portal_key_id"]) == (422, "1999z")


def test_a_grant_ends_with_its_time_and_belongs_to_one_terminal(portal: Inside) -> None:
    token = confirmed(portal)["grant"]
    assert held(portal, token, "SH-000002") is None
    portal.move(1799)
    assert held(portal, token) is not None
    portal.move(1)
    assert held(portal, token) is None


def test_a_revocation_ends_the_grants_of_its_visit_and_repeats(portal: Inside) -> None:
    visit, other = new_id(), new_id()
    first, second = confirmed(portal, visit)["grant"], confirmed(portal, other)["grant"]
    for _ in range(2):
        assert portal.post(REVOKE, {"visit": visit}).status == 204
    assert (held(portal, first), held(portal, second) is None) == (None, False)
    assert portal.post(REVOKE, {"visit": None}).status == 204
    assert held(portal, second) is None


def test_neither_a_grant_nor_a_number_stands_in_the_database(portal: Inside) -> None:
    token = confirmed(portal, method="suishenma")["grant"]
    row = rows(portal, grants)[0]
    assert all(mark not in str(row) for mark in (token, "11010519491231002X", "SSM-DEMO"))


def test_the_same_person_has_the_same_key_in_every_visit(portal: Inside) -> None:
    first, second = confirmed(portal), confirmed(portal)
    assert first["cert_key"] == second["cert_key"]
    portal.restart()
    assert confirmed(portal)["cert_key"] == first["cert_key"]


def test_grants_that_are_over_leave_no_rows(portal: Inside) -> None:
    for _ in range(5):
        confirmed(portal)
        portal.move(1801)
    assert len(rows(portal, grants)) == 1


def test_a_payment_waits_is_paid_and_repeats_itself(portal: Inside) -> None:
    identity, body = new_id(), payment_body()
    path = f"/v1/payments/{identity}"
    first = portal.put(path, identity, body)
    assert (first.status, first.json()["state"], first.json()["expires_in"]) == (
        201,
        "WAITING",
        180,
    )
    assert first.json()["pay_url"].startswith("https://")
    portal.move(3)
    again = portal.put(path, identity, body)
    assert (again.status, again.json()["state"], again.json()["pay_url"]) == (200, "PAID", None)
    assert portal.put(path, identity, payment_body()).json()["type"].endswith("id-reuse")


def test_a_second_payment_of_an_open_fee_has_to_wait(portal: Inside) -> None:
    case_id, identity = new_id(), new_id()
    opened(portal, case_id)
    for seconds in (0, 3):  # while it waits, and while it is paid
        portal.move(seconds)
        answer = portal.put(f"/v1/payments/{identity}", identity, payment_body(case_id))
        assert (answer.status, answer.json()["type"]) == (409, "urn:quanban:problem:in-progress")
    foreign = portal.put(
        f"/v1/payments/{identity}", identity, payment_body(case_id), terminal="SH-000002"
    )
    assert foreign.status == 409


def test_after_the_closing_the_fee_can_be_paid_again(portal: Inside) -> None:
    case_id = new_id()
    first = opened(portal, case_id)
    closed = close(portal, first)
    assert (closed.status, closed.json()["state"]) == (201, "CLOSED")
    portal.move(10)
    assert state(portal, first) == "CLOSED"
    assert state(portal, opened(portal, case_id)) == "WAITING"


def test_a_closing_repeats_itself_whatever_it_says(portal: Inside) -> None:
    identity = opened(portal)
    close(portal, identity)
    again = close(portal, identity, "staff")
    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")


def test_money_that_came_first_wins_over_the_closing(portal: Inside) -> None:
    identity = opened(portal)
    portal.move(3)
    assert close(portal, identity).json()["state"] == "PAID"


def test_an_unpaid_code_closes_by_itself(portal: Inside) -> None:
    portal.portal.faults.switch("never_paid", {})
    identity = opened(portal)
    portal.move(179.5)
    assert portal.get(f"/v1/payments/{identity}").json()["expires_in"] == 1
    portal.move(1)
    assert state(portal, identity) == "CLOSED"


@pytest.mark.parametrize(
    ("members", "reason"),
    [({"fee_name": "停车费"}, "fee-unknown"), ({"amount_fen": 1}, "amount-differs")],
)
def test_a_fee_is_what_the_register_says(
    portal: Inside, members: dict[str, object], reason: str
) -> None:
    identity = new_id()
    answer = portal.put(f"/v1/payments/{identity}", identity, payment_body(None, **members))
    assert (answer.status, answer.json()["reasons"][0]["reason"]) == (422, reason)


def test_a_case_of_an_item_without_fees_has_nothing_to_pay(portal: Inside) -> None:
    sealed, identity = seal(portal.key(), task_code="SH-DEMO-S1-01"), new_id()
    assert portal.put(f"/v1/submissions/{sealed.id}", sealed.id, sealed.body).status == 201
    body = payment_body(json.loads(sealed.body)["case_id"])
    answer = portal.put(f"/v1/payments/{identity}", identity, body)
    assert answer.json()["reasons"][0]["reason"] == "fee-unknown"


def test_late_money_goes_back_when_the_fee_was_paid_again(portal: Inside) -> None:
    case_id = new_id()
    portal.portal.faults.switch("paid_after_close", {"count": 1})
    first = opened(portal, case_id)
    close(portal, first)
    portal.portal.faults.switch("paid_after_close", None)
    second = opened(portal, case_id)
    portal.move(5)
    assert (state(portal, second), state(portal, first)) == ("PAID", "REFUNDED")


def test_a_refund_gives_back_what_is_left_and_no_more(portal: Inside) -> None:
    identity, ids = opened(portal), [new_id() for _ in range(3)]
    refunds = [refund_body(identity, fen) for fen in (500, 1501, 1500)]
    early = portal.put(f"/v1/refunds/{ids[0]}", ids[0], refunds[0])
    assert early.json()["reasons"][0]["reason"] == "not-paid"
    portal.move(3)
    answers = []
    for refund, body in zip(ids, refunds, strict=True):
        answers.append(portal.put(f"/v1/refunds/{refund}", refund, body))
        portal.move(2)
    assert [answer.status for answer in answers] == [201, 422, 201]
    assert state(portal, identity) == "REFUNDED"
    again = portal.put(f"/v1/refunds/{ids[0]}", ids[0], refunds[0])
    assert (again.status, again.json()["state"]) == (200, "REFUNDED")


def test_a_partial_refund_leaves_the_payment_paid(portal: Inside) -> None:
    identity, refund = opened(portal), new_id()
    portal.move(3)
    portal.put(f"/v1/refunds/{refund}", refund, refund_body(identity, 500))
    assert state(portal, identity) == "REFUNDING"
    portal.move(2)
    assert (state(portal, identity), portal.get(f"/v1/refunds/{refund}").json()["state"]) == (
        "PAID",
        "REFUNDED",
    )


def test_what_another_terminal_opened_is_unknown(portal: Inside) -> None:
    identity, refund = opened(portal), new_id()
    assert portal.get(f"/v1/payments/{identity}", terminal="SH-000002").status == 404
    foreign = portal.put(
        f"/v1/refunds/{refund}", refund, refund_body(identity), terminal="SH-000002"
    )
    assert foreign.json()["type"] == "urn:quanban:problem:unknown-id"


def fee_case(portal: Inside) -> tuple[str, str]:
    """A case of the item whose fee may be paid later; its submission and its id."""
    sealed = seal(portal.key(), task_code="SH-DEMO-S8-01")
    assert portal.put(f"/v1/submissions/{sealed.id}", sealed.id, sealed.body).status == 201
    work(portal)
    return sealed.id, json.loads(sealed.body)["case_id"]


def work(portal: Inside) -> None:
    """Let the office do what is due."""
    while portal.portal.office.advance() == 0.0:
        pass


def stage(portal: Inside, identity: str) -> str:
    return str(portal.get(f"/v1/submissions/{identity}").json()["stage"])


def test_a_case_that_nobody_pays_is_taken_back_after_72_hours(portal: Inside) -> None:
    submission, case_id = fee_case(portal)
    for hours in (1, 70, 0.9):
        portal.move(hours * 3600)
        work(portal)
    assert stage(portal, submission) == "accepted"
    portal.move(3600)
    work(portal)
    assert stage(portal, submission) == "withdrawn"
    identity = new_id()
    late = portal.put(f"/v1/payments/{identity}", identity, payment_body(case_id))
    assert late.json()["reasons"][0]["reason"] == "case-over"


@pytest.mark.parametrize("seconds", [3, 0])
def test_a_case_whose_money_is_here_or_may_come_stays(portal: Inside, seconds: int) -> None:
    submission, case_id = fee_case(portal)
    portal.move(72 * 3600 - seconds)
    opened(portal, case_id)
    portal.move(seconds)
    for _ in range(3):
        work(portal)
        portal.move(3600)
    assert stage(portal, submission) == "accepted"


def test_a_case_whose_code_was_never_paid_goes_back_once_it_is_closed(portal: Inside) -> None:
    submission, case_id = fee_case(portal)
    portal.portal.faults.switch("never_paid", {})
    portal.move(72 * 3600)
    opened(portal, case_id)
    work(portal)
    assert stage(portal, submission) == "accepted"
    portal.move(3600)
    work(portal)
    assert stage(portal, submission) == "withdrawn"


def test_a_courier_gets_a_waybill_and_tells_what_happened(portal: Inside) -> None:
    identity = new_id()
    path, body = f"/v1/deliveries/{identity}", delivery_body(portal.key(), identity)
    ack = portal.put(path, identity, body).json()
    assert (ack["stage"], ack["pickup_code"], bool(ack["waybill_no"])) == ("received", None, True)
    assert len(portal.get(path).json()["events"]) == 1
    portal.move(3600)
    assert len(portal.get(path).json()["events"]) == 3
    again = portal.put(path, identity, body)
    assert (again.status, again.json()) == (200, ack)


@pytest.mark.parametrize("way", ["counter", "cabinet", "print"])
def test_other_ways_get_a_pickup_code(portal: Inside, way: str) -> None:
    identity = new_id()
    body = delivery_body(portal.key(), identity, way)
    ack = portal.put(f"/v1/deliveries/{identity}", identity, body).json()
    assert (len(ack["pickup_code"]), ack["waybill_no"], ack["carrier"]) == (8, None, None)


@pytest.mark.parametrize("value", [None, {"contact_name": "演示甲"}, "foreign"])
def test_an_address_that_is_none_is_a_correction(portal: Inside, value: object) -> None:
    identity = new_id()
    address = None
    if value is not None:
        bound = new_id() if value == "foreign" else identity
        inner = value if isinstance(value, dict) else {}
        address = sealed_part(portal.key(), bound, inner)
    body = {"case_id": new_id(), "way": "courier", "address": address}
    ack = portal.put(f"/v1/deliveries/{identity}", identity, body).json()
    assert (ack["stage"], ack["result"]["reasons"][0]["reason"]) == (
        "correction",
        "address-refused",
    )
    assert portal.get(f"/v1/deliveries/{identity}").json()["events"] == []


def test_a_message_is_taken_once_and_stays_sealed(portal: Inside) -> None:
    identity = new_id()
    path, body = f"/v1/support/messages/{identity}", message_body(portal.key(), identity)
    first, second = portal.put(path, identity, body), portal.put(path, identity, body)
    assert (first.status, second.status) == (201, 200)
    assert first.json() == second.json()
    assert b"13800000000" not in rows(portal, support_messages)[0]["body"]


def test_a_message_that_nobody_can_read_is_refused(portal: Inside) -> None:
    identity = new_id()
    body = message_body(portal.key(), new_id())
    answer = portal.put(f"/v1/support/messages/{identity}", identity, body)
    assert (answer.status, rows(portal, support_messages)) == (422, [])


def test_the_same_id_of_two_terminals_does_not_meet(portal: Inside) -> None:
    identity = new_id()
    body = delivery_body(portal.key(), identity)
    path = f"/v1/deliveries/{identity}"
    answers = [portal.put(path, identity, body, name) for name in ("SH-000001", "SH-000002")]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].json()["receipt_no"] != answers[1].json()["receipt_no"]
    assert len(rows(portal, deliveries)) == 2


def rows(portal: Inside, table: sa.Table) -> list[dict[str, Any]]:
    with portal.portal.store.transaction() as connection:
        found = connection.execute(sa.select(table)).mappings().all()
    return [{str(name): value for name, value in row.items()} for row in found]
