"""What the portal knows: SQLAlchemy Core on SQLite, one writer, every commit durable.

The standard library's SQLite here is older than 3.51.3 and has the WAL-reset
bug, so the journal is TRUNCATE with synchronous=EXTRA. All access of a process
goes through one connection behind one lock; `portal list` reads beside it.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

SCHEMA_VERSION: Final = "1"
DATABASE_NAME: Final = "portal.db"

metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)

submissions = sa.Table(
    "submissions",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("receipt_no", sa.String, nullable=False, unique=True),
    sa.Column("received_at", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("case_seq", sa.Integer, nullable=False),
    sa.Column("task_code", sa.String, nullable=False),
    sa.Column("collection_no", sa.String, nullable=False),
    sa.Column("stage", sa.String, nullable=False),
    sa.Column("opened", sa.Boolean, nullable=False, default=False),
    sa.Column("project_no", sa.String),
    sa.Column("accept_date", sa.String),
    sa.Column("promise_date", sa.String),
    sa.Column("result", sa.JSON),
    sa.UniqueConstraint("terminal", "id"),
    sa.UniqueConstraint("terminal", "case_id", "case_seq"),
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("submission", sa.ForeignKey("submissions.n"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("get_type", sa.Integer, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("sealed_sha256", sa.String, nullable=False),
    sa.Column("sealed_size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String),
    sa.Column("size", sa.Integer),
)

uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("submission", sa.String, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("filetype", sa.String, nullable=False),
    sa.Column("expires_at", sa.Integer, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("terminal", "submission", "ordinal", "sha256"),
)

effects = sa.Table(
    "effects",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    sa.UniqueConstraint("terminal", "id", "what"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("submission", sa.ForeignKey("submissions.n"), nullable=False),
    sa.Column("stage", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
)

evaluations = sa.Table(
    "evaluations",
    metadata,
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False, unique=True),
    sa.Column("satisfaction", sa.Integer, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("ack", sa.JSON, nullable=False),
    sa.UniqueConstraint("terminal", "id"),
)


class StoreError(Exception):
    """The folder holds no store that this version can use."""


class Store:
    """The database of a portal's folder."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction: committed and on the disk when the block ends, undone when it raises."""
        with self._lock, self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the connection; the store cannot be used any more."""
        with self._lock:
            self._engine.dispose()


def open_store(folder: Path) -> Store:
    """Open the store for writing; makes it at the first start.

    Raises:
        StoreError: the store was written by a version with another schema.
    """
    store = Store(_engine(folder / DATABASE_NAME, write=True))
    with store.transaction() as connection:
        metadata.create_all(connection)
        version = connection.scalar(sa.select(meta.c.value).where(meta.c.name == "schema"))
        if version is None:
            connection.execute(meta.insert().values(name="schema", value=SCHEMA_VERSION))
            version = SCHEMA_VERSION
    if version != SCHEMA_VERSION:
        store.close()
        raise StoreError(f"schema {version}, this version knows {SCHEMA_VERSION}")
    return store


def read_store(folder: Path) -> Store:
    """Open the store beside a running portal, for reading only.

    Raises:
        StoreError: no portal ever ran in the folder.
    """
    path = folder / DATABASE_NAME
    if not path.exists():
        raise StoreError("no portal ever ran in this folder")
    return Store(_engine(path, write=False))


def next_serial(connection: sa.Connection) -> int:
    """The next number of the portal's one persisted counter; never given twice."""
    value = connection.scalar(sa.select(meta.c.value).where(meta.c.name == "serial"))
    if value is None:
        connection.execute(meta.insert().values(name="serial", value="1"))
        return 1
    following = int(value) + 1
    connection.execute(meta.update().where(meta.c.name == "serial").values(value=str(following)))
    return following


def _engine(path: Path, *, write: bool) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=StaticPool)
    pragmas = ["busy_timeout=10000", "foreign_keys=ON"]
    pragmas += ["journal_mode=TRUNCATE", "synchronous=EXTRA"] if write else ["query_only=ON"]

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
