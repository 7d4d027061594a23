"""Pages of a submission: sealed files beside the database, written while the resident scans.

A page is on the disk, sealed and fsynced, before `add_page` returns, so that `put` has
nothing left to do but one transaction. Files and rows are made to agree at every start.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import apsw

from offline_cache.body import Page
from offline_cache.clock import age_s
from offline_cache.database import Database
from offline_cache.digests import Digests
from offline_cache.envelope import Envelope
from offline_cache.errors import (
    DocumentLostError,
    DraftClosedError,
    NoRoomError,
    SealBrokenError,
    StoreFullError,
)
from offline_cache.files import drop, sync_folder, write_new
from offline_cache.numbers import uuid7
from offline_cache.page_file import MAX_ORDINAL, seal_page, sealed_size
from offline_cache.records import Document, PageRef
from offline_cache.sealing import FileKeyVault, KeyVault, new_dek
from offline_cache.states import LOST, reject

FOLDER = "documents"
SCAN_FROM_PAPER = 3
MAX_PAGE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the start found and put right.

    Attributes:
        drafts: drafts of a dead process, shredded.
        orphans: files without a row, removed.
        rejected: ids of submissions that lost a page, now REJECTED.
    """

    drafts: int
    orphans: int
    rejected: tuple[str, ...]


