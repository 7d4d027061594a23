"""A full disk: a typed error, nothing lost, and acknowledgements can still be recorded."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_mounts import cannot_mount, ext4, tmpfs
from store_support import Store

from offline_cache.clock import SystemClock
from offline_cache.database import Limits
from offline_cache.errors import StoreFullError

CHILD = Path(__file__).resolve().parents[1] / "support" / "store_child.py"
ROOT = CHILD.parents[2]
MIB = 1024 * 1024


def run(folder: Path, *options: str) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, str(CHILD), str(folder), "--full", *options],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{CHILD.parent}", "PATH": "/usr/bin:/bin"},
        timeout=100,
    )
    return [line.split() for line in done.stdout.splitlines()]


def ids(lines: list[list[str]], word: str) -> list[str]:
    return [line[1] for line in lines if line[0] == word]


@pytest.fixture(params=["tmpfs", "ext4"])
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 8 MiB, and a real ext4 of 16 MiB."""
    make, mib = (tmpfs, 8) if request.param == "tmpfs" else (ext4, 16)
    why_not = cannot_mount(loops=make is ext4)
    if why_not:
        pytest.skip(why_not)
    with make(tmp_path / "disk", mib) as folder:
        yield folder


def test_on_a_full_disk_nothing_is_lost_and_the_queue_still_empties_itself(
    small_disk: Path,
) -> None:
    lines = run(small_disk / "store")
    put, acked = ids(lines, "put"), ids(lines, "acked")
    assert ids(lines, "stopped") == ["STORE_FULL"]
    assert len(put) > 5
    assert sorted(acked) == sorted(put)  # ids made in one millisecond have no order
    with Store(small_disk / "store", clock=SystemClock()) as store:
        assert {row.id for row in store.outbox.rows()} >= set(put)
        assert store.database.verify().ok
        assert not store.database.drain_only
        assert store.retention.room().why is None


def test_a_disk_filled_by_others_stops_the_put_and_the_ballast_lets_the_ack_through(
    small_disk: Path,
) -> None:
    limits = Limits(ballast_bytes=512 * 1024, reserve_bytes=0, quota_share=1.0)
    with Store(small_disk / "store", clock=SystemClock(), limits=limits) as store:
        ticket = store.put()
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            _fill(file.fileno())
        for _ in range(60):
            store.outbox.mark_retry(ticket.id, "PORTAL_UNREACHABLE", 0.0)
        assert store.database.drain_only
        assert store.outbox.mark_received(ticket.id, store.ack(ticket.id))
        assert store.state(ticket.id) == "ACKED"
        assert filler.stat().st_size > MIB


@pytest.mark.parametrize("ballast", [0, 512 * 1024])
def test_without_a_ballast_the_full_disk_keeps_the_ack_out(ballast: int, small_disk: Path) -> None:
    """The negative control of the ballast."""
    limits = Limits(ballast_bytes=ballast, reserve_bytes=0, quota_share=1.0)
    with Store(small_disk / "store", clock=SystemClock(), limits=limits) as store:
        ticket = store.put()
        store.database.checkpoint()
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            _fill(file.fileno())
        recorded = _record(store, ticket.id)
        assert recorded is (ballast > 0)
        filler.unlink()
        assert store.database.verify().ok


def test_a_file_size_limit_is_a_typed_error_and_acked_rows_stay(tmp_path: Path) -> None:
    lines = run(tmp_path, "--file-size", str(600 * 1024))
    put = ids(lines, "put")
    assert ids(lines, "stopped")[0] in {"STORE_FULL", "STORE_FAULT"}
    with Store(tmp_path, clock=SystemClock()) as store:
        assert {row.id for row in store.outbox.rows()} >= set(put)
        assert store.database.verify().ok


def _fill(descriptor: int) -> None:
    try:
        while os.write(descriptor, bytes(4096)):
            pass
    except OSError:
        return


def _record(store: Store, submission_id: str) -> bool:
    try:
        return store.outbox.mark_received(submission_id, store.ack(submission_id))
    except StoreFullError:
        return False
