"""Keys, time, heartbeat, ratings and the fault switch of the command line."""

import json
import subprocess
from typing import Any

from portal_support import COLLECTION_NO, Served, Terminal, new_id, portal_command


def rating(**members: object) -> bytes:
    body: dict[str, Any] = {"satisfaction": 5, "reasons": [], "at": "2026-11-22T01:02:03Z"}
    return json.dumps(body | {"channel": "KIOSK"} | members).encode()


def test_keys_are_the_published_file_and_have_a_strong_etag(
    served: Served, terminal: Terminal
) -> None:
    answer = terminal.session.get(f"{terminal.url}/v1/keys", timeout=10)
    assert answer.json()["sealing"] == [json.loads((served.folder / "sealing.pub").read_text())]
    etag = answer.headers["ETag"]
    assert etag.startswith('"')
    again = terminal.session.get(
        f"{terminal.url}/v1/keys", headers={"If-None-Match": etag}, timeout=10
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_case_is_rated_once_and_a_replay_repeats_the_receipt(terminal: Terminal) -> None:
    identity, body = new_id(), rating(collection_no=COLLECTION_NO)
    first = terminal.put("evaluations", identity, body)
    second = terminal.put("evaluations", identity, body)
    other = terminal.put("evaluations", new_id(), body)
    assert (first.status_code, second.status_code, other.status_code) == (201, 200, 409)
    assert first.json()["receipt_no"] == second.json()["receipt_no"]
    assert other.json()["ack"]["id"] == identity


def test_a_rating_names_exactly_one_case(terminal: Terminal) -> None:
    assert terminal.put("evaluations", new_id(), rating()).status_code == 422


def test_a_heartbeat_speaks_for_its_own_terminal_only(terminal: Terminal) -> None:
    beat = {"terminal": "SH-000001", "app": "0.1", "boot": 1, "up_s": 2, "outbox": {}}
    beat |= {"clock": {"state": "free"}, "devices": {"card": 0}, "disk_free_mb": 100}
    url = f"{terminal.url}/v1/heartbeat"
    assert terminal.session.post(url, json=beat, timeout=10).json()["look"] == []
    foreign = beat | {"terminal": "SH-000002"}
    assert terminal.session.post(url, json=foreign, timeout=10).status_code == 403


def test_the_command_line_switches_a_fault_of_a_running_portal(
    served: Served, terminal: Terminal
) -> None:
    url = f"{terminal.url}/v1/time"
    for switch, status in (("on", 503), ("off", 200)):
        words = ("faults", "terminal", "down", switch, "--dir", str(served.folder))
        subprocess.run(portal_command(*words), check=True, capture_output=True, timeout=60)
        assert terminal.session.get(url, timeout=10).status_code == status
