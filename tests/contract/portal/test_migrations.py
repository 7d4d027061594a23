"""The schema: made anew, or brought here from the first version, on both databases."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from portal_engines import Engines
from portal_storage import at_once

import portal.migrations
from portal.engines import postgres_engine
from portal.migrations import FIRST, HEAD, SCRIPTS, stamp_of, upgrade
from portal.places import DATABASE_NAME
from portal.store import Store, StoreError, next_serial, open_store
from portal.tables import metadata
from portal.tables.intake import documents, effects, events, submissions, tasks, uploads
from portal.tables.ratings import evaluations

FIRST_SCHEMA = Path(__file__).parents[2] / "support" / "portal_schema_1.sql"


def first_version(folder: Path) -> None:
    """The store of a portal of version 0.1 with three cases."""
    connection = sqlite3.connect(folder / DATABASE_NAME)
    connection.executescript(FIRST_SCHEMA.read_text())
    connection.close()


def differences(store: Store) -> list[object]:
    """What alembic would still change."""
    with store.transaction() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def shape(store: Store) -> dict[str, list[str]]:
    """Columns, keys, indexes and unique constraints of every table, in comparable words."""
    found: dict[str, list[str]] = {}
    with store.transaction() as connection:
        inspector = sa.inspect(connection)
        for name in inspector.get_table_names():
            columns = inspector.get_columns(name)
            lines = [f"{c['name']} {c['type']} {c['nullable']}" for c in columns]
            lines.append(f"key {inspector.get_pk_constraint(name)['constrained_columns']}")
            lines += [f"unique {u['column_names']}" for u in inspector.get_unique_constraints(name)]
            lines += [
                f"index {i['column_names']} {i['unique']}" for i in inspector.get_indexes(name)
            ]
            keys = inspector.get_foreign_keys(name)
            lines += [f"{k['constrained_columns']} -> {k['referred_table']}" for k in keys]
            found[name] = sorted(lines)
    return found


@pytest.fixture
def opened() -> Iterator[list[Store]]:
    """Stores to be closed at the end."""
    stores: list[Store] = []
    yield stores
    for store in stores:
        store.close()


def test_the_first_versions_store_keeps_every_row(folder: Path, opened: list[Store]) -> None:
    first_version(folder)
    opened.append(store := open_store(folder))
    counts = {submissions: 3, documents: 1, uploads: 1, effects: 3, evaluations: 1}
    with store.transaction() as connection:
        for table, count in counts.items():
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == count
        told = connection.execute(sa.select(events.c.kind, events.c.id).order_by(events.c.n)).all()
        left = set(connection.scalars(sa.select(tasks.c.submission)))
        assert next_serial(connection) == 8
        assert stamp_of(connection) == HEAD
    assert [tuple(row) for row in told] == [
        ("submission.received", "a"),
        ("submission.concluded", "a"),
    ]
    assert left == {2, 3}


def test_a_migrated_store_has_the_shape_of_a_new_one(
    tmp_path: Path, folder: Path, opened: list[Store]
) -> None:
    first_version(folder)
    (new := tmp_path / "new").mkdir()
    opened += [open_store(folder), open_store(new)]
    assert differences(opened[0]) == differences(opened[1]) == []
    assert shape(opened[0]) == shape(opened[1])


def test_the_revisions_make_the_declared_schema_on_postgresql(
    scale: Engines, folder: Path, opened: list[Store]
) -> None:
    migrated, made = scale.postgres.database(), scale.postgres.database()
    engine = postgres_engine(migrated, write=True)
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    opened += [open_store(folder, migrated), open_store(folder, made)]
    assert differences(opened[0]) == differences(opened[1]) == []
    assert shape(opened[0]) == shape(opened[1])


@pytest.mark.parametrize("kind", ["sqlite", "first", "postgresql"])
def test_of_many_that_start_at_once_one_makes_the_schema(
    request: pytest.FixtureRequest, folder: Path, opened: list[Store], kind: str
) -> None:
    database = None
    if kind == "postgresql":
        found: Engines = request.getfixturevalue("scale")
        database = found.postgres.database()
    if kind == "first":
        first_version(folder)
    opened += at_once(4, lambda _number: open_store(folder, database))
    for store in opened:
        with store.transaction() as connection:
            assert stamp_of(connection) == HEAD


def test_the_revisions_are_one_line_that_ends_in_this_versions_head() -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    assert scripts.get_heads() == [HEAD]
    assert scripts.get_bases() == [FIRST]
    line = [revision.revision for revision in scripts.walk_revisions()]
    assert line == sorted(line, reverse=True)


def test_a_later_versions_store_is_refused_and_unchanged(folder: Path, opened: list[Store]) -> None:
    opened.append(store := open_store(folder))
    with store.transaction() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999"):
        open_store(folder)
    with store.transaction() as connection:
        assert stamp_of(connection) == "9999"


def test_an_unversioned_store_of_another_schema_is_refused(folder: Path) -> None:
    first_version(folder)
    connection = sqlite3.connect(folder / DATABASE_NAME)
    connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="99"):
        open_store(folder)


def test_a_start_without_a_migration_does_not_load_alembic(folder: Path) -> None:
    """Loading it takes half a second."""
    words = (
        "import sys, pathlib; from portal.store import open_store;"
        " open_store(pathlib.Path(sys.argv[1])).close();"
        " sys.exit('alembic' in sys.modules)"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", words, str(folder)], check=True, timeout=60)


def test_every_table_is_declared_where_the_migrations_look() -> None:
    root = Path(portal.migrations.__file__).parents[1]
    elsewhere = [
        path.name
        for path in root.rglob("*.py")
        if path.parent.name not in {"tables", "migrations", "versions"}
        and re.search(r"\bsa\.Table\(", path.read_text())
    ]
    assert elsewhere == []
