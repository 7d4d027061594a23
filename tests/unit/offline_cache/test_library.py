"""The version gate: refuse, or fall back to a rollback journal; and who brought the library."""

from importlib.metadata import distributions
from pathlib import Path

import apsw
import pytest
from store_support import SMALL, ScriptedClock, Store

from offline_cache.database import Database
from offline_cache.errors import StoreOldLibraryError
from offline_cache.library import Journal, journal_for, owners

OLD = "3.40.1"


def _bring(folder: Path, name: str, file: str) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "RECORD").write_text(f"{file},,\n{info.name}/RECORD,,\n")


def test_an_old_library_is_refused_or_works_without_wal() -> None:
    with pytest.raises(StoreOldLibraryError):
        journal_for(OLD, old_allowed=False)
    assert journal_for(OLD, old_allowed=True) is Journal.TRUNCATE


@pytest.mark.parametrize("version", ["3.44.6", "3.50.7", "3.51.3", "3.54.1"])
def test_a_fixed_library_uses_wal_whatever_the_settings_allow(version: str) -> None:
    assert {journal_for(version, old_allowed=each) for each in (True, False)} == {Journal.WAL}


def test_the_fallback_is_durable_in_its_own_way_and_takes_over_what_wal_wrote(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
    clock = ScriptedClock()
    with Database.open(
        tmp_path, clock=clock, limits=SMALL, library_version=OLD, old_library_allowed=True
    ) as database:
        pragmas = [
            database.read(f"PRAGMA {each}")[0][0] for each in ("journal_mode", "synchronous")
        ]
        assert pragmas == ["truncate", 3]
        assert database.read("SELECT id FROM submission") == [(ticket.id,)]
        database.write(lambda db: db.execute("INSERT INTO meta VALUES ('k', 'v')"))
        database.checkpoint()
        with Database.open_second(
            tmp_path, library_version=OLD, old_library_allowed=True
        ) as second:
            assert second.read("SELECT value FROM meta WHERE key='k'") == [("v",)]
    with Store(tmp_path) as store:
        assert store.database.read("PRAGMA journal_mode") == [("wal",)]
        assert store.next_id() == ticket.id


def test_an_old_library_never_writes_beside_a_terminal_that_uses_wal(tmp_path: Path) -> None:
    with Store(tmp_path):
        with pytest.raises(StoreOldLibraryError):
            Database.open_second(tmp_path, library_version=OLD, old_library_allowed=True)
        with pytest.raises(StoreOldLibraryError):
            Database.open_second(tmp_path, library_version=OLD)


def test_apsw_is_brought_by_one_package_and_has_the_bug_fixed() -> None:
    assert owners() == ("apsw",)
    assert journal_for(apsw.sqlite_lib_version(), old_allowed=False) is Journal.WAL


def test_a_second_package_that_brings_the_module_is_found(tmp_path: Path) -> None:
    _bring(tmp_path, "apsw", "apsw/__init__.so")
    _bring(tmp_path, "apsw-sqlite3mc", "apsw/__init__.so")
    _bring(tmp_path, "other", "other/__init__.py")
    assert owners(distributions(path=[str(tmp_path)])) == ("apsw", "apsw-sqlite3mc")


def test_no_file_of_the_store_can_be_read_by_others(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with Store(folder) as store:
        store.put()
        loose = [file.name for file in folder.rglob("*") if file.stat().st_mode & 0o077]
        assert {file.name for file in folder.iterdir()} >= {"store.sqlite", "store.sqlite-wal"}
    assert loose == []


def test_a_store_that_was_made_readable_is_closed_again(tmp_path: Path) -> None:
    with Store(tmp_path):
        pass
    (tmp_path / "store.sqlite").chmod(0o644)
    with Store(tmp_path):
        modes = {(tmp_path / f"store.sqlite{end}").stat().st_mode & 0o777 for end in ("", "-wal")}
    assert modes == {0o600}
