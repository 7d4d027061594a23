"""Bytes of the wire <-> values of the program; nothing is believed before it is checked.

The rules are those of `portal/openapi.yaml`. Readers ignore unknown members.
"""

import base64
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kiosk.sync.outcomes import KeySet, NewUpload, PortalNow, Problem, Reply
from offline_cache.records import Ack, Stage
from offline_cache.sealing import PortalKey

JSON_LIMIT = 1 << 20
"""Bytes of a JSON answer that are read at most."""

_PROBLEM = "urn:quanban:problem:"
_STANDARD = {"type", "title", "status", "detail", "instance", "failure"}
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Short = Annotated[str, Field(min_length=1, max_length=64)]
_PortalStage = Literal[
    "received", "accepted", "correction", "not_accepted", "concluded", "withdrawn"
]


@dataclass(frozen=True, slots=True)
class NoAck:
    """Why an answer is no acknowledgement; the request is sent again."""

    reason: str


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _AckModel(_Model):
    id: _Short
    sha256: _Digest
    receipt_no: Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,32}$")]
    received_at: AwareDatetime
    case_id: _Short
    case_seq: Annotated[int, Field(ge=1)]
    stage: _PortalStage
    project_no: _Short | None = None
    accept_date: _Short | None = None
    promise_date: _Short | None = None
    accept_doc: Any = None
    result: dict[str, Any] | None = None


