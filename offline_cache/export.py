"""What waits, as a folder on a stick: the same sealed bytes that the network would carry.

The folder gets its name only when it is whole: it is written beside it as `.part`, each
file and folder fsynced, then renamed. Nothing in it opens without the portal's key. The
store changes nothing: the same ids are sent when the network is back, and the portal
answers them as it answered the stick.
"""

import base64
import contextlib
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from offline_cache.database import Database
from offline_cache.files import PART, as_store_error, sync_folder
from offline_cache.records import Document, Submission
from offline_cache.recovery import FOLDER
from offline_cache.schedule import load

SCHEMA = 1
LIST, SIGNATURE = "export.json", "export.sig"
# Only what may be sent now: nothing that staff hold, that is taken back, or that was worth
# something for a time only, and nothing behind such a one in its case.
_IDS = """
SELECT s.id FROM submission s WHERE s.state='SEALED' AND s.valid_for_s IS NULL
  AND NOT EXISTS (SELECT 1 FROM submission p WHERE p.case_id=s.case_id
    AND p.case_seq<s.case_seq AND (p.state NOT IN ('SEALED', 'ACKED') OR p.valid_for_s IS NOT NULL))
ORDER BY s.case_seq, s.id
"""
_MESSAGE_IDS = """
SELECT m.id FROM {table} m WHERE m.state='SEALED' {beside}
  AND NOT EXISTS (SELECT 1 FROM submission p WHERE p.case_id=m.case_id
    AND p.case_seq<=m.after_seq AND (p.state NOT IN ('SEALED', 'ACKED')
    OR p.valid_for_s IS NOT NULL AND p.state<>'ACKED'))
ORDER BY m.priority, m.id
"""
_MESSAGES = (
    _MESSAGE_IDS.format(table="message", beside=""),
    _MESSAGE_IDS.format(table="act", beside="AND m.valid_for_s IS NULL"),
)


class _PageLostError(Exception):
    """A sealed page is not what its row says."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What one export holds.

    Attributes:
        export: the finished folder, or None if nothing waits.
        bytes: of bodies and sealed pages.
        lost: ids left out because a page of theirs is missing or damaged here; what comes
            after them in their case is left out too.
    """

    export: str | None
    submissions: int
    messages: int
    documents: int
    bytes: int
    signed: bool
    lost: tuple[str, ...]


class Exporter:
    """Writes one export; works in a second process while the terminal runs."""

    def __init__(
        self, database: Database, terminal: str, sign: Callable[[bytes], bytes] | None = None
    ) -> None:
        """Prepare.

        Args:
            database: opened as the second or the only one.
            terminal: the terminal's id.
            sign: makes the Ed25519 signature over the list, where the terminal has a key.
        """
        self._database = database
        self._terminal = terminal
        self._sign = sign
        self._lost: list[str] = []
        self._broken_cases: set[str] = set()
        self._pages: dict[str, int] = {}

    def write(self, target: Path) -> Exported:
        """Write all that may be sent now into a folder of its own below `target`.

        Raises:
            StoreFullError: no room on the target; nothing is left there under the final name.
            StoreFaultError: the target cannot be written, or the store not be read.
        """
        name = f"quanban-{self._terminal}-{uuid.uuid4().hex[:8]}"
        part = target / f"{name}{PART}"
        try:
            return self._write(part, target / name)
        except OSError as error:
            raise as_store_error(error) from error
        finally:
            with contextlib.suppress(OSError):
                shutil.rmtree(part)

    def _write(self, part: Path, final: Path) -> Exported:
        for each in (part, part / "submissions", part / "documents", part / "messages"):
            each.mkdir()
        submissions = [row for key in self._ids(_IDS) if (row := self._submission(part, key))]
        found = [key for sql in _MESSAGES for key in self._ids(sql)]
        messages = [row for key in found if (row := self._message(part, key))]
        done = Exported(
            export=str(final) if submissions or messages else None,
            submissions=len(submissions),
            messages=len(messages),
            documents=sum(len(row["documents"]) for row in submissions),
            bytes=sum(row["size"] for row in (*submissions, *messages)) + sum(self._pages.values()),
            signed=self._sign is not None,
            lost=tuple(self._lost),
        )
        if done.export is not None:
            self._finish(part, final, {"submissions": submissions, "messages": messages})
        return done

    def _finish(self, part: Path, final: Path, rows: dict[str, Any]) -> None:
        made_at = datetime.fromtimestamp(int(self._database.clock.wall()), UTC)
        head = {
            "schema": SCHEMA,
            "terminal": self._terminal,
            "made_at": made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        content = json.dumps({**head, **rows}, indent=1).encode()
        _write_file(part / LIST, content)
        if self._sign is not None:
            _write_file(part / SIGNATURE, base64.b64encode(self._sign(content)))
        for folder in (part / "submissions", part / "documents", part / "messages", part):
            sync_folder(folder)
        self._database.reached("export.before_rename")
        part.rename(final)
        sync_folder(final.parent)

    def _ids(self, sql: str) -> list[str]:
        return [str(row[0]) for row in self._database.read(sql)]

    def _submission(self, part: Path, submission_id: str) -> dict[str, Any] | None:
        """One submission with its pages; None if it is not here any more, or lost a page."""
        submission = load(self._database, submission_id, 0.0)
        if submission is None or submission.case_id in self._broken_cases:
            return None
        folder = self._database.folder / FOLDER
        try:
            pages = [(each, _read_page(folder, each)) for each in submission.documents]
        except _PageLostError:
            # acknowledged and purged by the terminal a moment ago, or really lost
            if self._is_sealed(submission_id):
                self._lost.append(submission_id)
                self._broken_cases.add(submission.case_id)
            return None
        documents = [self._document(part, each, sealed) for each, sealed in pages]
        place = f"submissions/{submission_id}.json"
        _write_file(part / place, submission.body)
        return {
            **_row(submission, place),
            "case_id": submission.case_id,
            "case_seq": submission.case_seq,
            "documents": documents,
        }

    def _document(self, part: Path, document: Document, sealed: bytes) -> dict[str, Any]:
        place = f"documents/{document.sha256_sealed}"
        if document.sha256_sealed not in self._pages:
            _write_file(part / place, sealed)
            self._pages[document.sha256_sealed] = len(sealed)
        return {
            "ordinal": document.ordinal,
            "media_type": document.media_type,
            "size": document.size_sealed,
            "sha256": document.sha256_sealed,
            "path": place,
        }

    def _message(self, part: Path, message_id: str) -> dict[str, Any] | None:
        message = load(self._database, message_id, 0.0)
        if message is None or message.case_id in self._broken_cases:
            return None
        place = f"messages/{message_id}.json"
        _write_file(part / place, message.body)
        return _row(message, place)

    def _is_sealed(self, submission_id: str) -> bool:
        rows = self._database.read("SELECT state FROM submission WHERE id=?", (submission_id,))
        return bool(rows) and rows[0][0] == "SEALED"


def _row(submission: Submission, place: str) -> dict[str, Any]:
    return {
        "id": submission.id,
        "kind": submission.kind,
        "path": place,
        "sha256": submission.body_sha256,
        "size": len(submission.body),
    }


def _read_page(folder: Path, document: Document) -> bytes:
    try:
        sealed = (folder / document.id).read_bytes()
    except OSError as error:
        raise _PageLostError from error
    if hashlib.sha256(sealed).hexdigest() != document.sha256_sealed:
        raise _PageLostError
    return sealed


def _write_file(file: Path, data: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
