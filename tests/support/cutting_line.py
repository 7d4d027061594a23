"""A line that cuts the first uploads of every address in the middle, and counts what crossed it."""

import contextlib
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

KEEP_S = 20.0
"""Seconds that a server may take to write down what it has."""

_BLOCK = 4096


@dataclass
class Crossed:
    """What came over the line.

    Attributes:
        patched: bytes of PATCH bodies that went through to the server.
        cuts: cut requests, per upload.
    """

    patched: int = 0
    cuts: Counter[str] = field(default_factory=Counter)


class CuttingLine:
    """Carries one request per connection to a server until the block ends."""

    def __init__(
        self, to: str, cuts: int, reach: int, *, seed: int, kept: Callable[[], int] | None = None
    ) -> None:
        """Prepare.

        Args:
            to: the server's address.
            cuts: how often each upload is cut.
            reach: bytes of a body that cross before the cut, at most.
            seed: of where the cuts are.
            kept: bytes that the server has on its disk; the cut waits until it has what crossed,
                as on a real line, where a cut is noticed long after the last byte.
        """
        parts = urlsplit(to)
        self._to = (parts.hostname or "", parts.port or 0)
        self._cuts, self._reach, self._kept = cuts, reach, kept
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.05)
        self._threads: list[threading.Thread] = []
        self.crossed = Crossed()
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> "CuttingLine":
        self._threads.append(threading.Thread(target=self._accept, name="cutting-line"))
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
        self._server.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._server.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=self._carry, args=(connection,), name="carrier")
            self._threads = [one for one in self._threads if one.is_alive()] + [thread]
            thread.start()

    def _carry(self, client: socket.socket) -> None:
        # either end may go away at any time: that is what is tested here
        with client, contextlib.suppress(OSError):
            client.settimeout(30)
            head, body = _head(client)
            if head:
                with socket.create_connection(self._to, timeout=30) as server:
                    self._request(client, server, head, body)

    def _request(
        self, client: socket.socket, server: socket.socket, head: bytes, body: bytes
    ) -> None:
        method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        length = _length(head)
        limit = self._limit(path, length) if method == "PATCH" else length
        first, rest = head.split(b"\r\n", 1)
        server.sendall(first + b"\r\nConnection: close\r\n" + _without_connection(rest))
        before = self._kept() if self._kept else 0
        crossed = 0
        while crossed < limit:
            block = body or client.recv(_BLOCK)
            if not block:
                return
            body = b""
            block = block[: limit - crossed]
            server.sendall(block)
            crossed += len(block)
            if method == "PATCH":
                with self._lock:
                    self.crossed.patched += len(block)
        if limit < length:
            self._await(before + limit)
            return
        while block := server.recv(65536):
            client.sendall(block)

    def _await(self, size: int) -> None:
        deadline = time.monotonic() + KEEP_S
        while self._kept and self._kept() < size and time.monotonic() < deadline:
            if self._stop.wait(0.002):
                return

    def _limit(self, path: str, length: int) -> int:
        """Bytes of this body that cross the line."""
        with self._lock:
            if self.crossed.cuts[path] >= self._cuts:
                return length
            self.crossed.cuts[path] += 1
            return min(length - 1, self._random.randint(1, self._reach))


def _head(client: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        block = client.recv(_BLOCK)
        if not block:
            return b"", b""
        data += block
    head, _, body = data.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", body


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _without_connection(head: bytes) -> bytes:
    lines = head.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.lower().startswith(b"connection:"))
