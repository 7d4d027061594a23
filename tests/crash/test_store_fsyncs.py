"""How often the store waits for the disk; kill -9 proves nothing about power, the count does."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = Path(__file__).resolve().parents[1] / "support" / "store_child.py"
ROOT = CHILD.parents[2]
ROUNDS = 100
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
    """Calls of one put, on the database and on the pages, the start subtracted."""
    (folder / "none").mkdir()
    (folder / "all").mkdir()
    start = fsyncs(folder / "none", "--rounds", "0", *options)
    whole = fsyncs(folder / "all", "--rounds", str(ROUNDS), *options)
    return (
        (whole["database"] - start["database"]) / ROUNDS,
        (whole["pages"] - start["pages"]) / ROUNDS,
    )


def test_a_put_is_one_fsync_and_a_staged_page_three(tmp_path: Path) -> None:
    """One round is a draft, a page and a put: a commit each, and two fsyncs for the file."""
    database, pages = per_round(tmp_path, "--puts-only")
    assert 3.0 <= database <= 3.3
    assert pages == 2.0


def test_the_count_shows_a_store_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    """The negative control: NORMAL answers before the disk has it."""
    database, _pages = per_round(tmp_path, "--puts-only", "--normal")
    assert database < 0.5
