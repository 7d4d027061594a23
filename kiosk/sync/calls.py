"""What all operations of the portal's client share: send, believe or not, name what came."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from kiosk.sync import wire
from kiosk.sync.outcomes import Answered, Garbled, Outcome, Refused, Reply, Unreachable
from kiosk.sync.transport import Request, Transport
from kiosk.sync.values import Echo, echoed, read
from offline_cache.records import Ack

JSON = "application/json"
T = TypeVar("T")
E = TypeVar("E", bound=Echo)


class Calls:
    """Base of the groups; every request has the transport's deadline over everything."""

    def __init__(self, transport: Transport, prefix: str = "") -> None:
        """Speak through a transport that is shared by all groups.

        Args:
            transport: sends requests.
            prefix: path of the portal's address, which its own addresses begin with.
        """
        self._transport = transport
        self._prefix = prefix

    def _get(
        self, path: str, adapter: TypeAdapter[T], headers: Mapping[str, str] | None = None
    ) -> Outcome[T]:
        reply = self._transport.ask(Request("GET", path, headers=dict(headers or {})))
        return self._read(reply, {200}, lambda got: read(got, adapter))

    def _post(
        self,
        path: str,
        body: bytes,
        read_answer: Callable[[Reply], T | wire.NoAck],
        grant: str | None = None,
        good: int = 200,
    ) -> Outcome[T]:
        headers = {"Content-Type": JSON, "Content-Digest": wire.digest_header(body)}
        reply = self._transport.ask(Request("POST", path, body, headers | granted(grant)))
        return self._read(reply, {good}, read_answer)

    def _put(self, path: str, identity: str, body: bytes, grant: str | None) -> Reply | Unreachable:
        headers = {
            "Content-Type": JSON,
            "Content-Digest": wire.digest_header(body),
            "Idempotency-Key": wire.key_header(identity),
        }
        return self._transport.ask(Request("PUT", path, body, headers | granted(grant)))

    def _put_acked(self, path: str, identity: str, body: bytes) -> Outcome[Ack]:
        sha256 = hashlib.sha256(body).hexdigest()
        reply = self._put(path, identity, body, None)
        return self._read(reply, {200, 201}, lambda got: wire.read_ack(got, identity, sha256))

    def _put_echoed(
        self,
        path: str,
        identity: str,
        body: bytes,
        adapter: TypeAdapter[E],
        grant: str | None = None,
    ) -> Outcome[E]:
        """Send what a resident decided; the answer counts only if it echoes id and digest."""
        sha256 = hashlib.sha256(body).hexdigest()
        reply = self._put(path, identity, body, grant)
        return self._read(reply, {200, 201}, lambda got: _echo(got, adapter, identity, sha256))

    def _get_echoed(
        self, path: str, identity: str, adapter: TypeAdapter[E], sha256: str | None
    ) -> Outcome[E]:
        reply = self._transport.ask(Request("GET", path))
        return self._read(reply, {200}, lambda got: _echo(got, adapter, identity, sha256))

    def _read(
        self,
        reply: Reply | Unreachable,
        good: set[int],
        read_answer: Callable[[Reply], T | wire.NoAck],
    ) -> Outcome[T]:
        """Turn a raw answer into the operation's value."""
        if isinstance(reply, Unreachable):
            return reply
        if reply.status in good:
            value = read_answer(reply)
            if isinstance(value, wire.NoAck):
                return Garbled(reply.status, value.reason)
            return Answered(value)
        if 200 <= reply.status < 300:
            return Garbled(reply.status, "unexpected success")
        retry_after_s = wire.read_retry_after(reply.headers, datetime.now(UTC))
        return Refused(reply.status, wire.read_problem(reply), retry_after_s)


def granted(grant: str | None) -> dict[str, str]:
    """The header that carries a resident's right, if there is one."""
    return {"Resident-Grant": grant} if grant else {}


def _echo(
    reply: Reply, adapter: TypeAdapter[E], identity: str, sha256: str | None
) -> E | wire.NoAck:
    value: Any = read(reply, adapter)
    if isinstance(value, wire.NoAck):
        return value
    return echoed(value, identity, sha256) or value
