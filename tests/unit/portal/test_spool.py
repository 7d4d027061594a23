import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.spool import PartGoneError, Spool


def test_a_part_grows_by_whole_writes(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.begin("a", 10)
    for expected in (0, 3):
        with spool.held("a") as file:
            assert file.tell() == expected
            spool.append(file, b"abc")
    assert spool.path("a").read_bytes() == b"abcabc"


def test_one_at_a_time_holds_a_part(tmp_path: Path) -> None:
    spool, inside, most = Spool(tmp_path), 0, 0
    spool.begin("a", 1000)

    def add(_number: int) -> None:
        nonlocal inside, most
        with spool.held("a") as file:
            inside += 1
            most = max(most, inside)
            spool.append(file, b"x" * 10)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    assert most == 1
    assert spool.path("a").stat().st_size == 400


def test_a_part_that_is_taken_away_while_one_waits_is_gone(tmp_path: Path) -> None:
    spool, waiting = Spool(tmp_path), threading.Event()
    spool.begin("a", 10)

    def wait() -> str:
        waiting.set()
        try:
            with spool.held("a"):
                return "held"
        except PartGoneError:
            return "gone"

    with ThreadPoolExecutor(1) as pool:
        with spool.held("a") as file:
            spool.append(file, b"abc")
            answer = pool.submit(wait)
            assert waiting.wait(20)
            spool.path("a").rename(tmp_path / "kept")
        assert answer.result(20) == "gone"


def test_an_unknown_part_is_gone_and_its_removal_is_fine(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(PartGoneError), spool.held("a"):
        pass
    spool.remove("a")
    assert not spool.exists("a")


def test_a_part_that_the_disk_cannot_hold_is_refused_at_once(tmp_path: Path) -> None:
    status = os.statvfs(tmp_path)
    with pytest.raises(OSError, match=f"Errno {errno.ENOSPC}"):
        Spool(tmp_path).begin("a", status.f_bavail * status.f_frsize)
    assert not Spool(tmp_path).exists("a")
