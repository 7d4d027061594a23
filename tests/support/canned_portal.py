"""A loopback server that answers each request with the bytes that a test hands in."""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Piece = tuple[bytes, float]
"""Bytes and the pause after them in seconds."""


def answer(
    body: bytes = b"",
    *,
    status: int = 200,
    media_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> bytes:
    """A complete HTTP answer."""
    lines = {"Content-Length": str(len(body)), **(headers or {})}
    if media_type:
        lines["Content-Type"] = media_type
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body


@dataclass
class Seen:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class CannedPortal:
    """Serves until the block ends; `play` decides the answer of each request.

    An answer is bytes, pieces with pauses, or None: close without a word.
    """

    def __init__(self, play: Callable[[Seen], bytes | list[Piece] | None]) -> None:
        self._play = play
        self._stop = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.05)
        self._threads: list[threading.Thread] = []
        self.seen: list[Seen] = []
        self.arrived = threading.Event()
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> "CannedPortal":
        self._threads.append(threading.Thread(target=self._accept, name="canned"))
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(5)
        self._server.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._server.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._serve, args=(connection,), name="canned-one")
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(0.05)
        with connection:
            try:
                while self._one(connection):
                    pass
            except OSError:
                # the client went away: that is what some tests want
                return

    def _one(self, connection: socket.socket) -> bool:
        data = b""
        while not _whole(data):
            block = self._receive(connection)
            if not block:
                return False
            data += block
        seen = _parse(data)
        self.seen.append(seen)
        self.arrived.set()
        given = self._play(seen)
        if given is None:
            return False
        pieces = [(given, 0.0)] if isinstance(given, bytes) else given
        for piece, pause_s in pieces:
            connection.sendall(piece)
            if pause_s and self._stop.wait(pause_s):
                return False
        return isinstance(given, bytes) and seen.headers.get("connection") != "close"

    def _receive(self, connection: socket.socket) -> bytes:
        while not self._stop.is_set():
            try:
                return connection.recv(65536)
            except TimeoutError:
                continue
        return b""


def _whole(data: bytes) -> bool:
    head, mark, body = data.partition(b"\r\n\r\n")
    return bool(mark) and len(body) >= int(_headers(head).get("content-length", "0"))


def _headers(head: bytes) -> dict[str, str]:
    pairs = (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _parse(data: bytes) -> Seen:
    head, _, body = data.partition(b"\r\n\r\n")
    method, path, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
    return Seen(method, path, _headers(head), body)
