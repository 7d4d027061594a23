"""Sealed pages on their way in: the tus 1.0 subset (core, creation, termination, expiration).

The bytes in the spool are the truth about the offset: a part grows by whole
requests, each on the disk before its answer, and becomes an object named by its
digest when the digest of the whole is right. Every step may be cut off by a kill
and is taken up by the next request, on whichever process that arrives.
"""

import errno
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import FileIO
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from portal.announcements import Announcement
from portal.documents import Documents, DocumentsError
from portal.moments import WallClock
from portal.problems import ProblemError
from portal.spool import PartGoneError, Spool
from portal.store import Store, insert_if_new
from portal.tables.intake import uploads

PATCH_LIMIT: Final = 256 * 1024
LIFETIME: Final = timedelta(days=30)
_SWEEP_EVERY: Final = timedelta(hours=1)


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


class Uploads:
    """The uploads of a portal."""

    def __init__(self, folder: Path, store: Store, pages: Documents, clock: WallClock) -> None:
        self._spool = Spool(folder / "uploads")
        self._store = store
        self._pages = pages
        self._clock = clock
        self._swept = clock()

    def create(self, terminal: str, announced: Announcement) -> tuple[Upload, bool]:
        """Begin an upload, or find the one that was begun for the same page.

        Returns:
            the upload, and whether it is new.

        Raises:
            ProblemError: `storage-full`, `overloaded`.
        """
        known = self._find_same(terminal, announced)
        if known is not None:
            return known, False
        begun = self._begin(terminal, announced)
        if begun is not None:
            return begun, True
        # another process was faster with the same page
        known = self._find_same(terminal, announced)
        if known is None:
            raise ProblemError("overloaded", 503, headers={"Retry-After": "1"})
        return known, False

    def find(self, terminal: str, name: str) -> Upload:
        """The terminal's upload of that name.

        Raises:
            ProblemError: `upload-gone`, 404 for an unknown and 410 for an expired one;
                `overloaded`.
        """
        upload = self._load(uploads.c.name == name, uploads.c.terminal == terminal)
        if upload is None:
            raise ProblemError("upload-gone", 404)
        present = self._present(upload)
        if present is None:
            raise ProblemError("upload-gone", 410)
        return present

    def offset(self, upload: Upload) -> int:
        """Bytes of the upload that are on the disk; waits for a part that is being written.

        Raises:
            ProblemError: as `append`.
        """
        if upload.done:
            return upload.announced.length
        try:
            with self._spool.held(upload.name) as file:
                present = file.tell()
                if present == upload.announced.length:
                    self._finish(upload, file)
                return present
        except PartGoneError:
            return self.offset(self._finished_elsewhere(upload))

    def append(self, upload: Upload, offset: int, content: bytes) -> int:
        """Add bytes at the offset and put them on the disk; the last ones finish the page.

        Returns:
            the new offset.

        Raises:
            ProblemError: `offset-mismatch` with the offset, `too-large` past the end,
                `upload-digest` when the whole has another digest (the upload is
                dropped), `upload-gone`, `storage-full`, `overloaded`.
        """
        if upload.done:
            _check_place(upload, upload.announced.length, offset, content)
            return upload.announced.length
        try:
            with self._spool.held(upload.name) as file:
                present = file.tell()
                _check_place(upload, present, offset, content)
                with _full_disk_is_a_problem():
                    self._spool.append(file, content)
                end = present + len(content)
                if end == upload.announced.length:
                    self._finish(upload, file)
                return end
        except PartGoneError:
            return self.append(self._finished_elsewhere(upload), offset, content)

    def drop(self, upload: Upload) -> None:
        """Forget an upload; a finished page stays while a submission may name it."""
        with self._store.transaction() as connection:
            connection.execute(uploads.delete().where(uploads.c.name == upload.name))
        if not upload.done:
            self._spool.remove(upload.name)

    def drop_same(self, terminal: str, announced: Announcement) -> None:
        """Forget the upload that was begun for this page, so that it gets another name."""
        known = self._find_same(terminal, announced)
        if known is not None:
            self.drop(known)

    def sweep(self) -> int:
        """Drop unfinished uploads whose time is over; returns how many."""
        self._swept = self._clock()
        now = int(self._swept.timestamp())
        query = sa.select(uploads).where(
            uploads.c.done.is_(other=False), uploads.c.expires_at < now
        )
        with self._store.transaction() as connection:
            rows = connection.execute(query).mappings().all()
        for row in rows:
            self.drop(_upload(row))
        return len(rows)

    def _begin(self, terminal: str, announced: Announcement) -> Upload | None:
        now = self._clock()
        if abs(now - self._swept) > _SWEEP_EVERY:
            self.sweep()
        expires_at = (now + LIFETIME).replace(microsecond=0)
        upload = Upload(secrets.token_hex(16), announced, expires_at, done=False)
        with _full_disk_is_a_problem():
            self._spool.begin(upload.name, announced.length)
        row = {
            "name": upload.name,
            "terminal": terminal,
            "submission": announced.submission,
            "ordinal": announced.ordinal,
            "sha256": announced.sha256,
            "length": announced.length,
            "filetype": announced.filetype,
            "expires_at": int(expires_at.timestamp()),
            "done": False,
        }
        new = self._store.act(lambda connection: insert_if_new(connection, uploads, row))
        if not new:
            self._spool.remove(upload.name)
        return upload if new else None

    def _find_same(self, terminal: str, announced: Announcement) -> Upload | None:
        upload = self._load(
            uploads.c.terminal == terminal,
            uploads.c.submission == announced.submission,
            uploads.c.ordinal == announced.ordinal,
            uploads.c.sha256 == announced.sha256,
        )
        if upload is None:
            return None
        present = self._present(upload)
        if present is None or upload.announced.length != announced.length:
            self.drop(upload)
            return None
        return present

    def _present(self, upload: Upload) -> Upload | None:
        """The upload as it really stands, or None when its bytes or its time are over."""
        with _lost_documents_are_a_problem():
            if upload.done:
                return upload if self._pages.exists(upload.announced.sha256) else None
            if upload.expires_at < self._clock():
                return None
            if self._spool.exists(upload.name):
                return upload
            # a kill came between keeping the page and saying so
            if self._pages.exists(upload.announced.sha256):
                self._mark_done(upload)
                return replace(upload, done=True)
        return None

    def _finished_elsewhere(self, upload: Upload) -> Upload:
        """The upload whose part was taken away while we waited for it."""
        stored = self._load(uploads.c.name == upload.name)
        if stored is None:
            raise ProblemError("upload-gone", 404)
        present = self._present(stored)
        if present is None or not present.done:
            raise ProblemError("upload-gone", 410)
        return present

    def _finish(self, upload: Upload, file: FileIO) -> None:
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != upload.announced.sha256:
            self.drop(upload)
            raise ProblemError("upload-digest", 422)
        with _lost_documents_are_a_problem(), _full_disk_is_a_problem():
            self._pages.take(digest, self._spool.path(upload.name))
        self._mark_done(upload)

    def _mark_done(self, upload: Upload) -> None:
        done = uploads.update().where(uploads.c.name == upload.name).values(done=True)
        self._store.act(lambda connection: connection.execute(done))

    def _load(self, *where: sa.ColumnElement[Any]) -> Upload | None:
        with self._store.transaction() as connection:
            row = connection.execute(sa.select(uploads).where(*where)).mappings().one_or_none()
        return None if row is None else _upload(row)


def storage_full() -> ProblemError:
    """The refusal while the disk has no space for pages."""
    return ProblemError("storage-full", 507, headers={"Retry-After": "60"})


def _check_place(upload: Upload, present: int, offset: int, content: bytes) -> None:
    if offset != present:
        raise ProblemError("offset-mismatch", 409, extension={"offset": present})
    if present + len(content) > upload.announced.length:
        limit = upload.announced.length - present
        raise ProblemError("too-large", 413, extension={"limit": limit})


@contextmanager
def _full_disk_is_a_problem() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise storage_full() from error
        raise


@contextmanager
def _lost_documents_are_a_problem() -> Iterator[None]:
    try:
        yield
    except DocumentsError as error:
        raise ProblemError("overloaded", 503, headers={"Retry-After": "5"}) from error


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
