"""What the downloads need of the client and of the store."""

from collections.abc import Collection
from typing import Protocol

from kiosk.sync.outcomes import Outcome
from kiosk.sync.outcomes_content import Catalogue, Part
from kiosk.sync.wire_content import PART_BYTES


class ContentClient(Protocol):
    """The part of the client that asks for content."""

    def get_catalogue(self, etag: str | None = None) -> Outcome[Catalogue | None]:
        """Ask which packs are current; None when the list of that tag is still right."""

    def get_pack(self, sha256: str, start: int = 0, length: int = PART_BYTES) -> Outcome[Part]:
        """Ask for bytes of a pack."""


class Kept(Protocol):
    """The last known edition of a pack."""

    @property
    def version(self) -> int:
        """Grows with each edition."""

    @property
    def sha256(self) -> str:
        """Hex digest of its bytes."""

    @property
    def pinned(self) -> bool:
        """Stays whatever comes."""


class Shelf(Protocol):
    """Where packs are kept; `offline_cache.content.Content` is one."""

    def keep(self, pack_id: str, version: int, data: bytes, etag: str | None = None) -> object:
        """Make this edition the last known one."""

    def pack(self, pack_id: str) -> Kept | None:
        """The last known edition, or None."""


class Pieces(Protocol):
    """What is still coming; `offline_cache.arrivals.Arrivals` is one."""

    def size(self, sha256: str) -> int:
        """Bytes that are here."""

    def add(self, sha256: str, offset: int, piece: bytes) -> int:
        """Put a piece behind what is here."""

    def take(self, sha256: str) -> bytes | None:
        """The whole pack, or None if it has another digest."""

    def drop(self, sha256: str) -> None:
        """Forget it."""

    def keep_only(self, wanted: Collection[str]) -> None:
        """Drop everything else."""
