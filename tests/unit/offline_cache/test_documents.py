import os
from pathlib import Path

import pytest
from store_support import PAGE, Points, ScriptedClock, Store, intake, sha256

from offline_cache.ballast import Ballast
from offline_cache.database import Limits
from offline_cache.documents import MAX_PAGE
from offline_cache.errors import (
    DocumentLostError,
    DraftClosedError,
    NoRoomError,
    StoreFaultError,
    StoreFullError,
)
from offline_cache.page_file import open_page

DAY_S = 86400


def files(folder: Path) -> list[str]:
    """Of pages; a draft has a few empty ones ready besides."""
    return sorted(file.name for file in (folder / "documents").iterdir() if file.stat().st_size)


def test_a_page_lies_sealed_on_the_disk_as_soon_as_it_is_added(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=0)
        page = draft.add_page(PAGE, "image/jpeg", material="m1")
        (name,) = files(tmp_path)
        sealed = (tmp_path / "documents" / name).read_bytes()
        assert (page.ordinal, page.sha256, page.size) == (1, sha256(PAGE), len(PAGE))
        assert b"MARKER-PAGE" not in sealed
        assert open_page(draft.dek(), draft.id, 1, sealed) == PAGE


def test_a_removed_last_page_gives_its_ordinal_to_the_next_one(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=2)
        before = files(tmp_path)
        draft.remove_page(2)
        page = draft.add_page(b"again", "image/jpeg", material="m1")
        assert page.ordinal == 2
        assert len(files(tmp_path)) == 2
        assert files(tmp_path) != before
        assert [each.ordinal for each in draft.pages] == [1, 2]


def test_removing_a_page_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with Store(tmp_path) as store, pytest.raises(KeyError):
        store.draft(pages=1).remove_page(2)


def test_a_discarded_draft_leaves_neither_file_nor_row(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=3)
        draft.discard()
        draft.discard()
        assert files(tmp_path) == []
        assert store.database.read("SELECT * FROM submission") == []
        assert store.database.read("SELECT * FROM document") == []


def test_a_discarded_draft_takes_no_page(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft()
        draft.discard()
        with pytest.raises(DraftClosedError):
            draft.add_page(PAGE, "image/jpeg", material="m1")


def test_discarding_after_put_changes_nothing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft()

        ticket = store.outbox.put(draft, intake())
        draft.discard()
        assert store.state(ticket.id) == "SEALED"
        assert len(files(tmp_path)) == 1


def test_a_page_larger_than_the_portal_takes_is_refused(tmp_path: Path) -> None:
    with Store(tmp_path) as store, pytest.raises(ValueError, match="8 MiB"):
        store.draft(pages=0).add_page(bytes(MAX_PAGE), "image/jpeg", material="m1")


@pytest.mark.parametrize("point", ["page.staged", "page.kept"])
def test_a_page_that_fails_half_way_leaves_no_file_and_is_not_in_the_body(
    point: str, tmp_path: Path
) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=1)
        store.points.broken = point
        with pytest.raises(RuntimeError):
            draft.add_page(b"second", "image/jpeg", material="m1")
        store.points.broken = ""
        assert len(files(tmp_path)) == 1
        store.outbox.put(draft, intake())
        due = store.next_due()
        assert due is not None
        assert [each.ordinal for each in due.documents] == [1]


def test_a_page_that_failed_after_it_was_written_can_be_taken_again(tmp_path: Path) -> None:
    points = Points(error=StoreFaultError("broken here"))
    with Store(tmp_path, points=points) as store:
        draft = store.draft(pages=1)
        points.broken = "page.kept"
        with pytest.raises(StoreFaultError):
            draft.add_page(PAGE, "image/jpeg", material="m1")
        points.broken = ""
        page = draft.add_page(PAGE, "image/jpeg", material="m1")
        ticket = store.outbox.put(draft, intake())
        submission = store.next_due()
        assert page.ordinal == 2
        assert submission is not None
        assert submission.id == ticket.id
        assert [document.ordinal for document in submission.documents] == [1, 2]
        assert sorted(document.id for document in submission.documents) == files(tmp_path)


