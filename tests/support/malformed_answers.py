"""Answers that no portal should give, drawn with a seed from good ones."""

import copy
import gzip
import json
import random
import zlib
from collections.abc import Callable
from typing import Any

from client_samples import Sample

JUNK: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**70,
    1.5,
    -0.0,
    1e308,
    "",
    " ",
    "x" * 300,
    "\x00",
    "\ud800",
    "受理成功",
    "9999-99-99T99:99:99Z",
    "0000-00-00",
    "2026-11-22T01:02:03",
    "10000-01-01T00:00:00+99:99",
    "javascript:alert(1)",
    "../../etc",
    [],
    {},
    [[]],
    {"": {}},
    [None] * 50,
)
HEADERS = (
    "Content-Type",
    "Content-Length",
    "Content-Encoding",
    "Content-Range",
    "Transfer-Encoding",
    "Date",
    "ETag",
    "Location",
    "Retry-After",
    "Upload-Offset",
    "Upload-Length",
    "Tus-Version",
    "Tus-Max-Size",
    "Idempotent-Replayed",
    "Set-Cookie",
    "Connection",
)
VALUES = (
    "",
    "-1",
    "0",
    "99999999999999999999",
    "1e3",
    "٣",
    "bytes 5-1/9",
    "bytes 0-8/9",
    "bytes */9",
    "bytes 0-99999999999/999999999999",
    "gzip",
    "deflate, gzip",
    "chunked",
    "identity",
    'W/"weak"',
    '"old"',
    "http://evil.example/steal",
    "//evil.example",
    "http://[::1",
    "Thu, 99 Foo 99999 99:99:99 GMT",
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "application/problem+json",
    "application/json; charset=utf-16",
    "text/html",
    "\xff\xfe",
    "close",
    "a" * 5000,
)
Mutation = Callable[[random.Random, Sample], bytes]


def whole(status: int, headers: dict[str, str], body: bytes) -> bytes:
    """An answer with exactly these headers."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode("latin-1", "replace") + body


def _good(sample: Sample, body: bytes | None = None) -> tuple[dict[str, str], bytes]:
    told = sample.body if body is None else body
    headers = {**sample.headers, "Content-Length": str(len(told))}
    if sample.media_type:
        headers["Content-Type"] = sample.media_type
    return headers, told


def _json(sample: Sample, value: object) -> bytes:
    headers, body = _good(sample, json.dumps(value).encode())
    headers["Content-Type"] = "application/json"
    return whole(sample.status, headers, body)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a document with each of its keys."""
    found = []
    if isinstance(value, dict | list):
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        for key in keys:
            found.append((value, key))
            found += _places(value[key])
    return found


def foreign_member(chance: random.Random, sample: Sample) -> bytes:
    """Junk in one place of the document, or in several."""
    document = copy.deepcopy(sample.members or {"a": 1})
    for _ in range(chance.choice((1, 1, 1, 3))):
        container, key = chance.choice(_places(document) or [({"a": 1}, "a")])
        container[key] = copy.deepcopy(chance.choice(JUNK))
    return _json(sample, document)


def missing_member(chance: random.Random, sample: Sample) -> bytes:
    """One member or element less."""
    document = copy.deepcopy(sample.members or {"a": 1})
    container, key = chance.choice(_places(document) or [({"a": 1}, "a")])
    del container[key]
    return _json(sample, document)


def foreign_document(chance: random.Random, sample: Sample) -> bytes:
    """Another document altogether."""
    return _json(sample, chance.choice(JUNK))


def odd_json(chance: random.Random, sample: Sample) -> bytes:
    """What some parsers take and others do not, or choke on."""
    odd = (
        b"[" * chance.choice((200, 20_000)),
        b'{"a":' * chance.choice((200, 20_000)),
        b"NaN",
        b'{"id": Infinity}',
        b"\xef\xbb\xbf" + sample.body,
        sample.body.replace(b'"', b"'"),
        sample.body + sample.body,
        sample.body.decode().encode("utf-16"),
        b'{"id": 1e999999}',
        b"9" * 5000,
        b'{"id": "\\ud800\\udc"}',
        sample.body[:-1] + b', "id": "twice"}',
    )
    headers, body = _good(sample, chance.choice(odd))
    headers["Content-Type"] = "application/json"
    return whole(sample.status, headers, body)


