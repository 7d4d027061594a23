"""One JSON line per request in `DIR/requests.jsonl`, without anything personal.

A line holds the time, the terminal, the method, the route as the contract writes it,
the ids of the path (checked for their form), status, problem type, milliseconds and
sizes. Never a body, a header, a query or the path as it was sent: a broken client
could have put anything there.
"""

import fcntl
import json
import logging
import os
import re
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.headers import SPEAKER
from portal.moments import WallClock, stamp
from portal.problems import TYPE_PREFIX

FILE_NAME: Final = "requests.jsonl"
SIZE_LIMIT: Final = 64 * 1024 * 1024
UNROUTED: Final = "-"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{64}")
_TYPE = re.compile(re.escape(TYPE_PREFIX).encode() + rb"([a-z-]{1,40})")
_METHODS: Final = frozenset({"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"})
_log = logging.getLogger("portal.request_log")


class RequestJournal:
    """The file; several processes append to it, whoever finds it too long sets it aside."""

    def __init__(self, folder: Path, size_limit: int = SIZE_LIMIT) -> None:
        """`size_limit` in bytes; one older file is kept as `requests.jsonl.1`."""
        self._path = folder / FILE_NAME
        self._limit = size_limit
        self._lock = threading.Lock()

    def write(self, line: Mapping[str, Any]) -> None:
        """Append a line; a disk that is full costs the line, never the request."""
        data = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        try:
            with self._lock:
                handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    os.write(handle, data)
                    if os.fstat(handle).st_size > self._limit:
                        self._set_aside(handle)
                finally:
                    os.close(handle)
        except OSError as error:
            _log.error("a line of the request log is lost: %s", error.strerror)

    def _set_aside(self, handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)
        # another process may have done it while this one waited
        if self._path.stat().st_ino == os.fstat(handle).st_ino:
            self._path.replace(self._path.with_name(FILE_NAME + ".1"))


class RequestLog:
    """ASGI layer outside of everything else."""

    def __init__(
        self,
        app: ASGIApp,
        journal: RequestJournal,
        routes: Iterable[BaseRoute],
        clock: WallClock,
    ) -> None:
        self._app = app
        self._journal = journal
        self._templates: dict[object, str] = {
            each.endpoint: each.path for each in routes if isinstance(each, Route)
        }
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through and write down what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = _Seen(receive, send)
        began = time.monotonic()
        try:
            await self._app(scope, seen.receive, seen.send)
        finally:
            spent_ms = round((time.monotonic() - began) * 1000)
            self._journal.write(self._line(scope, seen, spent_ms))

    def _line(self, scope: Scope, seen: "_Seen", spent_ms: int) -> dict[str, Any]:
        values = scope.get("path_params", {}).values()
        method = str(scope["method"])
        return {
            "at": stamp(self._clock()),
            "terminal": scope.get("state", {}).get(SPEAKER),
            "method": method if method in _METHODS else UNROUTED,
            "route": self._templates.get(scope.get("endpoint"), UNROUTED),
            "ids": [each for each in map(str, values) if _ID.fullmatch(each)],
            "status": seen.status,
            "problem": seen.problem,
            "ms": spent_ms,
            "in": seen.came,
            "out": seen.went,
        }


class _Seen:
    """What passes by in both directions, as numbers."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._is_problem = False
        self.status: int | None = None
        self.problem: str | None = None
        self.came = 0
        self.went = 0

    async def receive(self) -> Message:
        """The next part of the request."""
        message = await self._receive()
        self.came += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        """The next part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._is_problem = (b"content-type", b"application/problem+json") in message["headers"]
        else:
            body = message.get("body", b"")
            self.went += len(body)
            found = _TYPE.search(body[:4096]) if self._is_problem else None
            self.problem = found.group(1).decode() if found else self.problem
        await self._send(message)
