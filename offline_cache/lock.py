"""One writing process per store."""

import fcntl
import os
from pathlib import Path
from typing import Self

from offline_cache.errors import StoreBusyError
from offline_cache.files import as_store_error


class ProcessLock:
    """An advisory lock on a file; the kernel frees it when the process dies."""

    def __init__(self, descriptor: int) -> None:
        """Use `take`."""
        self._descriptor = descriptor

    @classmethod
    def take(cls, file: Path) -> Self:
        """Take the lock without waiting.

        Raises:
            StoreBusyError: another process has it.
            StoreFaultError: the file cannot be opened.
        """
        try:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise as_store_error(error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise StoreBusyError("another process holds the store") from error
        return cls(descriptor)

    def release(self) -> None:
        """Give it back."""
        os.close(self._descriptor)
