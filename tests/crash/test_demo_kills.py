"""`kiosk demo` killed at random moments behind a proxy that breaks 40 % of the requests."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from program import events, fault_proxy, kiosk, portal, portal_list


def _killed_run(folder: Path, url: str, life_s: float, round_no: int) -> str:
    """Start a run of visits, kill it after `life_s`; returns what it had said."""
    path = "changed" if round_no % 3 == 0 else "promise"
    command = ["demo", "--out", str(folder), "--visits", "20", "--path", path]
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", *command, "--portal", url, "--json", "--wait", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        said, _ = process.communicate(timeout=life_s)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    return said


def _kill_many(tmp_path: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    sealed: list[str] = []
    with portal(tmp_path / "portal") as url, fault_proxy(url, rate=0.4, seed=seed) as broken:
        for round_no in range(kills):
            said = _killed_run(tmp_path / "demo", broken, chance.uniform(2.0, 14.0), round_no)
            sealed += [each["id"] for each in events(said, "sealed")]
        drained = kiosk(
            "demo",
            *("--out", str(tmp_path / "demo"), "--visits", "0", "--portal", broken),
            *("--json", "--wait", "90"),
        )
        assert drained.returncode == 0, drained.stdout[-500:] + drained.stderr[-500:]
    arrived = [each["id"] for each in portal_list(tmp_path / "portal")]
    assert len(sealed) >= kills // 2, "too few visits were sealed to prove anything"
    assert len(arrived) == len(set(arrived))
    assert set(sealed) <= set(arrived)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_sealed_visit_of_a_killed_terminal_arrives_once(tmp_path: Path) -> None:
    _kill_many(tmp_path, kills=6, seed=11)


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_fifty_kills_lose_nothing_and_send_nothing_twice(tmp_path: Path) -> None:
    _kill_many(tmp_path, kills=55, seed=5)
