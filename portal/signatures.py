"""RFC 9421: is this request signed by the terminal that it names, and for the first time?

The library that could do this checks neither the body against its digest nor that a
nonce is new, so the small part of the standard that the contract uses is read here:
one signature `sig1`, Ed25519, over `@method`, `@target-uri` and, where they are sent,
`content-digest` and `idempotency-key`. The caller has compared the body with its
digest before.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from portal.moments import WallClock, stamp
from portal.problems import ProblemError

WINDOW_S: Final = 300
IF_SENT: Final = ("content-digest", "idempotency-key")
_INPUT = re.compile(
    r'sig1=(\(("[a-z0-9@-]+"(?: "[a-z0-9@-]+")*)\)((?:;[a-z]+=(?:"[^"\\]{0,128}"|[0-9]{1,15}))+))'
)
_PARAMETER = re.compile(r';([a-z]+)=(?:"([^"\\]*)"|([0-9]+))')
_SIGNATURE = re.compile(r"sig1=:([A-Za-z0-9+/]{86}==):")
_NONCE = re.compile(r"[A-Za-z0-9+/=_-]{11,128}")
_NAMES = frozenset({"created", "nonce", "keyid", "alg", "expires"})

Keys = Callable[[str], Sequence[Ed25519PublicKey]]
"""The keys of a terminal that hold now; raises `ProblemError` for one that is suspended."""

NewNonce = Callable[[str, str, int], bool]
"""Remembers (terminal, nonce) until a Unix time; False when it is known already."""


@dataclass(frozen=True, slots=True)
class Message:
    """The signed parts of a request as they came.

    Attributes:
        uri: the whole address that the terminal asked for.
        headers: names in lower case; a name that came twice is not in here.
        has_body: whether a body came with it.
    """

    method: str
    uri: str
    headers: Mapping[str, str]
    has_body: bool


@dataclass(frozen=True, slots=True)
class _Claim:
    covered: tuple[str, ...]
    parameters: str
    created: int
    expires: int | None
    nonce: str
    terminal: str


def verify(message: Message, keys: Keys, new_nonce: NewNonce, clock: WallClock) -> str:
    """Say which terminal signed the request; the nonce is used up only by a right signature.

    Returns:
        the terminal's id.

    Raises:
        ProblemError: `unauthenticated`; `clock-skew` with `now` when `created` is more
            than 300 s away; `nonce-replayed`; what `keys` raises.
    """
    claim = _read(message.headers.get("signature-input", ""))
    _check_covered(claim, message)
    _check_signature(claim, message, keys(claim.terminal))
    _check_time(claim, clock())
    if not new_nonce(claim.terminal, claim.nonce, claim.created + WINDOW_S + 1):
        raise ProblemError("nonce-replayed", 401, "this nonce was seen before")
    return claim.terminal


def _read(text: str) -> _Claim:
    match = _INPUT.fullmatch(text.strip())
    if match is None:
        raise _refused("Signature-Input is not one signature named sig1")
    pairs = [(name, quoted or plain) for name, quoted, plain in _PARAMETER.findall(match.group(3))]
    values = dict(pairs)
    covered = tuple(name.strip('"') for name in match.group(2).split(" "))
    if len(values) != len(pairs) or not set(values) <= _NAMES or len(set(covered)) != len(covered):
        raise _refused("Signature-Input says something twice, or something unknown")
    created, nonce = values.get("created", ""), values.get("nonce", "")
    if not created.isdigit() or not _NONCE.fullmatch(nonce) or values.get("alg") != "ed25519":
        raise _refused("created, a nonce of 64 bits and alg ed25519 are asked for")
    expires = values.get("expires", "")
    return _Claim(
        covered=covered,
        parameters=match.group(1),
        created=int(created),
        expires=int(expires) if expires.isdigit() else None,
        nonce=nonce,
        terminal=values.get("keyid", ""),
    )


def _check_covered(claim: _Claim, message: Message) -> None:
    wanted = {"@method", "@target-uri", *(name for name in IF_SENT if name in message.headers)}
    if message.has_body:
        wanted.add("content-digest")
    if set(claim.covered) != wanted:
        raise _refused("the signature does not cover what it must")


def _check_signature(claim: _Claim, message: Message, keys: Sequence[Ed25519PublicKey]) -> None:
    match = _SIGNATURE.fullmatch(message.headers.get("signature", "").strip())
    if match is None:
        raise _refused("Signature has no sig1 of 64 bytes")
    signature, base = base64.b64decode(match.group(1)), _base(claim, message)
    if not any(_signed(key, signature, base) for key in keys):
        raise _refused("the signature is wrong, or no key of this terminal is known")


def _base(claim: _Claim, message: Message) -> bytes:
    values = {"@method": message.method, "@target-uri": message.uri}
    values |= {name: message.headers.get(name, "").strip() for name in IF_SENT}
    lines = [f'"{name}": {values[name]}' for name in claim.covered]
    return "\n".join([*lines, f'"@signature-params": {claim.parameters}']).encode()


def _signed(key: Ed25519PublicKey, signature: bytes, base: bytes) -> bool:
    try:
        key.verify(signature, base)
    except InvalidSignature:
        return False
    return True


def _check_time(claim: _Claim, now: datetime) -> None:
    seconds = now.timestamp()
    late = claim.expires is not None and claim.expires < seconds
    if late or abs(seconds - claim.created) > WINDOW_S:
        raise ProblemError("clock-skew", 401, extension={"now": stamp(now)})


def _refused(detail: str) -> ProblemError:
    return ProblemError("unauthenticated", 401, detail)
