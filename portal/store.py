"""A portal's database behind one interface: SQLite in its folder, or PostgreSQL at scale.

Rules for every module that keeps rows:

- tables are declared in `portal/tables/`, see there;
- everything that belongs together happens in one `with store.transaction() as
  connection:`; blocks are never nested and never wait for the network;
- several processes may serve the same PostgreSQL. Unique keys decide; `lock_key`
  serialises what no unique key covers; locks of a process decide nothing;
- a resident's act is one transaction: row + `record_effect` + `emit`.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from portal.engines import postgres_engine, sqlite_engine
from portal.migrations import UnknownSchemaError, migrate
from portal.places import DATABASE_NAME, recall
from portal.tables.base import SERIAL, meta
from portal.tables.intake import effects, events

_POSTGRESQL: Final = "postgresql"
_SERIAL_NAME: Final = "serial"
Result = TypeVar("Result")
# built once: building a statement costs more than running it
_NEXT_SHARED: Final = sa.select(SERIAL.next_value())
_NEXT_ALONE: Final = (
    sqlite.insert(meta)
    .values(name=_SERIAL_NAME, value="1")
    .on_conflict_do_update(
        index_elements=[meta.c.name],
        set_={"value": sa.cast(sa.cast(meta.c.value, sa.Integer) + 1, sa.String)},
    )
    .returning(meta.c.value)
)
_LOCK: Final = sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("number", type_=sa.BigInteger)))
_EFFECT: Final = effects.insert()
_EVENT: Final = events.insert()


class StoreError(Exception):
    """There is no store, it cannot be reached, or this version cannot use it."""


class Store:
    """The database of a portal."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()
        self._queue: list[_Job] = []
        self._queue_lock = threading.Lock()

    @property
    def shared(self) -> bool:
        """Whether several processes may serve on it at once (PostgreSQL)."""
        return self._engine.dialect.name == _POSTGRESQL

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction: committed and on the disk when the block ends, undone when it raises."""
        with nullcontext() if self.shared else self._lock, self._engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """One moment of the whole store, for long reading; on PostgreSQL nobody waits for it."""
        if not self.shared:
            with self.transaction() as connection:
                yield connection
            return
        options = {"isolation_level": "REPEATABLE READ"}
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def act(self, work: Callable[[sa.Connection], Result]) -> Result:
        """Do some work in a transaction and return what it returned, after the commit.

        On SQLite the acts that wait while a commit is on its way to the disk share
        the next one, each undone by itself when it raises: many small acts at once
        cost few syncs.
        """
        if self.shared:
            with self.transaction() as connection:
                return work(connection)
        job = _Job(work)
        with self._queue_lock:
            self._queue.append(job)
        # whoever gets the lock first does the work of all who wait for it
        with self._lock:
            if not job.ended:
                self._do_waiting()
        if job.error is not None:
            raise job.error
        result: Result = job.result
        return result

    def _do_waiting(self) -> None:
        with self._queue_lock:
            jobs, self._queue = self._queue, []
        try:
            with self._engine.begin() as connection:
                for job in jobs:
                    job.run(connection, alone=len(jobs) == 1)
        except Exception as error:  # noqa: BLE001 - everybody who waits gets it
            for job in jobs:
                job.error = job.error or error
        finally:
            for job in jobs:
                job.ended = True

    def close(self) -> None:
        """Close every connection; the store cannot be used any more."""
        with self._lock:
            self._engine.dispose()


class _Job:
    """An act that waits for its turn."""

    __slots__ = ("ended", "error", "result", "work")

    def __init__(self, work: Callable[[sa.Connection], Any]) -> None:
        self.work = work
        self.result: Any = None
        self.error: Exception | None = None
        self.ended = False

    def run(self, connection: sa.Connection, *, alone: bool) -> None:
        """Do the work; when it raises, nothing of it stays, and the others go on."""
        try:
            if alone:
                self.result = self.work(connection)
                return
            with connection.begin_nested():
                self.result = self.work(connection)
        except Exception as error:
            self.error = error
            if alone:
                raise


def open_store(folder: Path, database: str | None = None) -> Store:
    """Open the store for writing: made at the first start, migrated from an earlier version.

    Safe with several processes at once: one migrates, the others wait.

    Args:
        folder: the portal's folder.
        database: `postgresql://...`; None is what the folder remembers, else SQLite.

    Raises:
        StoreError: not reachable, damaged, or written by a later version.
        ScaleMissingError: PostgreSQL without its driver.
        PlacesError: the folder's `portal.json` is damaged.
    """
    store = Store(_engine(folder, database, write=True))
    try:
        with store.transaction() as connection:
            if store.shared:
                lock_key(connection, "migrate")
            migrate(connection)
    except UnknownSchemaError as error:
        store.close()
        raise StoreError(str(error)) from error
    except sa.exc.OperationalError as error:
        store.close()
        raise StoreError(f"the database does not answer: {type(error.orig).__name__}") from None
    except sa.exc.DatabaseError as error:
        store.close()
        if type(error) is not sa.exc.DatabaseError:
            raise
        # the bare kind is SQLite's word for a file that is damaged, or no database at all
        raise StoreError("the database is damaged") from None
    return store


def read_store(folder: Path, database: str | None = None) -> Store:
    """Open the store beside a running portal, for reading only.

    Raises:
        StoreError: no portal ever ran in the folder, or no database answers.
        ScaleMissingError: PostgreSQL without its driver.
        PlacesError: the folder's `portal.json` is damaged.
    """
    if (database or recall(folder).database) is None and not (folder / DATABASE_NAME).exists():
        raise StoreError("no portal ever ran in this folder")
    store = Store(_engine(folder, database, write=False))
    try:
        with store.transaction() as connection:
            connection.execute(sa.select(meta.c.value).limit(1))
    except sa.exc.DBAPIError as error:
        store.close()
        raise StoreError(f"no store answers: {type(error.orig).__name__}") from None
    return store


def next_serial(connection: sa.Connection) -> int:
    """The next number of the portal's one counter; never given twice, gaps are allowed."""
    shared = connection.dialect.name == _POSTGRESQL
    return int(connection.scalar(_NEXT_SHARED if shared else _NEXT_ALONE) or 0)


