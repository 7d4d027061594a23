"""The portal's own state in one folder, and back: rows, keys, certificates, sealed pages.

A backup is taken while the portal serves: one snapshot of the rows first, the objects
after it, since an object never changes. Both databases write the same format, so a
backup of one can be restored into the other. It holds private keys: whoever has it can
open what terminals sealed. Opened copies are not in it; a restore makes them again.

```
manifest.json      what is in it, with size and SHA-256 of every file; written last
manifest.sha256    the digest of manifest.json
tables/NAME.jsonl  one row per line; bytes as {"b64": "..."}
pages/SHA256       sealed pages and other objects
folder/            of the portal's: keys/, tls/, packs/, sealing.pub, rates.json, register.json
```
"""

import base64
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from portal.documents import open_documents
from portal.engines import sqlite_engine
from portal.files import sync_directory, write_durably
from portal.migrations import HEAD
from portal.moments import stamp
from portal.places import DATABASE_NAME
from portal.portal_id import ensure_identity
from portal.reconcile import generation_of
from portal.store import Store, next_serial, open_store
from portal.tables import metadata

KIND: Final = "quanban-portal-backup"
SCHEMA: Final = 1
MANIFEST: Final = "manifest.json"
DIGEST: Final = "manifest.sha256"
FOLDER_FILES: Final = ("sealing.pub", "rates.json", "register.json")
FOLDER_TREES: Final = ("keys", "tls", "packs")
_BLOCK: Final = 1000


class BackupError(Exception):
    """The backup cannot be made there, or not be read.

    Attributes:
        reason: place (not empty, no portal), damaged, foreign, version.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(f"{reason}: {text}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds."""

    portal: str
    made_at: str
    rows: int
    objects: int
    size: int


def back_up(folder: Path, target: Path, now: datetime) -> BackedUp:
    """Write a backup into a folder that is empty or not there yet; the portal may serve.

    Raises:
        BackupError: `place`.
        StoreError, DocumentsError, ScaleMissingError, PlacesError, OSError: not made; what
            was written has no manifest and is refused by a restore.
    """
    if not (folder / "keys").is_dir():
        raise BackupError("place", "no portal ever ran in this folder")
    if target.exists() and any(target.iterdir()):
        raise BackupError("place", "the folder of the backup is not empty")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    writing = _Writing(target)
    store = open_store(folder)
    try:
        with store.transaction() as connection:
            serial = next_serial(connection)
            about = {"portal": ensure_identity(connection), "serial": serial}
            about["generation"] = generation_of(connection)
        rows = _write_rows(store, folder, writing)
    finally:
        store.close()
    objects = _write_objects(folder, writing)
    _write_folder(folder, writing)
    writing.finish({**about, "made_at": stamp(now), "revision": HEAD, "rows": rows})
    return BackedUp(str(about["portal"]), stamp(now), sum(rows.values()), objects, writing.size)


class _Writing:
    """A backup that grows; every file is on the disk before the manifest names it."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._files: list[dict[str, Any]] = []

    @property
    def size(self) -> int:
        """Bytes so far."""
        return sum(each["size"] for each in self._files)

    def add(self, name: str, blocks: Iterator[bytes]) -> None:
        """Write one file, block by block."""
        path = self._target / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            for block in blocks:
                file.write(block)
                digest.update(block)
                size += len(block)
            file.flush()
            os.fsync(file.fileno())
        self._files.append({"path": name, "size": size, "sha256": digest.hexdigest()})

    def finish(self, about: dict[str, Any]) -> None:
        """Write the manifest and its digest: from now on it is a backup."""
        for directory in {path.parent for path in self._target.rglob("*")}:
            sync_directory(directory)
        document = {"schema": SCHEMA, "kind": KIND, **about, "files": self._files}
        content = json.dumps(document, indent=1).encode() + b"\n"
        write_durably(self._target / DIGEST, hashlib.sha256(content).hexdigest().encode() + b"\n")
        write_durably(self._target / MANIFEST, content)


def _write_rows(store: Store, folder: Path, writing: _Writing) -> dict[str, int]:
    counts: dict[str, int] = {}
    with _snapshot(store, folder) as connection:
        for table in metadata.sorted_tables:
            counts[table.name] = 0
            writing.add(f"tables/{table.name}.jsonl", _lines(connection, table, counts))
    return counts


def _lines(connection: sa.Connection, table: sa.Table, counts: dict[str, int]) -> Iterator[bytes]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    result = connection.execution_options(yield_per=_BLOCK).execute(query)
    for row in result.mappings():
        counts[table.name] += 1
        values = {name: _packed(value) for name, value in row.items()}
        yield json.dumps(values, ensure_ascii=False).encode() + b"\n"


def _packed(value: object) -> object:
    return {"b64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


@contextmanager
def _snapshot(store: Store, folder: Path) -> Iterator[sa.Connection]:
    if store.shared:
        with store.snapshot() as connection:
            yield connection
        return
    # a copy in one go: long reading beside the rollback journal would make writers wait
    copy = folder / f".{DATABASE_NAME}.{os.getpid()}.snapshot"
    try:
        _copy_database(folder / DATABASE_NAME, copy)
        engine = sqlite_engine(copy, write=False)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()
    finally:
        copy.unlink(missing_ok=True)


def _copy_database(source: Path, copy: Path) -> None:
    origin = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)
    try:
        target = sqlite3.connect(copy)
        copy.chmod(0o600)
        try:
            origin.backup(target)
        finally:
            target.close()
    finally:
        origin.close()


def _write_objects(folder: Path, writing: _Writing) -> int:
    pages, count = open_documents(folder), 0
    for digest in sorted(pages.digests()):
        writing.add(f"pages/{digest}", iter((pages.get(digest),)))
        count += 1
    return count


def _write_folder(folder: Path, writing: _Writing) -> None:
    found = [folder / name for name in FOLDER_FILES if (folder / name).is_file()]
    for tree in FOLDER_TREES:
        found += [path for path in sorted((folder / tree).rglob("*")) if path.is_file()]
    for path in found:
        name = path.relative_to(folder).as_posix()
        writing.add(f"folder/{name}", iter((path.read_bytes(),)))
