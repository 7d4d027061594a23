"""A terminal's content over a real store, and the portal's shelf of packs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portal_support import TERMINAL, hexdigest
from store_support import ScriptedClock, Store

from devices.errors import FailureCode
from kiosk.sync.client import PortalClient
from kiosk.sync.downloads import Downloads
from offline_cache.arrivals import Arrivals
from offline_cache.content import Content


def lay(portal: Path, content: bytes, version: int = 1, name: str = "sh-demo") -> str:
    """Offer one pack in a portal's folder, and nothing else; its digest."""
    folder = portal / "packs"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}-{version}").write_bytes(content)
    line = {"id": name, "version": version, "file": f"{name}-{version}"}
    fresh = folder / ".packs.json"
    fresh.write_text(json.dumps({"packs": [line]}))
    fresh.replace(folder / "packs.json")
    return hexdigest(content)


@dataclass
class Desk:
    """One terminal's downloads; time passes only when a test says so."""

    store: Store
    client: PortalClient
    downloads: Downloads
    content: Content
    arrivals: Arrivals
    clock: ScriptedClock
    alarms: list[tuple[FailureCode, str]] = field(default_factory=list)

    def run_s(self, seconds: float) -> None:
        """Let the scripted time pass, step by step."""
        end = self.clock.mono + seconds
        while self.clock.mono < end:
            wait_s = self.downloads.step(self.clock.mono)
            self.clock.pass_s(min(max(wait_s, 0.001), end - self.clock.mono))

    def until(self, reached: Callable[[], bool], longest_s: float = 7200.0) -> bool:
        """Step until something holds, or the scripted time is over."""
        end = self.clock.mono + longest_s
        while not reached() and self.clock.mono < end:
            self.clock.pass_s(max(self.downloads.step(self.clock.mono), 0.001))
        return reached()

    def shown(self, name: str = "sh-demo") -> str | None:
        """The digest of the pack that is kept."""
        kept = self.content.pack(name)
        return kept.sha256 if kept else None

    def codes(self) -> list[FailureCode]:
        return [code for code, _ in self.alarms]


@contextmanager
def content_desk(folder: Path, url: str) -> Iterator[Desk]:
    """A terminal's downloads, wired; the folder may be one of an earlier run."""
    folder.mkdir(exist_ok=True)
    with Store(folder / "store") as store:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        client = PortalClient(url, TERMINAL)
        content, arrivals = Content(store.database), Arrivals(store.database)
        alarms: list[tuple[FailureCode, str]] = []
        downloads = Downloads(
            client,
            (content, arrivals),
            folder,
            lambda code, text: alarms.append((code, text)),
            lambda: 0.5,
        )
        try:
            yield Desk(store, client, downloads, content, arrivals, clock, alarms)
        finally:
            client.close()
