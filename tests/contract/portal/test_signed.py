"""Signed requests (RFC 9421) over real HTTP, with the terminal's own client."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from portal_support import Served, content_digest, listed, new_id, seal, serving
from tls_support import Papers, papers_for, run_portal, sign

from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered, NewUpload, Refused

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signed") / "p"


@pytest.fixture(scope="module")
def papers(folder: Path) -> Papers:
    return papers_for(folder, "SH-000001")


@pytest.fixture(scope="module")
def signed_only(papers: Papers) -> Iterator[Served]:
    with serving(papers.ca.parent.parent, "--signed") as portal:
        yield portal


def key_of(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "sealing.pub").read_text())
    return found


def signed_put(portal: Served, papers: Papers, identity: str, body: bytes) -> requests.Request:
    url = f"{portal.url}/v1/submissions/{identity}"
    headers = {"content-digest": content_digest(body), "idempotency-key": f'"{identity}"'}
    signed = sign(papers.private(), {"@method": "PUT", "@target-uri": url, **headers})
    sent = {**headers, **signed, "Content-Type": "application/json"}
    return requests.Request("PUT", url, sent, data=body)


def sent(request: requests.Request) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.send(request.prepare(), timeout=20)


def kind(answer: requests.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:quanban:problem:")


def test_the_terminals_client_signs_pages_and_submissions(
    signed_only: Served, papers: Papers
) -> None:
    sealed = seal(key_of(signed_only.folder), {1: os.urandom(300_000)})
    page = sealed.pages[1]
    line = json.loads(sealed.body)["documents"][0]
    client = PortalClient(signed_only.url, "SH-000001", signing_key=papers.key)
    announced = NewUpload(sealed.id, 1, line["sha256"], len(page), "image/jpeg")
    place = client.create_upload(announced)
    assert isinstance(place, Answered)
    for start in range(0, len(page), 262144):
        step = client.append_upload(place.value.path, start, page[start : start + 262144])
        assert isinstance(step, Answered)
    assert isinstance(client.put_submission(sealed.id, sealed.body), Answered)
    assert isinstance(client.put_submission(sealed.id, sealed.body), Answered)
    client.close()
    assert [each["terminal"] for each in listed(signed_only.folder) if each["id"] == sealed.id] == [
        "SH-000001"
    ]


def test_a_name_in_a_header_is_no_credential_where_requests_are_signed(
    signed_only: Served,
) -> None:
    url = f"{signed_only.url}/v1/submissions/{new_id()}"
    answer = requests.get(url, headers={"Terminal-Id": "SH-000001"}, timeout=20)
    assert (answer.status_code, kind(answer)) == (401, "unauthenticated")


def test_a_replayed_request_has_no_second_effect(signed_only: Served, papers: Papers) -> None:
    sealed = seal(key_of(signed_only.folder))
    request = signed_put(signed_only, papers, sealed.id, sealed.body)
    first, second = sent(request), sent(request)
    assert first.status_code == 201
    assert (second.status_code, kind(second)) == (401, "nonce-replayed")


def test_a_changed_body_under_an_unchanged_digest_has_no_effect(
    signed_only: Served, papers: Papers
) -> None:
    sealed, other = seal(key_of(signed_only.folder)), seal(key_of(signed_only.folder))
    request = signed_put(signed_only, papers, sealed.id, sealed.body)
    request.data = other.body
    answer = sent(request)
    assert (answer.status_code, kind(answer)) == (400, "digest-mismatch")
    assert sealed.id not in [each["id"] for each in listed(signed_only.folder)]


def test_a_signature_and_a_header_of_another_terminal_do_not_agree(
    signed_only: Served, papers: Papers
) -> None:
    sealed = seal(key_of(signed_only.folder))
    request = signed_put(signed_only, papers, sealed.id, sealed.body)
    request.headers["Terminal-Id"] = "SH-000002"
    answer = sent(request)
    assert (answer.status_code, kind(answer)) == (403, "forbidden")


def test_a_revoked_key_signs_nothing_more(signed_only: Served) -> None:
    other = papers_for(signed_only.folder, "SH-000002")
    client = PortalClient(signed_only.url, "SH-000002", signing_key=other.key)
    sealed = seal(key_of(signed_only.folder))
    before = client.put_submission(sealed.id, sealed.body)
    run_portal("certificates", "revoke", "SH-000002", "--dir", str(signed_only.folder))
    after = client.put_submission(sealed.id, sealed.body)
    client.close()
    assert isinstance(before, Answered)
    assert isinstance(after, Refused)
    assert after.problem is not None
    assert (after.status, after.problem.name) == (403, "terminal-suspended")


@pytest.mark.slow
@pytest.mark.parametrize("skew", ["+1h", pytest.param("-1h", marks=pytest.mark.deep)])
def test_an_hour_of_skew_heals_in_one_retry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skew: str
) -> None:
    papers = papers_for(tmp_path, "SH-000001")
    monkeypatch.setenv("LD_PRELOAD", FAKETIME)
    monkeypatch.setenv("FAKETIME", skew)
    monkeypatch.setenv("DONT_FAKE_MONOTONIC", "1")
    with serving(tmp_path, "--signed") as portal:
        monkeypatch.delenv("LD_PRELOAD")
        client = PortalClient(portal.url, "SH-000001", signing_key=papers.key)
        sealed = seal(key_of(tmp_path))
        outcomes = [client.put_submission(sealed.id, sealed.body) for _ in range(2)]
        client.close()
    first, second = outcomes
    assert isinstance(first, Refused)
    assert first.problem is not None
    assert first.problem.name == "clock-skew"
    assert first.problem.extension["now"].endswith("Z")
    assert isinstance(second, Answered)
