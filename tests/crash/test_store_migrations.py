"""From every earlier schema to this one with 1,000 unsent rows, killed on the way: 0 lost."""

import hashlib
import subprocess
import sys
from importlib import resources
from pathlib import Path

import apsw
import pytest
from store_support import SMALL, ScriptedClock, Store

from offline_cache.database import Database

CHILD = Path(__file__).resolve().parents[1] / "support" / "migration_child.py"
ROOT = CHILD.parents[2]
STEPS = sorted(
    (file.name, file.read_text("utf-8"))
    for file in (resources.files("offline_cache") / "migrations").iterdir()
    if file.name.endswith(".sql")
)
NEWEST = len(STEPS)
ROWS = 1000
POINTS = ("migration.begun", "migration.before_commit", "migration.after_commit")
KILLS = [
    (schema, point, nth)
    for schema in range(1, NEWEST)
    for point in POINTS
    for nth in range(1, NEWEST - schema + 1)
]
_PUT = (
    "INSERT INTO submission (id, kind, case_id, case_seq, task_code, collection_no, state,"
    " created_wall, created_mono, boot_id, run_id, body, body_sha256, dek_portal)"
    " VALUES (?,'application',?,?,'S1',?,?,1795312800.0,1000.0,'boot-1','r',?,?,x'00')"
)


def body_of(number: int) -> bytes:
    return f'{{"n":{number}}}'.encode()


def rows_of(number: int) -> tuple[object, ...]:
    """Two of each case; each tenth stands still."""
    body = body_of(number)
    state = {3: "HELD", 7: "REJECTED"}.get(number % 10, "SEALED")
    key = f"0192f000-0000-7000-8000-{number:012x}"
    case = f"case-{number // 2:04d}"
    digest = hashlib.sha256(body).hexdigest()
    return (key, case, number % 2 + 1, f"C{number:021d}", state, body, digest)


def older(folder: Path, schema: int) -> None:
    """A store as the version with this schema left it, without closing in order."""
    folder.mkdir()
    connection = apsw.Connection(str(folder / "store.sqlite"))
    connection.execute("PRAGMA journal_mode=WAL")
    for _name, sql in STEPS[:schema]:
        connection.execute(sql)
    connection.execute(f"PRAGMA user_version={schema}")
    with connection:
        connection.executemany(_PUT, [rows_of(number) for number in range(ROWS)])
        if schema >= 2:
            connection.execute(
                "INSERT INTO message (id, kind, case_id, after_seq, state, priority, created_wall,"
                " created_mono, boot_id, body, body_sha256) VALUES ('m', 'evaluation', 'case-0000',"
                " 2, 'SEALED', 9000, 1.0, 1.0, 'boot-1', x'7b7d', 'd')"
            )
    connection.close()


def open_in_child(folder: Path, point: str, nth: int) -> int:
    return subprocess.run(
        [sys.executable, str(CHILD), str(folder), point, str(nth)],
        check=False,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}", "PATH": "/usr/bin:/bin"},
    ).returncode


@pytest.mark.slow
@pytest.mark.parametrize(("schema", "point", "nth"), KILLS)
def test_a_migration_that_is_killed_loses_none_of_a_thousand_unsent_rows(
    tmp_path: Path, schema: int, point: str, nth: int
) -> None:
    folder = tmp_path / "store"
    older(folder, schema)
    assert open_in_child(folder, point, nth) == -9
    with Store(folder, clock=ScriptedClock(boot="boot-2")) as store:
        assert store.database.verify().ok
        assert store.database.read("PRAGMA user_version") == [(NEWEST,)]
        kept = store.database.read(
            "SELECT id, case_id, case_seq, collection_no, state, body, body_sha256"
            " FROM submission ORDER BY id"
        )
        assert kept == [rows_of(number) for number in range(ROWS)]
        assert len(store.outbox.rows()) == ROWS + (schema >= 2)
        assert store.next_id() == kept[0][0]


def test_a_child_that_is_not_killed_ends_by_itself(tmp_path: Path) -> None:
    """The control: the kills above come from the points, not from the opening."""
    older(tmp_path / "store", 1)
    assert open_in_child(tmp_path / "store", "no.such.point", 1) == 0


@pytest.mark.parametrize("schema", range(1, NEWEST))
def test_the_version_before_reads_and_writes_what_this_one_left(
    tmp_path: Path, schema: int
) -> None:
    """By the words of its own statements: each table as it was, no column more."""
    folder = tmp_path / "store"
    older(folder, schema)
    before = tables(folder)
    with Database.open(folder, limits=SMALL):
        pass
    after = tables(folder)
    assert len(before) > 5
    assert {name: after.get(name) for name in before} == before
    connection = apsw.Connection(str(folder / "store.sqlite"))
    connection.execute("INSERT INTO attempt SELECT id, 1, 0.0, 'x' FROM submission LIMIT 1")
    assert connection.changes() == 1
    connection.close()


def tables(folder: Path) -> dict[str, str]:
    connection = apsw.Connection(str(folder / "store.sqlite"))
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    named = {str(name): str(sql) for name, sql in found}
    connection.close()
    return named
