"""Group `payment`."""

import hashlib

from kiosk.sync.calls import Calls
from kiosk.sync.outcomes import Outcome
from kiosk.sync.outcomes_payment import PaymentClosing, PaymentState, RefundState
from kiosk.sync.transport import Request
from kiosk.sync.values import encode
from kiosk.sync.wire_payment import REFUND, read_closed, read_opened, read_payment


class PaymentCalls(Calls):
    """Money; an id is durable here before its request leaves."""

    def put_payment(self, payment_id: str, body: bytes) -> Outcome[PaymentState]:
        """Open a payment; the answer counts only with the amount that was asked for."""
        reply = self._put(f"/v1/payments/{payment_id}", payment_id, body, None)
        return self._read(reply, {200, 201}, lambda got: read_opened(got, payment_id, body))

    def get_payment(self, payment_id: str, sha256: str | None = None) -> Outcome[PaymentState]:
        """Ask where a payment stands; with its digest the answer is held against it."""
        reply = self._transport.ask(Request("GET", f"/v1/payments/{payment_id}"))
        return self._read(reply, {200}, lambda got: read_payment(got, payment_id, sha256))

    def put_payment_closing(
        self, payment_id: str, closing: PaymentClosing
    ) -> Outcome[PaymentState]:
        """Close a payment that nobody waits for; PAID says that the money came first."""
        body = encode(closing)
        sha256 = hashlib.sha256(body).hexdigest()
        reply = self._put(f"/v1/payments/{payment_id}/closing", payment_id, body, None)
        return self._read(reply, {200, 201}, lambda got: read_closed(got, payment_id, sha256))

    def put_refund(self, refund_id: str, body: bytes) -> Outcome[RefundState]:
        """Give money back; every attempt sends the same bytes."""
        return self._put_echoed(f"/v1/refunds/{refund_id}", refund_id, body, REFUND)

    def get_refund(self, refund_id: str, sha256: str | None = None) -> Outcome[RefundState]:
        """Ask where a refund stands; with its digest the answer is held against it."""
        return self._get_echoed(f"/v1/refunds/{refund_id}", refund_id, REFUND, sha256)
