"""What the catalogue offers, and pieces of files that come by ranges."""

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from kiosk.sync.values import Count, Day, Digest, Short, Size, Text, Value


@dataclass(frozen=True, slots=True)
class PackEntry(Value):
    """A pack that is current or will be.

    Attributes:
        sha256: hex digest of its bytes, under which they are asked for.
        size: bytes.
        min_client: the oldest version of the terminal that understands it.
    """

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,64}$")]
    version: Count
    sha256: Digest
    size: Size
    plan_effective_date: Day | None = None
    plan_cancel_date: Day | None = None
    min_client: Short | None = None


@dataclass(frozen=True, slots=True)
class Site(Value):
    """Another place that serves residents."""

    id: Short
    name: Text
    transact_addr: Text
    transact_time: Text
    link_way: Text | None = None


@dataclass(frozen=True, slots=True)
class Notice(Value):
    """A notice for all residents."""

    id: Short
    title: Text
    text: Text
    until: Short | None = None


@dataclass(frozen=True, slots=True)
class Catalogue(Value):
    """The list of packs; nothing in it is trusted before the packs' own signatures are.

    Attributes:
        generation: never goes back.
        etag: strong tag of this list, filled from the header.
    """

    generation: Count
    packs: Annotated[tuple[PackEntry, ...], Field(max_length=1000)]
    sites: Annotated[tuple[Site, ...], Field(max_length=5000)] = ()
    notices: Annotated[tuple[Notice, ...], Field(max_length=1000)] = ()
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive bytes of a file, perhaps fewer than were asked for.

    Attributes:
        offset: where they begin.
        total: bytes of the whole file.
    """

    offset: int
    total: int
    content: bytes = field(repr=False)
