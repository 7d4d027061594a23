"""Delivery, appointments and support: what is asked and what comes back."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from kiosk.sync.outcomes_resident import Sealed
from kiosk.sync.values import Count, Digest, Moment, Short, Text, Value
from offline_cache.records import Ack

_Number = Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,32}$")]
_Code = Annotated[str, Field(pattern=r"^[0-9A-Z]{4,16}$")]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the resident gets the result; only a courier needs an address."""

    case_id: str
    way: Literal["courier", "counter", "cabinet", "print"]
    address: Sealed | None = None


@dataclass(frozen=True, slots=True)
class Waybill(Value):
    """What the resident needs to get the parcel."""

    waybill_no: _Number | None = None
    carrier: Short | None = None
    pickup_code: _Code | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ParcelEvent(Value):
    """What happened to a parcel."""

    at: Moment
    text: Text


@dataclass(frozen=True, slots=True)
class ParcelEvents(Value):
    """What happened to a parcel so far; nothing while it has not left."""

    events: tuple[ParcelEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAck(Ack):
    """The portal took the delivery over.

    Attributes:
        waybill: its members are None until the carrier has them.
        events: what happened to the parcel, oldest first; empty in the answer to a PUT.
    """

    waybill: Waybill
    events: tuple[ParcelEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """Which free times are asked for.

    Attributes:
        from_day: `YYYY-MM-DD`.
    """

    site: str
    task_code: str
    from_day: str
    days: int = 7


@dataclass(frozen=True, slots=True)
class Slot(Value):
    """A time that can be taken."""

    slot_id: Short
    starts_at: Moment
    ends_at: Moment
    left: Count


@dataclass(frozen=True, slots=True)
class Slots(Value):
    """Free times, at most a minute old.

    Attributes:
        etag: tag of this list, filled from the header.
    """

    slots: Annotated[tuple[Slot, ...], Field(max_length=5000)]
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time that is taken; `valid_for_s` later it is asked for, never sent again by itself."""

    slot_id: str
    task_code: str
    valid_for_s: int | None = None


@dataclass(frozen=True, slots=True)
class Ticket(Value):
    """A time that was taken."""

    id: Short
    sha256: Digest
    ticket_no: _Number
    slot_id: Short
    starts_at: Moment
    ends_at: Moment


@dataclass(frozen=True, slots=True)
class Evaluation:
    """好差评: 5 very satisfied to 1; exactly one number names the case.

    Attributes:
        at: RFC 3339.
    """

    satisfaction: int
    at: str
    reasons: tuple[str, ...] = ()
    collection_no: str | None = None
    project_no: str | None = None
    channel: str = "KIOSK"


@dataclass(frozen=True, slots=True)
class SupportMessage:
    """A wish to be called back; name, phone and words are sealed.

    Attributes:
        at: RFC 3339.
    """

    contact: Sealed
    at: str
    task_code: str | None = None
    screen: str | None = None
    channel: str = "KIOSK"


@dataclass(frozen=True, slots=True)
class SupportCall:
    """A wish for a clerk now."""

    visit: str
    task_code: str | None
    screen: str


@dataclass(frozen=True, slots=True)
class SupportPlace(Value):
    """A place in the line.

    Attributes:
        wait_s: seconds that it will take.
        join: address of the masked mirror; None while no clerk is free.
    """

    wait_s: Count
    join: Annotated[str, Field(min_length=1, max_length=500)] | None = field(
        default=None, repr=False
    )
