"""A portal set back to its backup, so that nothing a terminal already purged is lost in silence.

Everything is checked before anything is changed. What only goes forward is kept over
the restore: revocations, withdrawals and what is known to be lost, keys that are newer
than the backup, and the counter of receipt numbers, which leaves a gap so that no
number is given twice. A new generation makes every terminal reconcile.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import sqlalchemy as sa
from pydantic import Field

from portal.archive import keep
from portal.backup import DIGEST, FOLDER_FILES, FOLDER_TREES, KIND, MANIFEST, SCHEMA, BackupError
from portal.contents import open_contents
from portal.documents import open_documents
from portal.files import write_durably
from portal.intake import sealed_body
from portal.keys import load_keys
from portal.migrations import HEAD
from portal.moments import stamp
from portal.places import Places, settle
from portal.portal_id import present_identity
from portal.reconcile import generation_of
from portal.running import lock_alone
from portal.store import Store, insert_if_new, next_serial, open_store, raise_serial
from portal.tables import metadata
from portal.tables.intake import submissions
from portal.tables.upkeep import certificates, lost, nonces, restores, withdrawals
from portal.wire import Hex64, Strict, Whole

# more than a portal gives between two backups: a number on paper must stay one of a kind
SERIAL_GAP: Final = 1_000_000
# what was acknowledged while the backup was being taken may be in it or not
_MARGIN: Final = timedelta(minutes=10)
_KEPT: Final = (withdrawals, lost, nonces)
_BATCH: Final = 500
_PATH = re.compile(r"(tables|pages|folder)(/[A-Za-z0-9._-]+)+")
# secrets that belong to one portal alone: another one's beside them would be its end
_OWN = re.compile(r"folder/(keys/.+|tls/ca\.(pem|key))")


class _File(Strict):
    path: Annotated[str, Field(max_length=300)]
    size: Annotated[Whole, Field(ge=0)]
    sha256: Hex64


class _Manifest(Strict):
    version: Annotated[Whole, Field(alias="schema")]
    kind: str
    portal: str
    revision: str
    serial: Annotated[Whole, Field(ge=0)]
    generation: Annotated[Whole, Field(ge=0)]
    made_at: Annotated[str, Field(pattern=r"^[0-9-]{10}T[0-9:.]{8,15}Z$")]
    rows: dict[str, Whole]
    files: list[_File]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        generation: how often this portal was restored, this time included.
        since: terminals compare what was acknowledged since then.
    """

    portal: str
    generation: int
    since: str
    rows: int
    objects: int


def restore(folder: Path, backup: Path, now: datetime, places: Places | None = None) -> Restored:
    """Bring a folder to the state of a backup; the folder may be new.

    Args:
        folder: the portal's folder; no portal may run over it.
        backup: the folder that `back_up` wrote.
        now: the moment of the restore.
        places: where rows and pages go in a new folder.

    Raises:
        BackupError: `damaged`, `version`, `foreign`; nothing was changed.
        RunningError: a portal is running over the folder.
        StoreError, DocumentsError, ScaleMissingError, PlacesError, OSError: see there;
            doing it again is safe.
    """
    manifest = check_backup(backup)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock_alone(folder):
        settle(folder, places or Places())
        store = open_store(folder)
        try:
            _check_origin(store, folder, manifest)
            objects = _put_objects(folder, backup, manifest)
            _put_folder(folder, backup, manifest)
            generation, since = _put_rows(store, backup, manifest, now)
            _open_again(folder, store)
        finally:
            store.close()
    rows = sum(manifest["rows"].values())
    return Restored(str(manifest["portal"]), generation, since, rows, objects)


def check_backup(backup: Path) -> dict[str, Any]:
    """Hold every file of a backup against its manifest.

    Returns:
        the manifest.

    Raises:
        BackupError: `damaged`, or `version` for one of another format.
    """
    try:
        content = (backup / MANIFEST).read_bytes()
        told = (backup / DIGEST).read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise BackupError("damaged", "no whole manifest: it was cut, or it is no backup") from error
    if hashlib.sha256(content).hexdigest() != told:
        raise BackupError("damaged", "the manifest has another digest")
    manifest = _read_manifest(content)
    for each in manifest["files"]:
        path = backup / each["path"]
        if not _PATH.fullmatch(each["path"]) or ".." in path.parts:
            raise BackupError("damaged", "a path leads out of the backup")
        if not path.is_file() or _digest(path) != (each["size"], each["sha256"]):
            raise BackupError("damaged", f"{each['path']} is missing or changed")
    return manifest


