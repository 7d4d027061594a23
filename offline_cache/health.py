"""Whether the database file is what SQLite believes; slow when it is large."""

from dataclasses import dataclass

import apsw

_COUNTS = {
    "submissions": "SELECT (SELECT count(*) FROM submission WHERE state<>'DRAFT')"
    " + (SELECT count(*) FROM tombstone)",
    "messages": "SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM act)",
    "drafts": "SELECT count(*) FROM submission WHERE state='DRAFT'",
    "schema": "PRAGMA user_version",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What `verify` saw.

    Attributes:
        submissions: all that were ever put, as the list shows them, purged ones included.
        messages: ratings and what else is no submission.
        drafts: visits that have not submitted; no list shows them.
        faults: SQLite's own words on a damaged database, and missing pages; no content.
    """

    ok: bool
    library: str
    schema: int
    submissions: int
    messages: int
    drafts: int
    faults: tuple[str, ...]


def look(connection: apsw.Connection) -> Findings:
    """Check the whole file, and count what is in it.

    Raises:
        apsw.Error: it cannot even be counted.
    """
    faults = damage(connection)
    faults += [f"foreign key: {row[0]}" for row in connection.execute("PRAGMA foreign_key_check")]
    numbers = {name: _number(connection, sql) for name, sql in _COUNTS.items()}
    return Findings(
        ok=not faults, library=apsw.sqlite_lib_version(), faults=tuple(faults), **numbers
    )


def damage(connection: apsw.Connection) -> list[str]:
    """What `quick_check` finds; a file that cannot be read to its end is damaged too."""
    try:
        rows = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
    except (apsw.CorruptError, apsw.NotADBError) as error:
        return [type(error).__name__]
    return [row for row in rows if row != "ok"]


def _number(connection: apsw.Connection, sql: str) -> int:
    (number,) = connection.execute(sql).fetchone() or (0,)
    return int(str(number))
