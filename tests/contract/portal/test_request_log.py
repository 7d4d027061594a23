"""The request log of a portal: one line per request, and nothing personal in it."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from portal_support import Served, Terminal, new_id, seal, serving

from portal.request_log import RequestJournal

# 演示数据: an invented person
MARKERS = ("演示甲", "11010519491231002X", "13800000000", "MARKER-PAGE", "MARKER-GRANT")
MEMBERS = {"at", "terminal", "method", "route", "ids", "status", "problem", "ms", "in", "out"}


def lines(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "requests.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def awaited(folder: Path, wanted: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    """The lines, once they are as wanted: a line comes after its answer."""
    deadline = time.monotonic() + 20
    while not wanted(found := lines(folder)):
        assert time.monotonic() < deadline, found[-5:]
    return found


def visit(terminal: Terminal) -> None:
    sealed = seal(terminal.key(), {1: b"MARKER-PAGE" * 300})
    terminal.session.headers["Resident-Grant"] = "MARKER-GRANT"
    terminal.upload(sealed)
    terminal.submit(sealed).raise_for_status()
    terminal.stage_of(sealed.id)
    key = {"Idempotency-Key": f'"{sealed.id}"'}
    terminal.put("submissions", f"{sealed.id}/withdrawal", b'{"reason":"resident"}', key)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("visits", [6, pytest.param(200, marks=pytest.mark.deep)])
def test_no_marker_of_a_visit_is_in_the_log_or_beside_it(tmp_path: Path, visits: int) -> None:
    with serving(tmp_path) as portal:
        terminal = Terminal(portal.url)
        for _ in range(visits):
            visit(terminal)
        terminal.close()
    found = lines(tmp_path)
    assert len(found) >= visits * 6
    assert all(set(line) == MEMBERS for line in found)
    readable = [
        path for path in tmp_path.rglob("*") if path.is_file() and "opened" not in path.parts
    ]
    assert any(path.name == "requests.jsonl" for path in readable)
    for path in readable:
        content = path.read_bytes()
        for marker in MARKERS:
            assert marker.encode() not in content, (path.name, marker)
            assert marker not in path.name


def test_what_a_broken_client_puts_into_a_path_or_query_is_not_written_down(
    served: Served,
) -> None:
    before = len(lines(served.folder)) if (served.folder / "requests.jsonl").exists() else 0
    for path in ("/v1/submissions/演示甲", "/v1/MARKER-PAGE", "/v1/time?name=MARKER-GRANT"):
        requests.get(served.url + path, headers={"Terminal-Id": "SH-000001"}, timeout=20)
    requests.request("MARKERS", f"{served.url}/v1/time", timeout=20)
    awaited(served.folder, lambda all_: len(all_) >= before + 4)
    text = (served.folder / "requests.jsonl").read_text()
    assert not [marker for marker in MARKERS if marker in text or ascii(marker)[1:-1] in text]
    assert "MARKERS" not in text


def test_a_line_tells_who_asked_for_what_and_what_came_of_it(
    served: Served, terminal: Terminal
) -> None:
    identity = new_id()
    terminal.session.get(f"{terminal.url}/v1/submissions/{identity}", timeout=20)
    found = awaited(served.folder, lambda all_: any(each["ids"] == [identity] for each in all_))
    (line,) = [each for each in found if each["ids"] == [identity]]
    assert (line["terminal"], line["method"], line["route"]) == (
        "SH-000001",
        "GET",
        "/v1/submissions/{id}",
    )
    assert (line["status"], line["problem"]) == (404, "unknown-id")


def test_a_log_that_is_too_long_is_set_aside_once(tmp_path: Path) -> None:
    journals = [RequestJournal(tmp_path, size_limit=200) for _ in range(2)]
    for number in range(14):
        journals[number % 2].write({"number": number, "filler": "x" * 40})
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "requests.jsonl",
        "requests.jsonl.1",
    ]
    kept = [*(tmp_path / "requests.jsonl.1").read_text().splitlines()]
    kept += (tmp_path / "requests.jsonl").read_text().splitlines()
    numbers = [json.loads(line)["number"] for line in kept]
    assert numbers == list(range(numbers[0], 14))


@pytest.mark.expects_log
def test_a_full_disk_costs_the_line_and_not_the_request(tmp_path: Path) -> None:
    journal = RequestJournal(tmp_path)
    (tmp_path / "requests.jsonl").symlink_to("/dev/full")
    journal.write({"number": 1})
    assert (tmp_path / "requests.jsonl").readlink() == Path("/dev/full")