def _read_manifest(content: bytes) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(content)
        known = (manifest["kind"], manifest["schema"], manifest["revision"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BackupError("damaged", "the manifest cannot be read") from error
    if known != (KIND, SCHEMA, HEAD):
        raise BackupError("version", "another version of the portal made it")
    try:
        files = {each.path for each in _Manifest.model_validate(manifest).files}
        datetime.fromisoformat(manifest["made_at"])
    except ValueError as error:
        raise BackupError("damaged", "the manifest is not whole") from error
    if not {f"tables/{name}.jsonl" for name in metadata.tables} <= files:
        raise BackupError("damaged", "a table is missing")
    return manifest


def _digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def _check_origin(store: Store, folder: Path, manifest: dict[str, Any]) -> None:
    with store.transaction() as connection:
        present = present_identity(connection)
        used = connection.scalar(sa.select(sa.func.count()).select_from(submissions))
    if present != manifest["portal"] and (present is not None or used):
        raise BackupError("foreign", "the folder belongs to another portal")
    for each in manifest["files"]:
        present_file = folder / each["path"].partition("/")[2]
        own = _OWN.fullmatch(each["path"]) and present_file.exists()
        if own and _digest(present_file) != (each["size"], each["sha256"]):
            raise BackupError("foreign", f"the folder has another {present_file.name}")


def _put_objects(folder: Path, backup: Path, manifest: dict[str, Any]) -> int:
    pages, count = open_documents(folder), 0
    for each in manifest["files"]:
        if each["path"].startswith("pages/"):
            pages.put(each["sha256"], (backup / each["path"]).read_bytes())
            count += 1
    return count


def _put_folder(folder: Path, backup: Path, manifest: dict[str, Any]) -> None:
    for each in manifest["files"]:
        top, _, name = each["path"].partition("/")
        if top != "folder" or name.partition("/")[0] not in {*FOLDER_FILES, *FOLDER_TREES}:
            continue
        target = folder / name
        # what is here is as old or newer: a newer key opens what came after the backup
        if not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(target, (backup / each["path"]).read_bytes())


def _put_rows(
    store: Store, backup: Path, manifest: dict[str, Any], now: datetime
) -> tuple[int, str]:
    since = stamp(datetime.fromisoformat(manifest["made_at"]) - _MARGIN)
    with store.transaction() as connection:
        floor = max(next_serial(connection), int(manifest["serial"])) + SERIAL_GAP
        generation = max(generation_of(connection), int(manifest["generation"])) + 1
        forward = {table: _rows_of(connection, table) for table in (*_KEPT, certificates)}
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        for table in metadata.sorted_tables:
            _load(connection, table, backup / "tables" / f"{table.name}.jsonl")
        for table in _KEPT:
            for row in forward[table]:
                insert_if_new(connection, table, row)
        _keep_certificates(connection, forward[certificates])
        raise_serial(connection, floor)
        connection.execute(
            restores.insert().values(generation=generation, at=stamp(now), since=since)
        )
    return generation, since


def _rows_of(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def _keep_certificates(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if not insert_if_new(connection, certificates, row) and row["revoked_at"] is not None:
            connection.execute(
                certificates.update()
                .where(certificates.c.fingerprint == row["fingerprint"])
                .values(revoked_at=row["revoked_at"])
            )


def _load(connection: sa.Connection, table: sa.Table, path: Path) -> None:
    batch: list[dict[str, Any]] = []
    for row in _lines(path):
        # rows with the same columns go together: a JSON column without a value stays NULL
        if batch and (len(batch) >= _BATCH or set(row) != set(batch[0])):
            connection.execute(table.insert(), batch)
            batch = []
        batch.append(row)
    if batch:
        connection.execute(table.insert(), batch)
    counted = table.autoincrement_column
    if counted is not None and connection.dialect.name == "postgresql":
        highest = sa.func.coalesce(sa.select(sa.func.max(counted)).scalar_subquery(), 0)
        sequence = sa.func.pg_get_serial_sequence(table.name, counted.name)
        connection.execute(sa.select(sa.func.setval(sequence, highest + 1, sa.false())))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            row = json.loads(line)
            yield {name: _unpacked(value) for name, value in row.items() if value is not None}


def _unpacked(value: object) -> object:
    if isinstance(value, dict) and set(value) == {"b64"}:
        return base64.b64decode(value["b64"])
    return value


def _open_again(folder: Path, store: Store) -> None:
    """Make the opened copies that are missing; a case that does not open has its correction."""
    keys, pages = load_keys(folder), open_documents(folder)
    query = sa.select(submissions).where(submissions.c.opened.is_(other=True))
    with store.transaction() as connection:
        rows = connection.execute(query).mappings().all()
    for row in rows:
        if not (folder / "opened" / row["id"] / "application.json").exists():
            contents = open_contents(row["id"], sealed_body(row), keys, pages.get)
            keep(folder, row["terminal"], row["id"], contents)
