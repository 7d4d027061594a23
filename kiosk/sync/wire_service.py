"""Delivery, appointments and support: values <-> bytes of the wire."""

import json
from dataclasses import fields, replace
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from kiosk.sync.outcomes import Problem, Reply
from kiosk.sync.outcomes_service import (
    DeliveryAck,
    ParcelEvents,
    Slot,
    Slots,
    SlotSearch,
    SupportPlace,
    Ticket,
    Waybill,
)
from kiosk.sync.values import read
from kiosk.sync.wire import NoAck, read_ack
from offline_cache.records import Ack

TICKET = TypeAdapter(Ticket)
PLACE = TypeAdapter(SupportPlace)
_WAYBILL = TypeAdapter(Waybill)
_EVENTS = TypeAdapter(ParcelEvents)
_SLOTS = TypeAdapter(Slots)
_ALTERNATIVES = TypeAdapter(tuple[Slot, ...])


def read_delivery(reply: Reply, delivery_id: str, sha256: str | None) -> DeliveryAck | NoAck:
    """Take an answer as this delivery's acknowledgement and waybill."""
    ack = read_ack(reply, delivery_id, sha256)
    if isinstance(ack, NoAck):
        return ack
    waybill = read(reply, _WAYBILL)
    if isinstance(waybill, NoAck):
        return waybill
    members = {member.name: getattr(ack, member.name) for member in fields(Ack)}
    return DeliveryAck(**members, waybill=waybill)


def read_parcel(reply: Reply, delivery_id: str, sha256: str | None) -> DeliveryAck | NoAck:
    """Read where a parcel is: acknowledgement, waybill and what happened."""
    delivery = read_delivery(reply, delivery_id, sha256)
    if isinstance(delivery, NoAck):
        return delivery
    history = read(reply, _EVENTS)
    return history if isinstance(history, NoAck) else replace(delivery, events=history.events)


def slots_path(search: SlotSearch) -> str:
    """Path and query of a search; it names a place and an item, never a person."""
    query = {"site": search.site, "task_code": search.task_code, "from": search.from_day}
    return f"/v1/appointments/slots?{urlencode(query | {'days': str(search.days)})}"


def read_slots(reply: Reply) -> Slots | NoAck:
    """Read free times with their tag."""
    slots = read(reply, _SLOTS)
    if isinstance(slots, NoAck):
        return slots
    return replace(slots, etag=reply.headers.get("etag", ""))


def alternatives_of(problem: Problem | None) -> tuple[Slot, ...]:
    """The other times that a problem `slot-taken` offers; nothing if it cannot be read."""
    offered = problem.extension.get("alternatives") if problem else None
    try:
        return _ALTERNATIVES.validate_json(json.dumps(offered or []))
    except ValidationError:
        return ()
