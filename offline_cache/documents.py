"""Pages of a submission: sealed files beside the database, written while the resident scans.

A page is on the disk, sealed and fsynced, before `add_page` returns, so that `put` has
nothing left to do but one transaction, which names the pages too: a draft does not outlive
its process, so its files need no rows. Their names are made durable a few at a time, while
they are empty. Files and rows are made to agree at every start.
"""

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import apsw

from offline_cache.begun import dead_drafts, note_begun
from offline_cache.body import Page
from offline_cache.database import Database
from offline_cache.digests import Digests
from offline_cache.envelope import Envelope
from offline_cache.errors import (
    DocumentLostError,
    DraftClosedError,
    NoRoomError,
    SealBrokenError,
    StoreError,
    StoreFullError,
)
from offline_cache.files import drop, fill_file, make_files, make_folder, remove
from offline_cache.log_file import make_log_ready
from offline_cache.numbers import uuid7
from offline_cache.page_file import MAX_ORDINAL, seal_page, sealed_size
from offline_cache.places import Reserved
from offline_cache.records import Document, PageRef
from offline_cache.recovery import FOLDER, Recovered, missing_pages, orphans
from offline_cache.room import Doorkeeper
from offline_cache.running import RunningTime
from offline_cache.sealing import FileKeyVault, KeyVault, new_dek
from offline_cache.states import LOST, reject

SCAN_FROM_PAPER = 3
# Names are made durable together: a few for the first page, more where there are more.
_SPARES, _MORE = 4, 8
MAX_PAGE = 8 * 1024 * 1024
_NAME_PAGE = (
    "INSERT INTO document (id, submission_id, ordinal, material, get_type, media_type,"
    " size_sealed, sha256_sealed) VALUES (?,?,?,?,?,?,?,?)"
)


class Sender(Protocol):
    """What prepares a draft for being put; see `intake.Sealer`."""

    def make_ready(self, draft: "Draft") -> None:
        """Do what can be done of the sealing before the resident submits."""

    def reserve(self, connection: apsw.Connection, draft: "Draft", kind: str) -> Reserved:
        """Give the draft its number and its turn, inside the transaction that begins it."""


class Documents:
    """The sealed pages of one store; thread-safe.

    Attributes:
        running: how long the machine has run since something happened.
        vault: the terminal's own key. Nothing that is collected now is put under it: the data
            key of a draft is in memory alone, that of a submission is the portal's.
    """

    def __init__(self, database: Database, vault: KeyVault | None = None) -> None:
        """Prepare the folder and the key of this terminal.

        Args:
            database: the open store.
            vault: keeps the terminal's key; a file beside the database by default.

        Raises:
            StoreError: the folder, or what is in it, cannot be used.
        """
        self.folder = database.folder / FOLDER
        make_folder(self.folder)
        self.vault = vault or FileKeyVault(database.folder / "kek.key")
        self.running = RunningTime(database)
        self.check_room = Doorkeeper(database, self.running).check
        self._database = database
        self._lock = threading.Lock()
        self._live: set[str] = set()
        self._sender: Sender | None = None

    def make_ready_by(self, sender: Sender) -> None:
        """Let `sender` prepare each new draft, on the thread that begins it."""
        self._sender = sender

    def begin(self, case_id: str, kind: str, task_code: str) -> "Draft":
        """Start a submission, before the resident does anything.

        Raises:
            NoRoomError: the disk, or the count or age of the unsent work is at its cap.
            StoreFaultError: the store cannot be written.
        """
        self.check_room()
        make_log_ready(self._database)
        clock = self._database.clock
        wall, mono = clock.wall(), clock.monotonic()
        draft_id = uuid7(wall)
        row = (draft_id, kind, case_id, task_code, wall, mono, clock.boot_id)

        def insert(connection: apsw.Connection) -> None:
            # no key of it: the log keeps what was written long after the row is gone
            connection.execute(
                "INSERT INTO submission (id, kind, case_id, task_code, created_wall, created_mono,"
                " boot_id, state, run_id) VALUES (?,?,?,?,?,?,?,'DRAFT',?)",
                (*row, self._database.run_id),
            )
            note_begun(connection, draft_id)
            if self._sender is not None:
                draft.reserved = self._sender.reserve(connection, draft, kind)

        draft = Draft(self, draft_id, case_id, Envelope(new_dek(), draft_id))
        if self._sender is not None:
            self._sender.make_ready(draft)
        try:
            self._database.write(insert)
        except StoreFullError as error:
            raise NoRoomError("disk") from error
        return draft

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
        remove([self.path(each) for each in document_ids])

    def recover(self) -> Recovered:
        """Make files and rows agree at a start: `shred_drafts` and `sweep` at once."""
        drafts, swept = self.shred_drafts(), self.sweep()
        return Recovered(drafts, swept.orphans, swept.rejected)

    def shred_drafts(self) -> int:
        """Erase the drafts of dead processes; their number. Never slow: drafts are few."""
        drafts = dead_drafts(self._database)
        for draft_id in drafts:
            self.shred(draft_id)
        return len(drafts)

    def sweep(self) -> Recovered:
        """Remove files without rows and reject what lost a page.

        It looks at every file, so it runs beside the work: a page that is just being staged
        is left alone.
        """
        return Recovered(0, self._remove_orphans(), self._reject_lost())

    def shred(self, draft_id: str) -> bool:
        """Erase the row of a draft; False if a put of it was committed after all.

        The row goes before the files, so that a crash leaves files that nothing names.
        """

        def erase(connection: apsw.Connection) -> bool:
            connection.execute("DELETE FROM submission WHERE id=? AND state='DRAFT'", (draft_id,))
            left = connection.execute("SELECT 1 FROM submission WHERE id=?", (draft_id,))
            return left.fetchone() is None

        return self._database.write(erase, drain=True)

    def spare_files(self, count: int) -> list[str]:
        """Ids of new pages, whose empty files are durable; they are kept until `release`."""
        wall = self._database.clock.wall()
        ids = [uuid7(wall) for _ in range(count)]
        with self._lock:
            self._live.update(ids)
        try:
            make_files([self.path(each) for each in ids])
            self._database.reached("page.named")
        except StoreError as error:
            self.release(ids)
            self._give_way(error)
            raise
        return ids

    def release(self, document_ids: Iterable[str], *, erase: bool = False) -> None:
        """No draft holds these files any more: rows name them, or they may go."""
        ids = list(document_ids)
        if erase:
            self.remove_files(ids)
        with self._lock:
            self._live.difference_update(ids)

    def drop_spares(self, document_ids: list[str]) -> None:
        """Unlink what was never filled; after a power cut the next start does it."""
        for document_id in document_ids:
            drop(self.path(document_id))
        self.release(document_ids)

    def stage(self, document_id: str, sealed: bytes) -> None:
        """Write a sealed page into its empty file; on failure the file goes."""
        try:
            fill_file(self.path(document_id), sealed)
            self._database.reached("page.staged")
        except Exception as error:
            self.drop_spares([document_id])
            self._give_way(error)
            raise

    def _give_way(self, error: Exception) -> None:
        if isinstance(error, StoreFullError):
            self._database.ballast.cut()

    def _held(self) -> set[str]:
        with self._lock:
            return set(self._live)

    def _remove_orphans(self) -> int:
        found = orphans(self._database, self._held)
        self.remove_files(found)
        return len(found)

    def _reject_lost(self) -> tuple[str, ...]:
        lost = tuple(sorted(set(missing_pages(self._database).values())))
        for submission_id in lost:
            self._reject(submission_id)
        return lost

    def _reject(self, submission_id: str) -> None:
        self._database.write(lambda db: reject(db, submission_id, LOST), drain=True)


