"""The nine invariants of the store, one test each; the suites in tests/crash drive them hard."""

import hashlib
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from crash_mounts import cannot_mount, tmpfs
from store_support import PAGE, ScriptedClock, Store, bytes_below

from offline_cache.connection import looking_connection
from offline_cache.database import Limits
from offline_cache.errors import StoreFaultError, StoreFullError
from offline_cache.schedule import LONGEST_WAIT_S

CASE = "0192f000-0000-7000-8000-00000000000a"
YEARS_S = 10 * 365 * 86400.0
MIB = 1024 * 1024


def clock_of(store: Store) -> ScriptedClock:
    assert isinstance(store.clock, ScriptedClock)
    return store.clock


def settle(store: Store, submission_id: str) -> None:
    store.journal.queue(submission_id, submission_id, "receipt")
    store.journal.decline(submission_id)


def test_i1_what_put_returned_is_there_after_a_death_at_that_moment(tmp_path: Path) -> None:
    """The files as they lie when `put` returns, without any closing."""
    with Store(tmp_path / "lives") as store:
        ticket = store.put(pages=2)
        shutil.copytree(tmp_path / "lives", tmp_path / "died")
    with Store(tmp_path / "died") as store:
        due = store.next_due()
        assert due is not None
        assert (due.id, len(due.documents)) == (ticket.id, 2)
        assert all(store.documents.read_sealed(each) for each in due.documents)


def test_i2_every_try_of_an_id_has_the_same_bytes_and_one_receipt_counts(tmp_path: Path) -> None:
    seen, ticket_id = set(), ""
    for start in range(3):
        with Store(tmp_path, clock=ScriptedClock(boot=f"boot-{start}")) as store:
            ticket_id = store.next_id() or store.put().id
            due = store.next_due()
            assert due is not None
            seen.add((due.id, due.body, hashlib.sha256(due.body).hexdigest()))
            store.outbox.mark_retry(ticket_id, "PORTAL_SLOW", 0.0)
    with Store(tmp_path) as store:
        ack = store.ack(ticket_id)
        assert [store.outbox.mark_received(ticket_id, ack) for _ in range(3)] == [
            True,
            False,
            False,
        ]
        assert store.next_id() is None
    assert len(seen) == 1


@pytest.mark.parametrize("stop", ["nothing", "hold", "reject", "withdraw"])
def test_i3_the_next_of_a_case_never_goes_before_and_the_queue_never_waits(
    tmp_path: Path, stop: str
) -> None:
    with Store(tmp_path) as store:
        first, second, other = store.put(case_id=CASE), store.put(case_id=CASE), store.put()
        acts: dict[str, Callable[[], None]] = {
            "nothing": lambda: None,
            "hold": lambda: store.outbox.hold(first.id, "tech-1", "why"),
            "reject": lambda: store.outbox.mark_rejected(first.id, "refused"),
            "withdraw": lambda: store.outbox.withdraw(first.id, "tech-1", "why"),
        }
        acts[stop]()
        sent: list[str] = []
        while (found := store.next_id(*sent)) is not None:
            sent.append(found)
        assert second.id not in sent
        assert other.id in sent


@pytest.mark.parametrize(
    "status", [200, 201, 204, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503]
)
def test_i4_no_status_ends_anything(tmp_path: Path, status: int) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        for _ in range(30):
            store.outbox.mark_retry(ticket.id, "PORTAL_BAD_ANSWER", 0.0, status=status)
        store.outbox.mark_rejected(ticket.id, f"status-{status}")
        clock_of(store).pass_s(YEARS_S)
        store.retention.purge()
        assert store.state(ticket.id) == "REJECTED"
        store.outbox.retry(ticket.id, "tech-1", "portal repaired")
        due = store.next_due()
        assert due is not None
        assert store.documents.read_sealed(due.documents[0])


