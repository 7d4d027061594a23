"""What a terminal announces about a page before it sends it: the headers of tus `creation`."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from portal.headers import whole_number
from portal.problems import ProblemError, malformed

PAGE_LIMIT: Final = 8 * 1024 * 1024
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


def read_announcement(length: str | None, metadata: str) -> Announcement:
    """Read `Upload-Length` and `Upload-Metadata`.

    Raises:
        ProblemError: `malformed` with the header's name, `too-large` with the limit.
    """
    size = whole_number(length)
    if not size:
        raise malformed("a length in bytes is asked for", "Upload-Length")
    if size > PAGE_LIMIT:
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
        length=size,
    )


def _read_metadata(text: str) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, encoded = part.partition(" ")
        try:
            values[name] = base64.b64decode(encoded.strip(), validate=True).decode()
        except ValueError as error:
            raise malformed(f"{name[:20]!a} is no base64 text", "Upload-Metadata") from error
    return values
