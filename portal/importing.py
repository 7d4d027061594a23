"""Taking in a sealed export that somebody carried by hand: the same acts, the same ids, once.

An export is a folder `quanban-<terminal>-<8 hex>/` with `export.json`, the exact request
bodies and the sealed pages, and `export.sig`, made by the terminal's key. What is taken
goes through the same counter as over the network, so a submission that comes again,
by hand or by wire, gets the same receipt.
"""

import base64
import binascii
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field

from portal.acts import Act
from portal.announcements import PAGE_LIMIT, Announcement
from portal.assembly import Portal
from portal.headers import JSON_LIMIT
from portal.problems import ProblemError
from portal.wire import Hex64, Moment, Strict, Uuid, Whole, checked, parse

Counter = Callable[[Act], tuple[dict[str, Any], bool]]
LIST_LIMIT: Final = 64 * 1024 * 1024
TAKEN: Final = frozenset({"received", "known", "withdrawn"})


class ExportError(Exception):
    """The folder holds no export that can be taken in; nothing of it was taken.

    Attributes:
        reason: missing, malformed, unsigned, signature or suspended.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class _FileError(Exception):
    """A file of the export is not what `export.json` says."""


class ExportedDocument(Strict):
    """A sealed page of a submission."""

    ordinal: Annotated[Whole, Field(ge=1, le=65535)]
    media_type: Annotated[str, Field(max_length=100, pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
    size: Annotated[Whole, Field(ge=1, le=PAGE_LIMIT)]
    sha256: Hex64
    path: str


class ExportedMessage(Strict):
    """A message beside the submissions, such as a rating."""

    id: Uuid
    kind: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]
    path: str
    sha256: Hex64
    size: Annotated[Whole, Field(ge=0, le=JSON_LIMIT)]


class ExportedSubmission(Strict):
    """A submission with its pages."""

    id: Uuid
    kind: Literal["application", "correction"]
    case_id: Uuid
    case_seq: Annotated[Whole, Field(ge=1, le=1000)]
    path: str
    sha256: Hex64
    size: Annotated[Whole, Field(ge=1, le=JSON_LIMIT)]
    documents: Annotated[list[ExportedDocument], Field(max_length=200)]


class Export(Strict):
    """`export.json`."""

    version: Annotated[Whole, Field(alias="schema", ge=1, le=1)]
    terminal: Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{6}$")]
    made_at: Moment
    submissions: Annotated[list[ExportedSubmission], Field(max_length=100_000)]
    messages: Annotated[list[ExportedMessage], Field(max_length=100_000)]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one id.

    Attributes:
        outcome: received (now), known (it was here before), withdrawn, damaged (a file
            is not what the list says), unsupported (a kind without a counter), refused.
        receipt_no: of received and known.
        problem: the type of a refusal.
    """

    id: str
    outcome: str
    receipt_no: str | None = None
    problem: str | None = None


def find_exports(folder: Path) -> list[Path]:
    """The export folders at a place: the place itself, or all below it that are whole.

    Raises:
        ExportError: there is none.
    """
    if (folder / "export.json").exists():
        return [folder]
    below = sorted(folder.glob("quanban-*")) if folder.is_dir() else []
    found = [each for each in below if each.suffix != ".part" and (each / "export.json").exists()]
    if not found:
        raise ExportError("missing", "no export.json here or one folder below")
    return found


def take_export(portal: Portal, folder: Path) -> Iterator[Taken]:
    """Take one export in; each id is answered as soon as it is durable.

    Raises:
        ExportError: the list is missing, malformed or not signed as it must be; nothing
            was taken.
    """
    content = _content_of_list(folder)
    export = _read(content)
    _check_signature(portal, folder, export.terminal, content)
    return _Carrier(portal, folder, export).take()


