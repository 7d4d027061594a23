"""Files of the contract: immutable bytes under their digest, whole or one range of them."""

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from portal.problems import ProblemError, malformed, respond

_RANGE: Final = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_TYPE: Final = "application/octet-stream"


def sha256_of(request: Request) -> str:
    """The digest in the path, hex in lower case.

    Raises:
        ProblemError: `malformed`.
    """
    sha256 = str(request.path_params["sha256"])
    if not _SHA256.fullmatch(sha256):
        raise malformed("sha256 is wrong", "/sha256")
    return sha256


def file_response(headers: Headers, content: bytes, sha256: str) -> Response:
    """The bytes, or the range that is asked for; the ETag is the digest in quotes.

    Anything but one range from a first byte is answered by the whole (RFC 9110 14.2), a
    range with another `If-Range` too, and one behind the end by 416.

    Args:
        headers: of the request.
        content: what is sent; normally what has that digest.
        sha256: hex digest under which the file is known.
    """
    tag = f'"{sha256}"'
    fixed = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-store"}
    found = _RANGE.fullmatch(headers.get("range", ""))
    if found is None or headers.get("if-range", tag) != tag:
        return Response(content, headers=fixed, media_type=_TYPE)
    first = int(found[1])
    last = min(int(found[2]) if found[2] else len(content) - 1, len(content) - 1)
    if first >= len(content) or last < first:
        return respond(_no_such_range(len(content)))
    fixed["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, headers=fixed, media_type=_TYPE)


def _no_such_range(size: int) -> ProblemError:
    headers = {"Content-Range": f"bytes */{size}"}
    return ProblemError("malformed", 416, "the range begins behind the end", headers=headers)
