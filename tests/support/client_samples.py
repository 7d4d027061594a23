"""One good call and one good answer for every operation of the contract; all people invented."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import NewUpload, Outcome
from kiosk.sync.outcomes_licence import LicenceGrant, LicenceSearch, LicenceUseSearch
from kiosk.sync.outcomes_payment import Payment, PaymentClosing, Refund
from kiosk.sync.outcomes_resident import (
    CaseSearch,
    Collect,
    IdentityCheck,
    IdentityMethod,
    Print,
    Sealed,
)
from kiosk.sync.outcomes_service import (
    Appointment,
    Delivery,
    Evaluation,
    SlotSearch,
    SupportCall,
    SupportMessage,
)
from kiosk.sync.outcomes_terminal import (
    BeatClock,
    BeatOutbox,
    Heartbeat,
    ReconcileItem,
    Withdrawal,
)
from kiosk.sync.values import Written, encode

ID = "0190a5c8-7b1e-7c3d-9e2f-000000000001"
CASE = "0190a5c8-7b1e-7c3d-9e2f-0000000000aa"
GRANT = "grant-0123456789abcdef"
AT = "2026-11-22T01:02:03Z"
DAY = "2026-11-22"
CONTENT = b"%PDF demo"
SHA = hashlib.sha256(CONTENT).hexdigest()
UPLOAD = "/v1/uploads/" + "ab" * 16
SEALED = Sealed("intl-1", "2026a", "A" * 107 + "=", "A" * 80)

SUBMISSION = json.dumps(
    {
        "schema": 1,
        "kind": "application",
        "case_id": CASE,
        "case_seq": 1,
        "collection_no": "310115A1B2261121000423",
        "channel": "KIOSK",
        "task_code": "SH-DEMO-S1-01",
        "task_handle_item": "",
        "task_version": 1,
        "pack_sha256": SHA,
        "apply_date": AT,
        "clock": {"state": "synced", "offset_s": 0.4},
        "valid_for_s": None,
        "suite": "intl-1",
        "portal_key_id": "2026a",
        "dek": "A" * 107 + "=",
        "payload": "A" * 80,
        "documents": [],
    }
).encode()
BEAT = Heartbeat(
    "SH-000001",
    "1.4.2",
    37,
    86012,
    BeatClock("synced", 0.4),
    BeatOutbox(sealed=(12, 5400), next_due_s=1.5),
    5120,
    devices={"card": 0, "receipt": 1},
    versions={"disk": "1.4.2"},
    paper={"receipt": "ok"},
    counters={"visits": 3},
    kek="file",
)
Call = Callable[[PortalClient], Outcome[Any]]


@dataclass(frozen=True)
class Sample:
    """A call, and the good answer to exactly that call."""

    call: Call
    status: int
    members: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""

    @property
    def body(self) -> bytes:
        """The answer's body."""
        return self.raw if self.members is None else json.dumps(self.members).encode()

    @property
    def media_type(self) -> str:
        """The answer's media type; empty for none."""
        if self.members is not None:
            return "application/json"
        return "application/octet-stream" if self.raw else ""


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def ack(body: bytes, **more: object) -> dict[str, Any]:
    """The acknowledgement of a body under ID."""
    return {
        "id": ID,
        "sha256": _digest(body),
        "receipt_no": "Q-1",
        "received_at": AT,
        "case_id": CASE,
        "case_seq": 1,
        "stage": "received",
        "project_no": None,
        "accept_date": None,
        "promise_date": None,
        "accept_doc": None,
        "result": None,
        **more,
    }


def _echo(body: bytes, **more: object) -> dict[str, Any]:
    return {"id": ID, "sha256": _digest(body), **more}


def _acked(method: Callable[[PortalClient, str, bytes], Outcome[Any]], value: Written) -> Sample:
    body = encode(value)
    return Sample(lambda client: method(client, ID, body), 201, ack(body))


