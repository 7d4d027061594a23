"""Ways to break a right request of the contract, each drawn with a seed."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from asgi_support import Call
from contract_samples import Draft, Operation, draft

MARKER = "演示秘密"
METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW")
HEADERS = (
    *("Content-Type", "Content-Digest", "Idempotency-Key", "Terminal-Id", "Tus-Resumable"),
    *("Upload-Length", "Upload-Offset", "Upload-Metadata", "Range", "If-None-Match", "If-Range"),
    *("Resident-Grant", "Content-Length", "Signature-Input", "Signature", "Transfer-Encoding"),
)
VALUES = (
    *("", " ", "0", "-1", "1e3", "99999999999999999999", "null", "\x00", "\xff\xfe", "a" * 9000),
    *("9" * 5000, "9999-12-31"),
    *('"', "sha-256=::", "sha-256=:AAAA:", "sha-512=:x:", "bytes=9-1", "bytes=-", "SH-00001"),
    *("SH-000001\r\nX: y", "text/html", "application/json; charset=utf-7", "²", MARKER),
    *('sig1=("@method");created=1;keyid="SH-000001"', "sig1=:AAAA:", "filetype \xff,ordinal"),
)
PIECES = ("..", "%00", "%2e%2e%2f", "%ff", "a" * 300, "0" * 36, MARKER, "", "%zz", "~", ":", "*")
BODIES = (
    *(b"", b"null", b"[]", b"0", b"{", b'{"a":', b"\xff\xfe", b"\xef\xbb\xbf{}", b'"\\ud800"'),
    *(b"[" * 5000, b'{"a":' * 3000, b"1" * 5000, b"NaN", b'{"a":1e999}', b'{"a":1,"a":2}'),
    *(b"{}" + b" " * 70000, b"\x00" * 64, b'{"\x00":1}', json.dumps(MARKER).encode()),
)
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 1e300, 10**30, "", "x" * 3000, [], {}, [[]], {"a": {}}, MARKER),
    *("\x00", "\ud800", "\u202e", "2026-13-45", "' OR 1=1 --", "00000000", {"suite": MARKER}),
)


def broken(operation: Operation, dice: random.Random) -> Call:
    """A request of an operation with one to three things wrong."""
    made = draft(operation, dice)
    cut = False
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        way = dice.choice(_WAYS)
        way(made, dice)
        cut = cut or dice.random() < 0.02
    headers = [(_raw(name), _raw(value)) for name, value in made.headers]
    return Call(made.method, made.path, headers, _chunks(made.body, dice), cut)


def _header_away(made: Draft, dice: random.Random) -> None:
    if made.headers:
        made.headers.pop(dice.randrange(len(made.headers)))


def _header_odd(made: Draft, dice: random.Random) -> None:
    made.set(dice.choice(HEADERS), dice.choice(VALUES))


def _header_twice(made: Draft, dice: random.Random) -> None:
    name = dice.choice(HEADERS)
    made.headers += [(name, dice.choice(VALUES)), (name, dice.choice(VALUES))]


def _path(made: Draft, dice: random.Random) -> None:
    parts = made.path.split("/")
    place = dice.randrange(1, len(parts))
    if dice.random() < 0.5:
        parts[place] = dice.choice(PIECES)
    else:
        parts.insert(place, dice.choice(PIECES))
    made.path = "/".join(parts)


def _query(made: Draft, dice: random.Random) -> None:
    made.path += dice.choice(("?", "&")) + dice.choice(
        ("a=b", "days=x", "%ff=%00", "from", "=", "from=9999-12-31&days=31")
    )


def _method(made: Draft, dice: random.Random) -> None:
    made.method = dice.choice(METHODS)


def _body(made: Draft, dice: random.Random) -> None:
    made.body = dice.choice(BODIES)
    if dice.random() < 0.7:
        made.digest()


def _garbled(made: Draft, dice: random.Random) -> None:
    content = bytearray(made.body or b"{}")
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    made.body = bytes(content[: dice.randrange(1, len(content) + 1)])
    if dice.random() < 0.7:
        made.digest()


def _member(made: Draft, dice: random.Random) -> None:
    if not isinstance(made.value, dict):
        _body(made, dice)
        return
    holder = made.value
    inner = [each for each in holder.values() if isinstance(each, dict) and each]
    if inner and dice.random() < 0.3:
        holder = dice.choice(inner)
    act = dice.random()
    name = dice.choice(list(holder)) if holder else "surplus"
    if act < 0.6:
        holder[name] = deepcopy(dice.choice(ODD))
    elif act < 0.8:
        holder.pop(name, None)
    else:
        holder[dice.choice(("surplus", "", "\x00", MARKER))] = deepcopy(dice.choice(ODD))
    made.seal()


_WAYS: tuple[Callable[[Draft, random.Random], None], ...] = (
    *(_header_away, _header_odd, _header_twice, _path, _query, _method),
    *(_body, _garbled, _member, _member, _member, _member),
)


def _chunks(body: bytes, dice: random.Random) -> list[bytes]:
    if len(body) < 2 or dice.random() < 0.7:
        return [body]
    place = dice.randrange(1, len(body))
    return [body[:place], b"", body[place:]]


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
