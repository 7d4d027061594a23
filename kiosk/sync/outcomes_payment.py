"""统一公共支付: payments and refunds; money is whole fen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from kiosk.sync.values import Digest, Fen, Moment, Short, Text, Value


class PaymentStatus(StrEnum):
    """Where a payment stands at the portal."""

    WAITING = "WAITING"
    PAID = "PAID"
    CLOSED = "CLOSED"
    REFUNDING = "REFUNDING"
    REFUNDED = "REFUNDED"


@dataclass(frozen=True, slots=True)
class Payment:
    """A fee of a case; `valid_for_s` later it is asked for, never sent again by itself."""

    case_id: str
    fee_name: str
    amount_fen: int
    valid_for_s: int | None = None


@dataclass(frozen=True, slots=True)
class PaymentState(Value):
    """A payment as the portal has it.

    Attributes:
        sha256: hex digest of the request body; of a closing the closing's.
        amount_fen: what is shown and paid.
        pay_url: what the resident's phone reads, while WAITING.
        expires_in: seconds that the code still lives.
    """

    id: Short
    sha256: Digest
    state: PaymentStatus
    case_id: Short
    fee_name: Text
    amount_fen: Fen
    expires_in: Annotated[int, Field(ge=0, le=180)]
    pay_url: Annotated[str, Field(pattern=r"^[a-z][a-z0-9+.-]*:[\x21-\x7e]{1,480}$")] | None = None
    paid_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class PaymentClosing:
    """Why nobody waits for a payment any more."""

    reason: Literal["timeout", "resident", "staff"]


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that goes back; `valid_for_s` later it is asked for, never sent again by itself."""

    payment_id: str
    amount_fen: int
    reason: Literal["withdrawn", "not_delivered", "duplicate", "staff"]
    valid_for_s: int | None = None


@dataclass(frozen=True, slots=True)
class RefundState(Value):
    """A refund as the portal has it."""

    id: Short
    sha256: Digest
    payment_id: Short
    amount_fen: Fen
    state: Literal["REFUNDING", "REFUNDED"]
    refunded_at: Moment | None = None
