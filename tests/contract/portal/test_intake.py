"""Submissions over real HTTP: the ack, idempotency, order, pages, and what becomes of a case."""

import json
import os
import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from portal_support import (
    PNG,
    Sealed,
    Served,
    Terminal,
    demo_payload,
    hexdigest,
    listed,
    new_id,
    portal_command,
    seal,
    serving,
)

ENGINES = ("alone", "scale")
MEMBERS = {
    *("id", "sha256", "receipt_no", "received_at", "case_id", "case_seq", "stage", "project_no"),
    *("accept_date", "promise_date", "accept_doc", "result"),
}


def wait_for(terminal: Terminal, identity: str, stage: str, within_s: float = 60) -> dict[str, Any]:
    pause, deadline = threading.Event(), time.monotonic() + within_s
    while (ack := terminal.stage_of(identity))["stage"] != stage:
        assert time.monotonic() < deadline, ack
        pause.wait(0.02)
    return ack


def kind(answer: requests.Response) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json()["type"]).removeprefix("urn:quanban:problem:")


@pytest.fixture
def sealed(terminal: Terminal) -> Sealed:
    return seal(terminal.key())


def test_the_first_ack_says_received_and_nothing_more(terminal: Terminal, sealed: Sealed) -> None:
    answer = terminal.submit(sealed)
    ack = answer.json()
    assert answer.status_code == 201
    assert set(ack) == MEMBERS
    assert (ack["id"], ack["sha256"]) == (sealed.id, sealed.sha256)
    assert re.fullmatch(r"[0-9A-Z-]{1,32}", ack["receipt_no"])
    assert ack["stage"] == "received"
    assert ack["project_no"] is None
    assert ack["accept_date"] is None


def test_a_replay_repeats_the_receipt_and_says_so(terminal: Terminal, sealed: Sealed) -> None:
    first, second = terminal.submit(sealed), terminal.submit(sealed)
    assert (second.status_code, second.headers["Idempotent-Replayed"]) == (200, "true")
    for name in ("receipt_no", "received_at", "sha256"):
        assert first.json()[name] == second.json()[name]


def test_an_immediate_item_is_accepted_then_concluded(terminal: Terminal) -> None:
    sealed = seal(terminal.key(), {1: os.urandom(70_000), 2: b"page two"})
    terminal.upload(sealed)
    terminal.submit(sealed).raise_for_status()
    ack = wait_for(terminal, sealed.id, "concluded")
    assert ack["project_no"]
    assert ack["accept_date"]


def test_a_promised_item_stays_accepted_with_a_date(terminal: Terminal) -> None:
    sealed = seal(terminal.key(), task_code="SH-DEMO-S4-01")
    terminal.submit(sealed).raise_for_status()
    ack = wait_for(terminal, sealed.id, "accepted")
    assert ack["promise_date"] > ack["accept_date"]


def test_every_missing_paper_is_named_at_once(terminal: Terminal) -> None:
    payload = demo_payload({1: b"a", 2: b"b", 3: b"c"})
    sealed = seal(terminal.key(), {1: b"another page"}, payload=payload)
    terminal.upload(sealed)
    terminal.submit(sealed).raise_for_status()
    reasons = wait_for(terminal, sealed.id, "correction")["result"]["reasons"]
    assert [reason["reason"] for reason in reasons] == [
        "page-digest",
        "page-missing",
        "page-missing",
    ]


def test_a_payload_that_does_not_open_becomes_a_correction(terminal: Terminal) -> None:
    other = seal(terminal.key())
    body = json.loads(other.body)
    sealed = seal(terminal.key(), dek=body["dek"])
    terminal.submit(sealed).raise_for_status()
    reasons = wait_for(terminal, sealed.id, "correction")["result"]["reasons"]
    assert reasons[0]["reason"] == "payload-unreadable"


def test_another_body_under_the_same_id_is_refused(terminal: Terminal, sealed: Sealed) -> None:
    terminal.submit(sealed).raise_for_status()
    other = seal(terminal.key(), identity=sealed.id)
    answer = terminal.submit(other)
    assert (answer.status_code, kind(answer)) == (422, "id-reuse")


def test_a_changed_body_under_an_unchanged_digest_is_refused(
    terminal: Terminal, sealed: Sealed
) -> None:
    answer = terminal.put("submissions", sealed.id, sealed.body[:-1] + b" }"[1:] + b" ", None)
    assert answer.status_code == 201
    header = {"Content-Digest": answer.request.headers["Content-Digest"]}
    other = seal(terminal.key())
    answer = terminal.put("submissions", other.id, other.body, header)
    assert kind(answer) == "digest-mismatch"
    assert terminal.session.get(f"{terminal.url}/v1/submissions/{other.id}").status_code == 404


@pytest.mark.parametrize(
    ("header", "value", "status", "name"),
    [
        ("Idempotency-Key", None, 400, "key-missing"),
        ("Idempotency-Key", '"other"', 400, "malformed"),
        ("Content-Digest", None, 400, "malformed"),
        ("Content-Type", "text/plain", 415, "media-type"),
        ("Terminal-Id", "nobody", 401, "unauthenticated"),
    ],
)
def test_each_header_is_demanded(
    terminal: Terminal, sealed: Sealed, header: str, value: str | None, status: int, name: str
) -> None:
    answer = terminal.put("submissions", sealed.id, sealed.body, {header: value})
    assert (answer.status_code, kind(answer)) == (status, name)


