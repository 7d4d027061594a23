"""One thread's connection to the portal, under a deadline that nothing can stretch.

The library's time-out counts per receive, so a peer that sends one byte at a time
holds a request for ever, in the header block too. Here every receive and send asks
the line how much time is left, and another thread may cut it.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError


class IdentityError(Exception):
    """A certificate or key of the settings cannot be used; the text names the setting alone."""


class Line:
    """The deadline of the request that its thread has in flight, and the way to cut it."""

    def __init__(self, clock: Callable[[], float], receive_s: float) -> None:
        """Prepare.

        Args:
            clock: monotonic seconds.
            receive_s: longest silence that is waited for.
        """
        self._clock = clock
        self._receive_s = receive_s
        self._lock = threading.Lock()
        self._deadline = 0.0
        self._busy = False
        self._cut = False
        self._opened = False
        self._socket: socket.socket | None = None

    @property
    def was_opened(self) -> bool:
        """The request in flight made its own connection, TLS included."""
        return self._opened

    @property
    def was_cut(self) -> bool:
        """The request in flight was interrupted by us."""
        return self._cut

    def begin(self, seconds: float) -> None:
        """A request starts; it has this many seconds in all."""
        with self._lock:
            self._deadline = self._clock() + seconds
            self._busy, self._cut, self._opened = True, False, False

    def end(self) -> None:
        """The request is over."""
        with self._lock:
            self._busy = False

    def hold(self, opened: socket.socket) -> None:
        """Remember the socket that carries the requests."""
        with self._lock:
            self._socket, self._opened = opened, True

    def cut(self) -> None:
        """End the request in flight from another thread; nothing happens between requests."""
        with self._lock:
            if not self._busy:
                return
            self._cut = True
            if self._socket is not None:
                try:
                    self._socket.shutdown(socket.SHUT_RDWR)
                except OSError:
                    # already gone: what the cut is for
                    self._socket = None

    def left_s(self) -> float:
        """Seconds that the request still has.

        Raises:
            TimeoutError: none.
        """
        left = self._deadline - self._clock()
        if left <= 0 or self._cut:
            raise TimeoutError("the request's own deadline")
        return left

    def receive_s(self) -> float:
        """Seconds that the next receive may take.

        Raises:
            TimeoutError: the deadline is over.
        """
        return min(self._receive_s, self.left_s())


def _plain_sockets(line: Line) -> Callable[[socket.socket], socket.socket]:
    class TimedSocket(socket.socket):
        """A TCP socket that asks the line before each call."""

        def recv_into(self, *args: Any, **options: Any) -> int:
            self.settimeout(line.receive_s())
            return super().recv_into(*args, **options)

        def sendall(self, *args: Any) -> None:
            self.settimeout(line.left_s())
            super().sendall(*args)

    def timed(opened: socket.socket) -> socket.socket:
        family, kind, proto = opened.family, opened.type, opened.proto
        return TimedSocket(family, kind, proto, fileno=opened.detach())

    return timed


def _tls_context(line: Line, ca: Path | None, cert: tuple[Path, Path] | None) -> ssl.SSLContext:
    class TimedTlsSocket(ssl.SSLSocket):
        """A TLS socket that asks the line before each call."""

        def recv_into(self, *args: Any, **options: Any) -> int:
            self.settimeout(line.receive_s())
            return super().recv_into(*args, **options)

        def sendall(self, *args: Any) -> None:
            self.settimeout(line.left_s())
            super().sendall(*args)

    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise IdentityError(f"portal.ca: {_reason(error)}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = TimedTlsSocket
    if cert:
        try:
            # without a word of ours the library would ask one on the terminal's own screen
            context.load_cert_chain(*cert, password="")
        except OSError as error:
            raise IdentityError(f"portal.cert, portal.key: {_reason(error)}") from error
    return context


def _reason(error: OSError) -> str:
    """What the library says, without paths and content."""
    return getattr(error, "reason", None) or error.strerror or type(error).__name__


class _Adapter(HTTPAdapter):
    """Hands the line's sockets to the library."""

    def __init__(self, line: Line, context: ssl.SSLContext) -> None:
        self._line = line
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002 - the library's own signature
        **options: Any,
    ) -> None:
        """Build the pool with connections that know the line."""
        timed, line = _plain_sockets(self._line), self._line

        class TimedConnection(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return timed(super()._new_conn())

            def connect(self) -> None:
                super().connect()
                line.hold(self.sock)

        class TimedTlsConnection(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                line.hold(self.sock)

        class Pool(HTTPConnectionPool):
            ConnectionCls = TimedConnection

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = TimedTlsConnection

        manager = PoolManager(
            num_pools=connections,
            maxsize=maxsize,
            block=block,
            ssl_context=self._context,
            **options,
        )
        manager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}
        self.poolmanager = manager


def open_pool(
    line: Line,
    base_url: str,
    *,
    ca: Path | None = None,
    cert: tuple[Path, Path] | None = None,
) -> HTTPConnectionPool:
    """Make the one connection of a thread: no proxy, no cookie, no redirect, no retry.

    `requests` opens it; each request goes to the pool itself, since what a session does
    besides costs as much as the request and is all switched off here.

    Args:
        line: deadline of the thread that will use it.
        base_url: of the portal.
        ca: the portal's pinned certificate authority; the system's ones without it.
        cert: the terminal's certificate and key.

    Raises:
        IdentityError: the address is none, or a file is not there or not what it should be.
    """
    if base_url.lower().startswith("https:") or ca or cert:
        context = _tls_context(line, ca, cert)
    else:
        # believes nobody: an address of loopback has no use for it, nor for the system's list
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        request = requests.Request("GET", base_url).prepare()
        # what is trusted stands in the context alone: no bundle of the library comes to it
        pool = _Adapter(line, context).get_connection_with_tls_context(request, verify=True)
    except (requests.RequestException, HTTPError) as error:
        raise IdentityError(f"portal.url: {type(error).__name__}") from error
    if not isinstance(pool, HTTPConnectionPool):
        raise TypeError(type(pool).__name__)
    return pool