class _ProblemModel(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow", frozen=True)
    type: Annotated[str, Field(max_length=200)] = "about:blank"
    title: str = ""
    detail: str = ""
    failure: str | None = None


class _Key(_Model):
    id: _Short
    public: Annotated[str, Field(max_length=200)]


class _Keys(_Model):
    sealing: Annotated[list[_Key], Field(min_length=1, max_length=32)]


class _Time(_Model):
    now: AwareDatetime
    zone: _Short


def distrust(reply: Reply) -> str | None:
    """Why a JSON answer cannot be read at all, or None; the media type is judged first."""
    reason = None
    if reply.media_type != "application/json":
        reason = f"media type {reply.media_type[:40]!r}"
    elif reply.headers.get("content-encoding", "identity") != "identity":
        reason = "compressed body"
    elif not reply.complete:
        reason = "incomplete body"
    elif len(reply.body) > JSON_LIMIT:
        reason = "body too long"
    return reason


def read_ack(reply: Reply, submission_id: str, sha256: str | None) -> Ack | NoAck:
    """Take an answer as an acknowledgement only if every rule of the contract holds.

    Args:
        reply: the answer to a PUT or GET of a submission.
        submission_id: the id that was sent.
        sha256: hex digest of the request body; None when it is not known any more.
    """
    if reply.status not in {200, 201}:
        return NoAck(f"status {reply.status}")
    reason = distrust(reply)
    if reason:
        return NoAck(reason)
    return ack_of(reply.body, submission_id, sha256)


def ack_of(body: bytes, submission_id: str, sha256: str | None) -> Ack | NoAck:
    """Check the JSON of an acknowledgement against what was sent."""
    try:
        model = _AckModel.model_validate_json(body)
    except ValidationError as error:
        return NoAck(f"schema: {places(error)}")
    reason = None
    if model.id != submission_id:
        reason = "another id"
    elif sha256 is not None and model.sha256 != sha256:
        reason = "another digest"
    else:
        reason = _stage_fault(model)
    if reason:
        return NoAck(reason)
    return Ack(
        id=model.id,
        sha256=model.sha256,
        receipt_no=model.receipt_no,
        received_at=model.received_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        case_id=model.case_id,
        case_seq=model.case_seq,
        stage=Stage(model.stage),
        project_no=model.project_no,
        accept_date=model.accept_date,
        promise_date=model.promise_date,
        result=model.result,
    )


def _stage_fault(model: _AckModel) -> str | None:
    """Received is not accepted: the legal stage and its two members come together."""
    legal = (model.project_no, model.accept_date)
    reason = None
    if model.stage == "accepted" and None in legal:
        reason = "accepted without its date or number"
    elif model.stage == "received" and legal != (None, None):
        reason = "received with members of accepted"
    elif not all(_is_date(text) for text in (model.accept_date, model.promise_date) if text):
        reason = "no date"
    return reason


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def places(error: ValidationError) -> str:
    """Name the members that are wrong, never their values."""
    places = {".".join(map(str, fault["loc"][:2])) or "body" for fault in error.errors()}
    return ", ".join(sorted(places))[:120]


def read_problem(reply: Reply) -> Problem | None:
    """Read a problem document; None unless the media type says that it is one."""
    if reply.media_type != "application/problem+json" or not reply.complete:
        return None
    try:
        model = _ProblemModel.model_validate_json(reply.body)
    except ValidationError:
        return None
    extra = model.model_extra or {}
    return Problem(
        name=model.type.removeprefix(_PROBLEM) if model.type.startswith(_PROBLEM) else "",
        status=reply.status,
        title=model.title[:200],
        detail=model.detail[:500],
        failure=model.failure,
        extension={name: value for name, value in extra.items() if name not in _STANDARD},
    )


def read_keys(reply: Reply) -> KeySet | NoAck:
    """Read the sealing keys; one key of a wrong length spoils the list."""
    reason = distrust(reply)
    if reason:
        return NoAck(reason)
    keys = keys_of(reply.body)
    return KeySet(keys, reply.headers.get("etag")) if keys else NoAck("no usable keys")


def keys_of(body: bytes) -> tuple[PortalKey, ...]:
    """Read `{"sealing": [{"id", "public"}]}`; nothing if it is not that."""
    try:
        model = _Keys.model_validate_json(body)
        keys = tuple(PortalKey(key.id, public_bytes(key.public)) for key in model.sealing)
    except ValueError:
        return ()
    return keys


def public_bytes(text: str) -> bytes:
    """Decode a public key of 32 bytes from base64 (either alphabet).

    Raises:
        ValueError: it is no base64 or has another length.
    """
    plain = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    public = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    if len(public) != 32:
        raise ValueError(f"a key of {len(public)} bytes")
    return public


def public_text(public: bytes) -> str:
    """Encode a public key as the wire and `sealing.pub` have it."""
    return base64.b64encode(public).decode()


def read_time(reply: Reply) -> PortalNow | NoAck:
    """Read the portal's clock."""
    reason = distrust(reply)
    if reason:
        return NoAck(reason)
    try:
        model = _Time.model_validate_json(reply.body)
    except ValidationError as error:
        return NoAck(f"schema: {places(error)}")
    return PortalNow(model.now, model.zone)


def read_offset(headers: Mapping[str, str], name: str = "upload-offset") -> int | None:
    """Read a byte count of a tus header; None if it is missing or no plain number."""
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def read_date(headers: Mapping[str, str], name: str = "date") -> datetime | None:
    """Read an HTTP-date header; None if it is missing or none."""
    return _moment_of(headers.get(name, ""))


@functools.lru_cache(maxsize=4)
def _moment_of(text: str) -> datetime | None:
    """All answers of one second carry the same text."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read `Retry-After` in seconds: a number, or an HTTP-date against the answer's own Date.

    Args:
        headers: of the answer.
        now: local wall time, used only when the answer has no Date.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    moment = read_date(headers, "retry-after")
    if moment is None:
        return None
    return max(0.0, (moment - (read_date(headers) or now)).total_seconds())


def digest_header(body: bytes) -> str:
    """`Content-Digest` (RFC 9530) of a body."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def key_header(submission_id: str) -> str:
    """`Idempotency-Key`: a structured string, the quotes belong to it."""
    return f'"{submission_id}"'


def metadata_header(upload: NewUpload) -> str:
    """`Upload-Metadata` of tus: names with base64 values, ids and digests only."""
    members = {
        "submission": upload.submission_id,
        "ordinal": str(upload.ordinal),
        "sha256": upload.sha256,
        "filetype": upload.media_type,
    }
    return ",".join(
        f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in members.items()
    )
