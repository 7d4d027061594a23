"""When a terminal says how it is, and what it does with the answer."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
from heartbeat_support import vitals
from scripted_portal import GONE, ScriptedPortal, hint, told
from sender_support import sender_bench

from kiosk.sync.heartbeat import Beats
from kiosk.sync.outcomes_terminal import Heartbeat
from offline_cache.errors import StoreFaultError


def test_beats_come_each_minute_within_a_fifth() -> None:
    beats = Beats(ScriptedPortal(), vitals, random.Random(3).random, 0.0)
    times = []
    for _ in range(300):
        now = beats.next_at
        assert beats.due(now)
        beats.beat(now)
        assert not beats.due(now)
        times.append(now)
    gaps = [late - early for early, late in pairwise(times)]
    assert 48.0 <= min(gaps) < 49.0
    assert 71.0 < max(gaps) <= 72.0


def test_trouble_with_a_heartbeat_changes_nothing_but_the_next_try(tmp_path: Path) -> None:
    with sender_bench(tmp_path, vitals=vitals) as bench:
        bench.portal.play("post_heartbeat", GONE, told(503, "group-down"), told(404, "unknown-id"))
        one = bench.put()
        bench.run_s(200)
        # the second comes at once: the portal is back
        assert bench.portal.calls.count("post_heartbeat") == 5
        assert bench.store.state(one) == "ACKED"
        assert bench.heard.alarms == []


def test_the_answer_says_what_to_look_at(tmp_path: Path) -> None:
    with sender_bench(tmp_path, vitals=vitals) as bench:
        bench.received()
        bench.portal.play("post_heartbeat", hint(look=("catalogue", "reconcile", "update")))
        bench.run_s(75)
        assert bench.heard.looks == ["catalogue", "update"]
        assert len(bench.portal.compared) == 1


def test_without_vitals_there_is_no_heartbeat(tmp_path: Path) -> None:
    with sender_bench(tmp_path) as bench:
        bench.run_s(100)
        assert "post_heartbeat" not in bench.portal.calls


@pytest.mark.expects_log
def test_a_closed_channel_sends_no_heartbeat(tmp_path: Path) -> None:
    with sender_bench(tmp_path, vitals=vitals) as bench:
        bench.steps()
        bench.portal.play("put_submission", told(403, "terminal-suspended"))
        bench.portal.play("get_time", *[told(403, "terminal-suspended")] * 3)
        bench.put()
        bench.run_s(150)
        assert bench.portal.calls.count("post_heartbeat") == 1


@pytest.mark.expects_log
@pytest.mark.parametrize("error", [StoreFaultError("demo"), OSError(5, "demo")])
def test_a_state_that_cannot_be_read_does_not_stop_the_queue(
    tmp_path: Path, error: Exception
) -> None:
    def broken() -> Heartbeat:
        raise error

    with sender_bench(tmp_path, vitals=broken) as bench:
        one = bench.put()
        bench.run_s(130)
        assert bench.store.state(one) == "ACKED"
        assert bench.portal.beats == []
