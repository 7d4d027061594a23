"""What one step of the sender did: exactly one of these, so that a history can be read."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission, message or withdrawal was tried once."""

    id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The portal was asked where a submission stands."""

    id: str


@dataclass(frozen=True, slots=True)
class Probed:
    """The portal was asked for the time, to see whether it is there."""


@dataclass(frozen=True, slots=True)
class Beaten:
    """A heartbeat went out."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A page of reconcile was compared, or found to be empty."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The sealing keys were asked for."""


@dataclass(frozen=True, slots=True)
class Rested:
    """There was nothing to do; look again after so many seconds."""

    seconds: float


Action: TypeAlias = Sent | Asked | Probed | Beaten | Compared | Refreshed | Rested
