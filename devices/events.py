"""What devices report: states, snapshots and events.

Numbers and words follow `docs/devices.md`; the six numbers are the ones that
existing kiosk runtimes report for every device.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from devices.errors import TRAITS, FailureCode, Level


class Phase(StrEnum):
    """Where the supervisor stands with one device."""

    ABSENT = "ABSENT"
    OPENING = "OPENING"
    UP = "UP"
    BACKING_OFF = "BACKING_OFF"
    STOPPED = "STOPPED"


class DeviceState(IntEnum):
    """The external state; UNKNOWN is a value and never counts as OK."""

    UNKNOWN = -1
    OK = 0
    WARN = 1
    FAULT = 2
    BUSY = 3
    DISABLED = 4


def state_of(
    *,
    enabled: bool,
    phase: Phase,
    busy: bool,
    reasons: Iterable[FailureCode],
    status_stale: bool,
) -> DeviceState:
    """Compute the state from what is stored.

    Precedence: DISABLED > FAULT > UNKNOWN > BUSY > WARN > OK.

    Args:
        enabled: false when the settings or a technician switched the device off.
        phase: the supervisor's phase.
        busy: a request is running.
        reasons: failure codes that the driver read from the device's status.
        status_stale: the last status is older than three poll periods.
    """
    levels = {TRAITS[reason].level for reason in reasons}
    if not enabled:
        state = DeviceState.DISABLED
    elif phase in {Phase.ABSENT, Phase.BACKING_OFF} or Level.BLOCK in levels:
        state = DeviceState.FAULT
    elif phase is not Phase.UP or status_stale:
        state = DeviceState.UNKNOWN
    elif busy:
        state = DeviceState.BUSY
    elif Level.WARN in levels:
        state = DeviceState.WARN
    else:
        state = DeviceState.OK
    return state


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One device as screens, `doctor` and the heartbeat see it; published on change only.

    Attributes:
        device_id: the key in `kiosk.toml`: `card`, `camera`, `receipt`.
        kind: the room of the driver.
        driver: the URI's scheme.
        detail: short technician text without personal data.
        since: monotonic seconds of the last change.
        restarts: how often the driver was started anew.
        simulated: the device is a simulated one and must be marked as such.
    """

    device_id: str
    kind: str
    driver: str
    state: DeviceState
    phase: Phase
    reasons: frozenset[FailureCode] = frozenset()
    detail: str = ""
    since: float = 0.0
    restarts: int = 0
    simulated: bool = False

    @property
    def failure(self) -> FailureCode | None:
        """The worst reason's code: a blocking one first, then a warning, then nothing."""
        order = {Level.BLOCK: 0, Level.WARN: 1, Level.EVENT: 2}
        ranked = sorted(self.reasons, key=lambda code: (order[TRAITS[code].level], code))
        return ranked[0] if ranked else None


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """Base of everything that a driver reports about one request.

    Attributes:
        device_id: which device.
        visit: the visit that asked; a result of another visit is dropped.
        seq: grows with every event of the device.
        at: monotonic seconds.
    """

    device_id: str
    visit: str
    seq: int
    at: float


@dataclass(frozen=True, slots=True)
class DeviceStateChanged:
    """A device's snapshot changed."""

    snapshot: Snapshot


Report = Callable[[object], None]
"""The one callback of a device; called on the device's owner thread."""
