"""Engines of the two databases a portal can stand on: SQLite in its folder, or PostgreSQL.

Neither names the values of a statement that failed: the text of an error ends in a log.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from portal.places import ScaleMissingError

_CONNECTIONS: Final = 8
_MORE_CONNECTIONS: Final = 32
_CONNECT_S: Final = 10
# where the WAL-reset bug was mended: the trunk and the two back-ports
_WAL_FIXED: Final = (3, 51, 3)
_WAL_BACK_PORTS: Final[Mapping[tuple[int, int], int]] = {(3, 44): 6, (3, 50): 7}


def journal_pragmas(version: tuple[int, int, int]) -> list[str]:
    """How commits become durable with an SQLite library of that version.

    WAL where its reset bug is mended; else TRUNCATE, where EXTRA also syncs the
    directory. One writer in both cases.
    """
    mended = version >= _WAL_FIXED or version[2] >= _WAL_BACK_PORTS.get(version[:2], 1 << 30)
    if mended:
        return ["journal_mode=WAL", "synchronous=FULL"]
    return ["journal_mode=TRUNCATE", "synchronous=EXTRA"]


def sqlite_engine(
    path: Path, *, write: bool, version: tuple[int, int, int] = sqlite3.sqlite_version_info
) -> sa.Engine:
    """One connection to an SQLite file; every transaction of a writer begins IMMEDIATE."""
    # a pool's threads take turns behind the store's lock
    engine = sa.create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    pragmas = ["busy_timeout=10000", "foreign_keys=ON"]
    pragmas += journal_pragmas(version) if write else ["query_only=ON"]

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        # the driver's own transaction logic would commit behind our back
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    sa.event.listen(engine, "connect", on_connect)
    sa.event.listen(engine, "begin", on_begin)
    return engine


def postgres_engine(url: str, *, write: bool) -> sa.Engine:
    """A pool of connections to PostgreSQL through psycopg 3; a commit is on the server's disk.

    Raises:
        ScaleMissingError: psycopg is not installed.
        sqlalchemy.exc.ArgumentError: no URL.
    """
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    options: dict[str, Any] = {
        "connect_timeout": _CONNECT_S,
        "application_name": "quanban-portal",
        "options": "-c synchronous_commit=on" if write else "-c default_transaction_read_only=on",
    }
    try:
        return sa.create_engine(
            address,
            pool_size=_CONNECTIONS,
            max_overflow=_MORE_CONNECTIONS,
            connect_args=options,
            hide_parameters=True,
        )
    except ImportError as error:
        raise ScaleMissingError("PostgreSQL asks for psycopg: install the extra `scale`") from error
