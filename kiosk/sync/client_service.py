"""Groups `logistics`, `appointment`, `evaluation` and `support`."""

import hashlib

from kiosk.sync.calls import Calls
from kiosk.sync.outcomes import Answered, Garbled, Outcome, Reply
from kiosk.sync.outcomes_service import (
    DeliveryAck,
    Slots,
    SlotSearch,
    SupportCall,
    SupportPlace,
    Ticket,
)
from kiosk.sync.transport import Request
from kiosk.sync.values import encode, read
from kiosk.sync.wire_service import (
    PLACE,
    TICKET,
    read_delivery,
    read_parcel,
    read_slots,
    slots_path,
)
from offline_cache.records import Ack


class ServiceCalls(Calls):
    """What comes around a case."""

    def put_delivery(self, delivery_id: str, body: bytes) -> Outcome[DeliveryAck]:
        """Say how the resident gets the result; every attempt sends the same bytes."""
        sha256 = hashlib.sha256(body).hexdigest()
        reply = self._put(f"/v1/deliveries/{delivery_id}", delivery_id, body, None)
        return self._read(reply, {200, 201}, lambda got: read_delivery(got, delivery_id, sha256))

    def get_delivery(self, delivery_id: str, sha256: str | None = None) -> Outcome[DeliveryAck]:
        """Ask where a parcel is; with its digest the answer is held against it."""
        reply = self._transport.ask(Request("GET", f"/v1/deliveries/{delivery_id}"))
        return self._read(reply, {200}, lambda got: read_parcel(got, delivery_id, sha256))

    def list_slots(self, search: SlotSearch, etag: str | None = None) -> Outcome[Slots | None]:
        """Ask for free times; None when the list of that tag is still right."""
        headers = {"If-None-Match": etag} if etag else {}
        reply = self._transport.ask(Request("GET", slots_path(search), headers=headers))
        if isinstance(reply, Reply) and reply.status == 304:
            return Answered(None) if etag else Garbled(304, "unchanged, but nothing was known")
        return self._read(reply, {200}, read_slots)

    def put_appointment(self, appointment_id: str, body: bytes, grant: str) -> Outcome[Ticket]:
        """Take a time; after a lost answer the same id gives the same ticket.

        A time that somebody else took is Refused with the problem `slot-taken`;
        `wire_service.alternatives_of` reads what it offers instead.
        """
        path = f"/v1/appointments/{appointment_id}"
        return self._put_echoed(path, appointment_id, body, TICKET, grant)

    def get_appointment(self, appointment_id: str, sha256: str | None = None) -> Outcome[Ticket]:
        """Ask whether a time was taken; with its digest the answer is held against it."""
        path = f"/v1/appointments/{appointment_id}"
        return self._get_echoed(path, appointment_id, TICKET, sha256)

    def delete_appointment(self, appointment_id: str) -> Outcome[None]:
        """Give a time back; one that is not taken counts as done."""
        reply = self._transport.ask(Request("DELETE", f"/v1/appointments/{appointment_id}"))
        return self._read(reply, {200, 204, 404}, lambda _: None)

    def put_evaluation(self, evaluation_id: str, body: bytes) -> Outcome[Ack]:
        """Send a rating; every attempt sends the same bytes."""
        return self._put_acked(f"/v1/evaluations/{evaluation_id}", evaluation_id, body)

    def put_support_message(self, message_id: str, body: bytes) -> Outcome[Ack]:
        """Leave a message; every attempt sends the same bytes."""
        return self._put_acked(f"/v1/support/messages/{message_id}", message_id, body)

    def call_support(self, call: SupportCall) -> Outcome[SupportPlace]:
        """Ask for a clerk; no free one is an answer."""
        body = encode(call, keep_none=True)
        return self._post("/v1/support/calls", body, lambda got: read(got, PLACE))
