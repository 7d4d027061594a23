"""Engines that keep a blob durably, ours and others, behind one call for the benches.

Each runs as it is durable at return: SQLite with `synchronous=FULL`, raw files with fsync.
The libraries are imported by name: they bring no types, and only a bench needs them.
"""

import contextlib
import dataclasses
import importlib
import io
import os
import sqlite3
import uuid
from pathlib import Path
from typing import Any, Protocol, Self

from store_support import PAYLOAD, Store, intake

from offline_cache.clock import SystemClock
from offline_cache.database import Limits
from offline_cache.documents import Draft
from offline_cache.records import Intake

UNCAPPED = Limits(
    ballast_bytes=0, reserve_bytes=0, queue_items=10**9, quota_bytes=1 << 50, quota_share=1.0
)
RECORD_BYTES = 4096
PAGE_BYTES = 300 * 1024
_TEXT_BYTES = 2650  # makes a request body of about RECORD_BYTES


class Engine(Protocol):
    """One way to keep a blob.

    Attributes:
        name: as the table shows it.
        durable_by: what was set so that a power cut loses nothing that returned.
    """

    name: str
    durable_by: str

    def prepare(self, count: int) -> None:
        """What comes before the measured part of `count` calls."""

    def put(self, blob: bytes) -> None:
        """Keep a blob; it is on the disk when this returns."""

    def close(self) -> None:
        """Let everything go."""


class _Plain:
    name = ""
    durable_by = ""

    def prepare(self, count: int) -> None:
        """Nothing comes before."""

    def close(self) -> None:
        """Nothing is open."""


class RawAppend(_Plain):
    """The floor of a put."""

    name = "raw append"
    durable_by = "write, fdatasync"

    def __init__(self, folder: Path) -> None:
        self._log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def put(self, blob: bytes) -> None:
        os.write(self._log, blob)
        os.fdatasync(self._log)

    def close(self) -> None:
        os.close(self._log)


class RawFile(_Plain):
    """The floor of a page."""

    name = "raw file"
    durable_by = "write, fsync, rename, fsync of the folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def put(self, blob: bytes) -> None:
        self._number += 1
        part = self._folder / f"{self._number}.part"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT)
        os.write(descriptor, blob)
        os.fsync(descriptor)
        os.close(descriptor)
        part.rename(self._folder / str(self._number))
        directory = os.open(self._folder, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)


class PlainSqlite(_Plain):
    """A table of blobs, the least that SQLite can do."""

    name = "sqlite3"
    durable_by = "WAL, synchronous=FULL"

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "plain.sqlite", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, data BLOB)")

    def put(self, blob: bytes) -> None:
        self._connection.execute("INSERT INTO item (data) VALUES (?)", (blob,))

    def close(self) -> None:
        self._connection.close()


class PersistQueue(_Plain):
    """persist-queue: rows of pickles."""

    name = "persist-queue"
    durable_by = "SQLiteAckQueue, WAL, synchronous=FULL (its default), auto_commit"

    def __init__(self, folder: Path) -> None:
        library: Any = importlib.import_module("persistqueue")
        self._queue = library.SQLiteAckQueue(str(folder / "persist-queue"), auto_commit=True)

    def put(self, blob: bytes) -> None:
        self._queue.put(blob)

    def close(self) -> None:
        self._queue.close()


class Huey(_Plain):
    """huey's own storage: what its task queue writes for one message."""

    name = "huey"
    durable_by = "SqliteStorage, WAL, fsync=True"

    def __init__(self, folder: Path) -> None:
        library: Any = importlib.import_module("huey.storage")
        self._storage = library.SqliteStorage(filename=str(folder / "huey.sqlite"), fsync=True)

    def put(self, blob: bytes) -> None:
        self._storage.enqueue(blob)

    def close(self) -> None:
        self._storage.close()


class Dbos(_Plain):
    """dbos: a workflow in a queue."""

    name = "dbos"
    durable_by = "its SQLite system database, rollback journal, synchronous=FULL (its defaults)"

    def __init__(self, folder: Path) -> None:
        library: Any = importlib.import_module("dbos")
        url = f"sqlite:///{folder / 'dbos.sqlite'}"
        with contextlib.redirect_stdout(io.StringIO()):
            library.run_dbos_database_migrations(system_database_url=url)
        self._client = library.DBOSClient(system_database_url=url)
        self._options = {"queue_name": "pages", "workflow_name": "send"}

    def put(self, blob: bytes) -> None:
        self._client.enqueue(self._options, blob)

    def close(self) -> None:
        self._client.destroy()


class _Ours(_Plain):
    durable_by = "WAL, synchronous=FULL; sealed"

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder / "store", clock=SystemClock(), limits=UNCAPPED)
        self._drafts: list[Draft] = []

    def __enter__(self) -> Self:
        return self

    def close(self) -> None:
        self._store.database.close()


class OurPut(_Ours):
    """`put` of a draft: the encryption and a request body of RECORD_BYTES are its own work."""

    name = "Quanban put"

    def prepare(self, count: int) -> None:
        self._drafts = [self._store.draft(pages=0) for _ in range(count)]
        self._intake = big_intake(RECORD_BYTES)

    def put(self, blob: bytes) -> None:
        del blob  # the payload of the intake makes a body of its size
        self._store.outbox.put(self._drafts.pop(0), self._intake)


class OurPage(_Ours):
    """`add_page`: sealed, digested and written; the rows come with the put of the last one."""

    name = "Quanban page"
    durable_by = "fsync of the file, its name by one of the folder before; sealed; put at the end"

    def prepare(self, count: int) -> None:
        self._left = count
        self._drafts = [self._store.draft(pages=0)]

    def put(self, blob: bytes) -> None:
        self._drafts[0].add_page(blob, "image/jpeg", material="m1")
        self._left -= 1
        if self._left == 0:
            self._store.outbox.put(self._drafts.pop(), intake())


def big_intake(size: int) -> Intake:
    """An application whose request body has about `size` bytes."""
    text = "x" * max(1, size - RECORD_BYTES + _TEXT_BYTES)
    return dataclasses.replace(intake(), payload={**PAYLOAD, "answers": {"text": text}})


def enqueuers(folder: Path) -> list[Engine]:
    """Everything that keeps a record of RECORD_BYTES; the floor first, then ours."""
    kinds = (RawAppend, OurPut, PlainSqlite, PersistQueue, Huey, Dbos)
    return [kind(_own(folder)) for kind in kinds]


def stagers(folder: Path) -> list[Engine]:
    """Everything that keeps a page of PAGE_BYTES; the floor first, then ours."""
    kinds = (RawFile, OurPage, PlainSqlite, PersistQueue, Huey, Dbos)
    return [kind(_own(folder)) for kind in kinds]


def _own(folder: Path) -> Path:
    own = folder / uuid.uuid4().hex[:8]
    own.mkdir(parents=True)
    return own