def test_a_body_above_one_mebibyte_is_refused(terminal: Terminal) -> None:
    answer = terminal.put("submissions", new_id(), b" " * (1024 * 1024 + 1))
    assert (answer.status_code, kind(answer)) == (413, "too-large")


def test_pages_that_did_not_arrive_are_named(terminal: Terminal) -> None:
    sealed = seal(terminal.key(), {1: b"one", 2: b"two"})
    answer = terminal.submit(sealed)
    assert (answer.status_code, kind(answer)) == (409, "documents-incomplete")
    assert answer.json()["missing"] == [1, 2]
    terminal.upload(sealed)
    assert terminal.submit(sealed).status_code == 201


def test_a_case_goes_on_in_order(terminal: Terminal) -> None:
    case = new_id()
    late = seal(terminal.key(), case_id=case, case_seq=2, kind="correction")
    answer = terminal.submit(late)
    assert (answer.status_code, answer.json()["expected"]) == (409, 1)
    assert terminal.submit(seal(terminal.key(), case_id=case)).status_code == 201
    assert terminal.submit(late).status_code == 201


def test_a_sealing_key_that_is_not_here_is_named(terminal: Terminal) -> None:
    answer = terminal.submit(seal(terminal.key(), portal_key_id="1999z"))
    assert (kind(answer), answer.json()["portal_key_id"]) == ("sealing-key-gone", "1999z")


def test_two_terminals_with_the_same_id_do_not_meet(served: Served, terminal: Terminal) -> None:
    sealed = seal(terminal.key())
    other = Terminal(served.url, "SH-000002")
    first, second = terminal.submit(sealed), other.submit(sealed)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["receipt_no"] != second.json()["receipt_no"]
    other.close()


def test_of_many_copies_at_once_one_is_taken(served: Served, terminal: Terminal) -> None:
    sealed = seal(terminal.key())

    def send(_number: int) -> tuple[int, str]:
        speaker = Terminal(served.url)
        try:
            answer = speaker.submit(sealed)
            return answer.status_code, str(answer.json().get("receipt_no"))
        finally:
            speaker.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert sorted(status for status, _ in answers) == [200] * 15 + [201]
    assert len({receipt for _, receipt in answers}) == 1


def test_the_list_shows_the_opened_pages_while_and_after_serving(tmp_path: Path) -> None:
    with serving(tmp_path) as portal:
        terminal = Terminal(portal.url)
        sealed = seal(terminal.key(), {1: os.urandom(100_000)})
        terminal.upload(sealed)
        terminal.submit(sealed).raise_for_status()
        during = listed(tmp_path)
        wait_for(terminal, sealed.id, "concluded")
        terminal.close()
    assert portal.process.returncode == 0
    (line,) = listed(tmp_path)
    (document,) = line["documents"]
    assert document == {
        "ordinal": 1,
        "sha256": hexdigest(sealed.plain[1]),
        "sealed_sha256": hexdigest(sealed.pages[1]),
        "size": 100_000,
    }
    assert during[0]["documents"] == line["documents"]
    assert (line["id"], line["item"], line["stage"]) == (sealed.id, "SH-DEMO-S1-01", "concluded")
    opened = tmp_path / "opened" / sealed.id
    assert (opened / "page-1.jpg").read_bytes() == sealed.plain[1]
    assert (opened / "signature.png").read_bytes() == PNG
    assert opened.stat().st_mode & 0o777 == 0o700
    assert (opened / "page-1.jpg").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_a_killed_portal_forgets_nothing_and_takes_nothing_twice(tmp_path: Path) -> None:
    with serving(tmp_path) as portal:
        terminal = Terminal(portal.url)
        sealed = [seal(terminal.key()) for _ in range(30)]
        terminal.close()
        receipts: dict[str, str] = {}
        sender = threading.Thread(target=_send_all, args=(portal.url, sealed, receipts))
        sender.start()
        deadline, pause = time.monotonic() + 60, threading.Event()
        while len(receipts) < 10:
            assert time.monotonic() < deadline
            pause.wait(0.002)
        portal.kill()
        sender.join(30)
    assert 10 <= len(receipts) < 30
    with serving(tmp_path) as portal:
        terminal = Terminal(portal.url)
        for one in sealed:
            receipt = terminal.submit(one).json()["receipt_no"]
            assert receipts.setdefault(one.id, receipt) == receipt
        for one in sealed:
            wait_for(terminal, one.id, "concluded")
        terminal.close()
    assert sorted(line["id"] for line in listed(tmp_path)) == sorted(one.id for one in sealed)
    assert len(set(receipts.values())) == 30


def _send_all(url: str, sealed: list[Sealed], receipts: dict[str, str]) -> None:
    terminal = Terminal(url)
    try:
        for one in sealed:
            receipts[one.id] = terminal.submit(one).json()["receipt_no"]
    except requests.ConnectionError:
        return
    finally:
        terminal.close()


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--dir", "x", "--workers", "0"],
        ["serve", "--dir", "x", "--host", "0.0.0.0"],  # noqa: S104 - it must be refused
        ["enrol", "x"],
        ["release", "build"],
    ],
)
def test_what_this_version_does_not_do_and_what_is_unsafe_is_wrong_usage(words: list[str]) -> None:
    done = subprocess.run(
        portal_command(*words), capture_output=True, cwd=Path.cwd(), timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr
