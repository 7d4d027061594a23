"""One request to the portal and its whole answer, or the reason why there is none."""

import logging
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from devices.errors import FailureCode
from kiosk import __version__
from kiosk.sync import wire
from kiosk.sync.line import IdentityError, Line, open_session
from kiosk.sync.outcomes import Reply, Unreachable
from kiosk.sync.portal_time import PortalTime

_BLOCK = 65536


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
    session: requests.Session


class Transport:
    """Keeps one connection per thread; a deadline over everything and a cap on every body."""

    def __init__(
        self,
        base_url: str,
        credential: dict[str, str],
        ca: Path | None,
        cert: tuple[Path, Path] | None,
        limits: Limits,
        clock: Callable[[], float],
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            base_url: scheme, host, port and prefix without a slash at the end.
            credential: headers that say who speaks, when there is no certificate.
            ca: the pinned certificate authority.
            cert: the terminal's certificate and its key.
            limits: seconds.
            clock: monotonic seconds.
        """
        # a cut header block is an expected outcome here, not a warning of a library
        logging.getLogger("urllib3.connection").setLevel(logging.ERROR)
        self.time = PortalTime()
        self.limits = limits
        self._base = base_url
        self._headers = {
            "User-Agent": f"quanban-kiosk/{__version__}",
            "Accept": "application/json, application/problem+json",
            **credential,
        }
        self._ca, self._cert = ca, cert
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes: dict[threading.Thread, _Lane] = {}

    def ask(self, request: Request) -> Reply | Unreachable:
        """Send one request and read its whole answer under the deadline.

        A certificate or key that cannot be used is SETTING_INVALID; the next request looks again.
        """
        try:
            lane = self._lane()
        except IdentityError as error:
            return Unreachable(FailureCode.SETTING_INVALID, str(error))
        started = self._clock()
        lane.line.begin(request.deadline_s or self.limits.json_s)
        try:
            reply = self._exchange(lane.session, request, started)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            return _no_answer(error, cut=lane.line.was_cut)
        finally:
            lane.line.end()
        if lane.line.was_cut and not reply.complete:
            return Unreachable(FailureCode.CANCELLED, "cut")
        moment = wire.read_date(reply.headers)
        if moment is not None:
            self.time.saw(moment, datetime.now(UTC), reply.rtt_s)
        return reply

    def _exchange(self, session: requests.Session, request: Request, started: float) -> Reply:
        response = session.request(
            request.method,
            self._base + request.path,
            data=request.body,
            headers=request.headers,
            timeout=(self.limits.connect_s, self.limits.receive_s),
            allow_redirects=False,
            stream=True,
        )
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body, ended = _read_body(response)
        finally:
            response.close()
        announced = wire.read_offset(headers, "content-length")
        bodiless = request.method == "HEAD" or response.status_code in {204, 304}
        chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        complete = bodiless or (ended and (chunked or announced == len(body)))
        return Reply(response.status_code, headers, body, complete, self._clock() - started)

    def _lane(self) -> _Lane:
        """The calling thread's connection; those of threads that ended are closed."""
        me = threading.current_thread()
        with self._lock:
            lane = self._lanes.get(me)
            if lane is None:
                line = Line(self._clock, self.limits.receive_s)
                lane = _Lane(line, open_session(line, self._headers, self._ca, self._cert))
                for ended in [thread for thread in self._lanes if not thread.is_alive()]:
                    self._lanes.pop(ended).session.close()
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
            lane.session.close()


def _read_body(response: requests.Response) -> tuple[bytes, bool]:
    """Read at most the JSON limit.

    Returns:
        The bytes, and whether the end was reached; a cut body comes out as not ended.
    """
    body = bytearray()
    while len(body) <= wire.JSON_LIMIT:
        try:
            block = response.raw.read1(_BLOCK, decode_content=False)
        except ReadTimeoutError:
            raise
        except HTTPError:
            # cut or badly framed: an answer that is not complete is judged by its reader
            return bytes(body), False
        if not block:
            return bytes(body), True
        body += block
    return bytes(body), False


def _no_answer(error: Exception, *, cut: bool) -> Unreachable:
    """Name why no answer came; the detail is the kind of error only, never an address or text."""
    chain = list(_causes(error))
    detail = type(chain[-1]).__name__
    if cut:
        return Unreachable(FailureCode.CANCELLED, detail)
    if any(isinstance(cause, ssl.SSLError) and _about_certificate(cause) for cause in chain):
        return Unreachable(FailureCode.PORTAL_UNREACHABLE, detail, certificate=True)
    slow = any(isinstance(cause, TimeoutError | requests.Timeout) for cause in chain)
    code = FailureCode.PORTAL_SLOW if slow else FailureCode.PORTAL_UNREACHABLE
    return Unreachable(code, detail)


def _about_certificate(error: ssl.SSLError) -> bool:
    text = str(error).upper().replace(" ", "_")
    return "CERTIFICATE" in text or "UNKNOWN_CA" in text


def _causes(error: BaseException) -> list[BaseException]:
    """The error and everything behind it, through the library's own wrappers."""
    found: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting and len(found) < 20:
        one = waiting.pop(0)
        if one in found:
            continue
        found.append(one)
        inner = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        waiting += [more for more in inner if isinstance(more, BaseException)]
    return found