@dataclass(frozen=True, slots=True)
class _Kept:
    document_id: str
    material: str
    page: PageRef
    sealed: Page

    def row(self, draft_id: str) -> tuple[str | int, ...]:
        sealed = self.sealed
        return (
            *(self.document_id, draft_id, sealed.ordinal, self.material, sealed.get_type),
            *(sealed.media_type, sealed.size, sealed.sha256),
        )


class Draft:
    """One submission while it is collected: nothing is promised yet.

    Pages have ordinals from 1. The lowest free ordinal is given to each new page, so the
    numbers have no gaps unless a page in the middle is removed and none is added after;
    such a gap is allowed. Made by `Documents.begin`; thread-safe.

    Attributes:
        reserved: what its row says of its number and turn, if there is a sender.
    """

    def __init__(
        self, documents: Documents, draft_id: str, case_id: str, envelope: Envelope
    ) -> None:
        self.id = draft_id
        self.case_id = case_id
        self.reserved: Reserved | None = None
        self._documents = documents
        self._database = documents._database  # noqa: SLF001 - same module, one unit
        self._envelope: Envelope | None = envelope
        self._lock = threading.RLock()
        self._pages: dict[int, _Kept] = {}
        self._spares: list[str] = []

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

    def write_rows(self, connection: apsw.Connection) -> None:
        """Name the kept pages, inside the transaction of `put`."""
        with self._lock:
            rows = [kept.row(self.id) for kept in self._pages.values()]
        if rows:
            connection.executemany(_NAME_PAGE, rows)

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
            if not self._spares:
                self._spares = self._documents.spare_files(_MORE if self._pages else _SPARES)
            with Digests(data) as digests:
                sealed = seal_page(dek, self.id, ordinal, data)
                digests.add(sealed)
                document_id = self._spares.pop(0)
                self._documents.stage(document_id, sealed)
            sha256, sealed_sha256 = digests.hexadecimal()
            page = PageRef(ordinal, sha256, len(data), media_type)
            named = Page(ordinal, get_type, media_type, len(sealed), sealed_sha256)
            self._pages[ordinal] = _Kept(document_id, material, page, named)
            return page

    def remove_page(self, ordinal: int) -> None:
        """Drop a kept page; KeyError if there is none with this ordinal."""
        with self._lock:
            self.dek()
            document_id = self._pages.pop(ordinal).document_id
            self._documents.release([document_id], erase=True)

    def discard(self) -> None:
        """Erase the draft; after `put` or a second time it does nothing.

        After a put that failed in doubt (the disk did) and is there after all, it stays whole:
        what is committed is sent.
        """
        with self._lock:
            if self._envelope is not None and self._documents.shred(self.id):
                erased = [page.document_id for page in self._pages.values()]
                self._documents.release(erased, erase=True)
            self.close()

    def close(self) -> None:
        """Forget the data key: called by the outbox after the commit."""
        with self._lock:
            self._envelope = None
            self._documents.release(page.document_id for page in self._pages.values())
            self._documents.drop_spares(self._spares)
            self._spares = []

    def _free_ordinal(self) -> int:
        ordinal = 1
        while ordinal in self._pages:
            ordinal += 1
        if ordinal > MAX_ORDINAL:
            raise SealBrokenError("too many pages")
        return ordinal
