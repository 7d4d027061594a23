"""What the terminal's client makes of every fault: a value, never a belief in something false."""

import hashlib
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from faults_support import fault
from portal_support import TERMINAL, Served, Terminal, new_id, seal
from services_support import (
    PERSON,
    delivery_body,
    message_body,
    payment_body,
    rating_body,
    refund_body,
    sealed_part,
)

from devices.errors import FailureCode
from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered, Garbled, NewUpload, Outcome, Refused, Unreachable
from kiosk.sync.outcomes_payment import PaymentClosing, PaymentStatus
from kiosk.sync.outcomes_resident import IdentityCheck, IdentityMethod, Sealed
from kiosk.sync.outcomes_service import SupportCall
from kiosk.sync.transport import Limits

T = TypeVar("T")
Ask = Callable[[PortalClient, Terminal], Any]


@pytest.fixture
def client(served: Served) -> Iterator[PortalClient]:
    speaker = PortalClient(served.url, TERMINAL)
    yield speaker
    speaker.close()


def until(reached: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline


def valued(outcome: Outcome[T]) -> T:
    """The value of an outcome that must have one."""
    assert isinstance(outcome, Answered)
    return outcome.value


def submit(client: PortalClient, terminal: Terminal) -> Any:
    sealed = seal(terminal.key())
    return client.put_submission(sealed.id, sealed.body)


def rate(client: PortalClient, _terminal: Terminal) -> Any:
    return client.put_evaluation(new_id(), rating_body())


def ask_time(client: PortalClient, _terminal: Terminal) -> Any:
    return client.get_time()


def check(client: PortalClient, terminal: Terminal) -> Any:
    visit = new_id()
    evidence = Sealed(**sealed_part(terminal.key(), visit, PERSON))
    return client.check_identity(IdentityCheck(visit, IdentityMethod.CARD, evidence))


def revoke(client: PortalClient, _terminal: Terminal) -> Any:
    return client.revoke_grants(new_id())


def pay(client: PortalClient, _terminal: Terminal) -> Any:
    return client.put_payment(new_id(), payment_body())


def deliver(client: PortalClient, terminal: Terminal) -> Any:
    identity = new_id()
    return client.put_delivery(identity, delivery_body(terminal.key(), identity))


def call(client: PortalClient, _terminal: Terminal) -> Any:
    return client.call_support(SupportCall(new_id(), None, "pay"))


def announce(client: PortalClient, _terminal: Terminal) -> Any:
    sha256 = hashlib.sha256(new_id().encode()).hexdigest()
    return client.create_upload(NewUpload(new_id(), 1, sha256, 100, "image/jpeg"))


Refusal = tuple[str, dict[str, object], Ask, int, str]

REFUSED: list[Refusal] = [
    ("down", {"group": "payment"}, pay, 503, "group-down"),
    ("status", {"kind": "500"}, ask_time, 500, ""),
    ("status", {"kind": "502"}, ask_time, 502, ""),
    ("status", {"kind": "503"}, ask_time, 503, "overloaded"),
    ("status", {"kind": "503-date", "seconds": 9}, ask_time, 503, "overloaded"),
    ("status", {"kind": "429"}, ask_time, 429, "rate"),
    ("redirect", {"group": "intake"}, submit, 307, ""),
    ("unknown_problem", {"group": "intake"}, submit, 409, "of-a-later-version"),
    ("in_progress", {}, submit, 409, "in-progress"),
    ("order_gap", {}, submit, 409, "case-order"),
    ("key_gone", {}, submit, 422, "sealing-key-gone"),
    ("storage_full", {}, announce, 507, "storage-full"),
    ("already_rated", {}, rate, 409, "already-rated"),
    ("revoke_fails", {}, revoke, 503, "group-down"),
]

GARBLED: list[tuple[str, dict[str, object], Ask]] = [
    ("empty_200", {"group": "intake"}, submit),
    ("html_200", {"group": "intake"}, submit),
    ("wrong_type", {"group": "intake"}, submit),
    ("ack_other_id", {}, submit),
    ("ack_other_sha", {}, submit),
    ("ack_no_receipt", {}, submit),
    ("ack_accepted_without_date", {}, submit),
    ("evaluation.ack_other_id", {}, rate),
    ("wrong_amount", {}, pay),
    ("pay_url_empty", {}, pay),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[0])
def test_a_refusal_is_named(
    served: Served, terminal: Terminal, client: PortalClient, case: Refusal
) -> None:
    name, arguments, ask, status, problem = case
    with fault(served, name, **arguments):
        outcome = ask(client, terminal)
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.name) == (status, problem)
    assert (outcome.retry_after_s is not None) == (
        status in {429, 503, 507} or name == "in_progress"
    )