class _Carrier:
    """Hands the acts of one export in, first things first."""

    def __init__(self, portal: Portal, folder: Path, export: Export) -> None:
        self._portal = portal
        self._folder = folder
        self._export = export
        self._counters: dict[str, Counter] = {
            "evaluation": portal.evaluations.take,
            "support_message": portal.services.support.take,
            "delivery": portal.services.deliveries.take,
            "printed": portal.services.results.note_print,
        }

    def take(self) -> Iterator[Taken]:
        """One value per id; a case's later parts come after its earlier ones."""
        for submission in sorted(self._export.submissions, key=lambda one: one.case_seq):
            yield _settled(submission.id, partial(self._submission, submission))
        for message in self._export.messages:
            counter = self._counters.get(message.kind)
            if counter is None:
                yield Taken(message.id, "unsupported")
            else:
                yield _settled(message.id, partial(self._message, message, counter))

    def _submission(self, each: ExportedSubmission) -> tuple[dict[str, Any], bool]:
        terminal, place = self._export.terminal, f"submissions/{each.id}.json"
        body = self._file(place, each.path, each.size, each.sha256)
        for page in each.documents:
            self._page(each.id, page)
        return self._portal.intake.take(terminal, each.id, body, each.sha256)

    def _page(self, identity: str, page: ExportedDocument) -> None:
        place = f"documents/{page.sha256}"
        content = self._file(place, page.path, page.size, page.sha256)
        announced = Announcement(identity, page.ordinal, page.sha256, page.media_type, page.size)
        try:
            self._bring(announced, content)
        except ProblemError as problem:
            if problem.name != "upload-digest":
                raise
            # what the wire left here before was wrong; it is dropped now
            self._bring(announced, content)

    def _bring(self, announced: Announcement, content: bytes) -> None:
        upload, _ = self._portal.uploads.create(self._export.terminal, announced)
        present = self._portal.uploads.offset(upload)
        self._portal.uploads.append(upload, present, content[present:])

    def _message(self, each: ExportedMessage, counter: Counter) -> tuple[dict[str, Any], bool]:
        body = self._file(f"messages/{each.id}.json", each.path, each.size, each.sha256)
        return counter(Act(self._export.terminal, each.id, body, each.sha256))

    def _file(self, wanted: str, path: str, size: int, sha256: str) -> bytes:
        if path != wanted:
            raise _FileError("another path than the format's")
        content = _read_regular(self._folder / path, size)
        if len(content) != size or hashlib.sha256(content).hexdigest() != sha256:
            raise _FileError("another content than the list says")
        return content


def _settled(identity: str, take: Callable[[], tuple[dict[str, Any], bool]]) -> Taken:
    try:
        ack, replayed = take()
    except _FileError:
        return Taken(identity, "damaged")
    except ProblemError as problem:
        if problem.name in {"withdrawn", "concluded"}:
            return Taken(identity, "withdrawn", problem=problem.name)
        if problem.name == "already-rated":
            receipt_no = problem.extension["ack"]["receipt_no"]
            return Taken(identity, "known", receipt_no, problem.name)
        return Taken(identity, "refused", problem=problem.name)
    return Taken(identity, "known" if replayed else "received", ack["receipt_no"])


def _content_of_list(folder: Path) -> bytes:
    try:
        return _read_regular(folder / "export.json", LIST_LIMIT)
    except _FileError as error:
        raise ExportError("malformed", f"export.json: {error}") from error


def _read(content: bytes) -> Export:
    try:
        export = checked(Export, parse(content))
    except ProblemError as problem:
        raise ExportError("malformed", f"export.json: {problem.name}") from problem
    ids = [each.id for each in export.submissions] + [each.id for each in export.messages]
    if len(set(ids)) != len(ids):
        raise ExportError("malformed", "export.json names an id twice")
    return export


def _check_signature(portal: Portal, folder: Path, terminal: str, content: bytes) -> None:
    register = portal.upkeep.register
    try:
        keys = register.keys_of(terminal)
    except ProblemError as problem:
        raise ExportError("suspended", "the terminal's certificates are over") from problem
    if not keys and not register.all():
        # a portal without certificates: loopback, development
        return
    try:
        text = _read_regular(folder / "export.sig", 1024)
        signature = base64.b64decode(text.strip(), validate=True)
    except (_FileError, binascii.Error) as error:
        raise ExportError("unsigned", "export.sig is missing or unreadable") from error
    if not any(_signed(key, signature, content) for key in keys):
        raise ExportError("signature", "export.sig is not of this terminal and this list")


def _signed(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _read_regular(path: Path, limit: int) -> bytes:
    """At most `limit` bytes and one more; a stick may hold links and pipes too."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise _FileError(os.strerror(error.errno or 0)) from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _FileError("no plain file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(limit + 1)
    except OSError as error:
        raise _FileError(os.strerror(error.errno or 0)) from error
    finally:
        os.close(handle)
