"""Room in SQLite's write-ahead log before it is needed.

A commit that makes the log longer waits for the file system's journal too; one that
overwrites waits for its own bytes only. So the log gets its length before a resident
starts, as zeros behind what is in it: for SQLite they are frames that do not check.
"""

import logging
import os
from pathlib import Path

from offline_cache.database import Database
from offline_cache.files import free_bytes

READY_BYTES = 1024 * 1024
_NAME = "store.sqlite-wal"
_ROOM = 16 * READY_BYTES
_log = logging.getLogger(__name__)


def make_log_ready(database: Database) -> None:
    """Lengthen the log to READY_BYTES if it is shorter and the disk has plenty of room.

    It holds the write lock, so nobody else lengthens it meanwhile. A failure costs time
    later and nothing else.
    """
    log = database.folder / _NAME
    if _is_ready(log) or database.drain_only or free_bytes(database.folder) < _ROOM:
        return
    try:
        database.write(lambda _connection: _lengthen(log))
    except OSError as error:
        _log.info("the log stays as short as it is: %s", error.strerror)


def _is_ready(log: Path) -> bool:
    """Also where there is no log: a store without WAL needs none."""
    return not log.exists() or log.stat().st_size >= READY_BYTES


def _lengthen(log: Path) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(descriptor).st_size
        os.pwrite(descriptor, bytes(max(0, READY_BYTES - size)), size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
