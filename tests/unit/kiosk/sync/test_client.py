import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from canned_portal import CannedPortal, Piece, Seen, answer

from devices.errors import FailureCode
from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import (
    Answered,
    Garbled,
    NewUpload,
    Outcome,
    Refused,
    Unreachable,
    UploadPlace,
    UploadState,
)
from kiosk.sync.transport import Limits
from offline_cache.records import Ack

ID = "0190a5c8-7b1e-7c3d-9e2f-000000000001"
BODY = b'{"schema":1}'
ACK: dict[str, Any] = {
    "id": ID,
    "sha256": hashlib.sha256(BODY).hexdigest(),
    "receipt_no": "Q-1",
    "received_at": "2026-11-22T01:02:03Z",
    "case_id": "c",
    "case_seq": 1,
    "stage": "received",
}
GOOD = json.dumps(ACK).encode()
PAGE = NewUpload(ID, 1, "a" * 64, 10, "image/jpeg")
QUICK = Limits(1.0, 0.5, 0.8, 0.8)
Play = Callable[[Seen], bytes | list[Piece] | None]


@contextmanager
def talking(play: Play, prefix: str = "") -> Iterator[tuple[PortalClient, CannedPortal]]:
    with CannedPortal(play) as portal:
        client = PortalClient(portal.url + prefix, "SH-000001", limits=QUICK)
        try:
            yield client, portal
        finally:
            client.close()


def put(given: bytes | list[Piece] | None) -> Outcome[Ack]:
    with talking(lambda _: given) as (client, _):
        return client.put_submission(ID, BODY)


def test_a_submission_carries_the_headers_of_the_contract_and_its_exact_bytes() -> None:
    with talking(lambda _: answer(GOOD, status=201)) as (client, portal):
        outcome = client.put_submission(ID, BODY)
    seen = portal.seen[0]
    assert isinstance(outcome, Answered)
    assert outcome.value.receipt_no == "Q-1"
    assert (seen.method, seen.path, seen.body) == ("PUT", f"/v1/submissions/{ID}", BODY)
    assert seen.headers["idempotency-key"] == f'"{ID}"'
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["content-digest"].startswith("sha-256=:Z9YpGzAU")
    assert seen.headers["terminal-id"] == "SH-000001"
    assert seen.headers["user-agent"].startswith("quanban-kiosk/")
    assert seen.headers["accept-encoding"] == "identity"


def test_the_connection_is_kept_and_cookies_are_not() -> None:
    given = answer(GOOD, headers={"Set-Cookie": "a=b; Path=/"})
    with talking(lambda _: given) as (client, portal):
        for _ in range(3):
            client.put_submission(ID, BODY)
    assert len(portal._threads) == 2
    assert all("cookie" not in seen.headers for seen in portal.seen)


CUT_HEAD = b"HTTP/1.1 200 OK\r\nContent-Ty"
BROKEN: dict[str, bytes | list[Piece]] = {
    "empty 200": answer(),
    "html": answer(b"<html>", media_type="text/html"),
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "cut in the header": [(CUT_HEAD, 0.0)],
    "cut after the status": [(b"HTTP/1.1 200 OK\r\n", 0.0)],
    "cut in the body": [(answer(GOOD)[:-20], 0.0)],
    "whole json, length not met": [(answer(GOOD, headers={"Content-Length": "9999"}), 0.0)],
    "no length at all": [
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + GOOD, 0.0)
    ],
    "other id": answer(GOOD.replace(ID.encode(), ID[:-1].encode() + b"2")),
    "other digest": answer(json.dumps({**ACK, "sha256": "0" * 64}).encode()),
    "no receipt": answer(json.dumps({**ACK, "receipt_no": ""}).encode()),
    "cut chunks": [
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(GOOD) + GOOD + b"\r\n",
            0.0,
        )
    ],
    "endless body": answer(b" " * (2 << 20) + GOOD),
}


@pytest.mark.parametrize("name", BROKEN)
def test_no_broken_answer_is_taken_for_an_acknowledgement(name: str) -> None:
    outcome = put(BROKEN[name])
    assert isinstance(outcome, Garbled | Unreachable), outcome


def test_a_whole_chunked_answer_is_taken() -> None:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    assert isinstance(put(head + b"%x\r\n" % len(GOOD) + GOOD + b"\r\n0\r\n\r\n"), Answered)


@pytest.mark.parametrize("from_byte", [0, 20, 110], ids=["status line", "header", "body"])
def test_one_byte_at_a_time_ends_at_our_own_deadline(from_byte: int) -> None:
    whole = answer(GOOD)
    pieces: list[Piece] = [(whole[:from_byte], 0.0)] if from_byte else []
    pieces += [(whole[at : at + 1], 0.1) for at in range(from_byte, len(whole))]
    started = time.monotonic()
    outcome = put(pieces)
    assert isinstance(outcome, Unreachable)
    assert outcome.failure is FailureCode.PORTAL_SLOW
    assert time.monotonic() - started < 4 * QUICK.json_s


def test_a_mute_portal_is_slow_and_an_absent_one_unreachable() -> None:
    mute = put([(b"", 5.0)])
    assert isinstance(mute, Unreachable)
    assert mute.failure is FailureCode.PORTAL_SLOW
    gone = put(None)
    assert isinstance(gone, Unreachable)
    assert gone.failure is FailureCode.PORTAL_UNREACHABLE
    client = PortalClient("http://127.0.0.1:9", "SH-000001", limits=QUICK)
    refused = client.get_time()
    client.close()
    assert isinstance(refused, Unreachable)
    assert refused.failure is FailureCode.PORTAL_UNREACHABLE


