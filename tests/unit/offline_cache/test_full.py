"""A database that may not grow, and disks that refuse: what each layer says then."""

import errno
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from store_support import SMALL, Points, Store, intake

from offline_cache.ballast import Ballast
from offline_cache.database import Database
from offline_cache.errors import (
    DraftClosedError,
    NoRoomError,
    SealBrokenError,
    StoreBusyError,
    StoreFaultError,
    StoreFullError,
    UnknownSubmissionError,
)
from offline_cache.files import as_store_error, write_durably
from offline_cache.page_file import MAX_ORDINAL
from offline_cache.schedule import load


def stop_growing(store: Store) -> None:
    """From now on SQLite answers SQLITE_FULL to what needs a new page."""
    store.database.read("PRAGMA max_page_count=1")


def use_up(store: Store) -> None:
    """Fill the free room of the present pages."""
    sql = "INSERT INTO meta VALUES (hex(randomblob(16)), 'x')"
    with pytest.raises(StoreFullError):
        endlessly(lambda: store.database.write(lambda db: db.execute(sql)))


def endlessly(act: Callable[[], object]) -> None:
    """Repeat until it raises."""
    while True:
        act()


def test_a_full_database_refuses_the_put_and_the_draft_is_put_later(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft()
        stop_growing(store)
        use_up(store)
        with pytest.raises(StoreFullError):
            store.outbox.put(draft, intake())
        assert store.database.drain_only
        assert store.outbox.rows() == []
        store.database.read("PRAGMA max_page_count=1000000")
        store.retention.purge()
        assert store.outbox.put(draft, intake()).id == draft.id


def test_a_put_that_finds_the_database_full_gives_up_the_ballast(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft()
        stop_growing(store)
        long = intake()
        long.payload["answers"]["text"] = "x" * 20_000
        try:
            with pytest.raises(StoreFullError):
                store.outbox.put(draft, long)
        finally:
            del long.payload["answers"]["text"]
        assert (tmp_path / "ballast").stat().st_size == 0


def test_what_drains_is_tried_again_once_and_then_says_so(tmp_path: Path) -> None:
    tries: list[int] = []

    def grow(connection: apsw.Connection) -> None:
        tries.append(1)
        connection.execute("INSERT INTO meta VALUES ('k', hex(zeroblob(20000)))")

    with Store(tmp_path) as store:
        stop_growing(store)
        with pytest.raises(StoreFullError):
            store.database.write(grow, drain=True)
    assert len(tries) == 2


def test_a_visit_does_not_start_when_its_first_row_finds_no_room(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        stop_growing(store)
        with pytest.raises(NoRoomError) as raised:
            endlessly(lambda: store.draft(pages=0))
        assert raised.value.why == "disk"


def test_a_page_that_finds_no_room_leaves_the_pages_so_far(tmp_path: Path) -> None:
    points = Points(error=StoreFullError("no space left"))
    with Store(tmp_path, points=points) as store:
        draft = store.draft(pages=2)
        points.broken = "page.staged"
        with pytest.raises(StoreFullError):
            draft.add_page(b"x", "image/jpeg", material="m1")
        assert len(draft.pages) == 2
        written = [each for each in (tmp_path / "documents").iterdir() if each.stat().st_size]
        assert len(written) == 2
        assert store.database.drain_only


def test_no_room_for_another_file_leaves_the_pages_so_far(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=4)
        store.documents.folder.rename(tmp_path / "away")
        with pytest.raises(StoreFaultError):
            draft.add_page(b"x", "image/jpeg", material="m1")
        (tmp_path / "away").rename(store.documents.folder)
        assert draft.add_page(b"x", "image/jpeg", material="m1").ordinal == 5
        assert store.outbox.put(draft, intake()).id == draft.id
        assert len(list(store.documents.folder.iterdir())) == 5


def test_a_writer_that_waits_too_long_for_another_process_says_so(tmp_path: Path) -> None:
    with Store(tmp_path) as store, Database.open_second(tmp_path) as second:

        def hold(connection: apsw.Connection) -> None:
            connection.execute("INSERT INTO meta VALUES ('k', 'v')")
            store.database.read("PRAGMA busy_timeout=20")
            with pytest.raises(StoreBusyError):
                store.database.write(lambda db: db.execute("DELETE FROM meta WHERE key='k'"))

        second.write(hold)
        assert store.database.read("SELECT value FROM meta WHERE key='k'") == [("v",)]


def test_after_a_failed_write_the_connection_is_made_anew(tmp_path: Path) -> None:
    def fail(connection: apsw.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES ('k', 'v')")
        raise apsw.IOError("as if the disk had failed")

    with Store(tmp_path) as store:
        ticket = store.put()
        with pytest.raises(StoreFaultError):
            store.database.write(fail)
        assert store.database.read("SELECT * FROM meta WHERE key='k'") == []
        assert store.next_id() == ticket.id


def test_a_commit_in_doubt_is_found_when_put_is_tried_again(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft()
        store.points.broken = "put.after_commit"
        with pytest.raises(RuntimeError):
            store.outbox.put(draft, intake())
        store.points.broken = ""
        ticket = store.outbox.put(draft, intake())
        assert [row.collection_no for row in store.outbox.rows()] == [ticket.collection_no]


def test_a_draft_that_another_hand_removed_is_closed(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft()
        store.documents.shred(draft.id)
        with pytest.raises(DraftClosedError):
            store.outbox.put(draft, intake())


def test_a_store_whose_schema_cannot_be_made_is_a_typed_error(tmp_path: Path) -> None:
    def no_room(_point: str) -> None:
        raise OSError(errno.ENOSPC, "as if the disk were full")

    with pytest.raises(StoreFullError):
        Database.open(tmp_path, limits=SMALL, reached=no_room)


def test_a_ballast_that_does_not_fit_leaves_the_store_draining_only(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", 1 << 60)
    ballast.fill()
    assert (ballast.cut_off, (tmp_path / "ballast").stat().st_size) == (True, 0)
    assert ballast.cut() is False


def test_a_store_without_a_ballast_makes_no_file(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", 0)
    ballast.fill()
    ballast.cut()
    assert (ballast.cut_off, (tmp_path / "ballast").exists()) == (True, False)


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, StoreFullError), (errno.EDQUOT, StoreFullError), (errno.EIO, StoreFaultError)],
)
def test_a_system_error_becomes_a_typed_one(number: int, kind: type[Exception]) -> None:
    assert isinstance(as_store_error(OSError(number, "x")), kind)


def test_a_write_that_breaks_before_its_rename_leaves_nothing(tmp_path: Path) -> None:
    def no_room() -> None:
        raise OSError(errno.ENOSPC, "as if the disk were full")

    with pytest.raises(StoreFullError):
        write_durably(tmp_path / "page", b"x", renaming=no_room)
    assert list(tmp_path.iterdir()) == []


def test_a_draft_has_no_more_pages_than_ordinals(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=1)
        page = draft._pages[1]
        draft._pages.update(dict.fromkeys(range(2, MAX_ORDINAL + 1), page))
        with pytest.raises(SealBrokenError):
            draft.add_page(b"x", "image/jpeg", material="m1")


def test_a_submission_that_is_gone_meanwhile_is_not_loaded(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert load(store.database, "nothing", 0.0) is None
        assert load(store.database, store.draft().id, 0.0) is None


def test_decisions_about_strangers_and_drafts_are_refused(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for submission_id in ("nothing", store.draft().id):
            with pytest.raises(UnknownSubmissionError):
                store.outbox.hold(submission_id, "tech-1", "why")
            with pytest.raises(UnknownSubmissionError):
                store.outbox.mark_retry(submission_id, "PORTAL_SLOW", 0.0)