class Documents:
    """The sealed pages of one store; thread-safe."""

    def __init__(self, database: Database, vault: KeyVault | None = None) -> None:
        """Prepare the folder and the key of this terminal.

        Args:
            database: the open store.
            vault: keeps the terminal's key; a file beside the database by default.
        """
        self.folder = database.folder / FOLDER
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.vault = vault or FileKeyVault(database.folder / "kek.key")
        self._database = database
        self._lock = threading.Lock()
        self._staging: set[str] = set()
        self._make_ready: Callable[[Draft], object] = _as_it_is

    def make_ready_by(self, work: Callable[["Draft"], object]) -> None:
        """Let `work` prepare the sealing of each new draft, on the thread that begins it."""
        self._make_ready = work

    def begin(self, case_id: str, kind: str, task_code: str) -> "Draft":
        """Start a submission, before the resident does anything.

        Raises:
            NoRoomError: the disk, or the count or age of the unsent work is at its cap.
            StoreFaultError: the store cannot be written.
        """
        self.check_room()
        clock = self._database.clock
        wall, mono = clock.wall(), clock.monotonic()
        draft_id, dek = uuid7(wall), new_dek()
        row = (draft_id, kind, case_id, task_code, wall, mono, clock.boot_id)
        wrapped = self.vault.wrap(dek, draft_id)

        def insert(connection: apsw.Connection) -> None:
            connection.execute(
                "INSERT INTO submission (id, kind, case_id, task_code, created_wall, created_mono,"
                " boot_id, state, run_id, dek_local) VALUES (?,?,?,?,?,?,?,'DRAFT',?,?)",
                (*row, self._database.run_id, wrapped),
            )

        draft = Draft(self, draft_id, case_id, Envelope(dek, draft_id))
        self._make_ready(draft)
        try:
            self._database.write(insert)
        except StoreFullError as error:
            raise NoRoomError("disk") from error
        return draft

    def check_room(self) -> None:
        """Raise NoRoomError if a visit may not start now."""
        database, limits = self._database, self._database.limits
        needed = limits.ballast_bytes + limits.reserve_bytes
        if not database.make_room() or database.free_bytes() < needed:
            raise NoRoomError("disk")
        unsent = "SELECT count(*) FROM submission WHERE state IN ('SEALED', 'HELD', 'REJECTED')"
        if database.read(unsent)[0][0] >= limits.queue_items:
            raise NoRoomError("items")
        oldest = database.read(
            "SELECT boot_id, created_mono, created_wall FROM submission"
            " WHERE state='SEALED' ORDER BY id LIMIT 1"
        )
        if oldest and age_s(database.clock, *oldest[0]) >= limits.queue_days * 86400:
            raise NoRoomError("age")

    def read_sealed(self, document: Document) -> bytes:
        """The sealed bytes to upload, checked against their digest.

        Raises:
            DocumentLostError: missing or damaged; the submission is REJECTED from now on.
        """
        try:
            sealed = self.path(document.id).read_bytes()
        except OSError:
            sealed = b""
        if hashlib.sha256(sealed).hexdigest() != document.sha256_sealed:
            self._reject(document.submission_id)
            raise DocumentLostError(f"document {document.id} is missing or damaged")
        return sealed

    def path(self, document_id: str) -> Path:
        """Where a document's file lies."""
        return self.folder / document_id

    def remove_files(self, document_ids: list[str]) -> None:
        """Unlink files whose rows are gone, then make it durable; missing ones are fine."""
        for document_id in document_ids:
            self.path(document_id).unlink(missing_ok=True)
        if document_ids:
            sync_folder(self.folder)

    def recover(self) -> Recovered:
        """Make files and rows agree: at each start, in the background if it should not wait."""
        drafts = self._database.read(
            "SELECT id FROM submission WHERE state='DRAFT' AND run_id<>?", (self._database.run_id,)
        )
        for (draft_id,) in drafts:
            self.shred(draft_id)
        return Recovered(len(drafts), self._remove_orphans(), self._reject_lost())

    def shred(self, draft_id: str) -> None:
        """Erase a draft: its key and rows first, so that a crash leaves files without a key."""
        ids: list[str] = []

        def delete(connection: apsw.Connection) -> None:
            rows = connection.execute(
                "SELECT d.id FROM document d JOIN submission s ON s.id = d.submission_id"
                " WHERE s.id=? AND s.state='DRAFT'",
                (draft_id,),
            )
            ids.extend(str(row[0]) for row in rows)
            connection.execute("DELETE FROM submission WHERE id=? AND state='DRAFT'", (draft_id,))

        self._database.write(delete, drain=True)
        self.remove_files(ids)

    def stage(self, document_id: str, sealed: bytes, insert: Callable[[], None]) -> None:
        """Write a sealed file and then its row; on failure neither is left."""
        with self._lock:
            self._staging.add(document_id)
        try:
            write_new(self.path(document_id), sealed)
            self._database.reached("page.staged")
            insert()
            self._database.reached("page.kept")
        except Exception as error:
            drop(self.path(document_id))
            if isinstance(error, StoreFullError):
                self._database.ballast.cut()
            raise
        finally:
            with self._lock:
                self._staging.discard(document_id)

    def _remove_orphans(self) -> int:
        files = {file.name for file in self.folder.iterdir()}
        with self._lock:
            staging = set(self._staging)
        known = {str(row[0]) for row in self._database.read("SELECT id FROM document")}
        busy = {name for name in files if name.removesuffix(".part") in staging}
        orphans = sorted(files - known - busy)
        self.remove_files(orphans)
        return len(orphans)

    def _reject_lost(self) -> tuple[str, ...]:
        lost = tuple(sorted(set(missing_pages(self._database).values())))
        for submission_id in lost:
            self._reject(submission_id)
        return lost

    def _reject(self, submission_id: str) -> None:
        self._database.write(lambda db: reject(db, submission_id, LOST), drain=True)


def _as_it_is(_draft: "Draft") -> None:
    """Without a sender nobody knows the portal's key yet."""


def missing_pages(database: Database) -> dict[str, str]:
    """Documents of unsent submissions whose file is missing or cut off, to their submission."""
    rows = database.read(
        "SELECT d.id, d.size_sealed, s.id FROM document d JOIN submission s"
        " ON s.id = d.submission_id WHERE s.state IN ('SEALED', 'HELD')"
    )
    folder = database.folder / FOLDER
    return {str(row[0]): str(row[2]) for row in rows if not _is_whole(folder / row[0], row[1])}


def _is_whole(file: Path, size: int) -> bool:
    return file.is_file() and file.stat().st_size == size


@dataclass(frozen=True, slots=True)
class _Kept:
    document_id: str
    page: PageRef
    sealed: Page


