"""The services on PostgreSQL: two portals over one database, as two workers are."""

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from portal_engines import Postgres, postgres_server
from portal_inside import Inside, inside
from portal_support import new_id
from services_support import (
    check_body,
    delivery_body,
    message_body,
    payment_body,
    rating_body,
    refund_body,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with postgres_server(durable=False) as server:
        yield server


@pytest.fixture
def pair(postgres: Postgres) -> Iterator[tuple[Inside, Inside]]:
    database = postgres.database()
    with inside(database) as one, inside(database) as other:
        yield one, other


def test_what_one_worker_takes_the_other_one_knows(pair: tuple[Inside, Inside]) -> None:
    one, other = pair
    delivery, message, rating, payment = (new_id() for _ in range(4))
    acts = {
        f"/v1/deliveries/{delivery}": (delivery, delivery_body(one.key(), delivery)),
        f"/v1/support/messages/{message}": (message, message_body(one.key(), message)),
        f"/v1/evaluations/{rating}": (rating, rating_body()),
        f"/v1/payments/{payment}": (payment, payment_body()),
    }
    for path, (identity, body) in acts.items():
        first, second = one.put(path, identity, body), other.put(path, identity, body)
        assert (first.status, second.status) == (201, 200)
        assert first.json().get("receipt_no") == second.json().get("receipt_no")


def test_a_payment_is_paid_closed_and_given_back_across_workers(
    pair: tuple[Inside, Inside],
) -> None:
    one, other = pair
    payment, refund = new_id(), new_id()
    one.put(f"/v1/payments/{payment}", payment, payment_body())
    other.move(3)
    closing = other.put(f"/v1/payments/{payment}/closing", payment, {"reason": "timeout"})
    assert closing.json()["state"] == "PAID"
    one.move(3)
    assert one.put(f"/v1/refunds/{refund}", refund, refund_body(payment)).status == 201
    other.move(5)
    assert other.get(f"/v1/payments/{payment}").json()["state"] == "REFUNDED"


def test_a_grant_of_one_worker_counts_at_the_other_and_is_revoked_there(
    pair: tuple[Inside, Inside],
) -> None:
    one, other = pair
    visit = new_id()
    told = one.post("/v1/identity/checks", check_body(one.key(), visit)).json()
    grant = other.portal.services.identity.grant("SH-000001", told["grant"])
    assert grant.visit == visit
    assert other.post("/v1/identity/grants:revoke", {"visit": visit}).status == 204
    assert one.post("/v1/e-licences/search", {}, {"resident-grant": told["grant"]}).status == 403


def test_of_many_payments_of_one_fee_at_once_one_is_opened(pair: tuple[Inside, Inside]) -> None:
    for _ in range(5):
        case_id, statuses = new_id(), Counter[int]()
        threads = [threading.Thread(target=_pay, args=(each, case_id, statuses)) for each in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert (statuses[201], statuses[409]) == (1, 7)


def _pay(portal: Inside, case_id: str, statuses: Counter[int]) -> None:
    for _ in range(4):
        identity = new_id()
        answer = portal.put(f"/v1/payments/{identity}", identity, payment_body(case_id))
        statuses[answer.status] += 1
