"""One connection to the database file: flags, pragmas, and what its errors mean here."""

import os
from pathlib import Path

import apsw

from offline_cache.errors import (
    StoreBusyError,
    StoreError,
    StoreFaultError,
    StoreFullError,
    StoreOldLibraryError,
)
from offline_cache.files import as_store_error
from offline_cache.library import Journal
from offline_cache.migration import stand_in

NAME = "store.sqlite"
SIDE_FILES = ("", "-wal", "-shm", "-journal")
BUSY_MS = 5000
_COMMON = ("PRAGMA secure_delete=ON", "PRAGMA foreign_keys=ON")
_SYNCHRONOUS = {
    Journal.WAL: "PRAGMA synchronous=FULL",
    Journal.TRUNCATE: "PRAGMA synchronous=EXTRA",
}


def first_connection(folder: Path, journal: Journal) -> apsw.Connection:
    """The one that writes, checkpoints and migrates.

    Raises:
        StoreBusyError: another process keeps the file in the other journal mode.
    """
    make_private(folder)
    connection = apsw.Connection(
        str(folder / NAME), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    )
    try:
        connection.set_busy_timeout(BUSY_MS)
        mode = connection.execute(f"PRAGMA journal_mode={journal}").fetchone() or ("",)
        if str(mode[0]).upper() != journal:
            raise StoreBusyError("another process keeps the store in another journal mode")
        _set(connection, _SYNCHRONOUS[journal], *_COMMON)
    except (apsw.Error, StoreError):
        connection.close(force=True)
        raise
    return connection


def second_connection(folder: Path, journal: Journal) -> apsw.Connection:
    """Beside the writing process: never migrates, never checkpoints.

    Raises:
        StoreOldLibraryError: the file is in WAL mode, which this library may not write.
    """
    connection = apsw.Connection(str(folder / NAME), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(BUSY_MS)
        mode = connection.execute("PRAGMA journal_mode").fetchone() or ("",)
        if journal is Journal.TRUNCATE and mode[0] == "wal":
            raise StoreOldLibraryError("this SQLite may not open a store in WAL mode")
        _set(connection, _SYNCHRONOUS[journal], *_COMMON, "PRAGMA wal_autocheckpoint=0")
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        stand_in(connection)
    except (apsw.Error, StoreError):
        connection.close(force=True)
        raise
    return connection


def looking_connection(folder: Path) -> apsw.Connection:
    """For reading alone, beside the writer of this process, so that a long look holds up nobody."""
    connection = apsw.Connection(str(folder / NAME), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(BUSY_MS)
    return connection


def make_private(folder: Path) -> None:
    """Nobody but the owner reads any file of the store; SQLite's side files inherit the mode.

    Raises:
        StoreFullError, StoreFaultError: the file cannot be made.
    """
    try:
        if not (folder / NAME).exists():
            # never on a file that may be open in this process: closing it drops SQLite's locks
            os.close(os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for name in (*(f"{NAME}{each}" for each in SIDE_FILES), "store.lock", "ballast"):
            file = folder / name
            if file.exists() and file.stat().st_mode & 0o077:
                file.chmod(0o600)
    except OSError as error:
        raise as_store_error(error) from error


def store_error(error: apsw.Error) -> StoreError:
    """The store's error for one of SQLite's."""
    if isinstance(error, apsw.FullError):
        return StoreFullError("no space left")
    if isinstance(error, apsw.BusyError):
        return StoreBusyError("another process holds the store")
    return StoreFaultError(f"the database failed: {type(error).__name__}")


def _set(connection: apsw.Connection, *pragmas: str) -> None:
    for pragma in pragmas:
        connection.execute(pragma)
