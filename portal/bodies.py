"""Request bodies of the services beside the intake: identity, payment, logistics, support."""

from typing import Annotated, Final, Literal

from pydantic import Field

from portal.wire import BASE64, Moment, Strict, Uuid, Whole

Fen = Annotated[Whole, Field(ge=1, le=100_000_000)]
ValidFor = Annotated[Whole, Field(ge=1, le=86400)]
TaskCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,36}$")]
ScreenId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,64}$")]
KEY_ID: Final = r"^[0-9A-Za-z-]{1,32}$"


class SealedBody(Strict):
    """A part that opens like a submission's payload."""

    suite: Literal["intl-1"]
    portal_key_id: Annotated[str, Field(pattern=KEY_ID)]
    dek: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{107}=$")]
    payload: Annotated[str, Field(min_length=40, pattern=BASE64)]


class IdentityCheckBody(Strict):
    """`POST /v1/identity/checks`."""

    visit: Uuid
    method: Literal["card", "suishenma", "face", "staff"]
    evidence: SealedBody


class RevocationBody(Strict):
    """`POST /v1/identity/grants:revoke`; null means all grants of the terminal."""

    visit: Uuid | None


class PaymentBody(Strict):
    """`PUT /v1/payments/{id}`."""

    case_id: Uuid
    fee_name: Annotated[str, Field(min_length=1, max_length=100)]
    amount_fen: Fen
    valid_for_s: ValidFor | None = None


class PaymentClosingBody(Strict):
    """`PUT /v1/payments/{id}/closing`."""

    reason: Literal["timeout", "resident", "staff"]


class RefundBody(Strict):
    """`PUT /v1/refunds/{id}`."""

    payment_id: Uuid
    amount_fen: Fen
    reason: Literal["withdrawn", "not_delivered", "duplicate", "staff"]
    valid_for_s: ValidFor | None = None


class DeliveryBody(Strict):
    """`PUT /v1/deliveries/{id}`; only a courier needs an address."""

    case_id: Uuid
    way: Literal["courier", "counter", "cabinet", "print"]
    address: SealedBody | None = None


class SupportMessageBody(Strict):
    """`PUT /v1/support/messages/{id}`."""

    task_code: TaskCode | None = None
    screen: ScreenId | None = None
    contact: SealedBody
    at: Moment
    channel: Literal["KIOSK"]


class SupportCallBody(Strict):
    """`POST /v1/support/calls`."""

    visit: Uuid
    task_code: TaskCode | None
    screen: ScreenId
