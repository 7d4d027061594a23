"""Playing the switched faults on the wire, and the switch itself on loopback."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.faults import ANYWHERE, Faults, FaultsError
from portal.headers import JSON_LIMIT, read_body
from portal.intake import Ack
from portal.problems import ProblemError, malformed, respond
from portal.wire import parse

_HTML = "<!doctype html><title>gateway</title><p>The service is busy.</p>"
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


class FaultPlayer:
    """ASGI layer that answers instead of the portal while a fault of any group is on."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, late or not at all."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not path.startswith("/v1"):
            await self._app(scope, receive, send)
            return
        late = self._faults.take("delay", path)
        if late is not None:
            await asyncio.sleep(float(late.get("seconds", 1.0)))
        for name in sorted(ANYWHERE - {"delay"}):
            arguments = self._faults.take(name, path)
            if arguments is not None:
                await _drain(receive)
                await _ANSWERS[name](arguments)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def twisted(faults: Faults, ack: Ack, path: str) -> Ack:
    """The ack, made wrong by the faults that are on."""
    changes: Mapping[str, Mapping[str, Any]] = {
        "ack_other_id": {"id": "00000000-0000-7000-8000-000000000000"},
        "ack_other_sha": {"sha256": "0" * 64},
        "ack_no_receipt": {"receipt_no": ""},
    }
    for name, change in changes.items():
        if faults.take(name, path) is not None:
            ack = {**ack, **change}
    return ack


def switch_routes(faults: Faults) -> list[Route]:
    """`GET, PUT, DELETE /_faults/{name}`, answered only on loopback and with a `faults.json`."""

    async def switch(request: Request) -> Response:
        client = request.client.host if request.client else ""
        if not faults.enabled or client not in _LOOPBACK:
            raise ProblemError("forbidden", 403)
        name = str(request.path_params["name"])
        try:
            if request.method == "PUT":
                faults.switch(name, await _arguments(request))
            elif request.method == "DELETE":
                faults.switch(name, None)
        except FaultsError as error:
            raise malformed(str(error), "/name") from error
        arguments = faults.show(name)
        return JSONResponse({"name": name, "on": arguments is not None, "arguments": arguments})

    return [Route("/_faults/{name}", switch, methods=["GET", "PUT", "DELETE"])]


async def _arguments(request: Request) -> Mapping[str, Any]:
    value = parse(await read_body(request, JSON_LIMIT) or b"{}")
    if not isinstance(value, dict):
        raise malformed("an object is asked for", "")
    return value


async def _drain(receive: Receive) -> None:
    while (message := await receive())["type"] == "http.request":
        if not message.get("more_body", False):
            return


def _down(arguments: Mapping[str, Any]) -> Response:
    extension = {"group": str(arguments.get("group", "all"))}
    headers = {"Retry-After": str(arguments.get("seconds", 1))}
    return respond(ProblemError("group-down", 503, extension=extension, headers=headers))


def _status(arguments: Mapping[str, Any]) -> Response:
    """The kinds `500`, `502` (HTML), `503` (seconds), `503-date`, `429`."""
    kind = str(arguments.get("kind", arguments.get("status", "500")))
    seconds = int(arguments.get("seconds", 1))
    if kind == "502":
        return HTMLResponse(_HTML, status_code=502)
    if kind == "429":
        return respond(ProblemError("rate", 429, headers={"Retry-After": str(seconds)}))
    if kind in {"503", "503-date"}:
        at = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        retry = str(seconds) if kind == "503" else at
        return respond(ProblemError("overloaded", 503, headers={"Retry-After": retry}))
    return JSONResponse({"type": "about:blank", "title": "Internal error"}, status_code=500)


def _empty(_arguments: Mapping[str, Any]) -> Response:
    return Response(status_code=200, media_type="application/json")


def _html(_arguments: Mapping[str, Any]) -> Response:
    return HTMLResponse(_HTML)


_ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], Response]] = {
    "down": _down,
    "status": _status,
    "empty_200": _empty,
    "html_200": _html,
}
