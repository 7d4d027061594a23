"""What one request to the portal can come to; every expected trouble is a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar

from devices.errors import FailureCode
from offline_cache.sealing import PortalKey

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer as it came from the wire, before anybody believes it.

    Attributes:
        headers: lower-case names; of a repeated header the last value.
        complete: the announced length was met, or the last chunk came.
        rtt_s: seconds from the request to the end of the answer.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = field(default=b"", repr=False)
    complete: bool = True
    rtt_s: float = 0.0

    @property
    def media_type(self) -> str:
        """The media type in lower case without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document (RFC 9457) of the portal's own kind.

    Attributes:
        name: what follows `urn:quanban:problem:`; empty for a foreign type.
        extension: the members beside the standard ones.
    """

    name: str
    status: int
    title: str = ""
    detail: str = ""
    failure: str | None = None
    extension: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)


@dataclass(frozen=True, slots=True)
class Answered(Generic[T_co]):
    """The portal answered as the contract says."""

    value: T_co


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is no success.

    Attributes:
        problem: None when the body was no problem document.
        retry_after_s: what `Retry-After` asks for, not clamped.
    """

    status: int
    problem: Problem | None = None
    retry_after_s: float | None = None

    @property
    def name(self) -> str:
        """The problem's name, or nothing."""
        return self.problem.name if self.problem else ""


@dataclass(frozen=True, slots=True)
class Garbled:
    """A success status with a body or headers that cannot be believed."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer.

    Attributes:
        failure: PORTAL_UNREACHABLE, PORTAL_SLOW (own deadline), CANCELLED (interrupted by us) or
            SETTING_INVALID (own certificate or key cannot be used; nothing was sent).
        certificate: the two sides did not believe each other's certificates.
    """

    failure: FailureCode
    detail: str = ""
    certificate: bool = False


Outcome: TypeAlias = Answered[T_co] | Refused | Garbled | Unreachable


@dataclass(frozen=True, slots=True)
class KeySet:
    """The portal's sealing keys, newest first, and the tag under which it knows this list."""

    keys: tuple[PortalKey, ...]
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class PortalNow:
    """The portal's clock."""

    now: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What an upload is created with.

    Attributes:
        size: bytes of the sealed page.
        sha256: hex digest of the sealed page.
    """

    submission_id: str
    ordinal: int
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class UploadPlace:
    """Where the bytes of a page go.

    Attributes:
        path: below the portal's address.
        fresh: the portal says that it made a new one, so nothing is there yet.
    """

    path: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class UploadState:
    """How far an upload has come, in bytes."""

    offset: int
    length: int
