"""A concluded case of an invented resident, and the resident's grant. 演示数据."""

import json
import time
from dataclasses import dataclass
from typing import Any

import requests
from portal_support import Sealed, Terminal, demo_payload, new_id, seal
from services_support import check_body, post, put_below

MOBILE = "13800004321"
PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Case:
    """A case that the portal has concluded."""

    sealed: Sealed
    case_id: str
    collection_no: str
    number: str


def a_person(digits: int) -> dict[str, Any]:
    """An invented person; `digits` tells one from another."""
    return {
        "applyer_name": "演示甲",
        "applyer_page_type": "111",
        "applyer_page_code": f"110105194912{digits:06d}",
    }


def put_case(terminal: Terminal, digits: int, task_code: str = "SH-DEMO-S1-01") -> Case:
    """Hand an application in."""
    case_id, number = new_id(), f"310115A1B226112100{digits:04d}"[:22]
    payload = {**demo_payload({}), **a_person(digits), "contact_mobile": MOBILE}
    sealed = seal(
        terminal.key(),
        payload=payload,
        case_id=case_id,
        collection_no=number,
        task_code=task_code,
    )
    assert terminal.submit(sealed).status_code == 201
    return Case(sealed, case_id, number, str(payload["applyer_page_code"]))


def concluded(terminal: Terminal, digits: int) -> Case:
    """Hand one in and wait until it is concluded."""
    case = put_case(terminal, digits)
    until_stage(terminal, case, "concluded")
    return case


def until_stage(terminal: Terminal, case: Case, stage: str) -> None:
    """Wait for a stage."""
    end = time.monotonic() + PATIENCE_S
    while terminal.stage_of(case.sealed.id)["stage"] != stage:
        assert time.monotonic() < end, f"not {stage} in time"


def grant_of(terminal: Terminal, digits: int) -> str:
    """The grant of the person with these digits."""
    visit = new_id()
    body = check_body(terminal.key(), visit, value=a_person(digits))
    return str(post(terminal, "/v1/identity/checks", body).json()["grant"])


def search(terminal: Terminal, grant: str | None = None, **asked: str) -> requests.Response:
    """`POST /v1/cases/search`."""
    headers = {"Resident_Grant": grant} if grant else {}
    return post(terminal, "/v1/cases/search", json.dumps(asked).encode(), **headers)


def granted_get(terminal: Terminal, path: str, grant: str, **headers: str) -> requests.Response:
    """GET with a resident's right."""
    sent = {"Resident-Grant": grant} | {k.replace("_", "-"): v for k, v in headers.items()}
    return terminal.session.get(f"{terminal.url}{path}", headers=sent, timeout=20)


def pickup_code(terminal: Terminal, case: Case) -> str:
    """The code that a delivery to the counter gives."""
    identity = new_id()
    body = json.dumps({"case_id": case.case_id, "way": "print", "address": None}).encode()
    answer = put_below(terminal, f"/v1/deliveries/{identity}", identity, body)
    return str(answer.json()["pickup_code"])


def collect(terminal: Terminal, grant: str, code: str) -> requests.Response:
    """`POST /v1/results/collect`."""
    body = json.dumps({"pickup_code": code}).encode()
    return post(terminal, "/v1/results/collect", body, Resident_Grant=grant)


def report_print(terminal: Terminal, sha256: str, state: str) -> requests.Response:
    """`PUT /v1/prints/{id}`."""
    identity = new_id()
    body = {"sha256": sha256, "case_id": None, "state": state, "pages": 1}
    text = json.dumps({**body, "at": "2026-11-22T01:02:03Z", "channel": "KIOSK"}).encode()
    return put_below(terminal, f"/v1/prints/{identity}", identity, text)