PAYMENT = encode(Payment(CASE, "工本费", 2000))
_PAID = {
    "state": "WAITING",
    "case_id": CASE,
    "fee_name": "工本费",
    "amount_fen": 2000,
    "pay_url": "https://pay.example/q/1",
    "expires_in": 180,
    "paid_at": None,
}
CLOSING = PaymentClosing("timeout")
REFUND = encode(Refund(ID, 2000, "not_delivered"))
_REFUNDED = {"payment_id": ID, "amount_fen": 2000, "state": "REFUNDING", "refunded_at": None}
DELIVERY = encode(Delivery(CASE, "courier", SEALED))
_WAYBILL = {"waybill_no": "SF-1", "carrier": "demo", "pickup_code": None}
APPOINTMENT = encode(Appointment("slot-1", "SH-DEMO-S1-01", 60))
SLOT = {"slot_id": "slot-1", "starts_at": AT, "ends_at": AT, "left": 3}
_TICKET = {"ticket_no": "A-17", "slot_id": "slot-1", "starts_at": AT, "ends_at": AT}
CONSENT = encode(LicenceGrant("src-1", "SH-DEMO-S1-01", "户口簿", CASE, SHA, 60))
_GRANTED = {
    "grant_no": "G-1",
    "file_sha256": SHA,
    "size": len(CONTENT),
    "watermark": "演示数据",
    "expires_at": AT,
}
_RESULT = {
    "result_type": "10",
    "result_date": DAY,
    "result_cetr_name": None,
    "result_cetr_no": None,
    "is_delivery_results": False,
}
CASE_FOUND = {
    "project_no": "P-1",
    "collection_no": None,
    "task_name": "居住证签注",
    "stage": "accepted",
    "apply_date": DAY,
    "accept_date": DAY,
    "promise_date": None,
    "process": [
        {
            "process_name": "受理",
            "event_name": "受理",
            "event_start_time": AT,
            "event_end_time": None,
            "handle_explain": "演示数据",
        }
    ],
    "special": {"special_type": "1", "special_reason": "演示"},
    "result": _RESULT,
    "missing": [{"material_name": None, "ordinal": None, "reason": "page-missing"}],
    "children": [{"project_no": None, "task_name": "子项", "stage": "received", "result": None}],
}
_LICENCE = {
    "certificate_type_code": "11100000",
    "certificate_name": "居民身份证",
    "certificate_number": "310***********1234",
    "certificate_holder": "张*三",
    "issue_dept": "演示机关",
    "issue_date": DAY,
    "certificate_area_code": "310000",
    "certificate_source_id": "src-1",
    "trust_level": "A",
}
_USE = {
    "grant_no": "G-1",
    "certificate_source_id": "src-1",
    "certificate_name": "居民身份证",
    "task_code": "SH-DEMO-S1-01",
    "material_name": "身份证",
    "at": AT,
    "channel": "KIOSK",
}
_CATALOGUE = {
    "generation": 3,
    "packs": [
        {
            "id": "items",
            "version": 7,
            "sha256": SHA,
            "size": len(CONTENT),
            "plan_effective_date": DAY,
            "plan_cancel_date": None,
            "min_client": None,
        }
    ],
    "sites": [{"id": "s-1", "name": "演示", "transact_addr": "演示路", "transact_time": "9-17"}],
    "notices": [{"id": "n-1", "title": "演示", "text": "演示"}],
}
_REPLY = {
    "now": AT,
    "rate": {"submissions_per_min": 1.7, "upload_kib_s": 256},
    "etags": {"catalogue": '"c"'},
    "look": ["reconcile"],
    "since": AT,
}
_PERSON = {
    "outcome": "confirmed",
    "grant": GRANT,
    "user_real_lvl": 4,
    "cert_type": "111",
    "cert_key": SHA,
    "expires_in": 1800,
}
CHECK = IdentityCheck(ID, IdentityMethod.CARD, SEALED)
SEARCH = CaseSearch(project_no="P-1", mobile_last4="1234")
SLOTS = SlotSearch("site-1", "SH-DEMO-S1-01", DAY)
PAGE = NewUpload(ID, 1, SHA, len(CONTENT), "image/jpeg")
CALL = SupportCall(ID, None, "Check")
_PART = {"ETag": f'"{SHA}"', "Content-Range": f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}"}

