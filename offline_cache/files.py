"""Writing files so that they survive a power cut."""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path

from offline_cache.errors import StoreError, StoreFaultError, StoreFullError

PART = ".part"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def sync_folder(folder: Path) -> None:
    """Make renames and removals inside `folder` durable.

    Raises:
        StoreFaultError: the disk failed; what is in the folder is known after a restart.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise as_store_error(error) from error


def write_durably(
    file: Path, data: bytes, *, mode: int = 0o600, renaming: Callable[[], None] = lambda: None
) -> None:
    """Write a whole file: temporary name, fsync, rename, fsync of the folder.

    Args:
        file: where it ends up; the temporary name lies beside it.
        data: the whole content.
        mode: permission bits.
        renaming: called once between fsync and rename.

    Raises:
        StoreFullError: no room; nothing is left behind.
        StoreFaultError: any other failure of the disk.
    """
    part = file.with_name(file.name + PART)
    try:
        _write(part, data, mode)
        renaming()
        part.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        drop(part)
        raise as_store_error(error) from error


def make_files(files: list[Path], *, mode: int = 0o600) -> None:
    """Make empty files of one folder, and their names durable, with a single fsync.

    Raises:
        StoreFullError: no room; none is left behind.
        StoreFaultError: any other failure of the disk.
    """
    try:
        for file in files:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode))
        sync_folder(files[0].parent)
    except OSError as error:
        for file in files:
            drop(file)
        raise as_store_error(error) from error


def fill_file(file: Path, data: bytes) -> None:
    """Write what a file of `make_files` is for; durable with one fsync.

    Only for names that a row is about to tell: what a crash leaves half written has no row
    and is removed at the next start. A name that is gone is not made again: nobody would
    have waited for it.

    Raises:
        StoreFullError: no room.
        StoreFaultError: any other failure of the disk.
    """
    try:
        _fill(os.open(file, os.O_WRONLY | os.O_CLOEXEC), data)
    except OSError as error:
        raise as_store_error(error) from error


def make_folder(folder: Path) -> None:
    """Make a folder that nobody but the owner looks into; one that is there stays.

    Raises:
        StoreFullError, StoreFaultError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise as_store_error(error) from error


def drop(file: Path) -> None:
    """Unlink what a failed write left; where the disk takes no change, the next start does."""
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def as_store_error(error: OSError) -> StoreError:
    """The store's error for a failed system call."""
    if error.errno in _NO_ROOM:
        return StoreFullError("no space left")
    return StoreFaultError(f"the disk failed: {errno.errorcode.get(error.errno or 0, 'unknown')}")


def free_bytes(folder: Path) -> int:
    """Bytes that a process without privileges may still write; StoreFaultError as elsewhere."""
    status = _space(folder)
    return status.f_bavail * status.f_frsize


def disk_bytes(folder: Path) -> int:
    """Bytes of the whole file system, used or not; StoreFaultError as elsewhere."""
    status = _space(folder)
    return status.f_blocks * status.f_frsize


def forget_cached(file: Path) -> None:
    """Make the next reader ask the disk itself; dirty pages are written back first.

    After a failed fsync the kernel serves pages that were never written, as if they had been:
    SQLite would take a transaction for committed that the next power cut takes away, with all
    after it. What is read again from the disk is there.

    No database connection of this process may be open: closing a file drops its locks.

    Raises:
        StoreFaultError: the file cannot be opened.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise as_store_error(error) from error
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def remove(files: list[Path]) -> None:
    """Unlink files of one folder, and make it durable; missing ones are fine.

    Raises:
        StoreFaultError: the disk takes no change; the next start tries again.
    """
    try:
        for file in files:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise as_store_error(error) from error
    if files:
        sync_folder(files[0].parent)


def _space(folder: Path) -> os.statvfs_result:
    try:
        return os.statvfs(folder)
    except OSError as error:
        raise as_store_error(error) from error


def _write(part: Path, data: bytes, mode: int) -> None:
    _fill(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode), data)


def _fill(descriptor: int, data: bytes) -> None:
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
