"""A portal in memory that plays a list of outcomes, for tests of what follows from them."""

import hashlib
import json
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from devices.errors import FailureCode
from kiosk.sync.outcomes import (
    Answered,
    KeySet,
    NewUpload,
    Outcome,
    PortalNow,
    Problem,
    Refused,
    Unreachable,
    UploadPlace,
    UploadState,
)
from kiosk.sync.outcomes_terminal import (
    Heartbeat,
    HeartbeatReply,
    Rate,
    Reconciled,
    ReconcileItem,
    Withdrawal,
    Withdrawn,
)
from kiosk.sync.portal_time import PortalTime
from offline_cache.records import Ack, Stage

GONE = Unreachable(FailureCode.PORTAL_UNREACHABLE, "ConnectionRefusedError")


def told(status: int, name: str = "", after_s: float | None = None, **extension: object) -> Refused:
    """A refusal with a problem of that name."""
    return Refused(status, Problem(name, status, extension=extension), after_s)


def ack_for(submission_id: str, body: bytes, **changes: Any) -> Ack:
    """The acknowledgement that the reference portal would give."""
    document = json.loads(body)
    values: dict[str, Any] = {
        "id": submission_id,
        "sha256": hashlib.sha256(body).hexdigest(),
        "receipt_no": f"Q-{submission_id[-8:].upper()}",
        "received_at": "2026-11-22T01:02:03Z",
        "case_id": document["case_id"],
        "case_seq": document["case_seq"],
        "stage": Stage.RECEIVED,
    }
    return Ack(**{**values, **changes})


def digest(body: bytes) -> str:
    """Hex, as acknowledgements carry it."""
    return hashlib.sha256(body).hexdigest()


_VALIDITY = Withdrawal()
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def hint(
    per_min: float = 6e6, kib_s: float = 1e9, look: tuple[str, ...] = ()
) -> Answered[HeartbeatReply]:
    """A heartbeat's answer."""
    return Answered(HeartbeatReply(NOW, Rate(per_min, kib_s), look=look))


