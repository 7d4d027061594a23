"""What the parts of the uploader need of the client and of those who listen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from devices.errors import FailureCode
from kiosk.sync.following import StageClient
from kiosk.sync.kinds import ActClient
from kiosk.sync.outcomes import KeySet, Outcome, PortalNow
from kiosk.sync.outcomes_terminal import (
    Heartbeat,
    HeartbeatReply,
    Reconciled,
    ReconcileItem,
    Withdrawal,
    Withdrawn,
)
from kiosk.sync.portal_time import PortalTime
from kiosk.sync.retry import Chance
from kiosk.sync.uploads import UploadClient
from offline_cache.records import Ack

Clock = Callable[[], float]
"""Monotonic seconds."""


class PortalPort(UploadClient, StageClient, ActClient, Protocol):
    """The portal's client as the uploader uses it."""

    @property
    def time(self) -> PortalTime:
        """The portal's clock as its answers tell it."""

    def get_time(self) -> Outcome[PortalNow]:
        """The cheapest sign that the portal is there."""

    def get_keys(self, etag: str | None = None) -> Outcome[KeySet | None]:
        """Ask for the sealing keys."""

    def put_withdrawal(
        self, submission_id: str, withdrawal: Withdrawal = ...
    ) -> Outcome[Withdrawn]:
        """Take a submission back; answered only once the portal will never take it."""

    def reconcile(self, items: Sequence[ReconcileItem]) -> Outcome[Reconciled]:
        """Compare ids and digests with what the portal has."""

    def post_heartbeat(self, beat: Heartbeat) -> Outcome[HeartbeatReply]:
        """Say how the terminal is."""


class Keys(Protocol):
    """Sealing keys that can be refreshed; `kiosk.sync.sealing_keys.SealingKeys` is one."""

    def current(self) -> object | None:
        """The newest key that is known, or None."""

    def refresh(self, source: PortalPort) -> FailureCode | None:
        """Ask for newer keys."""


def _nothing(_text: str) -> None:
    """Nobody listens; the product has no crash points."""


def _no_tag(_tag: str | None) -> None:
    """Nobody keeps content."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What drives the uploader's parts; scripted in tests.

    Attributes:
        clock: monotonic seconds.
        chance: jitter, uniform in [0, 1).
        stopping: asked between two requests.
        reached: crash points for tests.
    """

    clock: Clock
    chance: Chance
    stopping: Callable[[], bool] = bool
    reached: Callable[[str], None] = _nothing


@dataclass(frozen=True, slots=True)
class Reports:
    """Who is told what; called on the uploader's thread, must return soon.

    Attributes:
        on_ack: of submissions alone; that a rating arrived is no stage of its case.
        on_look: the portal says that there is something new: `catalogue`, `config`, `update`.
        on_tag: the tag of the portal's catalogue, as each heartbeat's answer tells it.
    """

    on_ack: Callable[[Ack], None]
    on_alarm: Callable[[FailureCode, str], None]
    on_online: Callable[[bool], None]
    on_look: Callable[[str], None] = _nothing
    on_tag: Callable[[str | None], None] = _no_tag
