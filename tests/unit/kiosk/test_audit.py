import json
import os
import threading
from pathlib import Path

import pytest

from kiosk.audit import TORN, Audit, Fact, Verdict, check, verify


def written(path: Path, count: int = 5) -> list[bytes]:
    audit = Audit(path, wall=lambda: 1_795_312_800.0)
    for number in range(count):
        audit.append("queue.hold", {"id": f"0192f000-{number}", "n": number, "share": 0.5})
    return path.read_bytes().splitlines(keepends=True)


def test_a_record_says_what_when_and_what_came_before(tmp_path: Path) -> None:
    first, second = (json.loads(line) for line in written(tmp_path / "audit.jsonl", 2))
    assert (first["n"], first["event"], first["prev"]) == (1, "queue.hold", "0" * 64)
    assert first["facts"] == {"id": "0192f000-0", "n": 0, "share": 0.5}
    assert first["at"] == "2026-11-22T02:00:00.000+00:00"
    assert second["prev"] == first["hash"]


def test_a_whole_chain_holds(tmp_path: Path) -> None:
    written(tmp_path / "audit.jsonl")
    assert verify(tmp_path / "audit.jsonl") == Verdict(ok=True, records=5, first_bad=None)


def test_a_journal_that_was_never_written_holds(tmp_path: Path) -> None:
    assert verify(tmp_path / "audit.jsonl") == Verdict(ok=True, records=0, first_bad=None)


def test_the_chain_goes_on_over_a_restart(tmp_path: Path) -> None:
    written(tmp_path / "audit.jsonl", 2)
    written(tmp_path / "audit.jsonl", 2)
    assert verify(tmp_path / "audit.jsonl").records == 4


@pytest.mark.parametrize("line", range(5))
def test_any_changed_byte_is_found_in_its_line(line: int, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    lines = written(path)
    missed = []
    for at in range(len(lines[line]) - 1):
        changed = bytearray(lines[line])
        changed[at] ^= 1
        path.write_bytes(b"".join([*lines[:line], bytes(changed), *lines[line + 1 :]]))
        if verify(path).first_bad != line + 1:
            missed.append(at)
    assert missed == []


@pytest.mark.parametrize(
    ("order", "first_bad"),
    [
        ([1, 2, 3, 4], 1),
        ([0, 2, 3, 4], 2),
        ([0, 2, 1, 3, 4], 2),
        ([0, 1, 1, 2, 3, 4], 3),
        ([0, 1, 2, 3, 4, 4], 6),
    ],
)
def test_a_dropped_moved_or_repeated_line_is_found(
    order: list[int], first_bad: int, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    lines = written(path)
    path.write_bytes(b"".join(lines[at] for at in order))
    verdict = verify(path)
    assert (verdict.ok, verdict.first_bad, verdict.records) == (False, first_bad, first_bad - 1)


@pytest.mark.parametrize(
    "line", [b"\n", b"[]\n", b"no json\n", b"{}\n", b'{"hash": 1}\n', b'{"hash":"x","a":NaN}\n']
)
def test_a_foreign_line_is_found_and_stays_found_after_more_records(
    line: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    written(path, 2)
    with path.open("ab") as file:
        file.write(line)
    written(path, 2)
    assert (verify(path).ok, verify(path).first_bad) == (False, 3)


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_torn_last_line_is_cut_off_and_the_cut_is_recorded(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    lines = written(path, 3)
    os.truncate(path, sum(map(len, lines)) - cut)
    assert verify(path) == Verdict(ok=False, records=2, first_bad=3)
    Audit(path)
    last = json.loads(path.read_bytes().splitlines()[-1])
    assert (last["event"], last["facts"]) == (TORN, {"bytes": len(lines[2]) - cut})
    assert verify(path) == Verdict(ok=True, records=3, first_bad=None, breaks=1)


def test_a_line_torn_while_the_journal_is_open_is_repaired_by_the_next_record(
    tmp_path: Path,
) -> None:
    path = tmp_path / "audit.jsonl"
    audit = Audit(path)
    audit.append("start")
    with path.open("ab") as file:
        file.write(b'{"half')
    audit.append("stop")
    assert verify(path) == Verdict(ok=True, records=3, first_bad=None, breaks=1)


@pytest.mark.parametrize(
    "facts",
    [
        {"number": "310104199001011234"},
        {"number": "31010419900101123X"},
        {"phone": "13800138000"},
        {"phone": 13800138000},
        {"name": "演示甲"},
        {"text": "x" * 129},
        {"Key": "x"},
        {"key": float("nan")},
        {"key": float("inf")},
        {f"k{n}": n for n in range(17)},
    ],
)
def test_what_may_be_personal_or_does_not_fit_is_refused(
    facts: dict[str, Fact], tmp_path: Path
) -> None:
    audit = Audit(tmp_path / "audit.jsonl")
    with pytest.raises(ValueError, match=r"fact|characters|personal|word|JSON"):
        audit.append("event", facts)
    assert verify(tmp_path / "audit.jsonl").records == 0


@pytest.mark.parametrize("event", ["", "Event", "a b", "queue.", "名"])
def test_an_event_is_dotted_lower_case_words(event: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="event"):
        Audit(tmp_path / "audit.jsonl").append(event)


def test_a_fact_that_is_no_plain_value_is_refused(tmp_path: Path) -> None:
    facts: dict[str, Fact] = json.loads('{"list": [1, 2]}')
    with pytest.raises(ValueError, match="type not allowed"):
        Audit(tmp_path / "audit.jsonl").append("event", facts)


def test_threads_and_a_second_journal_share_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    journals = [Audit(path), Audit(path)]

    def write(audit: Audit) -> None:
        for number in range(20):
            audit.append("event", {"n": number})

    threads = [threading.Thread(target=write, args=(journals[n % 2],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify(path) == Verdict(ok=True, records=80, first_bad=None)


def test_only_the_owner_reads_the_journal(tmp_path: Path) -> None:
    written(tmp_path / "audit.jsonl", 1)
    assert (tmp_path / "audit.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_reason_may_be_chinese_and_nothing_else_may(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    Audit(path).append("queue.hold", {"by": "tech-1", "why": "窗口已改办，原件退回"})
    assert verify(path).ok
    for facts in ({"by": "张工"}, {"why": "电话 13912345678"}, {"why": "x" * 129}, {"why": "a\nb"}):
        with pytest.raises(ValueError, match=r"by|why"):
            check("queue.hold", facts)
    check("queue.hold", {"why": "asked for, at the desk (twice)"})
