"""The portal's client: one method per operation of `portal/openapi.yaml`, named like it.

No method raises for what a network does: the answer is a value of
`kiosk.sync.outcomes`. Every request has a deadline over everything and a cap on
the body; redirects are never followed.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from kiosk.sync import wire
from kiosk.sync.outcomes import (
    Answered,
    Garbled,
    KeySet,
    NewUpload,
    Outcome,
    PortalNow,
    Refused,
    Reply,
    Unreachable,
    UploadPlace,
    UploadState,
)
from kiosk.sync.portal_time import PortalTime
from kiosk.sync.transport import Identity, Limits, Request, Transport
from offline_cache.records import Ack

PATCH_LIMIT = 256 * 1024
"""Bytes of one PATCH: a server that drops a cut body still makes progress."""

_TUS = {"Tus-Resumable": "1.0.0"}
T = TypeVar("T")


class PortalClient:
    """Speaks to one portal; any thread may call, each has its own connection."""

    def __init__(  # noqa: PLR0913 - keywords of the places that wire
        self,
        base_url: str,
        terminal_id: str,
        *,
        ca: Path | None = None,
        cert: tuple[Path, Path] | None = None,
        signing_key: Path | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            base_url: scheme, host and port, and a prefix if the city's gateway wants one.
            terminal_id: sent as `Terminal-Id` when there is no certificate to tell it.
            ca: the pinned certificate authority.
            cert: the terminal's certificate and its key.
            signing_key: signs every request (RFC 9421) instead of a certificate.
            limits: seconds; for tests and slow lines.
            clock: monotonic seconds.
        """
        self._base = base_url.rstrip("/")
        self._with_certificate = cert is not None
        identity = Identity(terminal_id, ca, cert, signing_key)
        self._transport = Transport(self._base, identity, limits or Limits(), clock)

    @property
    def with_certificate(self) -> bool:
        """The terminal shows a client certificate."""
        return self._with_certificate

    @property
    def time(self) -> PortalTime:
        """The portal's clock as its answers tell it."""
        return self._transport.time

    def get_keys(self, etag: str | None = None) -> Outcome[KeySet | None]:
        """Ask for the sealing keys; None when the list of that tag is still right."""
        headers = {"If-None-Match": etag} if etag else {}
        reply = self._transport.ask(Request("GET", "/v1/keys", headers=headers))
        if isinstance(reply, Reply) and reply.status == 304 and etag:
            return Answered(None)
        return self._read(reply, {200}, wire.read_keys)

    def get_time(self) -> Outcome[PortalNow]:
        """Ask for the portal's clock: the cheapest sign that the portal is there."""
        return self._read(self._transport.ask(Request("GET", "/v1/time")), {200}, wire.read_time)

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        """Send a submission; every attempt sends the same bytes."""
        return self._put_acked(f"/v1/submissions/{submission_id}", submission_id, body)

    def put_evaluation(self, evaluation_id: str, body: bytes) -> Outcome[Ack]:
        """Send a rating; every attempt sends the same bytes."""
        return self._put_acked(f"/v1/evaluations/{evaluation_id}", evaluation_id, body)

    def get_submission(self, submission_id: str, sha256: str | None = None) -> Outcome[Ack]:
        """Ask where a submission stands; with its digest the answer is held against it."""
        reply = self._transport.ask(Request("GET", f"/v1/submissions/{submission_id}"))
        return self._read(reply, {200}, lambda got: wire.read_ack(got, submission_id, sha256))

    def create_upload(self, upload: NewUpload) -> Outcome[UploadPlace]:
        """Announce a sealed page.

        Returns:
            Answered: where to send it; the host is always the portal's own.
        """
        headers = {
            **_TUS,
            "Upload-Length": str(upload.size),
            "Upload-Metadata": wire.metadata_header(upload),
        }
        reply = self._transport.ask(Request("POST", "/v1/uploads", b"", headers))
        return self._read(reply, {200, 201}, self._place)

    def ask_upload(self, path: str) -> Outcome[UploadState]:
        """Ask how many bytes of a page the portal holds."""
        return self._read(
            self._transport.ask(Request("HEAD", path, headers=_TUS)), {200, 204}, _extent
        )

    def append_upload(self, path: str, offset: int, chunk: bytes) -> Outcome[int]:
        """Send the next bytes of a page, PATCH_LIMIT at most.

        Returns:
            Answered: the new offset, always behind the old one and within what was sent.
        """
        headers = {
            **_TUS,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Content-Digest": wire.digest_header(chunk),
        }
        request = Request("PATCH", path, chunk, headers, self._transport.limits.patch_s)

        def moved(reply: Reply) -> int | wire.NoAck:
            new = wire.read_offset(reply.headers)
            if new is None or not offset < new <= offset + len(chunk):
                return wire.NoAck("no new offset")
            return new

        return self._read(self._transport.ask(request), {200, 204}, moved)

    def drop_upload(self, path: str) -> Outcome[None]:
        """Drop an upload; one that is gone already counts as done."""
        reply = self._transport.ask(Request("DELETE", path, headers=_TUS))
        return self._read(reply, {200, 204, 404, 410}, lambda _: None)

    def interrupt(self) -> None:
        """Cut every request in flight; each ends as Unreachable with CANCELLED."""
        self._transport.interrupt()

    def close(self) -> None:
        """Close all connections; no request may be in flight."""
        self._transport.close()

    def _put_acked(self, path: str, submission_id: str, body: bytes) -> Outcome[Ack]:
        headers = {
            "Content-Type": "application/json",
            "Content-Digest": wire.digest_header(body),
            "Idempotency-Key": wire.key_header(submission_id),
        }
        sha256 = hashlib.sha256(body).hexdigest()
        reply = self._transport.ask(Request("PUT", path, body, headers))
        return self._read(reply, {200, 201}, lambda got: wire.read_ack(got, submission_id, sha256))

    def _place(self, reply: Reply) -> UploadPlace | wire.NoAck:
        """Take only the path of a Location: sealed pages go to this portal and nowhere else."""
        parts = urlsplit(reply.headers.get("location", ""))
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        prefix = urlsplit(self._base).path
        if prefix and path.startswith(f"{prefix}/"):
            path = path.removeprefix(prefix)
        if not path.startswith("/"):
            return wire.NoAck("no location")
        return UploadPlace(path, reply.status == 201)

    def _read(
        self,
        reply: Reply | Unreachable,
        good: set[int],
        read: Callable[[Reply], T | wire.NoAck],
    ) -> Outcome[T]:
        """Turn a raw answer into the operation's value."""
        if isinstance(reply, Unreachable):
            return reply
        if reply.status in good:
            value = read(reply)
            if isinstance(value, wire.NoAck):
                return Garbled(reply.status, value.reason)
            return Answered(value)
        if 200 <= reply.status < 300:
            return Garbled(reply.status, "unexpected success")
        retry_after_s = wire.read_retry_after(reply.headers, datetime.now(UTC))
        return Refused(reply.status, wire.read_problem(reply), retry_after_s)


def _extent(reply: Reply) -> UploadState | wire.NoAck:
    offset = wire.read_offset(reply.headers)
    length = wire.read_offset(reply.headers, "upload-length")
    if offset is None or length is None or offset > length:
        return wire.NoAck("no upload state")
    return UploadState(offset, length)