def test_a_redirect_is_not_followed() -> None:
    with talking(lambda _: answer(status=307, headers={"Location": "/else"})) as (client, portal):
        outcome = client.put_submission(ID, BODY)
    assert outcome == Refused(307)
    assert len(portal.seen) == 1


def test_a_surprise_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert isinstance(put(answer(GOOD)), Answered)


def test_a_refusal_carries_its_problem_and_the_asked_wait() -> None:
    document = json.dumps({"type": "urn:quanban:problem:rate", "title": "t"}).encode()
    given = answer(
        document,
        status=429,
        media_type="application/problem+json",
        headers={"Retry-After": "7"},
    )
    outcome = put(given)
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.name, outcome.retry_after_s) == (429, "rate", 7.0)


def test_an_upload_goes_to_our_own_portal_whatever_the_location_says() -> None:
    given = answer(status=201, headers={"Location": "https://elsewhere.example/p/v1/uploads/7?a=b"})
    with talking(lambda _: given, prefix="/p") as (client, portal):
        outcome = client.create_upload(PAGE)
    seen = portal.seen[0]
    assert outcome == Answered(UploadPlace("/v1/uploads/7?a=b", fresh=True))
    assert (seen.path, seen.headers["upload-length"]) == ("/p/v1/uploads", "10")
    assert seen.headers["tus-resumable"] == "1.0.0"
    assert "submission " in seen.headers["upload-metadata"]


@pytest.mark.parametrize("headers", [{}, {"Location": "nowhere"}])
def test_an_upload_without_a_usable_location_is_garbled(headers: dict[str, str]) -> None:
    with talking(lambda _: answer(status=201, headers=headers)) as (client, _):
        assert isinstance(client.create_upload(PAGE), Garbled)


def test_a_head_tells_how_far_an_upload_is() -> None:
    headers = {"Upload-Offset": "4", "Upload-Length": "10", "Content-Length": "0"}
    with talking(lambda _: answer(headers=headers, media_type="")) as (client, _):
        assert client.ask_upload("/v1/uploads/7") == Answered(UploadState(4, 10))
    with talking(lambda _: answer(headers={"Upload-Offset": "4"})) as (client, _):
        assert isinstance(client.ask_upload("/v1/uploads/7"), Garbled)


@pytest.mark.parametrize(
    ("offset", "good"), [("14", True), ("4", False), ("15", False), ("x", False)]
)
def test_a_patch_is_believed_only_if_its_new_offset_fits(*, offset: str, good: bool) -> None:
    given = f"HTTP/1.1 204 X\r\nUpload-Offset: {offset}\r\n\r\n".encode()
    with talking(lambda _: given) as (client, portal):
        outcome = client.append_upload("/v1/uploads/7", 4, b"0123456789")
    seen = portal.seen[0]
    assert isinstance(outcome, Answered) is good
    assert seen.headers["content-type"] == "application/offset+octet-stream"
    assert (seen.headers["upload-offset"], seen.body) == ("4", b"0123456789")


@pytest.mark.parametrize("status", [204, 404, 410])
def test_a_dropped_upload_that_is_gone_counts_as_done(status: int) -> None:
    with talking(lambda _: f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode()) as (
        client,
        _,
    ):
        assert client.drop_upload("/v1/uploads/7") == Answered(None)


def test_keys_are_asked_for_with_the_last_tag() -> None:
    with talking(lambda _: b"HTTP/1.1 304 X\r\n\r\n") as (client, portal):
        assert client.get_keys('"a"') == Answered(None)
    assert portal.seen[0].headers["if-none-match"] == '"a"'
    with talking(lambda _: b"HTTP/1.1 304 X\r\n\r\n") as (client, _):
        assert isinstance(client.get_keys(), Refused)


def test_the_date_of_an_answer_gives_the_clocks_offset() -> None:
    given = answer(GOOD, headers={"Date": "Sun, 22 Nov 2099 00:00:00 GMT"})
    with talking(lambda _: given) as (client, _):
        assert client.time.state() == "unknown"
        client.put_evaluation(ID, BODY)
        offset_s = client.time.offset_s()
    assert offset_s is not None
    assert offset_s > 86400 * 365
    assert client.time.state() == "synced"


def test_a_request_in_flight_can_be_cut_from_another_thread() -> None:
    limits = Limits(1.0, 30.0, 30.0, 30.0)
    with CannedPortal(lambda _: [(b"HTTP/1.1 200 OK\r\n", 30.0)]) as portal:
        client = PortalClient(portal.url, "SH-000001", limits=limits)
        found: list[object] = []
        thread = threading.Thread(target=lambda: found.append(client.put_submission(ID, BODY)))
        thread.start()
        assert portal.arrived.wait(5)
        while thread.is_alive():
            client.interrupt()
            thread.join(0.1)
        client.close()
    assert isinstance(found[0], Unreachable)
    assert found[0].failure is FailureCode.CANCELLED


def test_the_details_of_a_failure_name_no_address() -> None:
    client = PortalClient("http://127.0.0.1:9", "SH-000001", limits=QUICK)
    outcome = client.get_submission(ID)
    client.close()
    assert isinstance(outcome, Unreachable)
    assert "127" not in outcome.detail
    assert ID not in outcome.detail
