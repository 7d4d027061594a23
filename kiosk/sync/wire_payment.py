"""Payments: values <-> bytes of the wire."""

import hashlib
import json

from pydantic import TypeAdapter

from kiosk.sync.outcomes import Reply
from kiosk.sync.outcomes_payment import PaymentState, PaymentStatus, RefundState
from kiosk.sync.values import echoed, read
from kiosk.sync.wire import NoAck

REFUND = TypeAdapter(RefundState)
_PAYMENT = TypeAdapter(PaymentState)


def read_payment(reply: Reply, payment_id: str, sha256: str | None) -> PaymentState | NoAck:
    """Take an answer as this payment's state; a code that lives has an address to pay at."""
    state = read(reply, _PAYMENT)
    if isinstance(state, NoAck):
        return state
    if state.state is PaymentStatus.WAITING and state.expires_in and not state.pay_url:
        return NoAck("no address to pay at")
    return echoed(state, payment_id, sha256) or state


def read_opened(reply: Reply, payment_id: str, body: bytes) -> PaymentState | NoAck:
    """Take an answer as the payment that was asked for: same case, same amount."""
    state = read_payment(reply, payment_id, hashlib.sha256(body).hexdigest())
    if isinstance(state, NoAck):
        return state
    asked = json.loads(body)
    if (state.case_id, state.amount_fen) != (asked["case_id"], asked["amount_fen"]):
        return NoAck("another amount or case")
    return state


def read_closed(reply: Reply, payment_id: str, sha256: str) -> PaymentState | NoAck:
    """Take an answer to a closing; a second closing may echo the first one's digest."""
    replayed = reply.headers.get("idempotent-replayed") == "true"
    state = read_payment(reply, payment_id, None if replayed else sha256)
    if isinstance(state, NoAck):
        return state
    if state.state is PaymentStatus.WAITING:
        return NoAck("still waiting after the closing")
    return state
