"""The routes of the group `catalogue`."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.content import Content
from portal.faults import Faults
from portal.headers import terminal_of
from portal.ranges import file_response, sha256_of


class ContentDesk:
    """Catalogue and packs."""

    def __init__(self, content: Content, faults: Faults) -> None:
        self._content = content
        self._faults = faults

    def routes(self) -> list[Route]:
        """The list and the files."""
        return [
            Route("/v1/catalogue", self.catalogue, methods=["GET"]),
            Route("/v1/packs/{sha256}", self.pack, methods=["GET"]),
        ]

    async def catalogue(self, request: Request) -> Response:
        """`GET /v1/catalogue`: 304 while the terminal's ETag is the present one."""
        terminal_of(request)
        path = request.url.path
        told, tag = await run_in_threadpool(self._content.catalogue, path)
        if self._faults.take("not_modified_without_pack", path) is not None:
            return Response(status_code=304, headers={"ETag": tag})
        if self._faults.take("weak_etag", path) is not None:
            tag = f"W/{tag}"
        elif self._faults.take("etag_ignored", path) is None:
            return revalidated(request, told, tag)
        return JSONResponse(told, headers={"ETag": tag})

    async def pack(self, request: Request) -> Response:
        """`GET /v1/packs/{sha256}`."""
        terminal_of(request)
        sha256 = sha256_of(request)
        content = await run_in_threadpool(self._content.pack, sha256, request.url.path)
        return file_response(request.headers, content, sha256)


def revalidated(request: Request, told: Mapping[str, object], tag: str) -> Response:
    """The answer with its ETag, or 304 when the request names that tag (RFC 9110 13.1.2)."""
    asked = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers={"ETag": tag})
    return JSONResponse(told, headers={"ETag": tag, "Cache-Control": "no-cache"})
