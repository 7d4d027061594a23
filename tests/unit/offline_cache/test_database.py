import threading
from pathlib import Path

import apsw
import pytest
from store_support import SMALL, Points, ScriptedClock, Store

import offline_cache.errors
from devices.errors import FailureCode
from offline_cache.clock import SystemClock, age_s, rfc3339
from offline_cache.database import Database
from offline_cache.errors import (
    StoreBusyError,
    StoreError,
    StoreFaultError,
    StoreOldLibraryError,
)
from offline_cache.library import check_library


@pytest.mark.parametrize("version", ["3.51.3", "3.54.1", "3.44.6", "3.44.9", "3.50.7", "4.0.0"])
def test_a_library_without_the_bug_is_taken(version: str) -> None:
    check_library(version)
    assert StoreOldLibraryError.failure == "STORE_OLD_LIBRARY"


@pytest.mark.parametrize(
    "version", ["3.40.1", "3.44.5", "3.45.0", "3.50.6", "3.51.0", "3.51.2", "3.52.0"]
)
def test_a_library_that_loses_writes_is_refused_and_nothing_is_made(
    version: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreOldLibraryError):
        Database.open(tmp_path / "store", library_version=version)
    assert not (tmp_path / "store").exists()


def test_every_error_of_the_store_has_a_code_of_the_one_table() -> None:
    found = [each for each in vars(offline_cache.errors).values() if isinstance(each, type)]
    codes = {each.failure for each in found if issubclass(each, StoreError)}
    assert codes <= {code.value for code in FailureCode}


def test_the_pragmas_that_durability_rests_on_are_set(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        values = {
            name: store.database.read(f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
    }


def test_every_table_is_strict(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        loose = store.database.read(
            "SELECT name FROM pragma_table_list WHERE schema='main' AND NOT strict"
            " AND name NOT LIKE 'sqlite_%'"
        )
    assert loose == []


def test_apsw_is_the_only_wheel_that_owns_its_module() -> None:
    assert apsw.using_amalgamation
    assert apsw.sqlite_lib_version() == apsw.apsw_version().rpartition(".")[0]


def test_only_one_process_writes(tmp_path: Path) -> None:
    with Store(tmp_path), pytest.raises(StoreBusyError):
        Database.open(tmp_path, limits=SMALL)


def test_the_store_opens_again_after_closing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
    with Store(tmp_path) as store:
        assert store.next_id() == ticket.id


def test_a_second_opening_reads_while_the_first_is_open_and_never_checkpoints(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        wal = (tmp_path / "store.sqlite-wal").stat().st_size
        with Database.open_second(tmp_path) as second:
            found = second.read("SELECT id FROM submission")
            second.checkpoint()
        assert found == [(ticket.id,)]
        assert (tmp_path / "store.sqlite-wal").stat().st_size == wal > 0


def test_a_second_opening_notices_that_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreFaultError):
        Database.open_second(tmp_path)


def test_a_second_opening_does_not_migrate_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").touch()
    with pytest.raises(StoreFaultError):
        Database.open_second(tmp_path)
    assert (tmp_path / "store.sqlite").stat().st_size == 0


def test_a_file_that_is_no_database_is_a_typed_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreFaultError):
        Database.open(tmp_path, limits=SMALL)
    assert (tmp_path / "store.sqlite").read_bytes().startswith(b"no database")


def test_a_newer_schema_is_left_as_it_is(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.database.read("PRAGMA user_version=99")
    with Store(tmp_path) as store:
        assert store.database.verify().schema == 99


def test_an_exception_takes_the_whole_transaction_back(tmp_path: Path) -> None:
    def half(connection: apsw.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES ('k', 'v')")
        raise RuntimeError("half way")

    with Store(tmp_path) as store:
        with pytest.raises(RuntimeError, match="half way"):
            store.database.write(half)
        assert store.database.read("SELECT * FROM meta WHERE key='k'") == []


def test_a_bad_statement_is_a_typed_error(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        with pytest.raises(StoreFaultError):
            store.database.read("SELECT nothing FROM nowhere")
        with pytest.raises(StoreFaultError):
            store.database.write(lambda db: db.execute("INSERT INTO nowhere VALUES (1)"))


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        pass
    store.database.close()
    with pytest.raises(StoreFaultError):
        store.database.read("SELECT 1")


def test_a_migration_that_dies_before_its_commit_runs_again(tmp_path: Path) -> None:
    points = Points(broken="migration.before_commit")
    with pytest.raises(RuntimeError):
        Database.open(tmp_path, limits=SMALL, reached=points)
    with Store(tmp_path) as store:
        assert store.database.verify().schema == 3


def test_verify_finds_a_damaged_page(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put()
        store.database.checkpoint()
        assert store.database.verify().ok
    file = tmp_path / "store.sqlite"
    data = bytearray(file.read_bytes())
    for at in range(3 * 4096, 4 * 4096):
        data[at] ^= 0x5A
    file.write_bytes(bytes(data))
    database = Database.open_second(tmp_path)
    try:
        findings = database.verify()
        bad = not findings.ok
    except StoreFaultError:
        bad = True
    finally:
        database.close()
    assert bad


def test_threads_share_the_one_writer(tmp_path: Path) -> None:
    faults: list[Exception] = []
    add = "UPDATE meta SET value = value + 1 WHERE key='n'"

    def count(database: Database) -> None:
        try:
            for _ in range(20):
                database.write(lambda db: db.execute(add))
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            faults.append(error)

    with Store(tmp_path) as store:
        store.database.write(lambda db: db.execute("INSERT INTO meta VALUES ('n', '0')"))
        threads = [threading.Thread(target=count, args=(store.database,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (faults, store.database.read("SELECT value FROM meta WHERE key='n'")) == (
            [],
            [("80",)],
        )


def test_the_ballast_is_allocated_cut_and_allocated_again(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ballast, file = store.database.ballast, tmp_path / "ballast"
        full = file.stat().st_blocks * 512
        assert full >= ballast.size
        assert (ballast.cut(), ballast.cut()) == (True, False)
        assert (file.stat().st_size, store.database.drain_only) == (0, True)
        ballast.refill()
        assert (file.stat().st_size, store.database.drain_only) == (ballast.size, False)


def test_age_counts_monotonic_time_within_a_boot_and_is_never_negative_across_boots() -> None:
    clock = ScriptedClock(mono=500.0, wall_s=100.0)
    assert age_s(clock, "boot-1", 200.0, 9e9) == 300.0
    assert age_s(clock, "boot-0", 200.0, 9e9) == 0.0
    assert age_s(clock, "boot-0", 200.0, 40.0) == 60.0


def test_times_are_written_in_china_time_whatever_the_machine_says() -> None:
    assert rfc3339(1_795_312_800.9) == "2026-11-22T10:00:00+08:00"


def test_the_system_clock_names_the_boot() -> None:
    first, second = SystemClock(), SystemClock()
    assert first.boot_id == second.boot_id != ""
    assert first.monotonic() <= second.monotonic()
