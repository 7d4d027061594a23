"""SIGKILL at each point of the store and at random moments: what was said is still true."""

import random
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from store_support import Store

from offline_cache.clock import SystemClock
from offline_cache.documents import missing_pages

CHILD = Path(__file__).resolve().parents[1] / "support" / "store_child.py"
ROOT = CHILD.parents[2]
POINTS = [
    "migration.before_commit",
    "page.staged",
    "page.kept",
    "put.before_commit",
    "put.after_commit",
    "ack.before_commit",
    "ack.after_commit",
    "print.sending",
    "purge.before_commit",
    "purge.committed",
    "purge.files",
]


@dataclass(frozen=True)
class Promises:
    """What the killed process had said."""

    put: set[str]
    acked: set[str]

    @classmethod
    def of(cls, text: str) -> "Promises":
        words = [
            line.split() for line in text.splitlines() if line.endswith(tuple("0123456789abcdef"))
        ]
        said = [each for each in words if len(each) == 2]
        return cls(
            {name for what, name in said if what == "put"},
            {name for what, name in said if what == "acked"},
        )


def run(folder: Path, *options: str, life_s: float | None = None) -> tuple[int, str]:
    process = subprocess.Popen(
        [sys.executable, str(CHILD), str(folder), *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{CHILD.parent}", "PATH": "/usr/bin:/bin"},
    )
    with process:
        assert process.stdout is not None
        first = process.stdout.readline()
        timer = threading.Timer(life_s or 100.0, process.kill)
        timer.start()
        try:
            rest = process.stdout.read()
        finally:
            timer.cancel()
            timer.join()
    return process.returncode, first + rest


def examine(folder: Path, promises: Promises) -> None:
    """Reopen and compare; the store must also go on working."""
    with Store(folder, clock=SystemClock()) as store:
        states = {row.id: row.state.value for row in store.outbox.rows()}
        assert promises.put - set(states) == set()
        assert {states[each] for each in promises.acked} <= {"ACKED", "PURGED"}
        assert set(states.values()) <= {"SEALED", "ACKED", "PURGED"}
        assert store.database.verify().ok
        assert missing_pages(store.database) == {}
        rows = store.database.read("SELECT id FROM document")
        files = {file.name for file in (folder / "documents").iterdir()}
        assert files == {str(row[0]) for row in rows}
        numbers = [row.collection_no for row in store.outbox.rows()]
        assert len(set(numbers)) == len(numbers)
        assert store.put().collection_no not in numbers


@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("point", POINTS)
def test_nothing_promised_is_lost_when_killed_at(point: str, nth: int, tmp_path: Path) -> None:
    code, text = run(tmp_path, "--die-at", point, "--nth", str(nth), "--rounds", "5")
    killed = not (point.startswith("migration") and nth > 1)
    assert code == (-9 if killed else 0)
    examine(tmp_path, Promises.of(text))


@pytest.mark.slow
def test_nothing_promised_is_lost_over_random_kills_of_the_same_store(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    put: set[str] = set()
    acked: set[str] = set()
    for _ in range(12):
        code, text = run(tmp_path, life_s=chance.uniform(0.1, 0.5))
        assert code == -9
        promises = Promises.of(text)
        put |= promises.put
        acked |= promises.acked
        examine(tmp_path, Promises(put, acked))
    assert len(put) > 20


def test_a_receipt_that_was_being_printed_is_unknown_afterwards(tmp_path: Path) -> None:
    _code, text = run(tmp_path, "--die-at", "print.sending")
    (acked,) = Promises.of(text).acked
    with Store(tmp_path, clock=SystemClock()) as store:
        assert store.journal.job(f"job-{acked}").state.value == "UNKNOWN"
        assert [ticket.id for ticket in store.outbox.unfinished_receipts()] == [acked]


def test_a_commit_that_nobody_was_told_of_is_found_at_the_start(tmp_path: Path) -> None:
    _code, text = run(tmp_path, "--die-at", "put.after_commit")
    assert Promises.of(text).put == set()
    with Store(tmp_path, clock=SystemClock()) as store:
        (ticket,) = store.outbox.unfinished_receipts()
        assert store.next_id() == ticket.id
