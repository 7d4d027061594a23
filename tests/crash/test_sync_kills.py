"""A sending terminal is killed behind a network that breaks 40 % of the requests.

Real store, real uploader, real portal: every promised submission arrives, once, and in the
order of its case.
"""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from crash_checks import CHILD, Child, Promises
from crash_child import LIMITS
from fault_proxy import FaultProxy, Plan
from portal_support import listed, serving
from store_support import Store
from sync_support import portal_key

from offline_cache.clock import SystemClock

SCRIPT = CHILD.with_name("crash_sync_child.py")
POINTS = ("uploader.after_patch", "uploader.answered")
pytestmark = pytest.mark.slow


@dataclass
class Course:
    """One terminal over many lives."""

    place: Path
    proxy: FaultProxy
    key: str
    promises: Promises = field(default_factory=Promises)
    lives: int = 0

    @property
    def store(self) -> Path:
        return self.place / "state"

    def start(self, *options: str) -> Child:
        self.lives += 1
        words = [str(self.store), self.proxy.url, self.key, "--seed", str(self.lives)]
        return Child.of([sys.executable, str(SCRIPT), *words, *options])

    def live(self, puts: int, life_s: float) -> None:
        """Collect and send for a while, then be killed."""
        with self.start("--puts", str(puts)) as child:
            assert child.wait_for("open")
            child.wait_for("end", life_s)
            child.kill()
            self.promises.hear(child.lines)

    def die_at(self, point: str, nth: int) -> None:
        """Collect and send until the uploader is at a point."""
        with self.start("--puts", "6", "--die-at", point, "--nth", str(nth)) as child:
            assert child.end() == -9
            self.promises.hear(child.lines)

    def drain(self, timeout_s: float) -> None:
        """The last life: the network heals and everything arrives."""
        self.proxy.set_rate(0.0)
        with self.start("--drain") as child:
            assert child.wait_for("end", timeout_s), child.lines[-3:]
            self.promises.hear(child.lines)


@contextmanager
def course(tmp_path: Path, seed: int) -> Iterator[Course]:
    with (
        serving(tmp_path / "portal") as portal,
        FaultProxy(portal.url, Plan(0.4, seed, delay_s=1.2)) as proxy,
    ):
        key = portal_key(portal.url)
        yield Course(tmp_path, proxy, f"{key.id}:{key.public.hex()}")


def _arrived_once_and_in_order(of: Course) -> None:
    rows = listed(of.place / "portal")
    ids = [row["id"] for row in rows]
    with Store(of.store, clock=SystemClock(), limits=LIMITS) as store:
        known = {row.id for row in store.outbox.rows()}
        turns = store.database.read("SELECT id, case_id, case_seq FROM submission")
    assert set(of.promises.put) <= known, "lost at the terminal"
    assert set(ids) == known, "lost on the way"
    assert len(ids) == len(set(ids)) == len({row["receipt_no"] for row in rows})
    place = {name: at for at, name in enumerate(ids)}
    cases: dict[str, list[tuple[int, int]]] = {}
    for name, case, turn in turns:
        cases.setdefault(case, []).append((turn, place[name]))
    for each in cases.values():
        places = [at for _turn, at in sorted(each)]
        assert places == sorted(places), "out of order within a case"
    pages = {row["id"]: len(row["documents"]) for row in rows}
    assert {name: pages[name] for name in of.promises.put} == of.promises.put


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_between_send_and_ack_neither_loses_nor_doubles(point: str, tmp_path: Path) -> None:
    with course(tmp_path, 3) as one:
        one.die_at(point, 3)
        one.drain(100.0)
        _arrived_once_and_in_order(one)


def test_five_kills_on_a_broken_network_lose_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(8)
    with course(tmp_path, 8) as one:
        for _ in range(5):
            one.live(6, chance.uniform(0.1, 0.9))
        one.drain(110.0)
        _arrived_once_and_in_order(one)
        assert len(one.promises.put) > 5
        assert one.proxy.injected.total() > 0


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_two_hundred_kills_of_two_thousand_submissions_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    chance = random.Random(200)
    with course(tmp_path, 200) as one:
        while one.lives < 200 or len(one.promises.put) < 2000:
            one.live(14, chance.uniform(0.4, 1.6))
        one.drain(1800.0)
        _arrived_once_and_in_order(one)
