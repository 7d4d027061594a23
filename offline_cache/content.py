"""Last known catalogue packs: which version is here, where it came from, whether it is pinned.

A pack is a file beside the database, named by its digest and written before its row, so
that a row never names bytes that are not there. The last good pack stays until another
one is kept; a pinned one stays until it is let go.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import apsw

from offline_cache.database import Database, Row
from offline_cache.errors import StoreError
from offline_cache.files import sync_folder, write_durably

FOLDER = "packs"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_COLUMNS = "SELECT id, version, sha256, etag, fetched_at, pinned FROM pack"


class PackDamagedError(StoreError):
    """The bytes are not the ones that the digest names."""

    failure = "PACK_INVALID"


@dataclass(frozen=True, slots=True)
class KeptPack:
    """One pack as it is known here.

    Attributes:
        id: the pack's name, such as `items`.
        version: grows with each edition.
        sha256: hex digest of its bytes.
        etag: what the portal called this edition, to ask for a newer one.
        fetched_at: wall seconds, for labels.
        pinned: kept in this version whatever comes.
    """

    id: str
    version: int
    sha256: str
    etag: str | None
    fetched_at: float
    pinned: bool


class Content:
    """The packs of one store; thread-safe, never on the main thread."""

    def __init__(self, database: Database) -> None:
        """Prepare the folder."""
        self.folder = database.folder / FOLDER
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._database = database

    def keep(self, pack_id: str, version: int, data: bytes, etag: str | None = None) -> KeptPack:
        """Make this edition the last known one; the bytes are on the disk before its row.

        Args:
            pack_id: 1 to 64 of `A-Z a-z 0-9 . _ -`.
            version: not below the one that is kept.
            data: checked by the caller; the store looks at the digest alone.
            etag: what the portal called it.

        Raises:
            ValueError: a name that is none, an older version, or the kept one is pinned.
            StoreFullError, StoreFaultError: the disk; the edition before stays.
        """
        if not _ID.fullmatch(pack_id):
            raise ValueError("pack_id: 1 to 64 of A-Z a-z 0-9 . _ -")
        before = self.pack(pack_id)
        if before is not None and (before.pinned or version < before.version):
            raise ValueError(f"{pack_id}: version {before.version} is kept")
        digest = hashlib.sha256(data).hexdigest()
        write_durably(self._path(digest), data)
        self._database.reached("pack.written")
        row = (pack_id, version, digest, etag, digest, self._database.clock.wall())
        self._database.write(lambda db: db.execute(_KEEP, row))
        self.sweep()
        return KeptPack(pack_id, version, digest, etag, row[-1], pinned=False)

    def pack(self, pack_id: str) -> KeptPack | None:
        """The last known edition, or None."""
        rows = self._database.read(f"{_COLUMNS} WHERE id=?", (pack_id,))
        return _pack(rows[0]) if rows else None

    def packs(self) -> list[KeptPack]:
        """All of them, by name."""
        return [_pack(row) for row in self._database.read(f"{_COLUMNS} ORDER BY id")]

    def read(self, pack_id: str) -> bytes:
        """The bytes of the last known edition, held against their digest.

        Raises:
            KeyError: no such pack.
            PackDamagedError: missing or changed on the disk.
        """
        kept = self.pack(pack_id)
        if kept is None:
            raise KeyError(pack_id)
        try:
            data = self._path(kept.sha256).read_bytes()
        except OSError as error:
            raise PackDamagedError(f"{pack_id}: cannot be read") from error
        if hashlib.sha256(data).hexdigest() != kept.sha256:
            raise PackDamagedError(f"{pack_id}: not the bytes of its digest")
        return data

    def pin(self, pack_id: str, *, pinned: bool) -> None:
        """Keep this edition whatever comes, or let it go; KeyError if there is none."""

        def change(connection: apsw.Connection) -> None:
            connection.execute("UPDATE pack SET pinned=? WHERE id=?", (int(pinned), pack_id))
            if connection.changes() != 1:
                raise KeyError(pack_id)

        self._database.write(change)

    def sweep(self) -> int:
        """Remove files that no row names: editions before, and what a crash left."""
        named = {str(row[0]) for row in self._database.read("SELECT file FROM pack")}
        left = [file for file in self.folder.iterdir() if file.name not in named]
        for file in left:
            file.unlink(missing_ok=True)
        if left:
            sync_folder(self.folder)
        return len(left)

    def _path(self, digest: str) -> Path:
        return self.folder / digest


_KEEP = """
INSERT INTO pack (id, version, sha256, etag, file, fetched_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET version=excluded.version, sha256=excluded.sha256,
  etag=excluded.etag, file=excluded.file, fetched_at=excluded.fetched_at
"""


def _pack(row: Row) -> KeptPack:
    return KeptPack(row[0], row[1], row[2], row[3], row[4], pinned=bool(row[5]))
