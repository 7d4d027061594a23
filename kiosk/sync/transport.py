"""One request to the portal and its whole answer, or the reason why there is none."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Retry, Timeout
from urllib3.exceptions import HTTPError, ReadTimeoutError

from devices.errors import FailureCode
from kiosk import __version__
from kiosk.sync import wire
from kiosk.sync.broken import no_answer
from kiosk.sync.line import IdentityError, Line, open_pool
from kiosk.sync.outcomes import Reply, Unreachable
from kiosk.sync.portal_time import PortalTime
from kiosk.sync.signing import Signer, SigningKeyError, load_key

_BLOCK = 65536
_ONCE = Retry.from_int(retries=False, redirect=False)
_SILENT = 3
"""Connections under TLS that end without an answer: TLS 1.3 refuses a certificate this way."""


@dataclass(frozen=True, slots=True)
class Identity:
    """How the terminal proves who it is.

    Attributes:
        terminal_id: sent as a header when neither a certificate nor a signature tells it.
        ca: the pinned certificate authority.
        cert: the terminal's certificate and its key, shown in the TLS handshake.
        signing_key: signs every request instead (RFC 9421), where a gateway ends TLS.
    """

    terminal_id: str
    ca: Path | None = None
    cert: tuple[Path, Path] | None = None
    signing_key: Path | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The header that stands for a credential on loopback, or none."""
        proved = self.cert is not None or self.signing_key is not None
        return {} if proved else {"Terminal-Id": self.terminal_id}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a request may take; the defaults are the contract's."""

    connect_s: float = 5.0
    receive_s: float = 10.0
    json_s: float = 15.0
    patch_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request; the path begins behind the portal's address."""

    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    deadline_s: float | None = None


@dataclass(slots=True)
class _Lane:
    """What one thread owns."""

    line: Line
    pool: HTTPConnectionPool


class Transport:
    """Keeps one connection per thread; a deadline over everything and a cap on every body."""

    def __init__(
        self,
        base_url: str,
        identity: Identity,
        limits: Limits,
        clock: Callable[[], float],
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            base_url: scheme, host, port and prefix without a slash at the end.
            identity: how the terminal proves who it is.
            limits: seconds.
            clock: monotonic seconds.
        """
        # a broken header block is an expected outcome here, not a warning of a library
        for name in ("urllib3.connection", "urllib3.response"):
            logging.getLogger(name).setLevel(logging.ERROR)
        self.time = PortalTime()
        self.limits = limits
        self._base = base_url
        self._prefix = urlsplit(base_url).path
        self._wait = Timeout(connect=limits.connect_s, read=limits.receive_s)
        self._headers = {
            "Accept-Encoding": "identity",
            "User-Agent": f"quanban-kiosk/{__version__}",
            "Accept": "application/json, application/problem+json",
            **identity.headers,
        }
        self._identity = identity
        self._signer: Signer | None = None
        self._silent = 0
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes: dict[threading.Thread, _Lane] = {}

    def ask(self, request: Request) -> Reply | Unreachable:
        """Send one request and read its whole answer under the deadline.

        A certificate or key that cannot be used is SETTING_INVALID; the next request looks again.
        """
        try:
            lane = self._lane()
            signed = self._signed(request)
        except IdentityError as error:
            return Unreachable(FailureCode.SETTING_INVALID, str(error))
        started = self._clock()
        lane.line.begin(request.deadline_s or self.limits.json_s)
        try:
            reply = self._exchange(lane.pool, signed, started)
        except (HTTPError, OSError, ValueError) as error:
            return self._without_answer(no_answer(error, cut=lane.line.was_cut), lane.line)
        finally:
            lane.line.end()
        if lane.line.was_cut and not reply.complete:
            return Unreachable(FailureCode.CANCELLED, "cut")
        self._silent = 0
        moment = wire.read_date(reply.headers)
        if moment is not None:
            self.time.saw(moment, datetime.now(UTC), reply.rtt_s)
        return reply

    def _signed(self, request: Request) -> Request:
        """The request with its signature, where requests are signed: a new one at each call."""
        path = self._identity.signing_key
        if path is None:
            return request
        if self._signer is None:
            self._signer = self._open_signer(path)
        uri = self._base + request.path
        signature = self._signer.sign(request.method, uri, request.headers)
        return replace(request, headers={**request.headers, **signature})

    def _open_signer(self, path: Path) -> Signer:
        try:
            key = load_key(path)
        except SigningKeyError as error:
            raise IdentityError(f"portal.key: {error}") from error
        return Signer(key, self._identity.terminal_id, lambda: time.time() + self.time.newest_s())

    def _without_answer(self, outcome: Unreachable, line: Line) -> Unreachable:
        """Count connections that TLS let through and the portal closed without a word."""
        if outcome.failure is not FailureCode.PORTAL_UNREACHABLE or outcome.certificate:
            return outcome
        tls = self._base.lower().startswith("https:")
        self._silent = self._silent + 1 if tls and line.was_opened else 0
        return replace(outcome, certificate=True) if self._silent >= _SILENT else outcome

    def _exchange(self, pool: HTTPConnectionPool, request: Request, started: float) -> Reply:
        response = pool.urlopen(
            request.method,
            self._prefix + request.path,
            body=request.body,
            headers={**self._headers, **request.headers},
            retries=_ONCE,
            redirect=False,
            assert_same_host=False,
            timeout=self._wait,
            preload_content=False,
            decode_content=False,
        )
        try:
            headers = {name.lower(): value for name, value in response.headers.itermerged()}
            body, ended = _read_body(response)
        finally:
            # ends the connection too, unless the answer was read to its end
            response.close()
            response.release_conn()
        announced = wire.read_offset(headers, "content-length")
        bodiless = request.method == "HEAD" or response.status in {204, 304}
        chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        complete = bodiless or (ended and (chunked or announced == len(body)))
        return Reply(response.status, headers, body, complete, self._clock() - started)

    def _lane(self) -> _Lane:
        """The calling thread's connection; those of threads that ended are closed."""
        me = threading.current_thread()
        with self._lock:
            lane = self._lanes.get(me)
            if lane is None:
                line = Line(self._clock, self.limits.receive_s)
                identity = self._identity
                pool = open_pool(line, self._base, ca=identity.ca, cert=identity.cert)
                lane = _Lane(line, pool)
                for ended in [thread for thread in self._lanes if not thread.is_alive()]:
                    self._lanes.pop(ended).pool.close()
                self._lanes[me] = lane
        return lane

    def interrupt(self) -> None:
        """Cut every request in flight; each ends as Unreachable with CANCELLED."""
        with self._lock:
            lanes = list(self._lanes.values())
        for lane in lanes:
            lane.line.cut()

    def close(self) -> None:
        """Close all connections; no request may be in flight."""
        with self._lock:
            lanes = list(self._lanes.values())
            self._lanes.clear()
        for lane in lanes:
            lane.pool.close()


def _read_body(response: BaseHTTPResponse) -> tuple[bytes, bool]:
    """Read at most the JSON limit.

    Returns:
        The bytes, and whether the end was reached; a cut body comes out as not ended.
    """
    body = bytearray()
    while len(body) <= wire.JSON_LIMIT:
        try:
            block = response.read1(_BLOCK, decode_content=False)
        except ReadTimeoutError:
            raise
        except HTTPError:
            # cut or badly framed: an answer that is not complete is judged by its reader
            return bytes(body), False
        if not block:
            return bytes(body), True
        body += block
    return bytes(body), False
