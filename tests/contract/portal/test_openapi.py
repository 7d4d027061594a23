"""The contract and the behaviour, judged by schemathesis."""

import re
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, settings
from portal_support import Served, content_digest
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import portal

CONTRACT = Path(portal.__file__).with_name("openapi.yaml")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

NOT_ROUTED: tuple[str, ...] = ()
"""Operations of the contract that the portal does not serve."""


@schemathesis.serializer("application/offset+octet-stream")
def _raw(_context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


whole = schemathesis.openapi.from_path(CONTRACT)
schema = whole.exclude(operation_id=list(NOT_ROUTED)) if NOT_ROUTED else whole


def judge(case: Case[Any], served: Served) -> None:
    headers = {"Terminal-Id": "SH-000001"}
    case.headers.pop("Content-Digest", None)
    if case.operation.label.startswith("PUT ") and "id" in case.path_parameters:
        case.headers["Idempotency-Key"] = f'"{case.path_parameters["id"]}"'
    body = case.as_transport_kwargs(base_url=served.url).get("json")
    prepared = case.as_transport_kwargs(base_url=served.url)
    if body is not None:
        exact = requests.Request("PUT", "http://x", json=body).prepare().body
        headers["Content-Digest"] = content_digest(
            exact.encode() if isinstance(exact, str) else exact or b""
        )
    elif isinstance(prepared.get("data"), bytes):
        headers["Content-Digest"] = content_digest(prepared["data"])
    response = case.call(base_url=served.url, headers=headers)
    case.validate_response(response, checks=CHECKS)


def routed(served: Served, method: str, path: str) -> bool:
    """The portal has a route: nothing but a missing route is answered without a type of ours."""
    filled = re.sub(r"\{\w+\}", "0190a5c8-7b1e-7c3d-9e2f-000000000001", path)
    answer = requests.request(method, served.url + filled, timeout=20)
    own = answer.headers.get("content-type", "") == "application/problem+json"
    return not (
        answer.status_code in {404, 405} and own and answer.json().get("type") == "about:blank"
    )


def test_every_operation_has_a_route_but_those_listed_here(served: Served) -> None:
    operations = {
        operation["operationId"]: routed(served, method, path)
        for path, item in yaml.safe_load(CONTRACT.read_text())["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    assert {name for name, there in operations.items() if not there} == set(NOT_ROUTED)


def limits(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.slow
@schema.parametrize()
@limits(12)
def test_the_behaviour_follows_the_contract(case: Case[Any], served: Served) -> None:
    judge(case, served)


@pytest.mark.deep
@schema.parametrize()
@limits(80)
def test_the_behaviour_follows_the_contract_at_length(case: Case[Any], served: Served) -> None:
    judge(case, served)
