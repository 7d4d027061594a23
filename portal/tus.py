"""The tus 1.0 subset on the wire; `portal/uploads.py` keeps the bytes."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from portal.announcements import PAGE_LIMIT, read_announcement
from portal.assembly import Portal
from portal.headers import check_digest, check_length, terminal_of, too_large, whole_number
from portal.problems import ProblemError, malformed, respond
from portal.uploads import PATCH_LIMIT, Upload, storage_full

VERSION: Final = "1.0.0"
_CHUNK_TYPE: Final = "application/offset+octet-stream"
_ABOUT: Final[Mapping[str, str]] = {
    "Tus-Resumable": VERSION,
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,termination,expiration",
    "Tus-Max-Size": str(PAGE_LIMIT),
}


def tus_routes(portal: Portal) -> list[Route]:
    """The routes of uploads."""
    desk = TusDesk(portal)
    return [
        Route("/v1/uploads", desk.collection, methods=["OPTIONS", "POST"]),
        Route("/v1/uploads/{name}", desk.single, methods=["HEAD", "PATCH", "DELETE", "OPTIONS"]),
    ]


class TusDesk:
    """Creates, asks, appends and drops uploads; every answer carries `Tus-Resumable`."""

    def __init__(self, portal: Portal) -> None:
        self._uploads = portal.uploads
        self._faults = portal.faults

    async def collection(self, request: Request) -> Response:
        """`OPTIONS` and `POST /v1/uploads`."""
        return await self._answer(request, {"POST": self._create})

    async def single(self, request: Request) -> Response:
        """`HEAD`, `PATCH` and `DELETE /v1/uploads/{name}`."""
        methods = {"HEAD": self._ask, "PATCH": self._append, "DELETE": self._drop}
        return await self._answer(request, methods)

    async def _answer(self, request: Request, methods: Mapping[str, Any]) -> Response:
        if request.method not in methods:
            return Response(status_code=204, headers=dict(_ABOUT))
        try:
            terminal = terminal_of(request)
            _check_version(request)
            response: Response = await methods[request.method](request, terminal)
        except ProblemError as problem:
            response = respond(problem)
        response.headers["Tus-Resumable"] = VERSION
        return response

    async def _create(self, request: Request, terminal: str) -> Response:
        headers = request.headers
        announced = read_announcement(
            headers.get("upload-length"), headers.get("upload-metadata", "")
        )
        if self._faults.take("storage_full", request.url.path) is not None:
            raise storage_full()
        if self._faults.take("second_url", request.url.path) is not None:
            await run_in_threadpool(self._uploads.drop_same, terminal, announced)
        upload, new = await run_in_threadpool(self._uploads.create, terminal, announced)
        return Response(
            status_code=201 if new else 200,
            headers={"Location": f"/v1/uploads/{upload.name}", "Upload-Expires": upload.expires},
        )

    async def _ask(self, request: Request, terminal: str) -> Response:
        upload = await self._find(request, terminal)
        offset = await run_in_threadpool(self._uploads.offset, upload)
        if self._faults.take("offset_wrong", request.url.path) is not None:
            offset = upload.announced.length - offset // 2
        return Response(
            status_code=200,
            headers={
                "Upload-Offset": str(offset),
                "Upload-Length": str(upload.announced.length),
                "Upload-Expires": upload.expires,
                "Cache-Control": "no-store",
            },
        )

    async def _append(self, request: Request, terminal: str) -> Response:
        if request.headers.get("content-type") != _CHUNK_TYPE:
            raise ProblemError("media-type", 415, f"{_CHUNK_TYPE} is asked for")
        offset = _offset(request)
        check_length(request.headers, PATCH_LIMIT)
        # read at once: what uvicorn holds unread when the line is cut is lost
        content, whole = await _read(request)
        upload = await self._find(request, terminal)
        if not whole and self._faults.take("drop_partial", request.url.path) is not None:
            raise ClientDisconnect
        if whole:
            check_digest(request.headers, content, required=False)
        end = await run_in_threadpool(self._uploads.append, upload, offset, content)
        return Response(
            status_code=204, headers={"Upload-Offset": str(end), "Upload-Expires": upload.expires}
        )

    async def _drop(self, request: Request, terminal: str) -> Response:
        upload = await self._find(request, terminal)
        await run_in_threadpool(self._uploads.drop, upload)
        return Response(status_code=204)

    async def _find(self, request: Request, terminal: str) -> Upload:
        if self._faults.take("gone", request.url.path) is not None:
            raise ProblemError("upload-gone", 410)
        name = str(request.path_params["name"])
        return await run_in_threadpool(self._uploads.find, terminal, name)


async def _read(request: Request) -> tuple[bytes, bool]:
    """The bytes that came, and whether all of them did."""
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > PATCH_LIMIT:
                raise too_large(PATCH_LIMIT)
    except ClientDisconnect:
        return bytes(content), False
    return bytes(content), True


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        extension = {"pointer": "Tus-Resumable"}
        headers = {"Tus-Version": VERSION}
        raise ProblemError("malformed", 412, extension=extension, headers=headers)


def _offset(request: Request) -> int:
    offset = whole_number(request.headers.get("upload-offset"))
    if offset is None:
        raise malformed("an offset in bytes is asked for", "Upload-Offset")
    return offset
