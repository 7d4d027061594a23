"""Sealed pages on their way in: the tus 1.0 subset (core, creation, termination, expiration).

The bytes on the disk are the truth about the offset: `uploads/<name>` grows by
whole requests, each on the disk before its answer, and becomes `pages/<sha256>`
when the digest of the whole is right.
"""

import base64
import errno
import hashlib
import os
import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from portal.files import sync_directory
from portal.moments import WallClock
from portal.problems import ProblemError, malformed
from portal.store import Store
from portal.tables.intake import uploads

PATCH_LIMIT: Final = 256 * 1024
PAGE_LIMIT: Final = 8 * 1024 * 1024
LIFETIME: Final = timedelta(days=30)
_FREE_FLOOR_BYTES: Final = 16 * 1024 * 1024
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILETYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
_ORDINAL = re.compile(r"[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a terminal says about a page before sending it; all of it is about the sealed file."""

    submission: str
    ordinal: int
    sha256: str
    filetype: str
    length: int


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as the store knows it."""

    name: str
    announced: Announcement
    expires_at: datetime
    done: bool

    @property
    def expires(self) -> str:
        """The HTTP date of `Upload-Expires`."""
        return format_datetime(self.expires_at, usegmt=True)


def read_announcement(length: str | None, metadata: str) -> Announcement:
    """Read `Upload-Length` and `Upload-Metadata`.

    Raises:
        ProblemError: `malformed` with the header's name, `too-large` with the limit.
    """
    if length is None or not length.isascii() or not length.isdigit() or int(length) < 1:
        raise malformed("a length in bytes is asked for", "Upload-Length")
    if int(length) > PAGE_LIMIT:
        raise ProblemError("too-large", 413, extension={"limit": PAGE_LIMIT})
    values = _read_metadata(metadata)
    checks = {"submission": _UUID, "ordinal": _ORDINAL, "sha256": _SHA256, "filetype": _FILETYPE}
    for name, pattern in checks.items():
        if not pattern.fullmatch(values.get(name, "")):
            raise malformed(f"{name} is missing or wrong", "Upload-Metadata")
    if int(values["ordinal"]) > 65535:
        raise malformed("ordinal is wrong", "Upload-Metadata")
    return Announcement(
        submission=values["submission"],
        ordinal=int(values["ordinal"]),
        sha256=values["sha256"],
        filetype=values["filetype"],
        length=int(length),
    )


class Uploads:
    """The uploads of a portal's folder."""

    def __init__(self, folder: Path, store: Store, clock: WallClock) -> None:
        self._spool = folder / "uploads"
        self._pages = folder / "pages"
        for directory in (self._spool, self._pages):
            directory.mkdir(mode=0o700, exist_ok=True)
        self._store = store
        self._clock = clock
        self._lock = threading.RLock()

    def page_path(self, sha256: str) -> Path:
        """Where a finished page with that digest lies."""
        return self._pages / sha256

    def create(self, terminal: str, announced: Announcement) -> tuple[Upload, bool]:
        """Begin an upload, or find the one that was begun for the same page.

        Returns:
            the upload, and whether it is new.

        Raises:
            ProblemError: `storage-full`.
        """
        with self._lock:
            known = self._find_same(terminal, announced)
            if known is not None and known.announced.length == announced.length:
                return known, False
            if known is not None:
                self._forget(known)
            return self._begin(terminal, announced), True

    def find(self, terminal: str, name: str) -> Upload:
        """The terminal's upload of that name.

        Raises:
            ProblemError: `upload-gone`, 404 for an unknown and 410 for an expired one.
        """
        query = sa.select(uploads).where(uploads.c.name == name, uploads.c.terminal == terminal)
        with self._store.transaction() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise ProblemError("upload-gone", 404)
        upload = _upload(row)
        if not upload.done and upload.expires_at < self._clock():
            raise ProblemError("upload-gone", 410)
        if not self._file(upload).exists():
            raise ProblemError("upload-gone", 410)
        return upload

    def offset(self, upload: Upload) -> int:
        """Bytes of the upload that are on the disk."""
        with self._lock:  # a part that is being written counts when it is whole
            if upload.done:
                return upload.announced.length
            return self._file(upload).stat().st_size

    def append(self, upload: Upload, offset: int, content: bytes) -> int:
        """Add bytes at the offset and put them on the disk; the last ones finish the page.

        Returns:
            the new offset.

        Raises:
            ProblemError: `offset-mismatch` with the offset, `too-large` past the end,
                `upload-digest` when the whole has another digest (the upload is
                dropped), `storage-full`.
        """
        with self._lock:
            present = self.offset(upload)
            if offset != present:
                raise ProblemError("offset-mismatch", 409, extension={"offset": present})
            end = present + len(content)
            if end > upload.announced.length:
                limit = upload.announced.length - present
                raise ProblemError("too-large", 413, extension={"limit": limit})
            if content:
                self._write(upload, content)
            if end == upload.announced.length and not upload.done:
                self._finish(upload)
            return end

    def drop(self, upload: Upload) -> None:
        """Forget an upload; a finished page stays while a submission may name it."""
        with self._lock:
            self._forget(upload)

    def sweep(self) -> int:
        """Drop unfinished uploads whose time is over; returns how many."""
        now = int(self._clock().timestamp())
        query = sa.select(uploads).where(
            uploads.c.done.is_(other=False), uploads.c.expires_at < now
        )
        with self._lock:
            with self._store.transaction() as connection:
                rows = connection.execute(query).mappings().all()
            for row in rows:
                self._forget(_upload(row))
        return len(rows)

    def _begin(self, terminal: str, announced: Announcement) -> Upload:
        expires_at = (self._clock() + LIFETIME).replace(microsecond=0)
        upload = Upload(secrets.token_hex(16), announced, expires_at, done=False)
        with _full_disk_is_a_problem():
            status = os.statvfs(self._spool)
            if status.f_bavail * status.f_frsize < announced.length + _FREE_FLOOR_BYTES:
                raise OSError(errno.ENOSPC, "too little space left")
            self._file(upload).touch(mode=0o600)
            sync_directory(self._spool)
        with self._store.transaction() as connection:
            connection.execute(
                uploads.insert().values(
                    name=upload.name,
                    terminal=terminal,
                    submission=announced.submission,
                    ordinal=announced.ordinal,
                    sha256=announced.sha256,
                    length=announced.length,
                    filetype=announced.filetype,
                    expires_at=int(expires_at.timestamp()),
                    done=False,
                )
            )
        return upload

    def _find_same(self, terminal: str, announced: Announcement) -> Upload | None:
        query = sa.select(uploads).where(
            uploads.c.terminal == terminal,
            uploads.c.submission == announced.submission,
            uploads.c.ordinal == announced.ordinal,
            uploads.c.sha256 == announced.sha256,
        )
        with self._store.transaction() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        upload = _upload(row)
        expired = not upload.done and upload.expires_at < self._clock()
        if expired or not self._file(upload).exists():
            self._forget(upload)
            return None
        return upload

    def _write(self, upload: Upload, content: bytes) -> None:
        with _full_disk_is_a_problem(), self._file(upload).open("ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _finish(self, upload: Upload) -> None:
        partial = self._file(upload)
        with partial.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != upload.announced.sha256:
            self._forget(upload)
            raise ProblemError("upload-digest", 422)
        partial.replace(self.page_path(digest))
        sync_directory(self._pages)
        with self._store.transaction() as connection:
            connection.execute(
                uploads.update().where(uploads.c.name == upload.name).values(done=True)
            )

    def _forget(self, upload: Upload) -> None:
        with self._store.transaction() as connection:
            connection.execute(uploads.delete().where(uploads.c.name == upload.name))
        if not upload.done:
            self._file(upload).unlink(missing_ok=True)

    def _file(self, upload: Upload) -> Path:
        if upload.done:
            return self.page_path(upload.announced.sha256)
        return self._spool / upload.name


@contextmanager
def _full_disk_is_a_problem() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise storage_full() from error
        raise


def storage_full() -> ProblemError:
    """The refusal while the disk has no space for pages."""
    return ProblemError("storage-full", 507, headers={"Retry-After": "60"})


def _upload(row: sa.RowMapping) -> Upload:
    announced = Announcement(
        submission=row["submission"],
        ordinal=row["ordinal"],
        sha256=row["sha256"],
        filetype=row["filetype"],
        length=row["length"],
    )
    expires_at = datetime.fromtimestamp(row["expires_at"], UTC)
    return Upload(row["name"], announced, expires_at, done=row["done"])


def _read_metadata(text: str) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, encoded = part.partition(" ")
        try:
            values[name] = base64.b64decode(encoded.strip(), validate=True).decode()
        except ValueError as error:
            raise malformed(f"{name[:20]!a} is no base64 text", "Upload-Metadata") from error
    return values
