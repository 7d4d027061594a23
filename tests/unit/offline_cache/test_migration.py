"""A store of an older version opens, and the older version can read what comes of it."""

from importlib import resources
from pathlib import Path

import apsw
import pytest
from ratings_support import rate
from store_support import SMALL, Points, Store

from offline_cache.database import Database
from offline_cache.desk import QueueDesk

_FIRST = resources.files("offline_cache") / "migrations" / "0001_first_store.sql"


def _schema(file: Path) -> dict[str, str]:
    connection = apsw.Connection(str(file))
    found = {
        str(name): str(sql)
        for name, sql in connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type='table'"
        )
    }
    connection.close()
    return found


def _write(file: Path, *statements: str) -> None:
    connection = apsw.Connection(str(file))
    for statement in statements:
        connection.execute(statement)
    connection.close()


def _first_version(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    _write(
        folder / "store.sqlite",
        "PRAGMA journal_mode=WAL",
        _FIRST.read_text("utf-8"),
        "PRAGMA user_version=1",
        "INSERT INTO submission (id, kind, case_id, case_seq, task_code, collection_no, state,"
        " created_wall, created_mono, boot_id, run_id, body, body_sha256) VALUES ('old',"
        " 'application', 'case', 1, 'S1', '3101040017261122000015', 'SEALED', 1795312800.0,"
        " 1000.0, 'boot-1', 'r', x'7b7d', 'd')",
    )


def test_a_store_of_the_first_version_opens_with_what_it_held(tmp_path: Path) -> None:
    _first_version(tmp_path)
    with Store(tmp_path) as store:
        assert store.database.verify().schema == 3
        assert store.next_id() == "old"
        one = rate(store, store.acked(pages=0)[0])
        assert store.next_id("old") == one


def test_the_first_version_finds_all_that_it_knows_as_it_was(tmp_path: Path) -> None:
    """It reads by the names of its own tables; none of them has changed."""
    _first_version(tmp_path / "old")
    before = _schema(tmp_path / "old" / "store.sqlite")
    with Store(tmp_path / "old") as store:
        rate(store, store.put(pages=0))
    after = _schema(tmp_path / "old" / "store.sqlite")
    assert len(before) > 5
    assert {name: after.get(name) for name in before} == before
    assert "message" in set(after) - set(before)


def test_what_the_first_version_writes_after_the_step_back_is_taken_up_again(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        ticket = store.put(pages=0)
        one = rate(store, ticket)
    _write(
        tmp_path / "store.sqlite",
        "UPDATE submission SET state='ACKED', receipt_no='R-1'",
        "DELETE FROM submission",
    )
    with Store(tmp_path) as store:
        assert store.next_id() == one


def test_staff_may_look_into_a_store_that_the_new_version_has_not_opened(tmp_path: Path) -> None:
    _first_version(tmp_path)
    with Database.open_second(tmp_path) as second:
        desk = QueueDesk(second)
        assert [row.id for row in desk.rows()] == ["old"]
        desk.hold("old", "tech-1", "looks odd")
        assert desk.row("old").state.value == "HELD"
        assert second.read("PRAGMA user_version") == [(1,)]
    assert "message" not in _schema(tmp_path / "store.sqlite")


def test_a_step_that_dies_before_its_commit_leaves_the_first_version(tmp_path: Path) -> None:
    _first_version(tmp_path)
    with pytest.raises(RuntimeError):
        Database.open(tmp_path, limits=SMALL, reached=Points(broken="migration.before_commit"))
    assert "message" not in _schema(tmp_path / "store.sqlite")
    with Store(tmp_path) as store:
        assert store.database.verify().schema == 3