def raise_serial(connection: sa.Connection, floor: int) -> None:
    """Make every number up to `floor` count as given (after a restore); never goes back."""
    if connection.dialect.name == _POSTGRESQL:
        query = sa.text(
            "SELECT setval('portal_serial', greatest(nextval('portal_serial'), :floor))"
        )
        connection.execute(query, {"floor": floor})
        return
    present = next_serial(connection)
    connection.execute(
        meta.update().where(meta.c.name == _SERIAL_NAME).values(value=str(max(present, floor)))
    )


def lock_key(connection: sa.Connection, *parts: str) -> None:
    """Let one transaction at a time go on with these parts, in all processes, until its end.

    Take several in one fixed order. On SQLite every transaction is alone anyway.
    """
    if connection.dialect.name == _POSTGRESQL:
        digest = hashlib.sha256("\0".join(parts).encode()).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(_LOCK, {"number": number})


def insert_if_new(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its unique keys is taken; tells whether it did.

    A copy of another transaction that is not committed yet is waited for.
    """
    insert: sa.Insert
    if connection.dialect.name == _POSTGRESQL:
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - a tenth of a start on SQLite

        insert = postgresql.insert(table).on_conflict_do_nothing()
    else:
        insert = sqlite.insert(table).on_conflict_do_nothing()
    # SQLAlchemy keeps the count of an INSERT only when it is asked to
    done = connection.execute(insert, dict(values), execution_options={"preserve_rowcount": True})
    return done.rowcount == 1


def record_effect(
    connection: sa.Connection, terminal: str, identity: str, what: str, at: str
) -> None:
    """Write down that an act had its effect; the same effect twice raises IntegrityError."""
    connection.execute(_EFFECT, {"terminal": terminal, "id": identity, "what": what, "at": at})


def emit(
    connection: sa.Connection,
    kind: str,
    about: tuple[str, str],
    at: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an event of the outbox (`kind` such as `submission.received`) about (terminal, id).

    The detail never holds personal data.
    """
    terminal, identity = about
    values = {"kind": kind, "terminal": terminal, "id": identity, "at": at}
    connection.execute(_EVENT, {**values, "detail": dict(detail) if detail else None})


def _engine(folder: Path, database: str | None, *, write: bool) -> sa.Engine:
    address = database or recall(folder).database
    if address is None:
        return sqlite_engine(folder / DATABASE_NAME, write=write)
    try:
        if sa.make_url(address).get_backend_name() != _POSTGRESQL:
            raise StoreError("--database takes postgresql://...")
        return postgres_engine(address, write=write)
    except sa.exc.ArgumentError as error:
        raise StoreError("--database is no address") from error
