"""Drawn histories of store, sender, portal, clock and faults, with restarts: the promise is kept.

Each seed replays its history exactly; the seeds are printed. The last tests are broken
builds that the same suite must catch.
"""

import json
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from scripted_portal import ack_for
from sync_history import History

from kiosk.sync.outcomes import Answered, Garbled, Outcome
from kiosk.sync.ports import PortalPort
from offline_cache.outbox import Outbox
from offline_cache.records import Ack, Submission
from offline_cache.schedule import load

FIRST = 20261122
STEPS = 10_000


@pytest.mark.slow
@pytest.mark.expects_log
@pytest.mark.timeout(300)
def test_ten_thousand_steps_lose_nothing_send_nothing_twice_and_keep_the_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps, seed, told = 0, FIRST, []
    while steps < STEPS:
        history = History(tmp_path / str(seed), seed, keeps_order=seed % 2 == 0).play(45)
        assert history.found == [], f"seed {seed}: {history.found}"
        told.append(_told(history))
        steps, seed = steps + history.steps, seed + 1
    with capsys.disabled():
        summary = f"{steps} steps, seeds {FIRST} to {seed - 1}: {_sum(told)}"
        sys.stdout.write(f"\n{summary}\n")
    assert _sum(told)["restarts"] > 10
    assert len([name for name in _sum(told) if name.startswith("fault ")]) == 13


@pytest.mark.deep
@pytest.mark.expects_log
@pytest.mark.timeout(3600)
def test_two_hundred_thousand_steps(tmp_path: Path) -> None:
    steps, seed = 0, FIRST + 1000
    while steps < 20 * STEPS:
        history = History(tmp_path / str(seed), seed, keeps_order=seed % 2 == 0).play(45)
        assert history.found == [], f"seed {seed}: {history.found}"
        steps, seed = steps + history.steps, seed + 1


@pytest.mark.slow
@pytest.mark.expects_log
def test_the_same_seed_gives_the_same_history(tmp_path: Path) -> None:
    first, second = (History(tmp_path / name, FIRST).play(20) for name in ("one", "two"))
    assert first.acts == second.acts
    assert first.portal.injected == second.portal.injected
    assert first.steps == second.steps


def _told(history: History) -> dict[str, int]:
    faults = {f"fault {name}": count for name, count in history.portal.injected.items()}
    put = {"put": len(history.ids), "restarts": history.restarts}
    return {**put, **history.acts, **faults}


def _sum(told: list[dict[str, int]]) -> dict[str, int]:
    names = {name for one in told for name in one}
    return {name: sum(one.get(name, 0) for one in told) for name in sorted(names)}


class Through:
    """Passes everything on; a broken build changes one thing."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class TrustsSuccess(Through):
    """The broken build: whatever comes with a 2xx counts as taken."""

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        outcome: Outcome[Ack] = self._inner.put_submission(submission_id, body)
        return Answered(ack_for(submission_id, body)) if isinstance(outcome, Garbled) else outcome


class Disordered(Through):
    """The broken build: the newest goes first, whatever its case waits for."""

    def next_due(self, now_mono: float, skip: Collection[str] = ()) -> Submission | None:
        outbox: Outbox = self._inner
        waiting = [row for row in outbox.rows() if row.state == "SEALED" and row.collection_no]
        for row in reversed(waiting):
            if row.next_due_s == 0:
                return load(outbox._database, row.id, now_mono)
        return outbox.next_due(now_mono, skip)


class Deletes(Through):
    """The broken build: what the portal refuses is dropped, as some outboxes do it."""

    def mark_rejected(self, submission_id: str, problem: str) -> None:
        del problem
        self._drop(submission_id)

    def hold(self, submission_id: str, who: str, why: str) -> None:
        del who, why
        self._drop(submission_id)

    def _drop(self, submission_id: str) -> None:
        self._inner._database.write(
            lambda db: [
                db.execute("DELETE FROM document WHERE submission_id=?", (submission_id,)),
                db.execute("DELETE FROM submission WHERE id=?", (submission_id,)),
            ]
        )


def _trusting(outbox: Any, portal: PortalPort) -> tuple[Any, Any]:
    return outbox, TrustsSuccess(portal)


def _disordered(outbox: Any, portal: PortalPort) -> tuple[Any, Any]:
    return Disordered(outbox), portal


def _deleting(outbox: Any, portal: PortalPort) -> tuple[Any, Any]:
    return Deletes(outbox), portal


@pytest.mark.slow
@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("build", "word"),
    [
        (_trusting, "acknowledged and has no effect"),
        (_disordered, "out of turn"),
        (_deleting, "gone from the terminal"),
    ],
)
def test_a_broken_build_is_caught(
    tmp_path: Path, build: Callable[[Any, PortalPort], tuple[Any, Any]], word: str
) -> None:
    found: list[str] = []
    for seed in range(FIRST, FIRST + 4):
        history = History(tmp_path / str(seed), seed, keeps_order=False, through=build)
        history.portal.kinds = ("garbled", "gone", "refused", "strange")
        found += history.play(25).found
    assert any(word in each for each in found), json.dumps(found[:5])
