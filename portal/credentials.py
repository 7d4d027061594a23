"""Who speaks: decided once per request, before anything else looks at it.

In this order: the client certificate of the connection (`serve --tls`), a signature
(RFC 9421), and on loopback without TLS the header `Terminal-Id`. What a request says
of itself beside its credential must agree with it.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.certificates import CertificateRegister, suspended
from portal.headers import JSON_LIMIT, SPEAKER, TERMINAL_NAME, too_large
from portal.moments import WallClock
from portal.outages import OUTAGES, outage
from portal.problems import ProblemError, malformed, respond
from portal.signatures import Message as Signed
from portal.signatures import verify
from portal.tls import PEER, Peer

_ONCE: Final = ("signature-input", "signature", "content-digest", "idempotency-key")
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as a credential.

    Attributes:
        tls: every connection showed a certificate of the authority.
        signed: only signed requests are taken, with `tls` as well; for a portal behind a
            city's gateway.
        public_url: scheme and host as terminals know them, for signatures behind a
            gateway; None takes them from the request.
    """

    tls: bool = False
    signed: bool = False
    public_url: str | None = None


class Gate:
    """ASGI layer that puts the terminal's id into the state of each request of `/v1`."""

    def __init__(
        self, app: ASGIApp, register: CertificateRegister, policy: Policy, clock: WallClock
    ) -> None:
        self._app = app
        self._register = register
        self._policy = policy
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through with its speaker, or answer that it may not speak."""
        if scope["type"] != "http" or not str(scope.get("path", "")).startswith("/v1"):
            await self._app(scope, receive, send)
            return
        body = _Body(receive)
        try:
            speaker = await self._speaker(Request(scope), body)
        except (ProblemError, *OUTAGES) as error:
            await body.drain()
            answer = respond(error if isinstance(error, ProblemError) else outage(error))
            if str(scope["path"]).startswith("/v1/uploads"):
                answer.headers["Tus-Resumable"] = "1.0.0"
            await answer(scope, receive, send)
            return
        scope.setdefault("state", {})[SPEAKER] = speaker
        await self._app(scope, body.again, send)

    async def _speaker(self, request: Request, body: "_Body") -> str | None:
        shown = await self._shown(request)
        signer = await self._signer(request, body)
        named = request.headers.get("terminal-id")
        if signer is None and self._policy.signed:
            return None
        if shown is None and signer is None:
            return _named(named)
        claimed = {name for name in (shown, signer, named) if name is not None}
        if len(claimed) > 1:
            raise ProblemError("forbidden", 403, "the request names another terminal")
        return claimed.pop()

    async def _shown(self, request: Request) -> str | None:
        peer = request.scope.get("state", {}).get(PEER)
        if not self._policy.tls:
            return None
        if not isinstance(peer, Peer) or not TERMINAL_NAME.fullmatch(peer.name):
            raise suspended()
        await run_in_threadpool(self._register.check_shown, peer.name, peer.fingerprint)
        return peer.name

    async def _signer(self, request: Request, body: "_Body") -> str | None:
        headers = request.headers
        if "signature-input" not in headers and "signature" not in headers:
            return None
        content = await body.read()
        digest_of_body(headers, content)
        message = Signed(request.method, self._target(request), _single(headers), bool(content))
        register = self._register
        return await run_in_threadpool(
            verify, message, register.keys_of, register.use_nonce, self._clock
        )

    def _target(self, request: Request) -> str:
        raw = bytes(request.scope.get("raw_path") or request.scope["path"].encode())
        query = bytes(request.scope.get("query_string", b""))
        path = (raw + (b"?" + query if query else b"")).decode("latin-1")
        host = f"{request.scope['scheme']}://{request.headers.get('host', '')}"
        return (self._policy.public_url or host).rstrip("/") + path


class _Body:
    """A request's body that can be looked at before the application reads it."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: list[Message] = []
        self._ended = False

    async def read(self) -> bytes:
        """The whole body, or what came of it before the line was cut.

        Raises:
            ProblemError: `too-large`.
        """
        size = 0
        while not self._ended:
            size += len((await self._next()).get("body", b""))
            if size > JSON_LIMIT:
                raise too_large(JSON_LIMIT)
        return b"".join(message.get("body", b"") for message in self._kept)

    async def drain(self) -> None:
        """Read on, so that the refusal is heard; a body above every limit is left."""
        size = 0
        while not self._ended and size <= JSON_LIMIT:
            size += len((await self._next()).get("body", b""))
            self._kept.clear()

    async def again(self) -> Message:
        """What the application receives: the kept messages first, then the line itself."""
        return self._kept.pop(0) if self._kept else await self._receive()

    async def _next(self) -> Message:
        message = await self._receive()
        more = message["type"] == "http.request" and message.get("more_body", False)
        self._ended = not more
        self._kept.append(message)
        return message


def digest_of_body(headers: Headers, content: bytes) -> None:
    """Compare the body with its announced digest, before a signature over that digest counts.

    Raises:
        ProblemError: `malformed`, `digest-mismatch`.
    """
    announced = headers.get("content-digest")
    if announced is None:
        return
    match = _DIGEST.fullmatch(announced.strip())
    if match is None:
        raise malformed("Content-Digest is not one sha-256", "Content-Digest")
    try:
        claimed = base64.b64decode(match.group(1), validate=True)
    except binascii.Error as error:
        raise malformed("Content-Digest is no base64", "Content-Digest") from error
    if not hmac.compare_digest(claimed, hashlib.sha256(content).digest()):
        raise ProblemError("digest-mismatch", 400, extension={"pointer": "Content-Digest"})


def _single(headers: Headers) -> dict[str, str]:
    several = [name for name in _ONCE if len(headers.getlist(name)) > 1]
    if several:
        raise malformed("a signed header came twice", several[0])
    return dict(headers)


def _named(name: str | None) -> str | None:
    return name if name is not None and TERMINAL_NAME.fullmatch(name) else None
