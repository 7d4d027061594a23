"""How values of the contract are checked and written: one rule for all of them.

A value is a frozen dataclass whose members are spelled as on the wire. Nothing is turned
from one type into another, and members that nobody knows are ignored.
"""

import json
from dataclasses import asdict
from typing import Annotated, Any, ClassVar, Protocol, TypeVar

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, TypeAdapter, ValidationError

from kiosk.sync.outcomes import Reply
from kiosk.sync.wire import NoAck, distrust, places
from offline_cache.records import Stage

T = TypeVar("T")


class Value:
    """Base of the values that are read from answers."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="ignore")


class Written(Protocol):
    """A dataclass that is a request body."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class Echo(Protocol):
    """An answer that says what it answers."""

    @property
    def id(self) -> str:
        """The id of the path."""

    @property
    def sha256(self) -> str:
        """Hex digest of the request body."""


def _of_portal(stage: Stage) -> Stage:
    if stage is Stage.COLLECTED:
        raise ValueError("the portal never collects")
    return stage


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Short = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=2000)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Moment = AwareDatetime
Count = Annotated[int, Field(ge=0)]
Fen = Annotated[int, Field(ge=1, le=100_000_000)]
Size = Annotated[int, Field(ge=1, le=50 << 20)]
PortalStage = Annotated[Stage, AfterValidator(_of_portal)]


def read(reply: Reply, adapter: TypeAdapter[T]) -> T | NoAck:
    """Read a JSON answer as a value, or say why it is none."""
    reason = distrust(reply)
    if reason:
        return NoAck(reason)
    try:
        return adapter.validate_json(reply.body)
    except ValidationError as error:
        return NoAck(f"schema: {places(error)}")


def echoed(value: Echo, identity: str, sha256: str | None) -> NoAck | None:
    """Why an answer does not answer this request, or None.

    Args:
        value: what was read.
        identity: the id that was sent.
        sha256: hex digest of the request body; None when it is not known any more.
    """
    if value.id != identity:
        return NoAck("another id")
    if sha256 is not None and value.sha256 != sha256:
        return NoAck("another digest")
    return None


def encode(body: Written, *, keep_none: bool = False) -> bytes:
    """Write a request body; make it once and send the same bytes with every attempt.

    Args:
        body: a dataclass of the contract.
        keep_none: the contract asks for `null` instead of a missing member.
    """
    members = asdict(body)
    return json.dumps(members if keep_none else _filled(members), ensure_ascii=False).encode()


def _filled(members: object) -> object:
    if isinstance(members, dict):
        return {name: _filled(value) for name, value in members.items() if value is not None}
    return members
