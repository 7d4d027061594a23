"""Every fault of the portal does what its name says, and is written down."""

import os
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from faults_support import allow_switching, fault
from portal_support import Served, Terminal, new_id, seal
from services_support import put_below


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


def test_redirect_points_elsewhere_and_takes_nothing(served: Served, terminal: Terminal) -> None:
    url = f"{terminal.url}/v1/keys"
    with fault(served, "redirect", group="terminal"):
        answer = terminal.session.get(url, timeout=5, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "/v1/time")


def test_date_skew_moves_the_date_of_answers_only(served: Served, terminal: Terminal) -> None:
    with fault(served, "date_skew", seconds=7200):
        answer = terminal.session.get(f"{terminal.url}/v1/time", timeout=5)
    told = parsedate_to_datetime(answer.headers["Date"])
    assert timedelta(minutes=110) < told - datetime.now(UTC) < timedelta(minutes=130)
    assert abs(datetime.fromisoformat(answer.json()["now"]) - datetime.now(UTC)).seconds < 60


def test_an_answer_has_one_date_and_with_no_date_none(served: Served, terminal: Terminal) -> None:
    url = f"{terminal.url}/v1/time"
    dated = terminal.session.get(url, timeout=5)
    assert len(dated.raw.headers.getlist("Date")) == 1
    with fault(served, "no_date"):
        assert "Date" not in terminal.session.get(url, timeout=5).headers


def test_unknown_problem_has_a_type_of_another_version(served: Served, terminal: Terminal) -> None:
    with fault(served, "unknown_problem", group="intake", status=409):
        answer = submitted(terminal)[2]
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:quanban:problem:of-a-later-version"


def test_wrong_type_takes_the_act_and_labels_the_ack_wrongly(
    served: Served, terminal: Terminal
) -> None:
    sealed = seal(terminal.key())
    with fault(served, "wrong_type", group="intake"):
        answer = terminal.submit(sealed)
    assert answer.headers["Content-Type"].startswith("text/plain")
    replay = terminal.submit(sealed)
    assert replay.headers["Idempotent-Replayed"] == "true"
    assert replay.json()["receipt_no"] == answer.json()["receipt_no"]


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


def test_ack_accepted_without_date_lacks_what_makes_it_legal(
    served: Served, terminal: Terminal
) -> None:
    with fault(served, "ack_accepted_without_date"):
        ack = submitted(terminal)[2].json()
    assert (ack["stage"], ack["accept_date"], ack["project_no"]) == ("accepted", None, None)


def test_order_gap_asks_for_an_earlier_part(served: Served, terminal: Terminal) -> None:
    key, case_id = terminal.key(), new_id()
    first = seal(key, case_id=case_id)
    second = seal(key, case_id=case_id, case_seq=2, kind="correction")
    assert terminal.submit(first).status_code == 201
    with fault(served, "order_gap"):
        answer = terminal.submit(second)
    assert (answer.status_code, answer.json()["expected"]) == (409, 1)
    assert terminal.submit(second).status_code == 201


def test_key_gone_names_the_key_and_takes_nothing(served: Served, terminal: Terminal) -> None:
    sealed = seal(terminal.key())
    with fault(served, "key_gone"):
        answer = terminal.submit(sealed)
    assert (answer.status_code, answer.json()["portal_key_id"]) == (422, terminal.key()["id"])
    assert terminal.submit(sealed).status_code == 201


def test_documents_lost_asks_for_every_page_again(served: Served, terminal: Terminal) -> None:
    sealed = seal(terminal.key(), {1: b"first", 2: b"second"})
    terminal.upload(sealed)
    with fault(served, "documents_lost", count=1):
        answer = terminal.submit(sealed)
        assert (answer.status_code, answer.json()["missing"]) == (409, [1, 2])
        terminal.upload(sealed)
        assert terminal.submit(sealed).status_code == 201


def test_forget_before_takes_the_same_submission_as_a_new_one(
    served: Served, terminal: Terminal
) -> None:
    sealed = seal(terminal.key())
    first = terminal.submit(sealed)
    with fault(served, "forget_before", count=1):
        url = f"{terminal.url}/v1/submissions/{sealed.id}"
        assert terminal.session.get(url, timeout=10).status_code == 404
    second = terminal.submit(sealed)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["receipt_no"] != second.json()["receipt_no"]


def test_late_conclusion_concludes_what_was_taken_back(served: Served, terminal: Terminal) -> None:
    with fault(served, "slow_acceptance"):
        sealed = seal(terminal.key())
        terminal.submit(sealed)
        with fault(served, "late_conclusion"):
            path = f"/v1/submissions/{sealed.id}/withdrawal"
            taken = put_below(terminal, path, sealed.id, b'{"reason": "validity"}')
            assert (taken.status_code, taken.json()["state"]) == (201, "withdrawn")
            ack = _after(terminal, sealed.id, "withdrawn")
    assert ack["stage"] == "concluded"


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
        ack = _after(terminal, identity, "received")
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


def test_second_url_gives_the_same_page_another_name(served: Served, terminal: Terminal) -> None:
    sealed = seal(terminal.key(), {1: b"page"})
    first = terminal.create(sealed, 1).headers["Location"]
    with fault(served, "second_url"):
        second = terminal.create(sealed, 1)
    assert (second.status_code, second.headers["Location"] == first) == (201, False)
    assert terminal.tus("HEAD", first).status_code == 404
    assert terminal.create(sealed, 1).headers["Location"] == second.headers["Location"]


def test_an_unknown_fault_is_refused(served: Served) -> None:
    allow_switching(served)
    answer = requests.put(f"{served.url}/_faults/meteor", data="{}", timeout=10)
    assert answer.status_code == 400


def test_without_the_file_the_switch_is_closed(served: Served) -> None:
    (served.folder / "faults.json").unlink(missing_ok=True)
    answer = requests.put(f"{served.url}/_faults/down", data="{}", timeout=10)
    assert answer.status_code == 403


def _after(terminal: Terminal, identity: str, stage: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while (ack := terminal.stage_of(identity))["stage"] == stage:
        assert time.monotonic() < deadline
    return ack
