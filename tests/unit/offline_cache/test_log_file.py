import shutil
from pathlib import Path

import pytest
from store_support import Store

from offline_cache import log_file
from offline_cache.log_file import READY_BYTES, make_log_ready


def log_of(folder: Path) -> Path:
    return folder / "store.sqlite-wal"


def test_a_begun_draft_finds_the_log_at_its_length(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        assert log_of(tmp_path).stat().st_size == READY_BYTES
        assert store.next_id() == ticket.id


def test_a_log_that_was_emptied_gets_its_length_again(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put()
        store.database.checkpoint()
        assert log_of(tmp_path).stat().st_size == 0
        store.put()
        assert log_of(tmp_path).stat().st_size == READY_BYTES


def test_what_is_committed_into_the_longer_log_is_found_after_a_crash(tmp_path: Path) -> None:
    """The files are copied as a crash would leave them: open, with the log beside them."""
    with Store(tmp_path / "one") as store:
        ids = [store.put(pages=0).id for _ in range(3)]
        shutil.copytree(tmp_path / "one", tmp_path / "two")
    with Store(tmp_path / "two") as store:
        assert [row.id for row in store.outbox.rows()] == ids
        assert store.database.verify().ok


def test_a_disk_with_little_room_keeps_its_short_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "_ROOM", 1 << 62)
    with Store(tmp_path) as store:
        store.put()
        assert 0 < log_of(tmp_path).stat().st_size < READY_BYTES


def test_a_log_that_cannot_be_lengthened_stays_as_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Store(tmp_path) as store:
        store.database.checkpoint()
        log_of(tmp_path).rename(tmp_path / "away")
        log_of(tmp_path).mkdir()
        with caplog.at_level("INFO"):
            make_log_ready(store.database)
        log_of(tmp_path).rmdir()
        (tmp_path / "away").rename(log_of(tmp_path))
        assert "stays as short" in caplog.text
        assert store.outbox.rows() == []
