"""How the terminal is, in numbers, for the heartbeat; nothing of a resident is read here."""

import json
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from devices.registry import Registry
from kiosk import __version__
from kiosk.audit import Audit
from kiosk.settings import Settings
from kiosk.sync.outcomes_terminal import BeatClock, BeatOutbox, CountAge, Heartbeat
from kiosk.sync.portal_time import PortalTime
from offline_cache.backlog import Waiting, backlog
from offline_cache.database import Database

_FILE = "install.json"


@dataclass(frozen=True, slots=True)
class Install:
    """Which installation this is, and how often it was started.

    Attributes:
        boot: goes up by one at each start; a number that goes back tells the portal that an old
            image of the disk was put in.
    """

    id: str
    boot: int


def count_start(state: Path) -> Install:
    """Count this start; a file that is lost or broken begins a new installation.

    Args:
        state: folder of the terminal's state.
    """
    path = state / _FILE
    before = _install(path)
    install = Install(before.id, before.boot + 1)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump({"install": install.id, "boot": install.boot}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return install


def _install(path: Path) -> Install:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Install(str(uuid.UUID(told["install"])), max(0, int(told["boot"])))
    except (OSError, ValueError, KeyError, TypeError):
        # a new terminal, or a file that a power cut left empty: both begin anew
        return Install(str(uuid.uuid4()), 0)


class Vitals:
    """Reads the terminal's state; called on the uploader's thread once a minute."""

    def __init__(
        self,
        settings: Settings,
        store: Database,
        registry: Callable[[], Registry],
        audit: Audit,
        portal_time: PortalTime,
    ) -> None:
        """Remember where to look, and count this start.

        Args:
            settings: the terminal's name and its certificate.
            store: the open store.
            registry: the devices, once they are there.
            audit: its last hash goes along, so that lines cut off its end show.
            portal_time: how far the portal's clock is.
        """
        self._settings = settings
        self._store = store
        self._registry = registry
        self._audit = audit
        self._time = portal_time
        self._install = count_start(settings.state_dir)
        self._started = time.monotonic()

    def __call__(self) -> Heartbeat:
        """Read it now."""
        offset_s = self._time.offset_s()
        return Heartbeat(
            terminal=self._settings.terminal.id,
            app=__version__,
            boot=self._install.boot,
            install=self._install.id,
            up_s=int(time.monotonic() - self._started),
            clock=BeatClock("free" if offset_s is None else "synced", offset_s),
            outbox=outbox_of(backlog(self._store), drain_only=self._store.drain_only),
            devices={each.device_id: int(each.state) for each in self._registry().snapshots()},
            disk_free_mb=self._store.free_bytes() // 1_000_000,
            audit_head=self._audit.head(),
            cert_days=days_left(self._settings.portal.cert),
            kek="file",
        )


def outbox_of(found: dict[str, Waiting], *, drain_only: bool) -> BeatOutbox:
    """Turn what waits into the heartbeat's pairs."""
    return BeatOutbox(
        sealed=_pair(found, "SEALED"),
        held=_pair(found, "HELD"),
        rejected=_pair(found, "REJECTED"),
        withdrawing=_pair(found, "WITHDRAWING"),
        draft=_pair(found, "DRAFT"),
        drain_only=drain_only,
    )


def _pair(found: dict[str, Waiting], state: str) -> CountAge:
    waiting = found.get(state, Waiting(0, 0.0))
    return waiting.count, int(waiting.oldest_s)


def days_left(certificate: Path | None) -> int | None:
    """Whole days until the terminal's certificate ends; None without one that can be read."""
    if certificate is None:
        return None
    try:
        ends = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        # said with its own code when it is used
        return None
    return (ends - datetime.now(UTC)).days
