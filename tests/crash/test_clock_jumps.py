"""The wall clock is turned by years while items wait (libfaketime): nothing expires or waits."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from crash_checks import CHILD, Child
from fault_proxy import Fault, FaultProxy, Plan
from portal_support import listed, serving
from sync_support import portal_key

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
SCRIPT = CHILD.with_name("crash_clock_child.py")
NO_ANSWER = Plan(1.0, 1, (Fault.RESET_BEFORE,))
NOW, SEVEN_BACK, ONE_ON, TEN_ON, TEN_BACK, EPOCH = (
    "@2026-11-22 10:00:00",
    "@2019-11-22 10:00:00",
    "@2027-11-22 10:00:00",
    "@2036-11-22 10:00:00",
    "@2016-11-22 10:00:00",
    "@1970-01-02 00:00:00",
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LIBRARY.exists(), reason="NOT TESTED: libfaketime is not installed"),
]


@dataclass(frozen=True)
class Terminal:
    """Where its store lies, whom it talks to, and the file that holds its time."""

    folder: Path
    url: str
    key: str
    time: Path

    def turn(self, wall: str) -> None:
        """Set the wall clock of a running process."""
        part = self.time.with_suffix(".part")
        part.write_text(wall + "\n")
        part.replace(self.time)

    def start(self, wall: str, *options: str) -> Child:
        self.turn(wall)
        return Child.of(
            [sys.executable, str(SCRIPT), str(self.folder), self.url, self.key, *options],
            LD_PRELOAD=str(LIBRARY),
            FAKETIME_TIMESTAMP_FILE=str(self.time),
            FAKETIME_CACHE_DURATION="1",
            NO_FAKE_STAT="1",
            DONT_FAKE_MONOTONIC="1",
            TZ="UTC",
        )


@contextmanager
def terminal(tmp_path: Path) -> Iterator[tuple[Terminal, FaultProxy]]:
    """A terminal whose portal does not answer until the proxy is told to let it."""
    with serving(tmp_path / "portal") as portal, FaultProxy(portal.url, NO_ANSWER) as proxy:
        key = portal_key(portal.url)
        text = f"{key.id}:{key.public.hex()}"
        yield Terminal(tmp_path / "state", proxy.url, text, tmp_path / "time"), proxy


def _jump(of: Terminal, child: Child, wall: str) -> None:
    of.turn(wall)
    assert child.wait_for(f"wall {wall[1:5]}")


def _tried(child: Child, count: int) -> bool:
    """Until so many attempts failed; more may have failed by then."""

    def enough(lines: Sequence[str]) -> bool:
        words = [line.split() for line in lines if line.startswith("tried ")]
        return any(int(word[1]) >= count for word in words)

    return child.wait(enough)


def _said(child: Child, word: str) -> list[str]:
    return [line.strip() for line in child.lines if line.startswith(f"{word} ")]


def _arrived_once(tmp_path: Path, child: Child) -> None:
    assert child.wait_for("end", 100.0), child.lines[-5:]
    assert _said(child, "late") == []
    assert _said(child, "state") == []
    ids = [row["id"] for row in listed(tmp_path / "portal")]
    assert len(ids) == 6
    assert {f"acked {each}" for each in ids} == set(_said(child, "acked"))


def test_years_forth_and_back_while_items_wait_change_nothing(tmp_path: Path) -> None:
    with terminal(tmp_path) as (one, proxy), one.start(NOW) as child:
        assert _tried(child, 3)
        for wall in (SEVEN_BACK, ONE_ON, TEN_ON, TEN_BACK, EPOCH):
            _jump(one, child, wall)
        proxy.set_rate(0.0)
        _arrived_once(tmp_path, child)


def test_a_start_in_1970_after_a_kill_in_2036_sends_what_waited(tmp_path: Path) -> None:
    with terminal(tmp_path) as (one, proxy):
        with one.start(NOW) as child:
            assert _tried(child, 2)
            _jump(one, child, TEN_ON)
            assert _tried(child, 4)
        with one.start(EPOCH) as child:
            assert _tried(child, 5)
            proxy.set_rate(0.0)
            _arrived_once(tmp_path, child)


@pytest.mark.deep
def test_a_first_start_in_1970_collects_and_sends(tmp_path: Path) -> None:
    with terminal(tmp_path) as (one, proxy), one.start(EPOCH) as child:
        proxy.set_rate(0.0)
        _arrived_once(tmp_path, child)


def test_a_schedule_by_the_wall_clock_is_caught(tmp_path: Path) -> None:
    """The negative control: what waits is due in seven years."""
    with terminal(tmp_path) as (one, _proxy), one.start(NOW, "--broken", "wall") as child:
        assert _tried(child, 3)
        assert _said(child, "late") == []
        _jump(one, child, SEVEN_BACK)
        assert child.wait_for("late ")
