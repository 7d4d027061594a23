"""Every fault of the portal does what its name says, and is written down."""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from portal_support import Served, Terminal, seal


@contextmanager
def fault(served: Served, name: str, **arguments: object) -> Iterator[None]:
    """A fault that is on during the block and must have been played at least once."""
    journal = served.folder / "faults.jsonl"
    if not (served.folder / "faults.json").exists():
        (served.folder / "faults.json").write_text("{}")
    before = len(journal.read_text().splitlines()) if journal.exists() else 0
    url = f"{served.url}/_faults/{name}"
    assert requests.put(url, data=json.dumps(arguments), timeout=10).json()["on"]
    try:
        yield
    finally:
        assert not requests.delete(url, timeout=10).json()["on"]
    injected = [json.loads(line)["fault"] for line in journal.read_text().splitlines()[before:]]
    assert name in injected


def submitted(terminal: Terminal) -> tuple[str, str, requests.Response]:
    sealed = seal(terminal.key())
    return sealed.id, sealed.sha256, terminal.submit(sealed)


def test_down_answers_for_one_group_only(served: Served, terminal: Terminal) -> None:
    with fault(served, "down", group="intake"):
        answer = submitted(terminal)[2]
        assert terminal.session.get(f"{terminal.url}/v1/time", timeout=5).status_code == 200
    assert (answer.status_code, answer.json()["group"]) == (503, "intake")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize(
    ("kind", "status"), [("500", 500), ("502", 502), ("503", 503), ("503-date", 503), ("429", 429)]
)
def test_status_answers_with_that_status(
    served: Served, terminal: Terminal, kind: str, status: int
) -> None:
    with fault(served, "status", kind=kind):
        answer = terminal.session.get(f"{terminal.url}/v1/time", timeout=5)
    assert answer.status_code == status
    assert answer.headers.get("Retry-After", "").endswith("GMT") == (kind == "503-date")


def test_delay_answers_late(served: Served, terminal: Terminal) -> None:
    with fault(served, "delay", seconds=0.4):
        began = time.monotonic()
        terminal.session.get(f"{terminal.url}/v1/time", timeout=5)
    assert time.monotonic() - began >= 0.4


def test_empty_200_has_no_body_and_takes_nothing(served: Served, terminal: Terminal) -> None:
    with fault(served, "empty_200", group="intake"):
        identity, _, answer = submitted(terminal)
    assert (answer.status_code, answer.content) == (200, b"")
    assert terminal.session.get(f"{terminal.url}/v1/submissions/{identity}").status_code == 404


def test_html_200_is_no_json(served: Served, terminal: Terminal) -> None:
    with fault(served, "html_200", group="intake"):
        answer = submitted(terminal)[2]
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_ack_other_id_echoes_another_id(served: Served, terminal: Terminal) -> None:
    with fault(served, "ack_other_id"):
        identity, _, answer = submitted(terminal)
    assert answer.json()["id"] != identity


def test_ack_other_sha_echoes_another_digest(served: Served, terminal: Terminal) -> None:
    with fault(served, "ack_other_sha"):
        _, sha256, answer = submitted(terminal)
    assert answer.json()["sha256"] != sha256


def test_ack_no_receipt_has_none(served: Served, terminal: Terminal) -> None:
    with fault(served, "ack_no_receipt"):
        answer = submitted(terminal)[2]
    assert answer.json()["receipt_no"] == ""


def test_in_progress_takes_nothing(served: Served, terminal: Terminal) -> None:
    with fault(served, "in_progress", count=1):
        sealed = seal(terminal.key())
        assert terminal.submit(sealed).status_code == 409
        assert terminal.submit(sealed).status_code == 201


@pytest.mark.parametrize("name", ["correction", "not_accepted"])
def test_a_played_decision_carries_its_reasons(
    served: Served, terminal: Terminal, name: str
) -> None:
    with fault(served, name):
        identity = submitted(terminal)[0]
        ack = _after_received(terminal, identity)
    assert ack["stage"] == name
    assert ack["result"]["reasons"]


def test_slow_acceptance_stays_received(served: Served, terminal: Terminal) -> None:
    with fault(served, "slow_acceptance"):
        identity = submitted(terminal)[0]
        deadline = time.monotonic() + 1.0
        while time.monotonic() < deadline:
            assert terminal.stage_of(identity)["stage"] == "received"


def test_storage_full_refuses_a_new_upload(served: Served, terminal: Terminal) -> None:
    with fault(served, "storage_full"):
        answer = terminal.create(seal(terminal.key(), {1: b"page"}), 1)
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "60")


def test_gone_and_offset_wrong_lie_about_an_upload(served: Served, terminal: Terminal) -> None:
    path = terminal.create(seal(terminal.key(), {1: b"page"}), 1).headers["Location"]
    with fault(served, "gone"):
        assert terminal.tus("HEAD", path).status_code == 410
    with fault(served, "offset_wrong"):
        assert terminal.tus("HEAD", path).headers["Upload-Offset"] != "0"
    assert terminal.tus("HEAD", path).headers["Upload-Offset"] == "0"


def test_drop_partial_keeps_nothing_of_a_cut_part(served: Served, terminal: Terminal) -> None:
    sealed = seal(terminal.key(), {1: os.urandom(100_000)})
    path = terminal.create(sealed, 1).headers["Location"]
    parts = urlsplit(served.url)
    head = f"PATCH {path} HTTP/1.1\r\nHost: x\r\nTerminal-Id: SH-000001\r\nTus-Resumable: 1.0.0\r\n"
    head += "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
    head += "Content-Length: 100000\r\n\r\n"
    with (
        fault(served, "drop_partial"),
        socket.create_connection((parts.hostname, parts.port), timeout=10) as wire,
    ):
        wire.sendall(head.encode() + sealed.pages[1][:5000])
        wire.shutdown(socket.SHUT_WR)
        while wire.recv(4096):
            pass
        assert terminal.tus("HEAD", path).headers["Upload-Offset"] == "0"


def test_an_unknown_fault_is_refused(served: Served) -> None:
    (served.folder / "faults.json").write_text("{}")
    answer = requests.put(f"{served.url}/_faults/meteor", data="{}", timeout=10)
    assert answer.status_code == 400


def test_without_the_file_the_switch_is_closed(served: Served) -> None:
    (served.folder / "faults.json").unlink(missing_ok=True)
    answer = requests.put(f"{served.url}/_faults/down", data="{}", timeout=10)
    assert answer.status_code == 403


def _after_received(terminal: Terminal, identity: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while (ack := terminal.stage_of(identity))["stage"] == "received":
        assert time.monotonic() < deadline
    return ack
