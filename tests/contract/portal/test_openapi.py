"""The contract and the behaviour, judged by schemathesis."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
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


@schemathesis.serializer("application/offset+octet-stream")
def _raw(_context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


schema = schemathesis.openapi.from_path(CONTRACT)


def judge(case: Case[Any], served: Served) -> None:
    headers = {"Terminal-Id": "SH-000001"}
    case.headers.pop("Content-Digest", None)
    if case.operation.label.startswith("PUT ") and "id" in case.path_parameters:
        case.headers["Idempotency-Key"] = f'"{case.path_parameters["id"]}"'
    body = case.as_transport_kwargs(base_url=served.url).get("json")
    prepared = case.as_transport_kwargs(base_url=served.url)
    if body is not None:
        import requests  # noqa: PLC0415 - to see the exact bytes that will be sent

        exact = requests.Request("PUT", "http://x", json=body).prepare().body
        headers["Content-Digest"] = content_digest(
            exact.encode() if isinstance(exact, str) else exact or b""
        )
    elif isinstance(prepared.get("data"), bytes):
        headers["Content-Digest"] = content_digest(prepared["data"])
    response = case.call(base_url=served.url, headers=headers)
    case.validate_response(response, checks=CHECKS)


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
