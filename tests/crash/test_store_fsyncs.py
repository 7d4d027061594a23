"""How often the store waits for the disk; kill -9 proves nothing about power, the count does."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from store_support import bytes_below

CHILD = Path(__file__).resolve().parents[1] / "support" / "store_child.py"
ROOT = CHILD.parents[2]
ROUNDS = 100
MARK = b'"portal_key_id":"'  # in every stored body
STRACE = shutil.which("strace")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
]


def fsyncs(folder: Path, *options: str) -> dict[str, int]:
    """Counts of a child's fsync and fdatasync calls, by what they were made on."""
    trace = folder / "trace"
    command = [str(STRACE), "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", str(trace)]
    subprocess.run(
        [*command, sys.executable, str(CHILD), str(folder / "store"), *options],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{CHILD.parent}", "PATH": "/usr/bin:/bin"},
        timeout=100,
    )
    names = re.findall(r"f(?:data)?sync\(\d+<([^>]*)>", trace.read_text())
    counts = {"database": 0, "pages": 0}
    for name in names:
        counts["pages" if "/documents" in name else "database"] += 1
    return counts


def per_round(folder: Path, *options: str) -> tuple[float, float]:
    """Calls of one round, on the database and on the pages, the start subtracted."""
    (folder / "none").mkdir()
    (folder / "all").mkdir()
    start = fsyncs(folder / "none", "--rounds", "0", *options)
    whole = fsyncs(folder / "all", "--rounds", str(ROUNDS), *options)
    return (
        (whole["database"] - start["database"]) / ROUNDS,
        (whole["pages"] - start["pages"]) / ROUNDS,
    )


def test_a_put_is_one_fsync_and_a_staged_page_two(tmp_path: Path) -> None:
    """One round is a draft, a page and a put: a commit at either end; the file and its folder."""
    database, pages = per_round(tmp_path, "--puts-only")
    assert 2.0 <= database <= 2.2
    assert pages == 2.0


def test_more_pages_of_a_draft_share_the_fsync_of_the_folder(tmp_path: Path) -> None:
    """Eight pages: eight files, and the folder twice."""
    database, pages = per_round(tmp_path, "--puts-only", "--pages", "8")
    assert 2.0 <= database <= 2.2
    assert pages == 10.0


def test_taking_the_next_one_and_recording_its_receipt_is_one_fsync(tmp_path: Path) -> None:
    (tmp_path / "puts").mkdir()
    (tmp_path / "acks").mkdir()
    puts = fsyncs(tmp_path / "puts", "--rounds", str(ROUNDS), "--puts-only")
    both = fsyncs(tmp_path / "acks", "--rounds", str(ROUNDS), "--puts-only", "--then-ack")
    each = (both["database"] - puts["database"]) / ROUNDS
    assert 1.0 <= each <= 1.1
    assert both["pages"] == puts["pages"]


def test_a_purge_of_a_hundred_is_six_fsyncs_and_leaves_no_mark(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "gone").mkdir()
    done = ("--rounds", str(ROUNDS), "--puts-only", "--then-ack")
    kept = fsyncs(tmp_path / "kept", *done)
    gone = fsyncs(tmp_path / "gone", *done, "--then-purge")
    spent = sum(gone.values()) - sum(kept.values())
    assert 1 <= spent <= 6
    assert MARK in bytes_below(tmp_path / "kept" / "store")
    assert MARK not in bytes_below(tmp_path / "gone" / "store")
    assert list((tmp_path / "gone" / "store" / "documents").iterdir()) == []


def test_the_count_shows_a_store_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    """The negative control: NORMAL answers before the disk has it."""
    database, _pages = per_round(tmp_path, "--puts-only", "--normal")
    assert database < 0.5
