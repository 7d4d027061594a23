"""The disk answers EIO or ENOSPC, or takes half a second for a flush: a real ext4 over FUSE."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_checks import Child, Promises, examine
from crash_child import LIMITS
from crash_mounts import cannot_mount
from power_cut_rig import PowerCutDisk
from store_support import Store, intake

from offline_cache.clock import SystemClock
from offline_cache.database import Database
from offline_cache.documents import Draft
from offline_cache.errors import StoreError

WHY_NOT = cannot_mount(fuse=True)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[PowerCutDisk]:
    with PowerCutDisk(tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("on", "number"),
    [("write", errno.EIO), ("write", errno.ENOSPC), ("flush", errno.EIO)],
)
def test_a_disk_that_fails_in_the_middle_takes_nothing_back(
    on: str, number: int, disk: PowerCutDisk
) -> None:
    promises = Promises()
    with Child(disk.folder / "store") as child:
        assert child.wait_for("purged")
        disk.fail(on, number)
        assert child.wait_for("stopped")
        promises.hear(child.lines)
        disk.cut(1, "none")
    assert disk.counts()["faults"] > 0
    disk.heal()
    disk.back()
    damage = examine(disk.folder / "store", promises)
    assert not damage.any(), damage
    assert [line.split()[1] for line in child.lines if line.startswith("stopped")] in (
        ["STORE_FAULT"],
        ["STORE_FULL"],
    )


class BelievesTheKernel(Database):
    """The broken build: what can be read again counts as written."""

    def _doubt(self) -> None:
        self._disconnect()

    def _see_the_disk(self) -> None:
        return


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.EIO, Database), (errno.ENOSPC, Database), (errno.EIO, BelievesTheKernel)],
)
def test_a_put_in_doubt_is_promised_only_once_the_disk_has_it(
    number: int, kind: type[Database], disk: PowerCutDisk
) -> None:
    """After a failed fsync the kernel forgets that a page was never written."""
    promises = Promises()
    with Store(
        disk.folder / "store", clock=SystemClock(), limits=LIMITS, database_type=kind
    ) as store:
        promises.put[store.put(pages=0).id] = 0
        draft = store.draft(pages=0)
        disk.fail("write", number, holding="KIOSK")
        answers = [_try_put(store, draft) for _ in range(3)]
        assert answers[0] == "STORE_FAULT"
        disk.heal()
        promises.put[store.outbox.put(draft, intake()).id] = 0
        promises.put[store.put(pages=0).id] = 0
        disk.cut(2, "none")
    disk.back()
    assert disk.counts()["faults"] > 0
    damage = examine(disk.folder / "store", promises)
    assert damage.any() is (kind is BelievesTheKernel)


def test_a_program_that_starts_again_after_a_failed_write_asks_the_disk(
    disk: PowerCutDisk,
) -> None:
    """The machine was not restarted, so the kernel still shows what was never written."""
    promises = Promises()
    with Child(disk.folder / "store") as child:
        assert child.wait_for("purged")
        disk.fail("write", errno.EIO, holding="KIOSK")
        assert child.wait_for("stopped")
        promises.hear(child.lines)
    disk.heal()
    with Store(disk.folder / "store", clock=SystemClock(), limits=LIMITS) as store:
        promises.put[store.put(pages=0).id] = 0
        disk.cut(3, "none")
    disk.back()
    damage = examine(disk.folder / "store", promises)
    assert not damage.any(), damage


def _try_put(store: Store, draft: Draft) -> str:
    try:
        return store.outbox.put(draft, intake()).id
    except StoreError as error:
        return error.failure


def test_a_checkpoint_that_failed_is_made_again_from_what_the_disk_holds(
    disk: PowerCutDisk,
) -> None:
    promises = Promises()
    with Store(disk.folder / "store", clock=SystemClock(), limits=LIMITS) as store:
        promises.put[store.put(pages=0).id] = 0
        disk.fail("write", errno.EIO, holding="KIOSK")
        with pytest.raises(StoreError):
            store.database.checkpoint()
        disk.heal()
        promises.put[store.put(pages=0).id] = 0
        store.database.checkpoint()
        disk.cut(4, "none")
    disk.back()
    damage = examine(disk.folder / "store", promises)
    assert not damage.any(), damage
