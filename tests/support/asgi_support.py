"""Calls into the portal's web application without a socket: fast, and free to be malformed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Scope


@dataclass(frozen=True)
class Answer:
    """What the application sent; status 0 when it sent nothing."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Call:
    """A request as the server in front would hand it over."""

    method: str
    path: str
    headers: Sequence[tuple[bytes, bytes]] = ()
    chunks: Sequence[bytes] = (b"",)
    cut: bool = False
    """The line breaks after the last chunk."""

    def scope(self) -> Scope:
        """The ASGI scope; the path is decoded as uvicorn does."""
        raw, _, query = self.path.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote_to_bytes(raw).decode("utf-8", "replace"),
            "raw_path": raw.encode("ascii", "replace"),
            "query_string": query.encode("utf-8", "replace"),
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in self.headers],
            "client": ("127.0.0.1", 40000),
            "server": ("127.0.0.1", 80),
        }


async def send(app: ASGIApp, call: Call) -> Answer:
    """Make one call; what the application raises is raised."""
    waiting = list(call.chunks)
    parts: list[bytes] = []
    head: dict[str, Any] = {"status": 0, "headers": []}

    async def receive() -> Message:
        if not waiting:
            return {"type": "http.disconnect"}
        chunk = waiting.pop(0)
        more = bool(waiting) or call.cut
        return {"type": "http.request", "body": chunk, "more_body": more}

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            head.update(message)
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(call.scope(), receive, take)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head["headers"]}
    return Answer(head["status"], headers, b"".join(parts))
