"""A file that is given up when the disk is full, so that acknowledgements can still be recorded."""

import os
from pathlib import Path

from offline_cache.files import as_store_error, free_bytes, sync_folder


class Ballast:
    """Allocated bytes beside the database; once cut, the store only drains."""

    def __init__(self, file: Path, size: int) -> None:
        """Prepare; nothing is written before `fill`.

        Args:
            file: the ballast, in the same file system as the database.
            size: bytes; 0 switches the ballast off.
        """
        self._file = file
        self._size = size
        self.cut_off = False

    @property
    def size(self) -> int:
        """Bytes of the whole ballast."""
        return self._size

    def fill(self) -> None:
        """Allocate it if it is not there.

        A disk without room for it leaves the store draining only, which is no error: what
        is stored can still be sent.

        Raises:
            StoreFaultError: the file cannot be opened, or its folder not be written.
        """
        if not self._size or self._present():
            self.cut_off = False
            return
        try:
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise as_store_error(error) from error
        try:
            os.posix_fallocate(descriptor, 0, self._size)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, 0)
            self.cut_off = True
        else:
            self.cut_off = False
        finally:
            os.close(descriptor)
        sync_folder(self._file.parent)

    def cut(self) -> bool:
        """Give the bytes back to the disk; False if there were none left to give.

        Raises:
            StoreFaultError: the disk takes no change; the store drains only all the same.
        """
        self.cut_off = True
        try:
            had = self._present()
            if self._file.exists():
                os.truncate(self._file, 0)
        except OSError as error:
            raise as_store_error(error) from error
        return had

    def refill(self) -> None:
        """Allocate it again once twice its size is free."""
        if self.cut_off and free_bytes(self._file.parent) > 2 * self._size:
            self.fill()

    def _present(self) -> bool:
        return self._file.exists() and self._file.stat().st_size >= self._size
