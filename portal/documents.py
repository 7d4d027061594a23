"""Objects by their digest, sealed pages above all: files below the folder, or S3."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from portal.files import sync_directory, write_durably
from portal.places import PAGES_NAME, recall

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class DocumentsError(Exception):
    """The store of objects does not answer, is full, or holds other bytes than it should."""


class DocumentGoneError(DocumentsError):
    """There is no object with that digest."""


class Documents(Protocol):
    """Where finished objects lie; named by the SHA-256 of their bytes in lower-case hex.

    Every method may be called from several threads and processes at once; all but
    `get` and `digests` may be repeated without another effect.
    """

    def put(self, sha256: str, content: bytes) -> None:
        """Keep bytes that have that digest; durable when it returns.

        Raises:
            DocumentsError: not kept.
            OSError: not kept; ENOSPC when the disk is full.
        """

    def take(self, sha256: str, source: Path) -> None:
        """Keep a file that has that digest and is on the disk already; the file is gone afterwards.

        Raises:
            DocumentsError: not kept, the file is still there.
            OSError: the same.
        """

    def get(self, sha256: str) -> bytes:
        """The bytes, checked against their digest.

        Raises:
            DocumentGoneError: no such object.
            DocumentsError: not readable, or changed.
        """

    def exists(self, sha256: str) -> bool:
        """Whether there is an object with that digest.

        Raises:
            DocumentsError: the store does not answer.
        """

    def delete(self, sha256: str) -> None:
        """Remove an object; one that is not there is fine.

        Raises:
            DocumentsError: the store does not answer.
        """

    def digests(self) -> Iterator[str]:
        """The digests of all objects, in no order.

        Raises:
            DocumentsError: the store does not answer.
        """


def open_documents(folder: Path, address: str | None = None) -> Documents:
    """The store of objects of a portal's folder.

    Args:
        folder: the portal's folder.
        address: `s3://bucket?endpoint=...`; None is what the folder remembers, else
            files below `folder/pages`.

    Raises:
        DocumentsError: no address that is known here.
        ScaleMissingError: S3 without its package.
        PlacesError: the folder's `portal.json` is damaged.
    """
    address = address or recall(folder).documents
    if address is None:
        return FileDocuments(folder / PAGES_NAME)
    from portal.objects import S3Documents  # noqa: PLC0415 - only a portal at scale pays for it

    return S3Documents(address)


class FileDocuments:
    """Objects as files with their digest as name, readable by the owner only."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def put(self, sha256: str, content: bytes) -> None:
        """See `Documents.put`."""
        path = self._path(sha256)
        if not path.exists():
            write_durably(path, content)

    def take(self, sha256: str, source: Path) -> None:
        """See `Documents.take`; a rename when the file lies on the same disk."""
        source.replace(self._path(sha256))
        sync_directory(self._folder)

    def get(self, sha256: str) -> bytes:
        """See `Documents.get`."""
        try:
            return checked_content(sha256, self._path(sha256).read_bytes())
        except FileNotFoundError as error:
            raise DocumentGoneError(sha256) from error
        except OSError as error:
            raise DocumentsError(os.strerror(error.errno or 0)) from error

    def exists(self, sha256: str) -> bool:
        """See `Documents.exists`."""
        return self._path(sha256).exists()

    def delete(self, sha256: str) -> None:
        """See `Documents.delete`."""
        self._path(sha256).unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """See `Documents.digests`."""
        for path in self._folder.iterdir():
            if _SHA256.fullmatch(path.name):
                yield path.name

    def _path(self, sha256: str) -> Path:
        return self._folder / checked_name(sha256)


def checked_name(sha256: str) -> str:
    """The digest, if it is one: it becomes part of a path.

    Raises:
        DocumentsError: it is none.
    """
    if not _SHA256.fullmatch(sha256):
        raise DocumentsError("no digest")
    return sha256


def checked_content(sha256: str, content: bytes) -> bytes:
    """The bytes, if they have the digest.

    Raises:
        DocumentsError: they have another.
    """
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DocumentsError("an object has other bytes than its digest says")
    return content
