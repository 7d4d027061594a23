"""A JSON file that the operator may change at any time: read again whenever it did."""

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

Table = TypeVar("Table")
_log = logging.getLogger("portal.watched")


class Watched(Generic[Table]):
    """What a file says now; without the file, what holds by default."""

    def __init__(self, file: Path, read: Callable[[Any], Table], default: Table) -> None:
        """`read` makes the value of a document, or raises ValueError, TypeError, AttributeError."""
        self._file = file
        self._read = read
        self._default = default
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._table = default

    def present(self) -> Table:
        """The value; a file that cannot be used is logged once and leaves it as it was."""
        with self._lock:
            try:
                status = self._file.stat()
            except FileNotFoundError:
                self._stamp, self._table = None, self._default
                return self._table
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    self._table = self._read(json.loads(self._file.read_bytes()))
                except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
                    _log.error("%s cannot be used: %s", self._file.name, type(error).__name__)
            return self._table
