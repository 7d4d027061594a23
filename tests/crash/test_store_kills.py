"""SIGKILL at each point of the store and at random moments: what was said is still true."""

import json
import random
import re
from pathlib import Path

import pytest
from crash_checks import ROOT, Child, Promises, examine
from crash_gallery import changed, hang
from store_support import Store

from offline_cache.clock import SystemClock

POINTS = (
    "ack.after_commit",
    "ack.before_commit",
    "ending.before_commit",
    "ending.committed",
    "export.before_rename",
    "message.before_commit",
    "migration.after_commit",
    "migration.before_commit",
    "migration.begun",
    "pack.written",
    "page.named",
    "page.staged",
    "print.sending",
    "purge.before_commit",
    "purge.committed",
    "purge.files",
    "put.after_commit",
    "put.before_commit",
)
# `test_sync_kills.py` has these
SENDING_POINTS = {"uploader.after_patch", "uploader.answered"}
# SQLite's own calls: in the middle of a commit and of a checkpoint
FILE_POINTS = (
    "vfs.commit.write",
    "vfs.commit.sync",
    "vfs.checkpoint.write",
    "vfs.checkpoint.sync",
)
LATER_POINTS = (*(point for point in POINTS if "migration" not in point), *FILE_POINTS)


def test_every_named_point_has_a_case_here() -> None:
    """A point without a case would be a promise that nobody tries to break."""
    named: set[str] = set()
    for folder in ("offline_cache", "kiosk/sync"):
        for file in (ROOT / folder).glob("*.py"):
            named |= set(re.findall(r'reached\("([a-z_.]+)"\)', file.read_text()))
    assert named == set(POINTS) | SENDING_POINTS


def _kill_at(tmp_path: Path, point: str, nth: int) -> None:
    """Kill a process that works on a store with something in every state."""
    folder, stick = tmp_path / "store", tmp_path / "stick"
    gallery = {} if point.startswith("migration") else hang(folder)
    assert len(set(gallery.values())) in {0, 7}
    promises = Promises()
    options = ["--export", str(stick)] if point.startswith("export") else []
    with Child(folder, "--die-at", point, "--nth", str(nth), "--rounds", "40", *options) as child:
        assert child.end() == -9
        promises.hear(child.lines)
    damage = examine(folder, promises)
    assert not damage.any(), damage
    assert changed(gallery, damage.states) == {}
    _exports_are_whole(stick)
    with Store(folder, clock=SystemClock()) as store:
        numbers = [row.collection_no for row in store.outbox.rows() if row.collection_no]
        assert len(set(numbers)) == len(numbers)
        assert store.put().collection_no not in numbers


def _exports_are_whole(stick: Path) -> None:
    for folder in stick.glob("quanban-*[!t]"):
        listed = json.loads((folder / "export.json").read_text())
        for each in (*listed["submissions"], *listed["messages"]):
            assert (folder / each["path"]).stat().st_size == each["size"]


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_nothing_promised_is_lost_and_no_state_changes_when_killed_at(
    point: str, tmp_path: Path
) -> None:
    _kill_at(tmp_path, point, 1 if point.startswith("migration") else 2)


@pytest.mark.deep
@pytest.mark.parametrize("nth", [1, 3, 6])
@pytest.mark.parametrize("point", LATER_POINTS)
def test_nor_at_the_first_third_and_sixth_time(point: str, nth: int, tmp_path: Path) -> None:
    _kill_at(tmp_path, point, nth)


def _kill_often(folder: Path, kills: int, seed: int) -> Promises:
    chance, promises = random.Random(seed), Promises()
    for number in range(kills):
        with Child(folder, "--seed", str(seed + number)) as child:
            assert child.wait_for("open")
            child.wait_for("stopped", chance.uniform(0.02, 0.4))
            child.kill()
            promises.hear(child.lines)
        damage = examine(folder, promises)
        assert not damage.any(), damage
    return promises


@pytest.mark.slow
def test_nothing_promised_is_lost_over_random_kills_of_the_same_store(tmp_path: Path) -> None:
    promises = _kill_often(tmp_path / "store", 6, 20261122)
    assert len(promises.put) >= 6


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_nor_over_two_hundred_kills(tmp_path: Path) -> None:
    promises = _kill_often(tmp_path / "store", 200, 1122)
    assert len(promises.put) >= 200


def test_a_receipt_that_was_being_printed_is_unknown_afterwards(tmp_path: Path) -> None:
    promises = Promises()
    with Child(tmp_path, "--die-at", "print.sending") as child:
        child.end()
        promises.hear(child.lines)
    (acked,) = promises.acked
    with Store(tmp_path, clock=SystemClock()) as store:
        assert store.journal.job(f"job-{acked}").state.value == "UNKNOWN"
        assert acked in {ticket.id for ticket in store.outbox.unfinished_receipts()}


def test_a_commit_that_nobody_was_told_of_is_found_at_the_start(tmp_path: Path) -> None:
    promises = Promises()
    with Child(tmp_path, "--die-at", "put.after_commit") as child:
        child.end()
        promises.hear(child.lines)
    assert promises.put == {}
    with Store(tmp_path, clock=SystemClock()) as store:
        (ticket,) = store.outbox.unfinished_receipts()
        assert store.next_id() == ticket.id