SAMPLES: dict[str, Sample] = {
    "getKeys": Sample(
        lambda c: c.get_keys('"old"'),
        200,
        {"sealing": [{"id": "2026a", "public": "A" * 43 + "="}]},
        {"ETag": '"k"'},
    ),
    "getTime": Sample(lambda c: c.get_time(), 200, {"now": AT, "zone": "Asia/Shanghai"}),
    "postHeartbeat": Sample(lambda c: c.post_heartbeat(BEAT), 200, _REPLY),
    "describeUploads": Sample(
        lambda c: c.describe_uploads(),
        204,
        headers={"Tus-Version": "1.0.0", "Tus-Extension": "creation", "Tus-Max-Size": "8388608"},
    ),
    "describeUpload": Sample(lambda c: c.describe_upload(UPLOAD), 204),
    "createUpload": Sample(
        lambda c: c.create_upload(PAGE),
        201,
        headers={"Location": UPLOAD, "Upload-Expires": "Tue, 22 Dec 2026 01:02:03 GMT"},
    ),
    "askUpload": Sample(
        lambda c: c.ask_upload(UPLOAD),
        200,
        headers={"Upload-Offset": "0", "Upload-Length": "9", "Cache-Control": "no-store"},
    ),
    "appendUpload": Sample(
        lambda c: c.append_upload(UPLOAD, 0, CONTENT), 204, headers={"Upload-Offset": "9"}
    ),
    "dropUpload": Sample(lambda c: c.drop_upload(UPLOAD), 204),
    "putSubmission": Sample(lambda c: c.put_submission(ID, SUBMISSION), 201, ack(SUBMISSION)),
    "getSubmission": Sample(lambda c: c.get_submission(ID), 200, ack(SUBMISSION)),
    "putWithdrawal": Sample(
        lambda c: c.put_withdrawal(ID),
        201,
        _echo(encode(Withdrawal()), state="withdrawn", known=True),
    ),
    "reconcile": Sample(
        lambda c: c.reconcile([ReconcileItem(ID, SHA, "Q-1", stored=False)]),
        200,
        {"known": [ID], "unknown": [], "mismatch": []},
    ),
    "getCatalogue": Sample(lambda c: c.get_catalogue('"old"'), 200, _CATALOGUE, {"ETag": '"c"'}),
    "getPack": Sample(lambda c: c.get_pack(SHA), 206, headers=_PART, raw=CONTENT),
    "checkIdentity": Sample(lambda c: c.check_identity(CHECK), 200, _PERSON),
    "revokeGrants": Sample(lambda c: c.revoke_grants(None), 204),
    "searchCases": Sample(lambda c: c.search_cases(SEARCH), 200, {"cases": [CASE_FOUND]}),
    "collectResult": Sample(
        lambda c: c.collect_result(Collect("A1B2C3"), GRANT),
        200,
        {"sha256": SHA, "size": len(CONTENT), "copies_left": 2, "verify_code": "V-1234"},
    ),
    "getResult": Sample(lambda c: c.get_result(SHA, GRANT), 206, headers=_PART, raw=CONTENT),
    "putPrint": _acked(PortalClient.put_print, Print(SHA, "PARTIAL", 1, AT, CASE)),
    "searchLicences": Sample(
        lambda c: c.search_licences(LicenceSearch(task_code="SH-DEMO-S1-01"), GRANT),
        200,
        {"licences": [_LICENCE]},
    ),
    "putLicenceGrant": Sample(
        lambda c: c.put_licence_grant(ID, CONSENT, GRANT), 201, _echo(CONSENT, **_GRANTED)
    ),
    "getLicenceGrant": Sample(lambda c: c.get_licence_grant(ID), 200, _echo(CONSENT, **_GRANTED)),
    "getLicenceFile": Sample(
        lambda c: c.get_licence_file(ID, GRANT), 206, headers=_PART, raw=CONTENT
    ),
    "searchLicenceUses": Sample(
        lambda c: c.search_licence_uses(LicenceUseSearch("src-1"), GRANT), 200, {"uses": [_USE]}
    ),
    "putPayment": Sample(lambda c: c.put_payment(ID, PAYMENT), 201, _echo(PAYMENT, **_PAID)),
    "getPayment": Sample(lambda c: c.get_payment(ID), 200, _echo(PAYMENT, **_PAID)),
    "putPaymentClosing": Sample(
        lambda c: c.put_payment_closing(ID, CLOSING),
        201,
        _echo(encode(CLOSING), **{**_PAID, "state": "CLOSED", "pay_url": None, "expires_in": 0}),
    ),
    "putRefund": Sample(lambda c: c.put_refund(ID, REFUND), 201, _echo(REFUND, **_REFUNDED)),
    "getRefund": Sample(lambda c: c.get_refund(ID), 200, _echo(REFUND, **_REFUNDED)),
    "putDelivery": Sample(lambda c: c.put_delivery(ID, DELIVERY), 201, ack(DELIVERY, **_WAYBILL)),
    "getDelivery": Sample(
        lambda c: c.get_delivery(ID),
        200,
        ack(DELIVERY, **_WAYBILL, events=[{"at": AT, "text": "已揽收"}]),
    ),
    "listSlots": Sample(
        lambda c: c.list_slots(SLOTS, '"old"'), 200, {"slots": [SLOT]}, {"ETag": '"s"'}
    ),
    "putAppointment": Sample(
        lambda c: c.put_appointment(ID, APPOINTMENT, GRANT), 201, _echo(APPOINTMENT, **_TICKET)
    ),
    "getAppointment": Sample(lambda c: c.get_appointment(ID), 200, _echo(APPOINTMENT, **_TICKET)),
    "deleteAppointment": Sample(lambda c: c.delete_appointment(ID), 204),
    "putEvaluation": _acked(PortalClient.put_evaluation, Evaluation(5, AT, project_no="P-1")),
    "putSupportMessage": _acked(PortalClient.put_support_message, SupportMessage(SEALED, AT)),
    "callSupport": Sample(lambda c: c.call_support(CALL), 200, {"wait_s": 30, "join": None}),
}
