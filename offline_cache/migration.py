"""Numbered steps from an empty file to the present tables; only ever forward."""

from collections.abc import Callable
from importlib import resources

import apsw


def migrate(connection: apsw.Connection, reached: Callable[[str], None]) -> None:
    """Run the missing steps, each in one transaction with its number.

    A database of a newer version is left as it is: a newer version only adds, so that an
    update may go back.
    """
    for number, sql in _steps():
        (found,) = connection.execute("PRAGMA user_version").fetchone() or (0,)
        if int(str(found)) >= number:
            continue
        reached("migration.begun")
        with connection:
            connection.execute(sql)
            reached("migration.before_commit")
            connection.execute(f"PRAGMA user_version={number:d}")
        reached("migration.after_commit")


def stand_in(connection: apsw.Connection) -> None:
    """Give a second process, which never migrates, the tables that an older file lacks.

    They are temporary and empty, so that staff may look into a store that the new version
    has not opened yet. A file that was never started gets none.
    """
    (found,) = connection.execute("PRAGMA user_version").fetchone() or (0,)
    for number, sql in _steps():
        if 0 < int(str(found)) < number:
            connection.execute(_tables(sql).replace("CREATE TABLE", "CREATE TEMP TABLE"))


def _tables(sql: str) -> str:
    """Without the indexes, which may stand on tables that the file has already."""
    parts = [part for part in sql.split(";") if "CREATE INDEX" not in part]
    return ";".join(parts)


def _steps() -> list[tuple[int, str]]:
    folder = resources.files("offline_cache") / "migrations"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    return [(int(file.name[:4]), file.read_text("utf-8")) for file in files]
