import os
from pathlib import Path

import pytest
from store_support import PAGE, Points, Store, intake, sha256

from offline_cache.ballast import Ballast
from offline_cache.documents import MAX_PAGE
from offline_cache.errors import (
    DocumentLostError,
    DraftClosedError,
    NoRoomError,
    StoreFaultError,
    StoreFullError,
)
from offline_cache.page_file import open_page
from offline_cache.recovery import Recovered


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


def test_a_page_that_fails_half_way_leaves_no_file_and_is_not_in_the_body(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=1)
        store.points.broken = "page.staged"
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
        points.broken = "page.staged"
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


def test_the_key_of_a_draft_is_in_memory_alone(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft()
        rows = [store.database.read("SELECT dek_local, dek_portal FROM submission")]
        store.outbox.put(draft, intake())
        rows.append(store.database.read("SELECT dek_local FROM submission"))
        assert rows == [[(None, None)], [(None,)]]


def test_a_draft_whose_put_was_committed_in_doubt_keeps_its_pages_when_it_is_discarded(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=2)
        store.points.broken = "put.after_commit"
        with pytest.raises(RuntimeError):
            store.outbox.put(draft, intake())
        store.points.broken = ""
        draft.discard()
        due = store.next_due()
        assert due is not None
        assert [len(store.documents.read_sealed(each)) > 0 for each in due.documents] == [True] * 2
        assert store.documents.sweep().orphans == 0
        with pytest.raises(DraftClosedError):
            draft.add_page(PAGE, "image/jpeg", material="m1")


def test_a_put_that_is_committed_never_fails_because_of_files_that_nobody_needs(
    tmp_path: Path,
) -> None:
    """The spare files of the draft are gone and cannot be removed: a folder has their name."""
    with Store(tmp_path) as store:
        draft = store.draft(pages=1)
        for file in (tmp_path / "documents").iterdir():
            if not file.stat().st_size:
                file.unlink()
                file.mkdir()
        ticket = store.outbox.put(draft, intake())
        assert store.state(ticket.id) == "SEALED"


def test_a_page_is_never_written_under_a_name_that_nobody_waited_for(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        draft = store.draft(pages=1)
        spares = [each for each in (tmp_path / "documents").iterdir() if not each.stat().st_size]
        for file in spares:
            file.unlink()
        for _ in spares:
            with pytest.raises(StoreFaultError):
                draft.add_page(b"x", "image/jpeg", material="m1")
        assert draft.add_page(b"x", "image/jpeg", material="m1").ordinal == 2
        store.outbox.put(draft, intake())
        assert len(files(tmp_path)) == 2


def test_a_sweep_beside_the_work_takes_only_what_nobody_holds(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put()
        draft = store.draft(pages=2)
        kept = len(list((tmp_path / "documents").iterdir()))
        (tmp_path / "documents" / "stray").write_bytes(b"x")
        assert store.documents.sweep().orphans == 1
        assert len(list((tmp_path / "documents").iterdir())) == kept
        store.outbox.put(draft, intake())
        assert store.documents.sweep() == Recovered(0, 0, ())
        assert len(files(tmp_path)) == 3
