"""Parts of pages that are on their way in: one growing file per upload.

The spool may be shared by several portal processes (and hosts, over a file system
that honours `flock`): a lock on the file itself decides who may look or write, and
falls with the process that held it. A file that was moved away while a process
waited for its lock counts as gone.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Final

_FREE_FLOOR_BYTES: Final = 16 * 1024 * 1024


class PartGoneError(Exception):
    """The spool holds no such part (any more)."""


class Spool:
    """The folder of unfinished uploads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def begin(self, name: str, length: int) -> None:
        """Make an empty part for that many bytes.

        It is not synced: a part that a power cut takes away is created again by the
        terminal, as one that expired.

        Raises:
            OSError: ENOSPC when the disk could not hold them.
        """
        status = os.statvfs(self._folder)
        if status.f_bavail * status.f_frsize < length + _FREE_FLOOR_BYTES:
            raise OSError(errno.ENOSPC, "too little space left")
        (self._folder / name).touch(mode=0o600)

    def exists(self, name: str) -> bool:
        """Whether the part is there."""
        return (self._folder / name).exists()

    def path(self, name: str) -> Path:
        """Where the part lies; only for the holder of its lock."""
        return self._folder / name

    @contextmanager
    def held(self, name: str) -> Iterator[FileIO]:
        """The part, for one at a time in all processes; positioned at its end.

        Raises:
            PartGoneError: not there, or taken away while waiting.
        """
        path = self._folder / name
        try:
            file = path.open("r+b", buffering=0)
        except FileNotFoundError as error:
            raise PartGoneError(name) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _same(path, file):
                raise PartGoneError(name)
            file.seek(0, os.SEEK_END)
            yield file

    def append(self, file: FileIO, content: bytes) -> None:
        """Add bytes to a held part; they are on the disk when it returns.

        Raises:
            OSError: what was written before the failure stays and counts.
        """
        left = memoryview(content)
        while left:
            left = left[file.write(left) :]
        os.fsync(file.fileno())

    def remove(self, name: str) -> None:
        """Forget a part; one that is not there is fine."""
        (self._folder / name).unlink(missing_ok=True)


def _same(path: Path, file: FileIO) -> bool:
    try:
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return False