class Draft:
    """One submission while it is collected: nothing is promised yet.

    Pages have ordinals from 1. The lowest free ordinal is given to each new page, so the
    numbers have no gaps unless a page in the middle is removed and none is added after;
    such a gap is allowed. Made by `Documents.begin`; thread-safe.

    Attributes:
        doubtful: whether a page failed, so that its row may be there without its file.
    """

    def __init__(
        self, documents: Documents, draft_id: str, case_id: str, envelope: Envelope
    ) -> None:
        self.id = draft_id
        self.case_id = case_id
        self._documents = documents
        self._database = documents._database  # noqa: SLF001 - same module, one unit
        self._envelope: Envelope | None = envelope
        self._lock = threading.RLock()
        self._pages: dict[int, _Kept] = {}
        self.doubtful = False

    @property
    def pages(self) -> tuple[PageRef, ...]:
        """The kept pages by ordinal."""
        with self._lock:
            return tuple(self._pages[ordinal].page for ordinal in sorted(self._pages))

    @property
    def sealed_pages(self) -> list[Page]:
        """The kept pages by ordinal, as the body names them."""
        with self._lock:
            return [self._pages[ordinal].sealed for ordinal in sorted(self._pages)]

    @property
    def envelope(self) -> Envelope:
        """What seals it, or DraftClosedError once the draft was put or discarded."""
        envelope = self._envelope
        if envelope is None:
            raise DraftClosedError("the draft is closed")
        return envelope

    def dek(self) -> bytes:
        """The data key, or DraftClosedError as for `envelope`."""
        return self.envelope.dek

    def add_page(
        self, data: bytes, media_type: str, *, material: str, get_type: int = SCAN_FROM_PAPER
    ) -> PageRef:
        """Seal a page and keep it; it is on the disk when this returns.

        Args:
            data: the page as it is sent, at most 8 MiB once sealed.
            media_type: such as `image/jpeg`.
            material: the material's code in the item's list.
            get_type: national code of how the material was got; 3 is a scan.

        Raises:
            StoreFullError: no room; the pages so far are kept.
            StoreFaultError: the disk failed; the pages so far are kept.
            DraftClosedError: already put or discarded.
            ValueError: the page is too large for the portal.
        """
        if sealed_size(len(data)) > MAX_PAGE:
            raise ValueError("page larger than 8 MiB")
        with self._lock:
            dek, ordinal = self.dek(), self._free_ordinal()
            document_id = uuid7(self._database.clock.wall())
            sealed = seal_page(dek, self.id, ordinal, data)
            row = (document_id, self.id, ordinal, material, get_type, media_type, len(sealed))
            self.doubtful, doubtful = True, self.doubtful
            with Digests(sealed, data) as digests:
                self._documents.stage(
                    document_id, sealed, lambda: self._insert((*row, digests.hexadecimal()[0]))
                )
            self.doubtful = doubtful
            sealed_sha256, sha256 = digests.hexadecimal()
            page = PageRef(ordinal, sha256, len(data), media_type)
            named = Page(ordinal, get_type, media_type, len(sealed), sealed_sha256)
            self._pages[ordinal] = _Kept(document_id, page, named)
            return page

    def remove_page(self, ordinal: int) -> None:
        """Drop a kept page; KeyError if there is none with this ordinal."""
        with self._lock:
            self.dek()
            document_id = self._pages[ordinal].document_id
            self._database.write(
                lambda db: db.execute("DELETE FROM document WHERE id=?", (document_id,)),
                drain=True,
            )
            del self._pages[ordinal]
            self._documents.remove_files([document_id])

    def discard(self) -> None:
        """Erase the draft; after `put` or a second time it does nothing."""
        with self._lock:
            if self._envelope is not None:
                self._documents.shred(self.id)
            self.close()

    def close(self) -> None:
        """Forget the data key: called by the outbox after the commit."""
        with self._lock:
            self._envelope = None

    def _free_ordinal(self) -> int:
        ordinal = 1
        while ordinal in self._pages:
            ordinal += 1
        if ordinal > MAX_ORDINAL:
            raise SealBrokenError("too many pages")
        return ordinal

    def _insert(self, row: tuple[object, ...]) -> None:
        self._database.write(
            lambda db: db.execute(
                # a row of this place is left of a try that only looked failed; its file is gone
                "INSERT OR REPLACE INTO document (id, submission_id, ordinal, material, get_type,"
                " media_type, size_sealed, sha256_sealed) VALUES (?,?,?,?,?,?,?,?)",
                row,
            )
        )