def noisy_body(chance: random.Random, sample: Sample) -> bytes:
    """Bits flipped, bytes cut out or put in."""
    body = bytearray(sample.body or b"{}")
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body) or 1)
        if not body or chance.random() < 0.2:
            body[at:at] = chance.randbytes(3)
        elif chance.random() < 0.5:
            body[at] ^= 1 << chance.randrange(8)
        else:
            del body[at : at + chance.randint(1, 9)]
    headers, told = _good(sample, bytes(body))
    return whole(sample.status, headers, told)


def cut(chance: random.Random, sample: Sample) -> bytes:
    """The line goes dead somewhere."""
    headers, body = _good(sample)
    answer = whole(sample.status, headers, body)
    return answer[: chance.randrange(len(answer))]


def foreign_header(chance: random.Random, sample: Sample) -> bytes:
    """Junk in headers that somebody reads."""
    headers, body = _good(sample)
    for _ in range(chance.randint(1, 3)):
        headers[chance.choice(HEADERS)] = chance.choice(VALUES)
    return whole(sample.status, headers, body)


def noisy_head(chance: random.Random, sample: Sample) -> bytes:
    """Bits flipped in status line and headers."""
    headers, body = _good(sample)
    answer = bytearray(whole(sample.status, headers, b""))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(answer))
        answer[at] ^= 1 << chance.randrange(8)
    return bytes(answer) + body


def foreign_status(chance: random.Random, sample: Sample) -> bytes:
    """Another status on a good body, or a problem that is none."""
    status = chance.choice((*range(100, 600, 7), 204, 206, 301, 304, 307, 416, 999, 0))
    headers, body = _good(sample)
    if chance.random() < 0.6:
        problem = {"type": "urn:quanban:problem:slot-taken", "title": "t", "status": status}
        problem[chance.choice(("type", "title", "detail", "ack", "now"))] = chance.choice(JUNK)
        body = json.dumps(problem).encode()
        headers |= {"Content-Type": "application/problem+json", "Content-Length": str(len(body))}
        headers["Retry-After"] = chance.choice(VALUES)
    return whole(status, headers, body)


def odd_frame(chance: random.Random, sample: Sample) -> bytes:
    """Lengths and chunks that do not fit, compressed bodies, far too many headers."""
    headers, body = _good(sample)
    kind = chance.randrange(7)
    if kind == 0:
        headers["Content-Length"] = str(chance.choice((0, len(body) // 2, len(body) + 9, 10**12)))
    elif kind == 1:
        del headers["Content-Length"]
    elif kind == 2:
        del headers["Content-Length"]
        headers["Transfer-Encoding"] = "chunked"
        body = chance.choice(
            (b"ffffffffffffffff\r\n", b"-5\r\nabc", b"zz\r\n", b"5\r\nab", b"0\r\n")
        )
    elif kind == 3:
        headers["Content-Encoding"] = chance.choice(("gzip", "deflate"))
    elif kind == 4:
        body = gzip.compress(b" " * 100_000) if chance.random() < 0.5 else zlib.compress(body)
        headers |= {"Content-Encoding": "gzip", "Content-Length": str(len(body))}
    elif kind == 5:
        headers |= {f"X-{n}": "v" for n in range(chance.choice((20, 150)))}
    else:
        headers["X-Long"] = "v" * chance.choice((1000, 70_000))
    return whole(sample.status, headers, body)


def no_http(chance: random.Random, _sample: Sample) -> bytes:
    """No HTTP at all."""
    return chance.choice(
        (
            b"",
            b"\r\n\r\n",
            chance.randbytes(chance.randint(1, 300)),
            b"HTTP/0.9 200\r\n\r\n",
            b"HTTP/1.1 \r\n\r\n",
            b"HTTP/9.9 200 OK\r\n\r\n",
            b"ICY 200 OK\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\n" * 3,
            b"<html>Welcome to the hotel</html>",
            b"\x16\x03\x01\x02\x00",
            b"HTTP/1.1 200 OK\n\n{}",
        )
    )


def endless(_chance: random.Random, sample: Sample) -> bytes:
    """More than anybody asked for."""
    headers, body = _good(sample, b" " * (3 << 19) + sample.body)
    return whole(sample.status, headers, body)


MUTATIONS: tuple[Mutation, ...] = (
    foreign_member,
    missing_member,
    foreign_document,
    odd_json,
    noisy_body,
    cut,
    foreign_header,
    noisy_head,
    foreign_status,
    odd_frame,
    no_http,
)


def draw(chance: random.Random, sample: Sample) -> bytes:
    """One malformed answer; now and then an endless one."""
    mutation = endless if chance.random() < 0.001 else chance.choice(MUTATIONS)
    return mutation(chance, sample)
