"""How fast a terminal sends, as a value machine and in the sender."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
from heartbeat_support import vitals
from scripted_portal import GONE, hint
from sender_support import sender_bench

from kiosk.sync.actions import Sent
from kiosk.sync.pacing import LONGEST_INTERVAL_S, Pacing, RateHint


def _times(pacing: Pacing, *, size: int, count: int, step_s: float = 0.25) -> list[float]:
    """When submissions of a size go out, asked each quarter of a second."""
    sent: list[float] = []
    now = 0.0
    while len(sent) < count:
        if pacing.wait_s(now) == 0:
            sent.append(now)
            pacing.sent(now, size=size)
        now += step_s
    return sent


def test_without_a_hint_nothing_waits() -> None:
    pacing = Pacing(lambda: 0.5)
    pacing.sent(0.0, size=10**9)
    assert pacing.wait_s(0.0) == 0


def test_the_mean_of_the_hint_is_kept_and_a_burst_is_one() -> None:
    pacing = Pacing(lambda: 0.5)
    pacing.hint(RateHint(submissions_per_min=6.0), 0.0)
    sent = _times(pacing, size=4096, count=7)
    assert sent[0] == 5.0
    assert [late - early for early, late in pairwise(sent)] == [10.0] * 6


def test_terminals_begin_anywhere_in_their_interval() -> None:
    dice = random.Random(5)
    waits = []
    for _ in range(400):
        pacing = Pacing(dice.random)
        pacing.hint(RateHint(submissions_per_min=1.7), 0.0)
        waits.append(pacing.wait_s(0.0))
    interval_s = 60 / 1.7
    assert 0 <= min(waits) < interval_s * 0.05
    assert interval_s * 0.95 < max(waits) <= interval_s
    assert abs(sum(waits) / 400 - interval_s / 2) < interval_s * 0.1


def test_bytes_are_a_debt_that_the_next_one_waits_for() -> None:
    pacing = Pacing(lambda: 0.0)
    pacing.hint(RateHint(submissions_per_min=600.0, upload_kib_s=100.0), 0.0)
    sent = _times(pacing, size=600 * 1024, count=4)
    assert [late - early for early, late in pairwise(sent)] == [6.0] * 3


def test_a_long_rest_earns_no_burst() -> None:
    pacing = Pacing(lambda: 0.0)
    pacing.hint(RateHint(submissions_per_min=6.0), 0.0)
    pacing.sent(1000.0, size=1)
    assert pacing.wait_s(1000.0) == 10.0


@pytest.mark.parametrize("per_min", [0.0, -1.0, 0.001])
def test_the_slowest_hint_still_lets_one_through_in_five_minutes(per_min: float) -> None:
    pacing = Pacing(lambda: 1.0)
    pacing.hint(RateHint(submissions_per_min=per_min), 0.0)
    assert pacing.wait_s(0.0) <= LONGEST_INTERVAL_S


def test_the_same_hint_again_and_a_flickering_line_delay_nothing() -> None:
    pacing = Pacing(lambda: 0.5)
    for second in range(10):
        pacing.hint(RateHint(submissions_per_min=6.0), float(second))
        pacing.restart(float(second), away_s=3.0)
    assert pacing.wait_s(0.0) == 5.0
    pacing.restart(100.0, away_s=3600.0)
    assert pacing.wait_s(100.0) == 5.0


def test_a_faster_hint_counts_at_once() -> None:
    pacing = Pacing(lambda: 0.5)
    pacing.hint(RateHint(submissions_per_min=0.2), 0.0)
    pacing.hint(RateHint(submissions_per_min=60.0), 0.0)
    assert pacing.wait_s(0.0) == 0.5


def test_the_sender_asks_for_the_pace_before_it_empties_a_backlog(tmp_path: Path) -> None:
    with sender_bench(tmp_path, vitals=vitals) as bench:
        ids = [bench.put() for _ in range(6)]
        bench.portal.play("post_heartbeat", *[hint(6.0)] * 9)
        start = bench.clock.mono
        sent: list[float] = []
        while len(sent) < 6:
            before = bench.clock.mono
            bench.run_s(0.2)
            sent += [before] * (bench.portal.calls.count("put_submission") - len(sent))
        assert bench.portal.calls[0] == "post_heartbeat"
        assert {bench.store.state(each) for each in ids} == {"ACKED"}
    assert 50 <= sent[-1] - start <= 60
    assert bench.heard.alarms == []


def test_what_somebody_waits_for_goes_out_at_once(tmp_path: Path) -> None:
    with sender_bench(tmp_path, vitals=vitals) as bench:
        bench.portal.play("post_heartbeat", hint(0.2))
        bench.steps()
        one = bench.put()
        assert Sent(one) not in bench.steps(3)
        bench.sender.follower.follow(one, bench.clock.mono)
        assert Sent(one) in bench.steps(3)


def test_a_portal_that_comes_back_is_asked_for_the_pace_first(tmp_path: Path) -> None:
    with sender_bench(tmp_path, vitals=vitals) as bench:
        bench.portal.play("post_heartbeat", *[GONE] * 9)
        bench.portal.play("get_time", *[GONE] * 6)
        bench.portal.play("put_submission", *[GONE] * 9)
        bench.put()
        bench.run_s(40)
        bench.portal.script.clear()
        del bench.portal.calls[:]
        bench.run_s(30)
        assert bench.portal.calls[:2] == ["get_time", "post_heartbeat"]
        assert "put_submission" in bench.portal.calls


@pytest.mark.parametrize(("kib_s", "longest_s"), [(None, 2.0), (4000.0, 7.0), (8.0, 3073.0)])
def test_a_faster_hint_shortens_what_is_owed_for_bytes(
    kib_s: float | None, longest_s: float
) -> None:
    """24 MiB at 4 KiB a second are 6144 s: after a storm nobody waits that long."""
    pacing = Pacing(lambda: 0.5)
    pacing.hint(RateHint(60.0, 4.0), 0.0)
    pacing.sent(0.0, size=24 << 20)
    assert pacing.wait_s(0.0) == pytest.approx(6144, rel=0.01)
    pacing.hint(RateHint(60.0, kib_s), 0.0)
    assert 0.0 < pacing.wait_s(0.0) <= longest_s


@pytest.mark.parametrize("per_min", [0.0, -1.0, 1e-320, 1e308, None])
@pytest.mark.parametrize("kib_s", [0.0, -1.0, 1e-320, 1e308, None])
def test_no_hint_stops_or_starves_the_sender(per_min: float | None, kib_s: float | None) -> None:
    pacing = Pacing(lambda: 0.999)
    pacing.hint(RateHint(per_min, kib_s), 0.0)
    assert 0.0 <= pacing.wait_s(0.0) <= 300.1
    now = pacing.wait_s(0.0)
    pacing.sent(now, size=4096)
    assert 0.0 <= pacing.wait_s(now) <= 300.1
