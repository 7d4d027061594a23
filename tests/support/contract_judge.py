"""Schemathesis against a running portal: cases of the contract, dressed so that they get through.

A drawn request has wrong digests, keys that are not the id of its path, and evidence
that nobody sealed. `Judge` mends what no schema can say, in most of the cases.
"""

import base64
import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

import requests
import schemathesis
from contract_samples import CONTRACT, operations
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyStrategyDefinition
from portal_support import Served, Terminal, content_digest, new_id
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from services_support import ADDRESS, FEE, PERSON, check_body, post, sealed_part

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_CONTACT = {"contact_name": "演示甲", "contact_mobile": "13800000000", "text": "演示"}


@schemathesis.serializer("application/offset+octet-stream")
def _raw(_context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def quiet(examples: int, steps: int = 10) -> settings:
    """Settings of a run that repeats itself and writes nothing."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


class Judge:
    """Sends cases to one portal and counts what came back."""

    def __init__(self, served: Served) -> None:
        self.url = served.url
        self.seen: Counter[tuple[str, int]] = Counter()
        self.right = True
        self._terminal = 0
        self._grant = ""
        terminal = Terminal(served.url)
        self._key = terminal.key()
        terminal.close()
        self.next_terminal()

    @property
    def count(self) -> int:
        """Requests so far."""
        return sum(self.seen.values())

    def judge(self, case: Case[Any]) -> None:
        """Send one case and hold the answer against the contract."""
        response = case.call(base_url=self.url, headers=self.dress(case), allow_redirects=False)
        self.note(case, response)
        case.validate_response(response, checks=CHECKS)

    def note(self, case: Case[Any], response: Response) -> None:
        """Count an answer."""
        self.seen[case.operation.label, response.status_code] += 1

    def next_terminal(self) -> None:
        """Speak as a terminal that never spoke before, with a resident who identified."""
        self._terminal += 1
        speaker, visit = Terminal(self.url, self.name), new_id()
        told = post(speaker, "/v1/identity/checks", check_body(self._key, visit)).json()
        self._grant = str(told["grant"])
        speaker.close()

    @property
    def name(self) -> str:
        """Who speaks."""
        return f"SH-{self._terminal:06d}"

    def dress(self, case: Case[Any]) -> dict[str, str]:
        """Mend a case; the headers that go with it."""
        headers = {"Terminal-Id": self.name}
        for name in ("Content-Digest", "Terminal-Id", "Signature-Input", "Signature"):
            case.headers.pop(name, None)
        if self.right:
            self._mend(case)
        identity = (case.path_parameters or {}).get("id")
        if case.method.upper() == "PUT" and identity is not None:
            case.headers["Idempotency-Key"] = f'"{identity}"'
        if isinstance(case.body, dict) and self.right:
            self._fill(case, str(identity or case.body.get("visit")))
        sent = _bytes_of(case, self.url)
        if sent is not None:
            headers["Content-Digest"] = content_digest(sent)
        return headers

    def _fill(self, case: Case[Any], identity: str) -> None:
        body: Any = case.body
        for name, value in (("evidence", PERSON), ("address", ADDRESS), ("contact", _CONTACT)):
            if isinstance(body.get(name), dict):
                body[name] = sealed_part(self._key, identity, value)
        if case.operation.label == "PUT /v1/payments/{id}" and body.get("amount_fen", 0) % 4:
            body.update(FEE)
        if case.operation.label == "PUT /v1/submissions/{id}" and body.get("case_seq", 0) % 4:
            body.update(portal_key_id=self._key["id"], case_seq=1, documents=[])

    def _mend(self, case: Case[Any]) -> None:
        if "Resident-Grant" in case.headers:
            case.headers["Resident-Grant"] = self._grant
        if "Upload-Metadata" in case.headers:
            digest = hashlib.sha256(str(case.headers["Upload-Length"]).encode()).hexdigest()
            values = {"submission": str(uuid.UUID(digest[:32])), "ordinal": "1", "sha256": digest}
            values["filetype"] = "image/jpeg"
            case.headers["Upload-Metadata"] = ",".join(
                f"{name} {base64.b64encode(value.encode()).decode()}"
                for name, value in values.items()
            )


def every_operation(judge: Judge, examples: int, number: int) -> None:
    """Judge that many right and that many wrong examples of each operation of the contract."""
    schema = schemathesis.openapi.from_path(CONTRACT)
    asks = {f"{each.method} {each.path}" for each in operations() if each.parameters or each.schema}
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        modes = [GenerationMode.POSITIVE]
        if operation.label in asks:
            modes.append(GenerationMode.NEGATIVE)
        for mode in modes:
            judge.right = mode is GenerationMode.POSITIVE
            # an earlier case may have revoked every grant
            judge.next_terminal()
            strategy = operation.as_strategy(generation_mode=mode)
            seed(number)(quiet(examples)(given(case=strategy)(judge.judge)))()


def linked(judge: Judge, scenarios: int, steps: int, number: int) -> None:
    """Follow the links of the contract, judging every answer."""
    judge.right = True
    base: Any = schemathesis.openapi.from_path(CONTRACT).as_state_machine()

    def get_call_kwargs(_self: object, case: Case[Any]) -> Mapping[str, Any]:
        return {"headers": judge.dress(case), "base_url": judge.url}

    def validate_response(
        _self: object, response: Response, case: Case[Any], **_more: object
    ) -> None:
        judge.note(case, response)
        case.validate_response(response, checks=CHECKS)

    own: dict[str, Any] = {"setup": lambda _self: judge.next_terminal()}
    own |= {"get_call_kwargs": get_call_kwargs, "validate_response": validate_response}
    machine: Any = type("Machine", (base,), own)
    try:
        seed(number)(machine).run(settings=quiet(scenarios, steps))
    except FlakyStrategyDefinition:
        # a real portal remembers what an earlier scenario did, so its answers need not repeat;
        # what was answered so far was judged
        return


def _bytes_of(case: Case[Any], url: str) -> bytes | None:
    prepared = case.as_transport_kwargs(base_url=url)
    if prepared.get("json") is not None:
        exact = requests.Request("PUT", "http://x", json=prepared["json"]).prepare().body
        return exact.encode() if isinstance(exact, str) else exact
    data = prepared.get("data")
    if isinstance(data, str):
        return data.encode()
    return data if isinstance(data, bytes) else None
