"""A full disk in the middle of a visit, the real uploader and a real portal."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from crash_mounts import cannot_mount, ext4, tmpfs, wait_until
from portal_support import listed, serving
from store_support import Store, intake
from sync_support import portal_key, uploading

from offline_cache.clock import SystemClock
from offline_cache.database import Limits
from offline_cache.documents import Draft
from offline_cache.errors import NoRoomError, StoreFullError
from offline_cache.records import PrintState

KIB = 1024
PAGE = os.urandom(60 * KIB)
COUNT = 20
pytestmark = pytest.mark.slow


@pytest.fixture(params=["tmpfs", "ext4"])
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 8 MiB, and a real ext4 of 16 MiB."""
    make, mib = (tmpfs, 8) if request.param == "tmpfs" else (ext4, 16)
    why_not = cannot_mount(loops=make is ext4)
    if why_not:
        pytest.skip(why_not)
    with make(tmp_path / "disk", mib) as folder:
        yield folder


@contextmanager
def upkeep(store: Store) -> Iterator[None]:
    """What the terminal does besides sending: papers come out, what is done is erased."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(0.05):
            for row in store.outbox.rows():
                if row.state.value == "ACKED":
                    _print(store, row.id)
            store.retention.purge()

    thread = threading.Thread(target=run, name="upkeep")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _print(store: Store, submission_id: str) -> None:
    job = f"job-{submission_id}"
    store.journal.queue(job, submission_id, "receipt")
    store.journal.sending(job, "printer-1")
    store.journal.settle(job, PrintState.PRINTED, "A")


def _fill(file: Path) -> None:
    """Another program's file takes all that is left."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        for size in (64 * KIB, 4 * KIB, 512):
            _write_all(descriptor, size)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, size: int) -> None:
    try:
        while os.write(descriptor, bytes(size)):
            pass
    except OSError:
        return


def _refused(act: Callable[[], object]) -> str:
    try:
        act()
    except StoreFullError as error:
        return error.failure
    except NoRoomError as error:
        return f"{error.failure} {error.why}"
    return ""


def _staged(store: Store, pages: int) -> Draft:
    draft = store.draft(pages=0)
    for _ in range(pages):
        draft.add_page(PAGE, "image/jpeg", material="m1")
    return draft


def test_a_disk_that_fills_up_during_a_visit_costs_nothing_and_empties_itself(
    small_disk: Path, tmp_path: Path
) -> None:
    limits = Limits(ballast_bytes=512 * KIB, reserve_bytes=0, quota_share=1.0)
    with (
        serving(tmp_path / "portal") as portal,
        Store(
            small_disk / "store", clock=SystemClock(), limits=limits, key=portal_key(portal.url)
        ) as store,
    ):
        ids = [store.outbox.put(_staged(store, 2), intake()).id for _ in range(COUNT)]
        visit = _staged(store, 1)
        _fill(small_disk / "filler")

        refused = _refused(lambda: visit.add_page(PAGE, "image/jpeg", material="m1"))
        assert refused == "STORE_FULL"
        assert store.database.drain_only
        assert len(visit.pages) == 1
        assert _refused(lambda: store.outbox.put(visit, intake())) == "STORE_FULL"
        assert _refused(lambda: store.draft(pages=0)) == "STORE_FULL disk"

        with uploading(store, portal.url) as (_, heard), upkeep(store):
            assert heard.wait(lambda: set(ids) <= heard.ids(), 60.0)
            assert wait_until(lambda: not store.database.drain_only)
            visit.add_page(PAGE, "image/jpeg", material="m1")
            ids.append(store.outbox.put(visit, intake()).id)
            assert heard.wait(lambda: set(ids) <= heard.ids(), 60.0)

        assert store.database.ballast.size == (small_disk / "store" / "ballast").stat().st_size
        assert store.database.verify().ok
        assert store.retention.room().why is None
    arrived = {row["id"]: len(row["documents"]) for row in listed(tmp_path / "portal")}
    assert arrived == dict.fromkeys(ids, 2)
