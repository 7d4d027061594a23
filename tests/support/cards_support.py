"""Invented cards (演示数据), a collector of events, and rigs that play a reader's fate."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar

from devices.card import simulated
from devices.card.api import (
    CardRead,
    CardReadFailed,
    DocType,
    IdentityRecord,
)
from devices.card.peer import ReaderPeer
from devices.config import DeviceConfig, DeviceUri
from devices.events import DeviceEvent, DeviceStateChanged, Phase
from devices.registry import opener

E = TypeVar("E")

RESIDENT = IdentityRecord(
    doc_type=DocType.RESIDENT,
    number="11010519491231002X",
    name="演示张三",
    name_latin="",
    sex="2",
    nation="01",
    birth=date(1949, 12, 31),
    address="上海市徐汇区演示路1号",
    issuer="演示公安局",
    valid_from=date(2020, 1, 1),
    valid_to=date(2040, 1, 1),
)
HMT = replace(
    RESIDENT,
    doc_type=DocType.HMT,
    number="810000198501010010",
    nation="",
    birth=date(1985, 1, 1),
    permit_no="H12345678",
    issues="01",
)
PRC2017 = replace(
    RESIDENT,
    doc_type=DocType.PRC2017,
    number="CHN310090010100",
    name="演示李四",
    name_latin="DEMO, SAMPLE PERSON",
    nation="",
    birth=date(1990, 1, 1),
    address="",
    issuer="1500",
    country="FRA",
)
PRC2023 = replace(
    RESIDENT,
    doc_type=DocType.PRC2023,
    number="931156198005050019",
    name="演示王五",
    name_latin="DEMO, SAMPLE PERSON OF THE YEAR TWENTY23"[:46],
    nation="",
    birth=date(1980, 5, 5),
    address="",
    issuer="",
    issues="00",
    country="GBR",
)
ALL = (RESIDENT, HMT, PRC2017, PRC2023)
ANY = frozenset(DocType)


def fresh(record: IdentityRecord, **changes: Any) -> IdentityRecord:
    """A copy, since a record that was read is wiped."""
    return replace(record, **changes)


class Heard:
    """Everything that a reader reported; tests wait for what they expect."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self._condition = threading.Condition()

    def __call__(self, event: object) -> None:
        with self._condition:
            self.events.append(event)
            self._condition.notify_all()

    def wait(
        self,
        kind: type[E],
        test: Callable[[E], bool] = lambda _: True,
        timeout_s: float = 8.0,
        count: int = 1,
    ) -> E:
        """The count-th event of a kind that passes the test."""
        until = time.monotonic() + timeout_s
        with self._condition:
            while len(found := [e for e in self.events if isinstance(e, kind) and test(e)]) < count:
                left = until - time.monotonic()
                assert left > 0, f"no {kind.__name__} in {self.names()}"
                self._condition.wait(left)
        return found[count - 1]

    def end(self, visit: str = "v1", timeout_s: float = 8.0) -> CardRead | CardReadFailed:
        """The final event of a visit."""

        def final(event: DeviceEvent) -> bool:
            ends = isinstance(event, CardRead) or getattr(event, "final", False)
            return event.visit == visit and bool(ends)

        end = self.wait(DeviceEvent, final, timeout_s)
        assert isinstance(end, (CardRead, CardReadFailed))
        return end

    def read(self, visit: str = "v1") -> CardRead:
        end = self.end(visit)
        assert isinstance(end, CardRead), end
        return end

    def failed(self, visit: str = "v1", timeout_s: float = 8.0) -> CardReadFailed:
        end = self.end(visit, timeout_s)
        assert isinstance(end, CardReadFailed), end
        return end

    def phase(self, phase: Phase, timeout_s: float = 8.0, count: int = 1) -> float:
        """When (monotonic) the device entered a phase for the count-th time."""

        def entered(event: DeviceStateChanged) -> bool:
            return event.snapshot.phase is phase

        return self.wait(DeviceStateChanged, entered, timeout_s, count).snapshot.since

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


class Rig(Protocol):
    """One kind of reader with its world: what a hand can do to it."""

    uri: str

    def plug(self) -> None: ...
    def unplug(self) -> None: ...
    def insert(self, record: IdentityRecord) -> None: ...
    def lift(self) -> None: ...
    def slow(self, seconds: float) -> None: ...
    def wrong_device(self) -> None: ...
    def close(self) -> None: ...


class SamRig:
    """A reader on a pty behind a link that stays the same."""

    def __init__(self, folder: Path) -> None:
        self.link = folder / "usb-reader"
        self.uri = f"sam:{self.link}"
        self.peer = ReaderPeer(self.link)

    def plug(self) -> None:
        self.peer.plug()

    def unplug(self) -> None:
        self.peer.unplug()

    def insert(self, record: IdentityRecord) -> None:
        self.peer.insert(record)

    def lift(self) -> None:
        self.peer.lift()

    def slow(self, seconds: float) -> None:
        self.peer.faults.delays_s[bytes.fromhex("3001")] = seconds

    def wrong_device(self) -> None:
        self.link.write_text("no serial line")

    def close(self) -> None:
        self.peer.unplug()


class SimulatedRig:
    """A folder; pulling the plug renames it away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "reader"
        self.away = folder / "away"
        self.away.mkdir()
        self.uri = f"simulated:{self.folder}"
        self._delay_s = 0.0

    def plug(self) -> None:
        if self.away.exists():
            self.away.rename(self.folder)

    def unplug(self) -> None:
        self.folder.rename(self.away)

    def insert(self, record: IdentityRecord) -> None:
        simulated.insert(self.folder, record, delay_s=self._delay_s)

    def lift(self) -> None:
        simulated.lift(self.folder)

    def slow(self, seconds: float) -> None:
        self._delay_s = seconds

    def wrong_device(self) -> None:
        self.folder.write_text("no folder")

    def close(self) -> None:
        """Nothing runs."""


def config(uri: str) -> DeviceConfig:
    return DeviceConfig("card", DeviceUri.parse(uri))


def reader_for(uri: str, **options: Any) -> Any:
    """The reader that the registry would build."""
    parsed = config(uri)
    return opener("card", parsed.uri.scheme)(parsed, **options)


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds
