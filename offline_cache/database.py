"""The database file: who may write it, how a change becomes durable, what it looks like.

One process writes (`store.lock`); inside it one connection behind one lock serves all
threads. A second process may read and change single rows, but never migrates and never
checkpoints, because two connections around a checkpoint are SQLite's weak point.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import apsw

from offline_cache.ballast import Ballast
from offline_cache.clock import Clock, SystemClock
from offline_cache.connection import (
    BUSY_MS,
    NAME,
    SIDE_FILES,
    first_connection,
    looking_connection,
    second_connection,
    store_error,
)
from offline_cache.errors import StoreError, StoreFaultError, StoreFullError
from offline_cache.files import as_store_error, forget_cached, free_bytes, make_folder
from offline_cache.health import Findings, damage, look
from offline_cache.library import Journal, journal_for
from offline_cache.lock import ProcessLock
from offline_cache.migration import migrate
from offline_cache.numbers import uuid7

T = TypeVar("T")
Row = tuple[Any, ...]
MIB = 1024 * 1024
_CHECKPOINT_MS = 200
_log = logging.getLogger(__name__)


def _nowhere(_point: str) -> None:
    """Production takes no notice of crash points."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of the store.

    Attributes:
        ballast_bytes: kept aside for a full disk; 0 for none.
        reserve_bytes: what must be free besides before a visit starts.
        queue_items: unsent submissions at which collecting stops.
        queue_days: age of the oldest sealed submission at which collecting stops.
        keep_s: an acknowledged submission without a settled receipt is kept this long.
        quota_bytes: what database and pages may take at most before a visit starts,
        quota_share: or this share of the whole disk, if that is less.
    """

    ballast_bytes: int = 16 * MIB
    reserve_bytes: int = 32 * MIB
    queue_items: int = 500
    queue_days: float = 7.0
    keep_s: float = 24 * 3600.0
    quota_bytes: int = 4096 * MIB
    quota_share: float = 0.2


class Database:
    """The open database; thread-safe.

    Attributes:
        damage: what the last check found; while there is anything, nothing new is taken in.
        checkpoint_owed: something erased is still in the log; the next upkeep ends that.
    """

    def __init__(self, folder: Path, limits: Limits, clock: Clock, *, second: bool) -> None:
        """Use `open` or `open_second`."""
        self.damage: tuple[str, ...] = ()
        self.checkpoint_owed = False
        self.journal = Journal.WAL
        self.folder = folder
        self.limits = limits
        self.clock = clock
        self.ballast = Ballast(folder / "ballast", limits.ballast_bytes)
        self.run_id = uuid7(clock.wall())
        self.reached: Callable[[str], None] = _nowhere
        self._second = second
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._process_lock: ProcessLock | None = None
        self._connection: apsw.Connection | None = None
        self._closed = False
        self._trusted = second
        self._failed = False

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        reached: Callable[[str], None] = _nowhere,
        clock: Clock | None = None,
        limits: Limits | None = None,
        library_version: str | None = None,
        old_library_allowed: bool = False,
    ) -> Self:
        """Open as the one writing process: version gate, lock, migration, ballast.

        Args:
            folder: made if it is missing; holds everything of the store.
            reached: called at each crash point; tests kill the process there.
            clock: the machine's clocks by default.
            limits: caps; the built-in ones by default.
            library_version: SQLite's version; asked of the library by default.
            old_library_allowed: a library with the WAL-reset bug works without WAL.

        Raises:
            StoreOldLibraryError: this SQLite can lose committed writes.
            StoreBusyError: another process is the writer.
            StoreFullError: no room even for opening.
            StoreFaultError: the file is no database or cannot be read.
        """
        version = library_version or apsw.sqlite_lib_version()
        journal = journal_for(version, old_allowed=old_library_allowed)
        database = cls(folder, limits or Limits(), clock or SystemClock(), second=False)
        database.journal = journal
        database.reached = reached
        try:
            make_folder(folder)
            database._process_lock = ProcessLock.take(folder / "store.lock")
            database._start()
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def open_second(
        cls,
        folder: Path,
        *,
        clock: Clock | None = None,
        limits: Limits | None = None,
        library_version: str | None = None,
        old_library_allowed: bool = False,
    ) -> Self:
        """Open beside the writing process, for reading and for changes of single rows.

        The arguments are those of `open`.

        Raises:
            StoreOldLibraryError: this SQLite can lose committed writes.
            StoreFaultError: there is no store, or it was never started by the terminal.
        """
        version = library_version or apsw.sqlite_lib_version()
        journal = journal_for(version, old_allowed=old_library_allowed)
        if not (folder / NAME).exists():
            raise StoreFaultError("there is no store in this folder")
        database = cls(folder, limits or Limits(), clock or SystemClock(), second=True)
        database.journal = journal
        try:
            if database.read("PRAGMA user_version")[0][0] == 0:
                raise StoreFaultError("the store was never started")
        except StoreError:
            database.close()
            raise
        return database

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def drain_only(self) -> bool:
        """Whether the disk was full: what is stored is sent, nothing new is taken."""
        return self.ballast.cut_off

    def read(self, sql: str, values: tuple[Any, ...] = ()) -> list[Row]:
        """All rows of one query."""
        with self._lock:
            connection = None
            try:
                connection = self._connect()
                return list(connection.execute(sql, values))
            except apsw.Error as error:
                if connection is None or not connection.in_transaction:
                    self._take_back(connection, error)
                raise store_error(error) from error
            except UnicodeDecodeError as error:
                raise StoreFaultError("a text in the database is damaged") from error

    def write(self, work: Callable[[apsw.Connection], T], *, drain: bool = False) -> T:
        """Run `work` in one transaction and return once it is durable.

        Args:
            work: changes rows; an exception takes all of it back.
            drain: it records an acknowledgement or frees room; on a full disk the ballast
                is given up, the log is emptied and `work` is tried once more.

        Raises:
            StoreFullError: no room; the ballast is given up, the store drains only.
            StoreFaultError: the disk failed. Whether the transaction is there is known after
                the next opening, which the next call does by itself. Or the last check found
                damage, and `work` takes something new in.
        """
        with self._lock:
            if self.damage and not drain:
                raise StoreFaultError("the store is damaged: it takes nothing new")
            try:
                value = self._transact(work)
            except StoreFullError:
                self.ballast.cut()
                if not drain:
                    raise
                self._recycle_log()
                value = self._transact(work)
        if drain:
            self.make_room()
        return value

    def make_room(self) -> bool:
        """Leave drain-only if there is room again; tells whether something new can be taken.

        Asked before each visit, and after each write that records or erases something.
        """
        if self.ballast.cut_off:
            try:
                self.ballast.refill()
            except StoreError as error:
                # the write before is durable: what fails here is tried again with the next one
                _log.warning("the ballast cannot be made again: %s", error)
        return not self.ballast.cut_off

    def checkpoint(self) -> None:
        """Move the log into the database and empty it: the end of every erased row.

        A reader in another connection is waited for briefly; then it stays owed.
        """
        if self._second:
            return
        with self._lock:
            self.checkpoint_owed = True
            self.read(f"PRAGMA busy_timeout={_CHECKPOINT_MS}")
            rows = self.read("PRAGMA wal_checkpoint(TRUNCATE)")
            self.read(f"PRAGMA busy_timeout={BUSY_MS}")
            self.checkpoint_owed = any(row[0] for row in rows)

    def data_version(self) -> int:
        """Changes whenever another process has committed."""
        return int(self.read("PRAGMA data_version")[0][0])

    def free_bytes(self) -> int:
        """Bytes free on the store's disk, the ballast not counted."""
        return free_bytes(self.folder)

    def verify(self) -> Findings:
        """Check the whole database, beside all that goes on; never on the main thread.

        What is found stands in `damage` from then on.

        Raises:
            StoreFaultError: it cannot be read at all.
        """
        try:
            with self._looker() as connection:
                findings = look(connection)
        except apsw.Error as error:
            self.damage = (type(error).__name__,)
            raise store_error(error) from error
        self.damage = findings.faults
        return findings

    @contextlib.contextmanager
    def _looker(self) -> Iterator[apsw.Connection]:
        """A connection for a long look: of a second process, the one it has."""
        with self._lock:
            own = self._connect()
        if self._second:
            yield own
            return
        with self._looking:
            connection = looking_connection(self.folder)
            try:
                yield connection
            finally:
                connection.close(force=True)

    def close(self) -> None:
        """Close; a second time does nothing. Any later call raises StoreFaultError."""
        with self._lock:
            self._closed = True
            self._disconnect()
            if self._process_lock is not None:
                self._process_lock.release()
                self._process_lock = None

    def _recycle_log(self) -> None:
        """Empty the log if there is room to; if not, the write that follows says so itself."""
        connection = None
        try:
            connection = self._connect()
            self._empty_log(connection)
        except apsw.Error as error:
            self._take_back(connection, error)

    def _empty_log(self, connection: apsw.Connection) -> None:
        with contextlib.suppress(apsw.FullError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _start(self) -> None:
        with self._lock:
            try:
                migrate(self._connect(), self.reached)
            except apsw.Error as error:
                raise store_error(error) from error
            except OSError as error:
                raise as_store_error(error) from error
        self.ballast.fill()

    def _transact(self, work: Callable[[apsw.Connection], T]) -> T:
        connection = None
        try:
            connection = self._connect()
            connection.execute("BEGIN IMMEDIATE")
            value = work(connection)
            connection.execute("COMMIT")
        except BaseException as error:
            self._take_back(connection, error)
            if isinstance(error, apsw.Error):
                raise store_error(error) from error
            raise
        return value

    def _take_back(self, connection: apsw.Connection | None, error: BaseException) -> None:
        """After a failed write or fsync the connection's picture of the file is worth nothing."""
        if isinstance(error, apsw.IOError | apsw.CorruptError) or connection is None:
            self._doubt()
        elif connection.in_transaction:
            connection.execute("ROLLBACK")

    def _connect(self) -> apsw.Connection:
        if self._closed:
            raise StoreFaultError("the store is closed")
        if self._connection is None:
            self._connection = self._trusted_connection()
        return self._connection

    def _trusted_connection(self) -> apsw.Connection:
        """A connection that shows what the disk holds; after a fault with an empty log."""
        if not self._trusted:
            self._see_the_disk()
        connection = self._new_connection()
        if self._failed:
            try:
                self._empty_log(connection)
                self.damage = tuple(damage(connection))
            except apsw.Error:
                connection.close(force=True)
                raise
        self._trusted, self._failed = True, False
        return connection

    def _see_the_disk(self) -> None:
        """Make the kernel forget what it holds of a database that nobody closed."""
        file, *logs = (self.folder / f"{NAME}{each}" for each in SIDE_FILES if each != "-shm")
        left = [each for each in logs if each.exists()]
        if left:
            with self._looking:
                for each in (file, *left):
                    forget_cached(each)

    def _new_connection(self) -> apsw.Connection:
        opener = second_connection if self._second else first_connection
        return opener(self.folder, self.journal)

    def _doubt(self) -> None:
        """Give the connection up as it is: to close it in order would copy the log."""
        self._trusted, self._failed = self._second, not self._second
        if self._connection is not None:
            self._connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close(force=True)
            self._connection = None