def test_i5_after_the_purge_no_text_no_key_and_no_file_is_left(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put(pages=2)
        due = store.next_due()
        assert due is not None
        (key,) = store.database.read("SELECT dek_portal FROM submission")[0]
        pages = [store.documents.read_sealed(each)[100:200] for each in due.documents]
        marks = [due.body[200:300], bytes(key), *pages, b"MARKER-PAYLOAD", PAGE[:11]]
        before = bytes_below(tmp_path)
        assert [mark in before for mark in marks] == [True] * 4 + [False] * 2
        store.outbox.mark_received(ticket.id, store.ack(ticket.id))
        settle(store, ticket.id)
        assert store.retention.purge() == 1
        after = bytes_below(tmp_path)
        assert [mark for mark in marks if mark in after] == []
        assert [
            file.name for file in (tmp_path / "documents").iterdir() if file.stat().st_size
        ] == []


@pytest.mark.parametrize("jump_s", [-YEARS_S, YEARS_S, -1_795_312_800.0])
def test_i6_whatever_the_clock_does_nothing_waits_longer_than_the_cap(
    tmp_path: Path, jump_s: float
) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", clock_of(store).mono + 1e12)
        clock_of(store).wall_s += jump_s
        waits = store.outbox.row(ticket.id).next_due_s
        assert waits is not None
        assert 0 <= waits <= LONGEST_WAIT_S
        clock_of(store).mono += LONGEST_WAIT_S
        assert store.next_id() == ticket.id
    with Store(tmp_path, clock=ScriptedClock(wall_s=1.0, boot="boot-2")) as store:
        assert store.next_id() == ticket.id


@pytest.mark.skipif(bool(cannot_mount(loops=False)), reason=cannot_mount(loops=False))
def test_i7_on_a_full_disk_acknowledgements_are_recorded_and_room_is_noticed_by_itself(
    tmp_path: Path,
) -> None:
    limits = Limits(ballast_bytes=MIB, reserve_bytes=0, quota_share=1.0)
    with tmpfs(tmp_path / "disk", 8) as disk, Store(disk / "store", limits=limits) as store:
        tickets = [store.put() for _ in range(4)]
        draft = store.draft(pages=0)
        with (
            (disk / "filler").open("wb", buffering=0) as out,
            pytest.raises(OSError, match="No space left"),
        ):
            endlessly(lambda: out.write(b"x" * 4096))
        with pytest.raises(StoreFullError):
            endlessly(lambda: draft.add_page(PAGE * 4, "image/jpeg", material="m1"))
        drains = [store.database.drain_only]
        for ticket in tickets:
            assert store.outbox.mark_received(ticket.id, store.ack(ticket.id))
            settle(store, ticket.id)
        drains.append(store.database.drain_only)
        (disk / "filler").unlink()
        store.retention.purge()
        drains.append(store.database.drain_only)
        assert drains == [True, True, False]
        assert store.put().case_seq == 1


def endlessly(act: Callable[[], object]) -> None:
    """Repeat until it raises."""
    while True:
        act()


def test_i7_an_acknowledgement_alone_notices_the_room_that_came_back(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        store.database.ballast.cut()
        drains = [store.database.drain_only]
        store.outbox.mark_received(ticket.id, store.ack(ticket.id))
        drains.append(store.database.drain_only)
        assert drains == [True, False]


def test_i8_after_a_start_files_and_rows_agree(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        whole, lost, cut = store.put(), store.put(), store.put()
        pages = {
            row[0]: store.documents.path(row[1])
            for row in store.database.read("SELECT submission_id, id FROM document")
        }
        pages[lost.id].unlink()
        pages[cut.id].write_bytes(pages[cut.id].read_bytes()[:-1])
        (tmp_path / "documents" / "orphan").write_bytes(b"of a dead process")
    with Store(tmp_path) as store:
        states = {row.id: row.state.value for row in store.outbox.rows()}
        assert states == {whole.id: "SEALED", lost.id: "REJECTED", cut.id: "REJECTED"}
        assert set(store.recovered.rejected) == {lost.id, cut.id}
        assert not (tmp_path / "documents" / "orphan").exists()
        assert store.next_id() == whole.id


def test_i9_a_long_look_at_the_store_holds_nobody_up(tmp_path: Path) -> None:
    """`verify` has a connection of its own: a put is done while it looks."""
    with Store(tmp_path) as store:
        store.put()
        looker = looking_connection(tmp_path)
        looker.execute("BEGIN")
        assert looker.execute("SELECT count(*) FROM submission").fetchone() == (1,)
        worker = threading.Thread(target=store.put)
        worker.start()
        worker.join(20)
        done = not worker.is_alive()
        looker.execute("COMMIT")
        looker.close()
        assert done
        assert len(store.outbox.rows()) == 2


def test_after_a_failed_write_the_file_is_checked_before_anything_goes_on(tmp_path: Path) -> None:
    """I1, I8: a fault of the disk, and what it broke, is found by the next call."""

    def fail(_connection: apsw.Connection) -> None:
        raise apsw.IOError("as if the disk had failed")

    with Store(tmp_path) as store:
        store.put()
        store.database.checkpoint()
        with pytest.raises(Exception, match="the database failed"):
            store.database.write(fail)
        file = tmp_path / "store.sqlite"
        whole = file.read_bytes()
        data = bytearray(whole)
        data[4096:] = bytes(byte ^ 0x5A for byte in data[4096:])
        file.write_bytes(bytes(data))
        for _ in range(2):
            with pytest.raises(StoreFaultError, match=r"failed|damaged"):
                store.put()
        file.write_bytes(whole)
        assert store.put().case_seq == 1
        assert store.database.damage == ()
