"""Catalogue and file pieces: values <-> bytes of the wire."""

import re
from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter

from kiosk.sync.outcomes import Reply
from kiosk.sync.outcomes_content import Catalogue, Part
from kiosk.sync.values import read
from kiosk.sync.wire import NoAck, read_offset

FILE_LIMIT: Final = 50 << 20
"""Bytes of the largest file."""

PART_BYTES: Final = 512 << 10
"""Bytes that are asked for at once; a cut costs no more than what had not come."""

_CATALOGUE = TypeAdapter(Catalogue)
_RANGE = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})")
_STRONG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')


def read_catalogue(reply: Reply, etag: str | None) -> Catalogue | NoAck:
    """Read the list; its tag must be strong, and another one than was asked with."""
    tag = reply.headers.get("etag", "")
    if not _STRONG.fullmatch(tag):
        return NoAck("no strong tag")
    if tag == etag:
        return NoAck("the same tag again")
    catalogue = read(reply, _CATALOGUE)
    return catalogue if isinstance(catalogue, NoAck) else replace(catalogue, etag=tag)


def range_header(start: int, length: int) -> str:
    """`Range` of the bytes from `start` on, `length` at most."""
    return f"bytes={start}-{start + length - 1}"


def read_part(reply: Reply, start: int, length: int) -> Part | NoAck:
    """Read a piece of a file.

    A body that was cut keeps what came: the digest of the whole decides in the end. A whole
    file is taken only where the first byte was asked for.
    """
    if reply.headers.get("content-encoding", "identity") != "identity":
        return NoAck("compressed body")
    place = _of_range(reply) if reply.status == 206 else _of_whole(reply)
    if place is None:
        return NoAck("no range")
    offset, end, total = place
    content = reply.body[: end - offset]
    if offset != start or (reply.status == 206 and end > start + length):
        return NoAck("another range")
    if not content or total > FILE_LIMIT:
        return NoAck("an empty or endless file")
    if reply.complete and len(reply.body) != end - offset:
        return NoAck("another length")
    return Part(offset, total, content)


def _of_range(reply: Reply) -> tuple[int, int, int] | None:
    match = _RANGE.fullmatch(reply.headers.get("content-range", ""))
    if match is None:
        return None
    first, last, total = (int(text) for text in match.groups())
    return (first, last + 1, total) if first <= last < total else None


def _of_whole(reply: Reply) -> tuple[int, int, int] | None:
    total = read_offset(reply.headers, "content-length")
    if total is None:
        total = len(reply.body) if reply.complete else None
    return None if total is None else (0, total, total)
