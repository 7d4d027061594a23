"""The proxy that breaks requests must really break them, each in its own way."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from canned_portal import CannedPortal, answer
from fault_proxy import Fault, FaultProxy, Plan
from sync_support import TERMINAL

from devices.errors import FailureCode
from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered, Garbled, Outcome, PortalNow, Refused, Unreachable
from kiosk.sync.transport import Limits

TIME = json.dumps({"now": "2026-11-22T00:00:00Z", "zone": "Asia/Shanghai"}).encode()
QUICK = Limits(1.0, 0.4, 0.4, 0.4)


def _through(fault: Fault, rate: float = 1.0) -> tuple[Outcome[PortalNow], int, FaultProxy]:
    plan = Plan(rate, 7, (fault,), delay_s=0.8, drip_s=0.02)
    with CannedPortal(lambda _: answer(TIME)) as portal, FaultProxy(portal.url, plan) as proxy:
        client = PortalClient(proxy.url, TERMINAL, limits=QUICK)
        outcome = client.get_time()
        client.close()
    return outcome, len(portal.seen), proxy


def test_without_faults_everything_goes_through_on_one_connection() -> None:
    outcome, seen, proxy = _through(Fault.DRIP, rate=0.0)
    assert isinstance(outcome, Answered)
    assert (seen, proxy.requests, sum(proxy.injected.values())) == (1, 1, 0)


@pytest.mark.parametrize(
    ("fault", "seen", "failure"),
    [
        (Fault.RESET_BEFORE, 0, FailureCode.PORTAL_UNREACHABLE),
        (Fault.ACK_LOST, 1, FailureCode.PORTAL_UNREACHABLE),
        (Fault.DELAY, 1, FailureCode.PORTAL_SLOW),
        (Fault.DRIP, 1, FailureCode.PORTAL_SLOW),
    ],
)
def test_a_fault_without_an_answer(fault: Fault, seen: int, failure: FailureCode) -> None:
    outcome, arrived, proxy = _through(fault)
    assert isinstance(outcome, Unreachable)
    assert outcome.failure is failure
    assert arrived == seen
    assert proxy.injected == Counter({fault: 1})


@pytest.mark.parametrize("fault", [Fault.CUT_HEADER, Fault.CUT_BODY, Fault.HTML_200])
def test_a_fault_that_looks_like_a_success(fault: Fault) -> None:
    outcome, arrived, _ = _through(fault)
    assert isinstance(outcome, Garbled)
    assert arrived == (0 if fault is Fault.HTML_200 else 1)


def test_a_busy_portal_asks_for_a_second() -> None:
    outcome, arrived, _ = _through(Fault.BUSY_503)
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.retry_after_s, arrived) == (503, 1.0, 0)


def test_a_duplicate_arrives_twice_and_is_answered_once() -> None:
    outcome, arrived, _ = _through(Fault.DUPLICATE)
    assert isinstance(outcome, Answered)
    assert arrived == 2


def test_the_same_seed_breaks_the_same_requests() -> None:
    histories = []
    for _ in range(2):
        proxy = FaultProxy("http://127.0.0.1:9", Plan(0.4, 3))
        histories.append([proxy._choose() for _ in range(200)])
    assert histories[0] == histories[1]
    broken = sum(fault is not None for fault in histories[0])
    assert 60 <= broken <= 100
    assert set(histories[0]) == {None, *Fault}


@pytest.mark.slow
def test_it_runs_by_hand(repository: Path) -> None:
    script = repository / "tests/support/fault_proxy.py"
    command = [sys.executable, str(script), "--to", "http://127.0.0.1:9", "--rate", "1"]
    with subprocess.Popen(
        [*command, "--faults", "html_200"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        client = PortalClient(first["url"], TERMINAL, limits=QUICK)
        outcome = client.get_time()
        client.close()
        process.terminate()
        last = json.loads(process.stdout.readline())
    assert first["event"] == "listening"
    assert isinstance(outcome, Garbled)
    assert last == {"event": "injected", "requests": 1, "html_200": 1}
