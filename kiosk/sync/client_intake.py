"""Group `intake`: submissions, their pages, withdrawals, reconcile."""

import hashlib
from collections.abc import Sequence
from urllib.parse import urlsplit

from kiosk.sync import wire
from kiosk.sync.calls import Calls
from kiosk.sync.outcomes import NewUpload, Outcome, Reply, UploadPlace, UploadState
from kiosk.sync.outcomes_terminal import Reconciled, ReconcileItem, Withdrawal, Withdrawn
from kiosk.sync.transport import Request
from kiosk.sync.values import encode
from kiosk.sync.wire_terminal import read_reconciled, read_withdrawn, reconcile_body
from offline_cache.records import Ack

PATCH_LIMIT = 256 * 1024
"""Bytes of one PATCH: a server that drops a cut body still makes progress."""

_TUS = {"Tus-Resumable": "1.0.0"}
_WITHDRAWAL = Withdrawal()


class IntakeCalls(Calls):
    """What hands over what residents decided."""

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        """Send a submission; every attempt sends the same bytes."""
        return self._put_acked(f"/v1/submissions/{submission_id}", submission_id, body)

    def get_submission(self, submission_id: str, sha256: str | None = None) -> Outcome[Ack]:
        """Ask where a submission stands; with its digest the answer is held against it."""
        reply = self._transport.ask(Request("GET", f"/v1/submissions/{submission_id}"))
        return self._read(reply, {200}, lambda got: wire.read_ack(got, submission_id, sha256))

    def put_withdrawal(
        self, submission_id: str, withdrawal: Withdrawal = _WITHDRAWAL
    ) -> Outcome[Withdrawn]:
        """Take a submission back, whether or not it ever arrived.

        Returns:
            Answered only once the portal will never give it an effect; a case that is already
            concluded is Refused with the problem `concluded` and its ack.
        """
        body = encode(withdrawal)
        sha256 = hashlib.sha256(body).hexdigest()
        reply = self._put(f"/v1/submissions/{submission_id}/withdrawal", submission_id, body, None)
        return self._read(reply, {200, 201}, lambda got: read_withdrawn(got, submission_id, sha256))

    def reconcile(self, items: Sequence[ReconcileItem]) -> Outcome[Reconciled]:
        """Compare what the terminal remembers with what the portal holds.

        Raises:
            ValueError: more than `wire_terminal.RECONCILE_LIMIT` ids.
        """
        body = reconcile_body(items)
        return self._post(
            "/v1/submissions:reconcile", body, lambda got: read_reconciled(got, items)
        )

    def describe_uploads(self) -> Outcome[int | None]:
        """Ask which tus the portal speaks.

        Returns:
            Answered: bytes of the largest page that it takes; None if it names no limit.
        """
        return self._read(self._transport.ask(Request("OPTIONS", "/v1/uploads")), {200, 204}, _tus)

    def describe_upload(self, path: str) -> Outcome[None]:
        """Ask whether an upload's address can be spoken to at all."""
        reply = self._transport.ask(Request("OPTIONS", path))
        return self._read(reply, {200, 204}, lambda _: None)

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

    def _place(self, reply: Reply) -> UploadPlace | wire.NoAck:
        """Take only the path of a Location: sealed pages go to this portal and nowhere else."""
        try:
            parts = urlsplit(reply.headers.get("location", ""))
        except ValueError:
            return wire.NoAck("no location")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if self._prefix and path.startswith(f"{self._prefix}/"):
            path = path.removeprefix(self._prefix)
        if not path.startswith("/"):
            return wire.NoAck("no location")
        return UploadPlace(path, reply.status == 201)


def _extent(reply: Reply) -> UploadState | wire.NoAck:
    offset = wire.read_offset(reply.headers)
    length = wire.read_offset(reply.headers, "upload-length")
    if offset is None or length is None or offset > length:
        return wire.NoAck("no upload state")
    return UploadState(offset, length)


def _tus(reply: Reply) -> int | wire.NoAck | None:
    versions = reply.headers.get("tus-version", "").replace(" ", "").split(",")
    if "1.0.0" not in versions:
        return wire.NoAck("another tus")
    return wire.read_offset(reply.headers, "tus-max-size")
