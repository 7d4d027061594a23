"""`kiosk demo` killed at random moments behind a proxy that breaks 40 % of the requests."""

import itertools
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from program import events, fault_proxy, kiosk, portal, portal_list

_LONGEST_S = 60.0


def _killed_run(folder: Path, url: str, chance: random.Random, round_no: int) -> str:
    """Start a run of visits and kill it somewhere after some of its events; returns what it said.

    The moment counts events and not seconds, so that a busy machine kills as late as a quiet one.
    """
    path = "changed" if round_no % 3 == 0 else "promise"
    command = ["demo", "--out", str(folder), "--visits", "20", "--path", path]
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", *command, "--portal", url, "--json", "--wait", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    watch = threading.Timer(_LONGEST_S, process.kill)
    watch.start()
    count, rest_s = chance.randint(5, 50), chance.uniform(0.0, 0.4)
    said = list(itertools.islice(process.stdout, count))
    threading.Event().wait(rest_s)
    process.kill()
    watch.cancel()
    watch.join()
    said += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return "".join(said)


def _kill_many(tmp_path: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    sealed: list[str] = []
    with portal(tmp_path / "portal") as url, fault_proxy(url, rate=0.4, seed=seed) as broken:
        for round_no in range(kills):
            said = _killed_run(tmp_path / "demo", broken, chance, round_no)
            sealed += [each["id"] for each in events(said, "sealed")]
        drained = kiosk(
            "demo",
            *("--out", str(tmp_path / "demo"), "--visits", "0", "--portal", broken),
            *("--json", "--wait", "240"),
            timeout_s=280.0,
        )
        assert drained.returncode == 0, drained.stdout[-500:] + drained.stderr[-500:]
    arrived = [each["id"] for each in portal_list(tmp_path / "portal")]
    assert len(sealed) >= kills // 2, "too few visits were sealed to prove anything"
    assert len(arrived) == len(set(arrived))
    assert set(sealed) <= set(arrived)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_sealed_visit_of_a_killed_terminal_arrives_once(tmp_path: Path) -> None:
    _kill_many(tmp_path, kills=4, seed=11)


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_fifty_kills_lose_nothing_and_send_nothing_twice(tmp_path: Path) -> None:
    _kill_many(tmp_path, kills=55, seed=5)