class ScriptedPortal:
    """Answers well unless `script[operation]` still holds outcomes to play."""

    def __init__(self) -> None:
        self.script: dict[str, deque[Any]] = {}
        self.calls: list[str] = []
        self.bodies: dict[str, bytes] = {}
        self.pages: dict[str, bytearray] = {}
        self.sizes: dict[str, int] = {}
        self.time = PortalTime()
        self.withdrawn: list[str] = []
        self.withdrawals: list[Withdrawal] = []
        self.compared: list[tuple[str, ...]] = []
        self.beats: list[Heartbeat] = []
        self.stage = Stage.RECEIVED

    def play(self, operation: str, *outcomes: Any) -> None:
        """The next answers of an operation."""
        self.script.setdefault(operation, deque()).extend(outcomes)

    def _next(self, operation: str) -> Any:
        self.calls.append(operation)
        waiting = self.script.get(operation)
        return waiting.popleft() if waiting else None

    def get_time(self) -> Outcome[PortalNow]:
        played: Outcome[PortalNow] | None = self._next("get_time")
        good = Answered(PortalNow(datetime(2026, 11, 22, tzinfo=UTC), "Asia/Shanghai"))
        return good if played is None else played

    def get_keys(self, etag: str | None = None) -> Outcome[KeySet | None]:
        played: Outcome[KeySet | None] | None = self._next(f"get_keys {etag}")
        return Answered(None) if played is None else played

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        played: Outcome[Ack] | None = self._next("put_submission")
        if played is None:
            self.bodies[submission_id] = body
            return Answered(ack_for(submission_id, body))
        return played

    def put_withdrawal(
        self, submission_id: str, withdrawal: Withdrawal = _VALIDITY
    ) -> Outcome[Withdrawn]:
        self.withdrawals.append(withdrawal)
        played: Outcome[Withdrawn] | None = self._next("put_withdrawal")
        if played is not None:
            return played
        self.withdrawn.append(submission_id)
        known = submission_id in self.bodies
        return Answered(Withdrawn(submission_id, "0" * 64, "withdrawn", known))

    def reconcile(self, items: Sequence[ReconcileItem]) -> Outcome[Reconciled]:
        played: Outcome[Reconciled] | None = self._next("reconcile")
        ids = tuple(item.id for item in items)
        self.compared.append(ids)
        return Answered(Reconciled(ids, (), ())) if played is None else played

    def post_heartbeat(self, beat: Heartbeat) -> Outcome[HeartbeatReply]:
        played: Outcome[HeartbeatReply] | None = self._next("post_heartbeat")
        self.beats.append(beat)
        return hint() if played is None else played

    def _put(self, operation: str, identity: str, body: bytes) -> Outcome[Ack]:
        """Take a message about a case."""
        played: Outcome[Ack] | None = self._next(operation)
        if played is None:
            self.bodies[identity] = body
            own = {"case_id": identity, "case_seq": 1}
            return Answered(ack_for(identity, json.dumps(own).encode(), sha256=digest(body)))
        return played

    def put_evaluation(self, evaluation_id: str, body: bytes) -> Outcome[Ack]:
        return self._put("put_evaluation", evaluation_id, body)

    def put_delivery(self, delivery_id: str, body: bytes) -> Outcome[Ack]:
        return self._put("put_delivery", delivery_id, body)

    def put_print(self, print_id: str, body: bytes) -> Outcome[Ack]:
        return self._put("put_print", print_id, body)

    def put_support_message(self, message_id: str, body: bytes) -> Outcome[Ack]:
        return self._put("put_support_message", message_id, body)

    def _limited(self, operation: str) -> Outcome[object]:
        played: Outcome[object] | None = self._next(operation)
        return Answered(operation) if played is None else played

    def put_payment(self, payment_id: str, body: bytes) -> Outcome[object]:
        self.bodies[payment_id] = body
        return self._limited("put_payment")

    def get_payment(self, payment_id: str, sha256: str | None = None) -> Outcome[object]:
        del payment_id, sha256
        return self._limited("get_payment")

    def put_refund(self, refund_id: str, body: bytes) -> Outcome[object]:
        self.bodies[refund_id] = body
        return self._limited("put_refund")

    def get_refund(self, refund_id: str, sha256: str | None = None) -> Outcome[object]:
        del refund_id, sha256
        return self._limited("get_refund")

    def get_appointment(self, appointment_id: str, sha256: str | None = None) -> Outcome[object]:
        del appointment_id, sha256
        return self._limited("get_appointment")

    def get_licence_grant(self, grant_id: str, sha256: str | None = None) -> Outcome[object]:
        del grant_id, sha256
        return self._limited("get_licence_grant")

    def get_submission(self, submission_id: str, sha256: str | None = None) -> Outcome[Ack]:
        del sha256
        played: Outcome[Ack] | None = self._next("get_submission")
        if played is not None:
            return played
        body = self.bodies.get(submission_id)
        if body is None:
            return told(404, "unknown-id")
        legal = {"project_no": "1", "accept_date": "2026-11-22"}
        extra = {} if self.stage is Stage.RECEIVED else legal
        return Answered(ack_for(submission_id, body, stage=self.stage, **extra))

    def create_upload(self, upload: NewUpload) -> Outcome[UploadPlace]:
        played: Outcome[UploadPlace] | None = self._next("create_upload")
        if played is not None:
            return played
        path = f"/v1/uploads/{upload.submission_id}-{upload.ordinal}"
        fresh = path not in self.pages
        self.pages.setdefault(path, bytearray())
        self.sizes[path] = upload.size
        return Answered(UploadPlace(path, fresh))

    def ask_upload(self, path: str) -> Outcome[UploadState]:
        played: Outcome[UploadState] | None = self._next("ask_upload")
        if played is not None:
            return played
        if path not in self.pages:
            return told(404, "upload-gone")
        return Answered(UploadState(len(self.pages[path]), self.sizes[path]))

    def append_upload(self, path: str, offset: int, chunk: bytes) -> Outcome[int]:
        played: Outcome[int] | None = self._next("append_upload")
        if played is not None:
            return played
        if offset != len(self.pages[path]):
            return told(409, "offset-mismatch", offset=len(self.pages[path]))
        self.pages[path] += chunk
        return Answered(len(self.pages[path]))

    def interrupt(self) -> None:
        """Nothing is ever in flight."""
