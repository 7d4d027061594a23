"""Playing the switched faults on the wire, and the switch itself on loopback."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.fault_names import group_of
from portal.faults import Faults, FaultsError
from portal.headers import JSON_LIMIT, read_body
from portal.intake import Ack
from portal.problems import ProblemError, malformed, respond
from portal.wire import parse

_HTML = "<!doctype html><title>gateway</title><p>The service is busy.</p>"
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_SKEW_S: Final = 3600.0

Change = Callable[[MutableHeaders], None]


class FaultPlayer:
    """ASGI layer that answers instead of the portal, or changes its answer, while a fault is on.

    It also sets `Date`, so the server in front must not.
    """

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, late, changed or not at all."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not path.startswith("/v1"):
            await self._app(scope, receive, _changing(send, [_dated(0.0)]))
            return
        late = self._faults.take("delay", path)
        if late is not None:
            await asyncio.sleep(float(late.get("seconds", 1.0)))
        send = _changing(send, self._changes(path))
        for name, answer in _ANSWERS.items():
            arguments = self._faults.take(name, path)
            if arguments is not None:
                await _drain(receive)
                await answer(arguments, path)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _changes(self, path: str) -> list[Change]:
        changes: list[Change] = []
        skew = self._faults.take("date_skew", path)
        if self._faults.take("no_date", path) is None:
            changes.append(_dated(float(skew.get("seconds", _SKEW_S)) if skew is not None else 0.0))
        if self._faults.take("wrong_type", path) is not None:
            changes.append(_typed)
        return changes


def twisted(faults: Faults, ack: Ack, path: str) -> Ack:
    """The ack, made wrong by the faults that are on."""
    changes: Mapping[str, Mapping[str, Any]] = {
        "ack_other_id": {"id": "00000000-0000-7000-8000-000000000000"},
        "ack_other_sha": {"sha256": "0" * 64},
        "ack_no_receipt": {"receipt_no": ""},
        "ack_accepted_without_date": {"stage": "accepted", "accept_date": None, "project_no": None},
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
        answer = {"name": name, "on": arguments is not None, "arguments": arguments}
        return JSONResponse({**answer, "played": faults.played(name)})

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


def _changing(send: Send, changes: list[Change]) -> Send:
    async def changed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for change in changes:
                change(headers)
        await send(message)

    return changed


def _dated(skew_s: float) -> Change:
    def change(headers: MutableHeaders) -> None:
        moment = datetime.now(UTC) + timedelta(seconds=skew_s)
        headers["Date"] = format_datetime(moment, usegmt=True)

    return change


def _typed(headers: MutableHeaders) -> None:
    # the body stays as it is: a box between that labels everything alike
    headers["Content-Type"] = "text/plain; charset=utf-8"


def _down(arguments: Mapping[str, Any], path: str) -> Response:
    headers = {"Retry-After": f"{arguments.get('seconds', 1):.0f}"}
    return respond(
        ProblemError("group-down", 503, extension={"group": group_of(path)}, headers=headers)
    )


def _status(arguments: Mapping[str, Any], _path: str) -> Response:
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


def _unknown_problem(arguments: Mapping[str, Any], _path: str) -> Response:
    status = int(arguments.get("status", 409))
    return respond(ProblemError("of-a-later-version", status, extension={"later_member": True}))


_ANSWERS: Final[Mapping[str, Callable[[Mapping[str, Any], str], Response]]] = {
    "down": _down,
    "status": _status,
    "empty_200": lambda _arguments, _path: Response(media_type="application/json"),
    "html_200": lambda _arguments, _path: HTMLResponse(_HTML),
    "redirect": lambda _arguments, _path: RedirectResponse("/v1/time", 307),
    "unknown_problem": _unknown_problem,
}
