"""Builders for tests of the portal's client and the uploader: the real parts, wired."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from store_support import Store

from devices.errors import FailureCode
from kiosk.sync.client import PortalClient
from kiosk.sync.transport import Limits
from kiosk.sync.uploader import Uploader
from offline_cache.clock import SystemClock
from offline_cache.records import Ack
from offline_cache.sealing import PortalKey

TERMINAL = "SH-000001"
QUICK = Limits(connect_s=1.0, receive_s=1.0, json_s=1.0, patch_s=2.0)


@dataclass
class Heard:
    """Everything that an uploader told, and a way to wait for it."""

    acks: list[Ack] = field(default_factory=list)
    alarms: list[tuple[FailureCode, str]] = field(default_factory=list)
    online: list[bool] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def on_ack(self, ack: Ack) -> None:
        with self.changed:
            self.acks.append(ack)
            self.changed.notify_all()

    def on_alarm(self, code: FailureCode, text: str) -> None:
        with self.changed:
            self.alarms.append((code, text))
            self.changed.notify_all()

    def on_online(self, online: bool) -> None:  # noqa: FBT001 - a callback's signature
        with self.changed:
            self.online.append(online)
            self.changed.notify_all()

    def on_look(self, name: str) -> None:
        with self.changed:
            self.looks.append(name)
            self.changed.notify_all()

    def wait(self, true: Callable[[], bool], timeout_s: float = 30.0) -> bool:
        with self.changed:
            return self.changed.wait_for(true, timeout_s)

    def ids(self) -> set[str]:
        return {ack.id for ack in self.acks}

    def codes(self) -> set[FailureCode]:
        return {code for code, _ in self.alarms}


def portal_key(url: str) -> PortalKey:
    """The portal's newest key, asked for by the client itself."""
    client = PortalClient(url, TERMINAL)
    try:
        outcome = client.get_keys()
        value = getattr(outcome, "value", None)
        assert value is not None, outcome
        key: PortalKey = value.keys[0]
        return key
    finally:
        client.close()


def open_store(folder: Path, url: str) -> Store:
    """A real store that seals to the portal at the address."""
    folder.mkdir(parents=True, exist_ok=True)
    return Store(folder, clock=SystemClock(), key=portal_key(url))


@contextmanager
def uploading(
    store: Store,
    url: str,
    *,
    limits: Limits = QUICK,
    seed: int = 1,
    client_type: type[PortalClient] = PortalClient,
) -> Iterator[tuple[Uploader, Heard]]:
    """A running uploader until the block ends."""
    heard = Heard()
    client = client_type(url, TERMINAL, limits=limits)
    uploader = Uploader(
        store.outbox,
        store.documents,
        client,
        on_ack=heard.on_ack,
        on_alarm=heard.on_alarm,
        on_online=heard.on_online,
        chance=random.Random(seed).random,
    )
    uploader.start()
    try:
        yield uploader, heard
    finally:
        uploader.stop()
        client.close()
