"""The next one is found without walking the backlog: plans and counts, never times."""

import os
from pathlib import Path

import apsw
import pytest
from bench_backlog import build, start
from bench_peers import UNCAPPED
from store_support import Store

from offline_cache import schedule
from offline_cache.database import Database
from offline_cache.states import MESSAGES, TABLES

FRESH = {
    "submission": schedule._SENDING[1],
    **dict(zip(MESSAGES, schedule._MESSAGES, strict=True)),
}


def plan(database: Database, sql: str, *values: object) -> list[str]:
    return [str(row[3]) for row in database.read(f"EXPLAIN QUERY PLAN {sql}", values)]


@pytest.mark.parametrize("table", FRESH)
def test_what_is_fresh_is_found_by_its_index_in_order(table: str, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        steps = plan(store.database, f"{FRESH[table]} 4", -1, "")
    assert any(f"INDEX {schedule._INDEX[table]}" in step for step in steps)
    assert not [step for step in steps if "SCAN" in step or "TEMP B-TREE" in step]


def test_what_a_named_decision_freed_is_looked_up_by_id(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        steps = plan(store.database, schedule._FREED, "[]")
    assert not [step for step in steps if "SCAN" in step and "json_each" not in step]


def test_a_start_makes_due_only_what_waited(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for table in TABLES:
            sql = schedule._ALL_DUE.format(table=table)
            steps = plan(store.database, sql)
            assert any(f"{table}_waiting" in step for step in steps)


def test_many_that_wait_are_not_read_to_find_the_fresh_one(tmp_path: Path) -> None:
    """SQLite's own count of steps: with 2,000 waiting it is that of 20."""
    steps = []
    for waiting in (20, 2_000):
        folder = tmp_path / str(waiting)
        build(folder, waiting, body_bytes=10)
        with Store(folder, limits=UNCAPPED) as store:
            store.database.write(lambda db: db.execute("UPDATE submission SET due=1"))
            fresh = store.put(pages=0).id
            steps.append(spent(store.database, fresh))
    assert steps[1] < 2 * steps[0] + 50


def spent(database: Database, fresh: str) -> int:
    """Steps of SQLite's machine that finding the next one takes."""
    counted = 0

    def count() -> bool:
        nonlocal counted
        counted += 1
        return False

    turns = schedule.Schedule(database)
    database.write(lambda db: db.set_progress_handler(count, 1))
    assert turns.next_id(0.0, ()) == fresh
    database.write(lambda db: db.set_progress_handler(None))
    return counted


def test_a_start_with_a_backlog_reads_no_more_of_it(tmp_path: Path) -> None:
    read = []
    for rows in (100, 3_000):
        folder = tmp_path / str(rows)
        first = build(folder, rows)
        before = read_bytes()
        assert start(folder)[1] == first
        read.append(read_bytes() - before)
    assert read[1] < 2 * read[0] + 64 * 1024


def read_bytes() -> int:
    """Bytes that this process asked the kernel for so far, cached or not."""
    lines = Path(f"/proc/{os.getpid()}/io").read_text().splitlines()
    return int(lines[0].removeprefix("rchar: "))


def test_the_indexes_are_made_again_where_another_version_dropped_them(tmp_path: Path) -> None:
    def drop(connection: apsw.Connection) -> None:
        connection.execute("DROP INDEX submission_open; DROP INDEX submission_waiting")

    with Store(tmp_path) as store:
        ticket = store.put(pages=0)
        store.database.write(drop)
    with Store(tmp_path) as store:
        assert store.next_id() == ticket.id