def test_sealed_bytes_are_checked_before_they_are_sent(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put()
        due = store.next_due()
        assert due is not None
        sealed = store.documents.read_sealed(due.documents[0])
        assert sha256(sealed) == due.documents[0].sha256_sealed
        assert len(sealed) == due.documents[0].size_sealed


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_lost_page_rejects_its_submission_loudly(harm: str, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        due = store.next_due()
        assert due is not None
        file = store.documents.path(due.documents[0].id)
        if harm == "gone":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:-1] + b"\0")
        with pytest.raises(DocumentLostError):
            store.documents.read_sealed(due.documents[0])
        row = store.outbox.row(ticket.id)
        assert (row.state.value, row.last_failure) == ("REJECTED", "document-lost")


def test_the_start_shreds_the_drafts_of_a_dead_process(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.draft(pages=2)
    with Store(tmp_path) as store:
        assert store.recovered.drafts == 1
        assert files(tmp_path) == []
        assert store.database.read("SELECT count(*) FROM submission") == [(0,)]


def test_the_start_leaves_the_drafts_of_this_process_alone(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=1)
        recovered = store.documents.recover()
        assert (recovered.drafts, recovered.orphans) == (0, 0)
        assert len(draft.pages) == len(files(tmp_path)) == 1


def test_the_start_removes_files_without_rows(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put()
    (tmp_path / "documents" / "stray").write_bytes(b"x")
    (tmp_path / "documents" / "torn.part").write_bytes(b"x")
    with Store(tmp_path) as store:
        assert store.recovered.orphans == 2
        assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_the_start_rejects_what_lost_a_page(harm: str, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
    file = tmp_path / "documents" / files(tmp_path)[0]
    file.unlink() if harm == "gone" else os.truncate(file, 100)
    with Store(tmp_path) as store:
        assert store.recovered.rejected == (ticket.id,)
        assert store.state(ticket.id) == "REJECTED"


def test_no_visit_starts_without_room_on_the_disk(tmp_path: Path) -> None:
    with Store(tmp_path, limits=Limits(ballast_bytes=0, reserve_bytes=1 << 60)) as store:
        with pytest.raises(NoRoomError) as raised:
            store.draft()
        assert raised.value.why == store.retention.room().why == "disk"


def test_no_visit_starts_at_the_cap_of_items(tmp_path: Path) -> None:
    limits = Limits(ballast_bytes=0, reserve_bytes=0, queue_items=2)
    with Store(tmp_path, limits=limits) as store:
        ticket = store.put()
        store.put()
        with pytest.raises(NoRoomError) as raised:
            store.draft()
        assert raised.value.why == "items"
        store.outbox.mark_received(ticket.id, store.ack(ticket.id))
        assert store.retention.room().why is None


def test_no_visit_starts_once_the_oldest_work_is_too_old(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        store.put()
        clock.pass_s(7 * DAY_S - 1)
        assert store.retention.room().why is None
        clock.pass_s(1)
        with pytest.raises(NoRoomError) as raised:
            store.draft()
        assert raised.value.why == "age"


def test_a_wrong_wall_clock_alone_never_makes_work_too_old(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        store.put()
        clock.wall_s += 365 * DAY_S
        assert store.retention.room().why is None


def test_a_store_that_only_drains_starts_no_visit_and_takes_no_put(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft, small = store.draft(), store.database.ballast
        store.database.ballast = Ballast(tmp_path / "ballast", 1 << 60)
        store.database.ballast.cut()
        with pytest.raises(NoRoomError):
            store.draft()
        with pytest.raises(StoreFullError):
            store.outbox.put(draft, intake())
        small.cut()
        store.database.ballast = small
        store.retention.purge()
        assert store.outbox.put(draft, intake()).id == draft.id


def test_a_disk_that_cannot_be_written_is_a_typed_error_and_the_draft_goes_on(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        draft = store.draft()
        folder = tmp_path / "documents"
        folder.rename(tmp_path / "elsewhere")
        with pytest.raises(StoreFaultError):
            draft.add_page(b"x", "image/jpeg", material="m1")
        (tmp_path / "elsewhere").rename(folder)
        assert draft.add_page(b"x", "image/jpeg", material="m1").ordinal == 2


def test_the_local_key_opens_a_draft_and_is_gone_after_put(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft()
        wrapped = store.database.read("SELECT dek_local FROM submission")[0][0]
        assert store.documents.vault.unwrap(wrapped, draft.id) == draft.dek()
        store.outbox.put(draft, intake())
        assert store.database.read("SELECT dek_local FROM submission") == [(None,)]
