"""Answers that say no: RFC 9457 problem documents with the types of the contract."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

TYPE_PREFIX = "urn:quanban:problem:"

_TITLES: Mapping[str, str] = {
    "malformed": "The request cannot be read",
    "key-missing": "The Idempotency-Key is missing",
    "digest-mismatch": "The body does not have the announced digest",
    "unauthenticated": "The terminal did not say who it is",
    "nonce-replayed": "The signature was used before",
    "clock-skew": "The clocks are too far apart",
    "terminal-suspended": "The terminal may not speak now",
    "forbidden": "Not allowed",
    "grant-expired": "The resident's grant is over",
    "unknown-id": "This terminal never sent this id",
    "upload-gone": "There is no such upload",
    "upload-digest": "The page does not have the announced digest",
    "in-progress": "The first copy is still in work",
    "case-order": "An earlier part of the case is missing",
    "documents-incomplete": "Pages are missing",
    "withdrawn": "The submission was taken back before",
    "concluded": "The case has come to its end",
    "already-rated": "The case is already rated",
    "slot-taken": "The time is taken",
    "offset-mismatch": "The upload stands at another offset",
    "too-large": "Too large",
    "media-type": "Wrong media type",
    "schema": "The body does not follow the contract",
    "id-reuse": "The id stands for another body",
    "sealing-key-gone": "The portal has no such sealing key",
    "task-unknown": "The portal does not know the item",
    "refused": "Refused for the reasons in the document",
    "rate": "Too many requests",
    "group-down": "This part of the portal is down",
    "overloaded": "The portal has too much to do",
    "storage-full": "The portal has no space left",
}

# what a terminal's log and staff page call it; docs/failure-codes.md
_FAILURES: Mapping[int, str] = {
    400: "PORTAL_REFUSED",
    401: "PORTAL_PAUSED",
    403: "PORTAL_PAUSED",
    413: "PORTAL_REFUSED",
    415: "PORTAL_REFUSED",
    422: "PORTAL_REFUSED",
    429: "PORTAL_SLOW",
    503: "PORTAL_SLOW",
    507: "PORTAL_SLOW",
}


class ProblemError(Exception):
    """A request that is answered with a problem document.

    The detail, the extension and the headers never hold personal data.
    """

    def __init__(
        self,
        name: str,
        status: int,
        detail: str = "",
        *,
        extension: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name
        self.status = status
        self.detail = detail
        self.extension = dict(extension or {})
        self.headers = dict(headers or {})


def malformed(detail: str, pointer: str) -> ProblemError:
    """A request that cannot be read; the pointer names the header or member."""
    return ProblemError("malformed", 400, detail, extension={"pointer": pointer})


def respond(problem: ProblemError) -> JSONResponse:
    """The problem document of an error, `application/problem+json`."""
    document: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.name,
        "title": _TITLES.get(problem.name, problem.name),
        "status": problem.status,
        "detail": problem.detail,
    }
    failure = _FAILURES.get(problem.status)
    if failure is not None and problem.name != "grant-expired":
        document["failure"] = failure
    document.update(problem.extension)
    return JSONResponse(
        document,
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def on_problem(_request: Request, error: Exception) -> JSONResponse:
    """Starlette's handler of `ProblemError`."""
    if not isinstance(error, ProblemError):
        raise error
    return respond(error)


def on_http_error(_request: Request, error: Exception) -> JSONResponse:
    """Starlette's handler of its own 404 and 405: a problem document without a type of ours."""
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse(
        {"type": "about:blank", "title": error.detail, "status": error.status_code},
        status_code=error.status_code,
        headers=dict(error.headers or {}),
        media_type="application/problem+json",
    )


def on_fault(_request: Request, _error: Exception) -> JSONResponse:
    """Starlette's handler of what nobody expected; the log has the trace, the answer nothing."""
    return JSONResponse(
        {"type": "about:blank", "title": "Internal error", "status": 500},
        status_code=500,
        media_type="application/problem+json",
    )
