import json
from typing import Any

import pytest
from portal_support import new_id, seal

from portal.problems import ProblemError
from portal.wire import SubmissionBody, checked, parse

KEY = {"id": "2026a", "public": "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="}


def body() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(seal(KEY, {1: b"page"}).body)
    return value


def test_the_example_of_the_contract_is_taken() -> None:
    assert checked(SubmissionBody, body()).documents[0].ordinal == 1


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert checked(SubmissionBody, body() | {"case_seq": 1.0}).case_seq == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("case_seq", "1"),
        ("case_seq", True),
        ("case_seq", 1.5),
        ("schema", 2),
        ("kind", "evaluation"),
        ("case_id", new_id().upper()),
        ("suite", "gm-1"),
        ("dek", "AAAA"),
        ("documents", {}),
        ("unknown", 1),
    ],
)
def test_a_wrong_member_is_named_and_its_value_is_not(name: str, value: object) -> None:
    with pytest.raises(ProblemError) as caught:
        checked(SubmissionBody, body() | {name: value})
    assert caught.value.status == 422
    errors = caught.value.extension["errors"]
    assert errors[0]["pointer"] == f"/{name}"
    assert set(errors[0]) == {"pointer", "reason"}


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b'{"a": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_malformed(text: bytes) -> None:
    with pytest.raises(ProblemError) as caught:
        parse(text)
    assert caught.value.name == "malformed"
