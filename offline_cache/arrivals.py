"""Packs that are still coming: their bytes under the digest that they should have in the end.

Nothing here is current. A pack leaves when it is whole and its digest is right, for
`offline_cache.content`; what is wrong is dropped as a whole.
"""

import hashlib
import re
from collections.abc import Collection
from pathlib import Path

from offline_cache.database import Database
from offline_cache.errors import StoreFullError
from offline_cache.files import as_store_error

FOLDER = "arrivals"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Arrivals:
    """The unfinished packs of one store; for one thread, never the main one."""

    def __init__(self, database: Database) -> None:
        """Prepare the folder."""
        self.folder = database.folder / FOLDER
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._database = database

    def size(self, sha256: str) -> int:
        """Bytes that are here; what was cut goes on behind them."""
        file = self._path(sha256)
        try:
            return file.stat().st_size if file.is_file() else 0
        except OSError as error:
            raise as_store_error(error) from error

    def add(self, sha256: str, offset: int, piece: bytes) -> int:
        """Put a piece behind what is here.

        It is not synced: what a power cut takes off its end or spoils, the digest shows.

        Returns:
            Bytes that are here now.

        Raises:
            ValueError: the piece does not begin where the file ends.
            StoreFullError: residents' work needs the room.
            StoreFaultError: the disk failed.
        """
        if offset != self.size(sha256):
            raise ValueError(f"a piece at {offset} of another length")
        limits = self._database.limits
        needed = limits.ballast_bytes + limits.reserve_bytes + len(piece)
        if self._database.drain_only or self._database.free_bytes() < needed:
            raise StoreFullError("no room for a pack")
        try:
            with self._path(sha256).open("ab") as file:
                file.write(piece)
        except OSError as error:
            raise as_store_error(error) from error
        return offset + len(piece)

    def take(self, sha256: str) -> bytes | None:
        """The whole pack; None, and nothing is left of it, if it has another digest.

        Raises:
            StoreFaultError: it cannot be read.
        """
        try:
            data = self._path(sha256).read_bytes()
        except OSError as error:
            raise as_store_error(error) from error
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
        self.drop(sha256)
        return None

    def drop(self, sha256: str) -> None:
        """Forget it; what is not there is dropped already."""
        try:
            self._path(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise as_store_error(error) from error

    def keep_only(self, wanted: Collection[str]) -> None:
        """Drop what the newest list does not name any more, so that nothing heaps up."""
        for file in list(self.folder.iterdir()):
            if file.name not in wanted and _DIGEST.fullmatch(file.name):
                self.drop(file.name)

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise ValueError("a digest is 64 hex digits")
        return self.folder / sha256
