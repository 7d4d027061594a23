"""System calls fail at random (libfiu): what was promised is in the store, no more and no less."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from crash_checks import CHILD, ROOT, Promises, examine
from crash_child import LIMITS
from crash_mounts import tool
from store_support import Store

FIU = tool("fiu-run")
STUBBORN = CHILD.with_name("crash_stubborn_child.py")
OPERATIONS = 400
# EIO where SQLite waits for the disk, ENOSPC where it writes: these are the names that it calls
REAL = (("posix/io/sync/fdatasync", 0.05, 5), ("posix/io/rw/pwrite", 0.02, 28))
# the names that one would guess first
GUESSED = (("posix/io/sync/fsync", 0.05, 5), ("posix/io/rw/write", 0.02, 28))
# the page files are ours, and Python calls fsync
PAGES = (*REAL, ("posix/io/sync/fsync", 0.03, 5))
Faults = tuple[tuple[str, float, int], ...]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(FIU is None, reason="NOT TESTED: fiu-run is not installed"),
]


@dataclass(frozen=True)
class Course:
    """What a process under libfiu said."""

    promises: Promises
    failed: Counter[str]


def _run(folder: Path, faults: Faults, *options: str) -> Course:
    """Work on a store while its system calls fail; a course without faults proves nothing."""
    with Store(folder, limits=LIMITS) as store:
        # key, ballast and tables are there: without pages, SQLite alone writes from here on
        assert store.database.verify().ok
    orders: list[str] = []
    for name, share, number in faults:
        orders += ["-c", f"enable_random name={name},probability={share},failinfo={number}"]
    done = subprocess.run(
        [str(FIU), "-x", *orders, sys.executable, str(STUBBORN), str(folder), *options],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{CHILD.parent}", "PATH": "/usr/bin:/bin"},
        timeout=100,
    )
    lines = done.stdout.splitlines()
    assert lines[-1:] == ["end"], done.stderr[-3000:]
    promises = Promises()
    promises.hear(lines)
    failed = Counter(line.split()[1] for line in lines if line.startswith("failed "))
    assert failed.total() > 0, "nothing injected"
    return Course(promises, failed)


@pytest.mark.parametrize("pages", [False, True])
def test_four_hundred_operations_with_failing_calls_keep_every_promise(
    pages: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
) -> None:
    faults, options = (PAGES, ["--pages"]) if pages else (REAL, [])
    course = _run(tmp_path / "store", faults, str(OPERATIONS), *options)
    assert set(course.failed) <= {"STORE_FAULT", "STORE_FULL"}
    damage = examine(tmp_path / "store", course.promises)
    assert not damage.any(), damage
    with Store(tmp_path / "store", limits=LIMITS) as store:
        assert {row.id for row in store.outbox.rows()} == set(course.promises.put)


def test_guessed_names_inject_nothing_and_the_suite_says_so(tmp_path: Path) -> None:
    """The negative control: a run without faults may not pass for a proof."""
    with pytest.raises(AssertionError, match="nothing injected"):
        _run(tmp_path / "store", GUESSED, str(OPERATIONS))
