"""The power goes: a real ext4 on a disk that drops what was not flushed.

`SIGKILL` keeps the kernel's page cache, so it proves nothing about power; this does.
"""

import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from crash_checks import Child, Damage, Promises, examine
from crash_mounts import cannot_mount
from power_cut_rig import PowerCutDisk

WHY_NOT = cannot_mount(fuse=True)
_log = logging.getLogger(__name__)
MODES = ("rand", "rand", "rand", "none", "all")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[PowerCutDisk]:
    with PowerCutDisk(tmp_path) as found:
        yield found


@dataclass
class Course:
    """Many power cuts of one store; every promise must hold after every one of them."""

    disk: PowerCutDisk
    seed: int
    options: tuple[str, ...] = ()
    promises: Promises = field(default_factory=Promises)
    rounds: int = 0

    def cut(self, life_s: float) -> Damage:
        """Work for a while, cut the power, look at what is left."""
        with self._child() as child:
            assert child.wait_for("open")
            child.wait_for("stopped", life_s)
            return self._after_cut(child)

    def cut_at(self, point: str, nth: int) -> Damage:
        """Cut the power while the process stands at a crash point."""
        with self._child("--wait-at", point, "--nth", str(nth)) as child:
            assert child.wait_for("at "), f"{point} was not reached"
            return self._after_cut(child)

    def _child(self, *options: str) -> Child:
        self.rounds += 1
        seed = str(self.seed * 1000 + self.rounds)
        return Child(self.disk.folder / "store", "--seed", seed, *self.options, *options)

    def _after_cut(self, child: Child) -> Damage:
        self.promises.hear(child.lines)
        self.disk.cut(self.seed * 1000 + self.rounds, MODES[self.rounds % len(MODES)])
        child.kill()
        self.disk.back()
        return examine(self.disk.folder / "store", self.promises)


def _whole(damage: Damage) -> bool:
    assert not damage.any(), damage
    return True


def test_five_power_cuts_of_one_store_lose_nothing(disk: PowerCutDisk) -> None:
    course, chance = Course(disk, seed=7), random.Random(7)
    for _ in range(5):
        assert _whole(course.cut(chance.uniform(0.3, 0.8)))
    assert len(course.promises.put) > 20
    assert len(course.promises.acked) > 10


POINTS = (
    "page.named",
    "page.staged",
    "put.before_commit",
    "put.after_commit",
    "ack.before_commit",
    "ack.after_commit",
    "message.before_commit",
    "purge.before_commit",
    "purge.committed",
    "purge.files",
    "vfs.commit.write",
    "vfs.commit.sync",
    "vfs.checkpoint.write",
    "vfs.checkpoint.sync",
)


@pytest.mark.parametrize("seed", [3, pytest.param(4, marks=pytest.mark.deep)])
def test_the_power_may_go_during_ack_purge_and_checkpoint(seed: int, disk: PowerCutDisk) -> None:
    course = Course(disk, seed)
    for nth, point in enumerate(POINTS, start=1):
        assert _whole(course.cut_at(point, 1 + nth % 3)), point
    assert len(course.promises.put) > 20


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_thirty_power_cuts_and_more_of_five_thousand_submissions_lose_nothing(
    disk: PowerCutDisk,
) -> None:
    course, chance = Course(disk, seed=30), random.Random(30)
    while course.rounds < 30 or len(course.promises.put) < 5000:
        assert _whole(course.cut(chance.uniform(0.3, 1.0)))
    acts = (course.rounds, len(course.promises.put), course.promises.count)
    _log.info("%d cuts, %d put, %d acts", *acts)


@pytest.mark.parametrize("broken", ["normal", "no-fsync"])
def test_a_store_that_does_not_wait_for_the_disk_is_caught_within_six_cuts(
    broken: str, disk: PowerCutDisk
) -> None:
    """The negative control: the first loses submissions, the second their pages."""
    course, chance = Course(disk, 11, ("--work", "puts", "--broken", broken)), random.Random(11)
    found = Damage()
    while course.rounds < 6 and not found.any():
        if broken == "normal":
            found = course.cut(chance.uniform(0.3, 0.6))
        else:
            # pages may have reached the disk by luck, those of the last put have not
            found = course.cut_at("put.after_commit", 4)
    assert found.lost if broken == "normal" else found.bad_pages
