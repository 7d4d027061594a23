"""Bodies of the services beside the intake, sealed as a terminal seals them. 演示数据."""

import base64
import json
import os
from collections.abc import Mapping
from typing import Any

import requests
from portal_support import Terminal, content_digest, new_id, seal_payload, wrap_key

FEE = {"fee_name": "工本费", "amount_fen": 2000}
PERSON = {
    "applyer_name": "演示甲",
    "applyer_page_type": "111",
    "applyer_page_code": "11010519491231002X",
}
ADDRESS = {"contact_name": "演示甲", "contact_mobile": "13800000000", "address": "演示路1号"}


def sealed_part(key: Mapping[str, str], identity: str, value: Mapping[str, Any]) -> dict[str, str]:
    """A part that opens like a payload, with the identity as its id."""
    dek = os.urandom(32)
    return {
        "suite": "intl-1",
        "portal_key_id": key["id"],
        "dek": base64.b64encode(wrap_key(dek, key["public"], identity)).decode(),
        "payload": base64.b64encode(seal_payload(dek, identity, value)).decode(),
    }


def payment_body(case_id: str | None = None, **members: object) -> bytes:
    """Opens a payment of the demo fee."""
    return json.dumps({"case_id": case_id or new_id(), **FEE, **members}).encode()


def closing_body(reason: str = "timeout") -> bytes:
    """Closes a payment."""
    return json.dumps({"reason": reason}).encode()


def refund_body(payment_id: str, amount_fen: int = 2000) -> bytes:
    """Gives money back."""
    body = {"payment_id": payment_id, "amount_fen": amount_fen, "reason": "not_delivered"}
    return json.dumps(body).encode()


def delivery_body(key: Mapping[str, str], identity: str, way: str = "courier") -> bytes:
    """How the result goes to the resident."""
    address = sealed_part(key, identity, ADDRESS) if way == "courier" else None
    return json.dumps({"case_id": new_id(), "way": way, "address": address}).encode()


def message_body(key: Mapping[str, str], identity: str) -> bytes:
    """A wish to be called back."""
    contact = {"contact_name": "演示甲", "contact_mobile": "13800000000", "text": "演示"}
    body = {"contact": sealed_part(key, identity, contact), "at": "2026-11-22T01:02:03Z"}
    return json.dumps({**body, "channel": "KIOSK"}).encode()


def call_body() -> bytes:
    """A wish for a clerk now."""
    return json.dumps({"visit": new_id(), "task_code": None, "screen": "pay"}).encode()


def rating_body(**members: object) -> bytes:
    """A rating of an invented case."""
    body: dict[str, Any] = {"satisfaction": 5, "reasons": [], "at": "2026-11-22T01:02:03Z"}
    number = f"310115A1B226112100{os.urandom(2).hex().upper()}"
    return json.dumps(body | {"channel": "KIOSK", "collection_no": number} | members).encode()


def check_body(
    key: Mapping[str, str], visit: str, method: str = "card", value: Mapping[str, Any] = PERSON
) -> bytes:
    """A question about a person."""
    evidence = sealed_part(key, visit, value)
    return json.dumps({"visit": visit, "method": method, "evidence": evidence}).encode()


def post(terminal: Terminal, path: str, body: bytes, **headers: str) -> requests.Response:
    """POST JSON."""
    sent = {"Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return terminal.session.post(f"{terminal.url}{path}", data=body, headers=sent, timeout=20)


def put_below(terminal: Terminal, path: str, identity: str, body: bytes) -> requests.Response:
    """PUT to a path that goes on behind the id."""
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": f'"{identity}"',
        "Content-Digest": content_digest(body),
    }
    return terminal.session.put(f"{terminal.url}{path}", data=body, headers=headers, timeout=20)


def get(terminal: Terminal, path: str) -> requests.Response:
    """GET."""
    return terminal.session.get(f"{terminal.url}{path}", timeout=20)
