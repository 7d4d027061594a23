"""Request headers of the contract: who speaks, which id, which digest, how long."""

import base64
import hashlib
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request

from portal.problems import ProblemError, malformed

JSON_LIMIT: Final = 1024 * 1024
SPEAKER: Final = "terminal"
TERMINAL_NAME: Final = re.compile(r"[A-Z]{2}-[0-9]{6}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")


def terminal_of(request: Request) -> str:
    """The terminal that speaks, as `portal/credentials.py` found it out.

    Raises:
        ProblemError: `unauthenticated`.
    """
    name = request.scope.get("state", {}).get(SPEAKER)
    if not isinstance(name, str):
        raise ProblemError("unauthenticated", 401, "no credential names a terminal")
    return name


def id_of(request: Request) -> str:
    """The id in the path, a UUID in lower case.

    Raises:
        ProblemError: `malformed`.
    """
    name = str(request.path_params["id"])
    if not _UUID.fullmatch(name):
        raise malformed("the id is no UUID in lower case", "/id")
    return name


def check_json(headers: Headers) -> None:
    """Refuse another media type than JSON.

    Raises:
        ProblemError: `media-type`.
    """
    media_type = headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise ProblemError("media-type", 415, "application/json is asked for")


def check_key(headers: Headers, identity: str) -> None:
    """The Idempotency-Key must be the id of the path as a structured string.

    Raises:
        ProblemError: `key-missing`, or `malformed` for another key.
    """
    key = headers.get("idempotency-key")
    if key is None:
        raise ProblemError("key-missing", 400, extension={"pointer": "Idempotency-Key"})
    if key != f'"{identity}"':
        raise malformed("the key is not the id of the path", "Idempotency-Key")


def check_digest(headers: Headers, body: bytes, *, required: bool = True) -> str:
    """Recompute the digest of the body and compare it with the announced one.

    Returns:
        the SHA-256 of the body in hex, computed here.

    Raises:
        ProblemError: `malformed` when it is missing or unreadable, `digest-mismatch`.
    """
    digest = hashlib.sha256(body)
    announced = headers.get("content-digest")
    if announced is None:
        if required:
            raise malformed("Content-Digest is missing", "Content-Digest")
        return digest.hexdigest()
    match = _SHA256.search(announced)
    if match is None:
        raise malformed("Content-Digest has no sha-256", "Content-Digest")
    if base64.b64decode(match.group(1)) != digest.digest():
        raise ProblemError("digest-mismatch", 400, extension={"pointer": "Content-Digest"})
    return digest.hexdigest()


def check_length(headers: Headers, limit: int) -> None:
    """Refuse an announced length above the limit, in bytes, before anything is read.

    Raises:
        ProblemError: `too-large` with the limit.
    """
    length = whole_number(headers.get("content-length", "0"))
    if length is not None and length > limit:
        raise too_large(limit)


def whole_number(text: str | None) -> int | None:
    """The number that a header holds, None for anything but 1 to 15 digits."""
    return int(text) if text is not None and _NUMBER.fullmatch(text) else None


def too_large(limit: int) -> ProblemError:
    """The refusal of a body above the limit, in bytes."""
    return ProblemError("too-large", 413, extension={"limit": limit})


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, at most `limit` bytes.

    Raises:
        ProblemError: `too-large`.
        ClientDisconnect: the terminal went away.
    """
    check_length(request.headers, limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)