@pytest.mark.parametrize(("name", "arguments", "ask"), GARBLED)
def test_what_cannot_be_believed_is_no_answer(
    served: Served,
    terminal: Terminal,
    client: PortalClient,
    name: str,
    arguments: dict[str, object],
    ask: Ask,
) -> None:
    with fault(served, name, **arguments):
        outcome = ask(client, terminal)
    assert isinstance(outcome, Garbled)


@pytest.mark.parametrize("name", ["date_skew", "no_date"])
def test_a_wrong_or_missing_date_does_not_spoil_an_answer(
    served: Served, terminal: Terminal, client: PortalClient, name: str
) -> None:
    with fault(served, name, seconds=86400):
        outcome = submit(client, terminal)
    assert isinstance(outcome, Answered)


def test_an_answer_that_comes_too_late_is_slow(served: Served) -> None:
    client = PortalClient(served.url, TERMINAL, limits=Limits(receive_s=0.4, json_s=0.5))
    with fault(served, "delay", seconds=3, group="terminal"):
        outcome = client.get_time()
    client.close()
    assert isinstance(outcome, Unreachable)
    assert outcome.failure is FailureCode.PORTAL_SLOW


def test_lost_documents_are_named_by_their_ordinals(
    served: Served, terminal: Terminal, client: PortalClient
) -> None:
    sealed = seal(terminal.key(), {1: b"first", 2: b"second"})
    terminal.upload(sealed)
    with fault(served, "documents_lost"):
        outcome = client.put_submission(sealed.id, sealed.body)
    assert isinstance(outcome, Refused)
    assert outcome.problem is not None
    assert outcome.problem.extension["missing"] == [1, 2]


def test_what_the_portal_forgot_is_unknown(
    served: Served, terminal: Terminal, client: PortalClient
) -> None:
    sealed = seal(terminal.key())
    client.put_submission(sealed.id, sealed.body)
    with fault(served, "forget_before"):
        outcome = client.get_submission(sealed.id)
    assert isinstance(outcome, Refused)
    assert outcome.name == "unknown-id"


@pytest.mark.parametrize(
    ("name", "outcome"), [("not_confirmed", "not_confirmed"), ("level_low", "more")]
)
def test_identity_says_no_as_a_value(
    served: Served, terminal: Terminal, client: PortalClient, name: str, outcome: str
) -> None:
    with fault(served, name):
        told = check(client, terminal)
    assert (told.value.outcome, told.value.grant) == (outcome, None)


def test_a_short_grant_says_how_long_it_lives(
    served: Served, terminal: Terminal, client: PortalClient
) -> None:
    with fault(served, "grant_short"):
        assert check(client, terminal).value.expires_in == 5


def test_a_payment_without_an_answer_is_unknown_and_resolved_by_asking(
    served: Served, client: PortalClient
) -> None:
    identity = new_id()
    client.put_payment(identity, payment_body())
    with fault(served, "paid_no_answer", count=2):
        polled = client.get_payment(identity)
        closed = client.put_payment_closing(identity, PaymentClosing("timeout"))
    assert isinstance(polled, Refused)
    assert isinstance(closed, Refused)
    after_restart = client.get_payment(identity)
    assert isinstance(after_restart, Answered)
    assert after_restart.value.state is PaymentStatus.PAID


def test_late_money_is_seen_by_asking_again(served: Served, client: PortalClient) -> None:
    identity = new_id()
    with fault(served, "paid_after_close"):
        client.put_payment(identity, payment_body())
        closed = client.put_payment_closing(identity, PaymentClosing("timeout"))
    assert isinstance(closed, Answered)
    assert closed.value.state is PaymentStatus.CLOSED
    until(lambda: valued(client.get_payment(identity)).state is PaymentStatus.PAID)


def test_a_payment_that_nobody_pays_is_closed(served: Served, client: PortalClient) -> None:
    identity = new_id()
    with fault(served, "never_paid"):
        client.put_payment(identity, payment_body())
    closed = client.put_payment_closing(identity, PaymentClosing("timeout"))
    assert isinstance(closed, Answered)
    assert closed.value.state is PaymentStatus.CLOSED


