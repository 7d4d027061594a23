"""The client against a mock that Prism makes from the contract, for every status it documents."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from canned_portal import CannedPortal, Seen, answer
from client_samples import SAMPLES
from judge_support import prism

import portal
from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered, Outcome, Refused

CONTRACT = Path(portal.__file__).with_name("openapi.yaml")
DONE = {("dropUpload", 404), ("dropUpload", 410), ("deleteAppointment", 404)}
PROBLEM = {"type": "urn:quanban:problem:refused", "title": "No", "status": 403}
_HOP = {"content-length", "connection", "keep-alive", "transfer-encoding", "date"}

pytestmark = pytest.mark.slow


def _operations(contract: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in contract["paths"].values():
        for method, operation in item.items():
            if method != "parameters":
                yield operation


def _resolved(contract: dict[str, Any], answered: dict[str, Any]) -> dict[str, Any]:
    name = answered.get("$ref", "").rpartition("/")[2]
    found = contract["components"]["responses"][name] if name else answered
    return copy.deepcopy(found)


def _with_examples(contract: dict[str, Any]) -> dict[str, Any]:
    """The contract with our sample answers as examples: an ack must echo what was sent."""
    for operation in _operations(contract):
        sample = SAMPLES[operation["operationId"]]
        for status, answered in operation["responses"].items():
            whole = _resolved(contract, answered)
            for media_type, content in whole.get("content", {}).items():
                good = sample.members or sample.raw.decode()
                content["example"] = PROBLEM if "problem" in media_type else good
            told = {"Retry-After": "30", "Idempotent-Replayed": "true", **sample.headers}
            for header, shape in whole.get("headers", {}).items():
                shape["schema"] = {"type": "string", "const": told.get(header, "bytes */9")}
            operation["responses"][status] = whole
    return contract


class Judged:
    """Prism behind a line that asks it for one status and notes what it finds wrong."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self.status = 200
        self.leave_out = ""
        self.violations: list[str] = []
        self.line = CannedPortal(self._play)

    def close(self) -> None:
        self._session.close()

    def _play(self, seen: Seen) -> bytes:
        headers = {name: value for name, value in seen.headers.items() if name != self.leave_out}
        headers["Prefer"] = f"code={self.status}"
        got = self._session.request(
            seen.method,
            self._url + seen.path,
            data=seen.body,
            headers=headers,
            timeout=30,
            allow_redirects=False,
        )
        found = json.loads(got.headers.get("sl-violations", "[]"))
        self.violations += [str(one) for one in found if one["location"][0] == "request"]
        kept = {name: value for name, value in got.headers.items() if name.lower() not in _HOP}
        media_type = kept.pop("Content-Type", kept.pop("content-type", ""))
        body = b"" if seen.method == "HEAD" else got.content
        return answer(body, status=got.status_code, media_type=media_type, headers=kept)


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    # through JSON: answers that share an anchor must not share our examples
    loaded: dict[str, Any] = json.loads(json.dumps(yaml.safe_load(CONTRACT.read_text())))
    return loaded


@pytest.fixture(scope="module")
def mock_url(contract: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("prism") / "openapi.json"
    path.write_text(json.dumps(_with_examples(copy.deepcopy(contract))))
    with prism(path) as url:
        yield url


@pytest.fixture
def judged(mock_url: str) -> Iterator[Judged]:
    line = Judged(mock_url)
    with line.line:
        yield line
    line.close()


@pytest.fixture
def client(judged: Judged) -> Iterator[PortalClient]:
    speaker = PortalClient(judged.line.url, "SH-000001")
    yield speaker
    speaker.close()


def _expected(name: str, status: int, outcome: Outcome[Any]) -> bool:
    if (name, status) in DONE or 200 <= status < 300:
        return isinstance(outcome, Answered)
    if status == 304:
        return isinstance(outcome, Answered) and outcome.value is None
    # an answer to HEAD has no body that could name the problem
    named = "" if name == "askUpload" else "refused"
    return isinstance(outcome, Refused) and (outcome.status, outcome.name) == (status, named)


def judge(
    contract: dict[str, Any], judged: Judged, client: PortalClient, *, every_status: bool
) -> int:
    """Call every method for every status in question; the number of calls."""
    wrong: list[tuple[str, int, object]] = []
    asked = 0
    for operation in _operations(contract):
        name = operation["operationId"]
        for status in map(int, operation["responses"]):
            if not (every_status or status < 400 or status in {403, 503}):
                continue
            judged.status = status
            outcome = SAMPLES[name].call(client)
            asked += 1
            if not _expected(name, status, outcome):
                wrong.append((name, status, outcome))
    assert wrong == []
    assert judged.violations == []
    return asked


def test_every_method_asks_rightly_and_has_a_value_for_success_refusal_and_outage(
    contract: dict[str, Any], judged: Judged, client: PortalClient
) -> None:
    assert judge(contract, judged, client, every_status=False) >= 3 * 40 - 3


@pytest.mark.deep
def test_every_method_has_a_value_for_every_status_of_the_contract(
    contract: dict[str, Any], judged: Judged, client: PortalClient
) -> None:
    assert judge(contract, judged, client, every_status=True) > 400


@pytest.mark.parametrize("header", ["idempotency-key", "content-digest", "terminal-id"])
def test_the_mock_would_have_said_so_if_a_header_was_missing(
    judged: Judged, client: PortalClient, header: str
) -> None:
    judged.status, judged.leave_out = 201, header
    outcome = SAMPLES["putSubmission"].call(client)
    assert not isinstance(outcome, Answered)
    assert judged.violations or isinstance(outcome, Refused)


def test_samples_are_complete(contract: dict[str, Any]) -> None:
    assert set(SAMPLES) == {operation["operationId"] for operation in _operations(contract)}