def test_a_stuck_refund_is_refunding(served: Served, client: PortalClient) -> None:
    identity, refund = new_id(), new_id()
    client.put_payment(identity, payment_body())
    until(lambda: valued(client.get_payment(identity)).state is PaymentStatus.PAID)
    with fault(served, "refund_stuck"):
        outcome = client.put_refund(refund, refund_body(identity))
    assert isinstance(outcome, Answered)
    assert outcome.value.state == "REFUNDING"


def test_a_delivery_without_waybill_is_taken(
    served: Served, terminal: Terminal, client: PortalClient
) -> None:
    with fault(served, "no_waybill"):
        outcome = deliver(client, terminal)
    assert (outcome.value.stage, outcome.value.waybill.waybill_no) == ("received", None)


def test_a_refused_address_is_a_correction(
    served: Served, terminal: Terminal, client: PortalClient
) -> None:
    with fault(served, "address_refused"):
        outcome = deliver(client, terminal)
    assert outcome.value.stage == "correction"
    assert outcome.value.result["reasons"][0]["reason"] == "address-refused"


def test_a_lost_parcel_is_told_by_its_events(
    served: Served, terminal: Terminal, client: PortalClient
) -> None:
    identity = deliver(client, terminal).value.id
    with fault(served, "parcel_lost"):
        until(lambda: len(valued(client.get_delivery(identity)).events) == 2)
        assert "丢失" in valued(client.get_delivery(identity)).events[-1].text


@pytest.mark.parametrize("name", ["no_clerk", "call_drops"])
def test_a_call_without_a_clerk_has_no_place_to_join(
    served: Served, terminal: Terminal, client: PortalClient, name: str
) -> None:
    with fault(served, name):
        outcome = call(client, terminal)
    assert outcome.value.join is None


def test_a_message_is_acknowledged(terminal: Terminal, client: PortalClient) -> None:
    identity = new_id()
    outcome = client.put_support_message(identity, message_body(terminal.key(), identity))
    assert isinstance(outcome, Answered)


def test_an_upload_that_is_gone_or_elsewhere_is_told_apart(
    served: Served, terminal: Terminal, client: PortalClient
) -> None:
    place = announce(client, terminal).value
    with fault(served, "gone"):
        gone = client.ask_upload(place.path)
    assert isinstance(gone, Refused)
    assert gone.status == 410
    with fault(served, "offset_wrong"):
        elsewhere = client.ask_upload(place.path)
    assert isinstance(elsewhere, Answered)
    assert elsewhere.value.offset == 100


def test_the_second_url_of_a_page_is_a_fresh_place(served: Served, client: PortalClient) -> None:
    upload = NewUpload(new_id(), 1, hashlib.sha256(b"page").hexdigest(), 100, "image/jpeg")
    first = client.create_upload(upload)
    with fault(served, "second_url"):
        second = client.create_upload(upload)
    assert isinstance(first, Answered)
    assert isinstance(second, Answered)
    assert second.value.fresh
    assert second.value.path != first.value.path


def test_a_late_conclusion_does_not_undo_the_withdrawal(
    served: Served, terminal: Terminal, client: PortalClient
) -> None:
    with fault(served, "slow_acceptance"):
        sealed = seal(terminal.key())
        client.put_submission(sealed.id, sealed.body)
        with fault(served, "late_conclusion"):
            taken = client.put_withdrawal(sealed.id)
            assert isinstance(taken, Answered)
            until(lambda: terminal.stage_of(sealed.id)["stage"] == "concluded")
            again = client.put_withdrawal(sealed.id)
    assert isinstance(again, Answered)


@pytest.mark.parametrize("name", ["correction", "not_accepted"])
def test_a_decision_against_the_case_reaches_the_terminal(
    served: Served, terminal: Terminal, client: PortalClient, name: str
) -> None:
    with fault(served, name):
        sealed = seal(terminal.key())
        client.put_submission(sealed.id, sealed.body)
        until(lambda: terminal.stage_of(sealed.id)["stage"] != "received")
    outcome = client.get_submission(sealed.id)
    assert isinstance(outcome, Answered)
    assert outcome.value.stage == name
    assert outcome.value.result
