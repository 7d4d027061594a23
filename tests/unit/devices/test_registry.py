"""Drivers by scheme, and nothing of the last visit for the next one."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import cards_support as cards
import pytest

from devices import registry as registry_module
from devices.card import simulated
from devices.card.api import CardPresent, CardRead, CardReadFailed
from devices.config import OPTIONS, DeviceConfig, DeviceUri
from devices.errors import DeviceError, FailureCode
from devices.events import DeviceState, DeviceStateChanged, Phase
from devices.registry import DRIVERS, Registry, opener


def device(kind: str, uri: str, *, enabled: bool = True) -> DeviceConfig:
    return DeviceConfig(kind, DeviceUri.parse(uri), enabled)


@pytest.fixture
def heard() -> cards.Heard:
    return cards.Heard()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "cards"
    folder.mkdir()
    return folder


@pytest.fixture
def registry(folder: Path, heard: cards.Heard) -> Iterator[Registry]:
    registry = Registry([device("card", f"simulated:{folder}")], heard)
    registry.start()
    heard.phase(Phase.UP)
    yield registry
    registry.stop()


def begin(registry: Registry, visit: str) -> None:
    assert registry.card is not None
    registry.card.begin(visit, cards.ANY, cards.soon())


@pytest.mark.parametrize(
    ("kind", "scheme"), [(kind, scheme) for kind, table in DRIVERS.items() for scheme in table]
)
def test_every_scheme_of_the_table_has_a_driver(kind: str, scheme: str) -> None:
    assert callable(opener(kind, scheme))


@pytest.mark.parametrize(
    ("kind", "uri"), [("card", "pcsc:"), ("receipt", "lpt:1"), ("camera", "sam:x"), ("oven", "a:b")]
)
def test_an_unknown_scheme_or_device_is_refused(kind: str, uri: str, heard: cards.Heard) -> None:
    with pytest.raises(DeviceError) as caught:
        Registry([device(kind, uri)], heard)
    assert caught.value.code is FailureCode.OPTION_REFUSED


@pytest.mark.parametrize(
    ("kind", "uri", "named"),
    [
        ("card", "sam:/dev/x?baud=abc", "baud"),
        ("card", "simulated:x?baud=9600", "baud"),
        ("receipt", "escpos+file:x?blnd=1", "blnd"),
        ("receipt", "escpos+tcp://h:9100?blind=2", "blind"),
        ("receipt", "escpos+serial:///dev/x?flow=xon", "flow"),
        ("camera", "camera:/dev/x?width=-1", "width"),
        ("camera", "file:x.png?dpi=1", "dpi"),
        ("camera", "simulated:", "device"),
    ],
)
def test_an_option_that_a_driver_would_ignore_is_refused_by_its_name(
    kind: str, uri: str, named: str, heard: cards.Heard
) -> None:
    with pytest.raises(DeviceError, match=named) as caught:
        Registry([device(kind, uri)], heard)
    assert caught.value.code is FailureCode.OPTION_REFUSED


@pytest.mark.parametrize(
    ("kind", "uri"),
    [
        ("card", "sam:/dev/x?baud=9600"),
        ("receipt", "escpos+tcp://h:9100?profile=&blind=0"),
        ("receipt", "escpos+serial:///dev/x?baud=&flow=none&blind=1"),
        ("camera", "camera:/dev/x?width=1920&height=1080&fourcc=YUYV"),
    ],
)
def test_known_options_are_taken(kind: str, uri: str, heard: cards.Heard) -> None:
    registry = Registry([device(kind, uri)], heard)
    assert [each.kind for each in registry.snapshots()] == [kind]


def test_the_option_table_knows_the_drivers_and_no_others() -> None:
    assert {kind: set(table) for kind, table in OPTIONS.items()} == {
        kind: set(table) for kind, table in DRIVERS.items()
    }


def test_an_empty_terminal_has_nothing(heard: cards.Heard) -> None:
    registry = Registry([], heard)
    registry.start()
    registry.note_camera(FailureCode.FRAME_STALLED)
    assert (registry.card, registry.receipt, registry.snapshots()) == (None, None, ())
    with pytest.raises(DeviceError) as caught:
        registry.open_camera()
    registry.stop()
    assert caught.value.code is FailureCode.NOT_CONNECTED


def test_a_card_of_the_current_visit_is_handed_on(
    registry: Registry, folder: Path, heard: cards.Heard
) -> None:
    registry.set_visit("v1")
    simulated.insert(folder, cards.RESIDENT)
    begin(registry, "v1")
    assert heard.read("v1").record.name == cards.RESIDENT.name
    assert registry.dropped == 0


def test_a_technician_is_always_answered(
    registry: Registry, folder: Path, heard: cards.Heard
) -> None:
    simulated.insert(folder, cards.RESIDENT)
    begin(registry, "technician")
    assert heard.read("technician").record.number == cards.RESIDENT.number


def test_a_late_card_of_an_old_visit_is_dropped_wiped_and_logged_without_content(
    registry: Registry,
    folder: Path,
    heard: cards.Heard,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "devices")
    late: list[CardRead] = []
    real = registry_module.Registry._drop

    def watched(self: Registry, event: CardRead) -> None:
        real(self, event)
        if isinstance(event, CardRead):
            late.append(event)

    monkeypatch.setattr(registry_module.Registry, "_drop", watched)
    registry.set_visit("v1")
    simulated.insert(folder, cards.RESIDENT, delay_s=0.4)
    begin(registry, "v1")
    heard.wait(CardPresent)
    registry.set_visit("v2")
    begin(registry, "v2")
    heard.read("v2")
    assert [each.record.name + each.record.number for each in late] == [""]
    assert [each.visit for each in heard.of(CardRead)] == ["v2"]
    assert registry.dropped == 1
    assert cards.RESIDENT.name not in caplog.text
    assert cards.RESIDENT.number not in caplog.text
    assert "dropped a late CardRead" in caplog.text


def test_after_the_visit_nothing_of_it_is_handed_on(registry: Registry, heard: cards.Heard) -> None:
    registry.set_visit("v1")
    begin(registry, "v1")
    registry.set_visit(None)
    assert registry.card is not None
    registry.card.cancel()
    until = time.monotonic() + 5.0
    while registry.dropped == 0 and time.monotonic() < until:
        heard.wait(DeviceStateChanged)
    assert registry.dropped == 1
    assert not heard.of(CardReadFailed)


@pytest.mark.deep
def test_a_hundred_late_results_of_a_hundred_are_dropped(
    registry: Registry, folder: Path, heard: cards.Heard
) -> None:
    for number in range(100):
        registry.set_visit(f"old-{number}")
        simulated.insert(folder, cards.RESIDENT, delay_s=0.02)
        begin(registry, f"old-{number}")
        registry.set_visit(f"new-{number}")
        begin(registry, f"new-{number}")
        heard.read(f"new-{number}")
    assert all(each.visit.startswith("new") for each in heard.of(CardRead))
    assert registry.dropped >= 100


def test_snapshots_tell_of_every_device(registry: Registry) -> None:
    (card,) = registry.snapshots()
    assert (card.device_id, card.driver, card.state) == ("card", "simulated", DeviceState.OK)


def test_card_printer_and_camera_are_told_in_this_order(
    folder: Path, tmp_path: Path, heard: cards.Heard
) -> None:
    registry = Registry(
        [
            device("camera", f"simulated:{tmp_path}"),
            device("receipt", f"simulated:{tmp_path / 'paper'}"),
            device("card", f"simulated:{folder}"),
        ],
        heard,
    )
    registry.start()
    told = [each.device_id for each in registry.snapshots()]
    registry.stop()
    assert told == ["card", "receipt", "camera"]
    assert {each.phase for each in registry.snapshots()[:2]} == {Phase.STOPPED}


def test_a_camera_is_unknown_until_it_was_used(heard: cards.Heard, tmp_path: Path) -> None:
    registry = Registry([device("camera", f"simulated:{tmp_path}")], heard)
    registry.start()
    assert registry.snapshots()[0].state is DeviceState.UNKNOWN
    registry.note_camera(None)
    assert registry.snapshots()[0].state is DeviceState.OK
    registry.note_camera(FailureCode.FRAME_STALLED)
    registry.note_camera(FailureCode.FRAME_STALLED)
    assert registry.snapshots()[0].failure is FailureCode.FRAME_STALLED
    states = [each.snapshot.state for each in heard.of(DeviceStateChanged)]
    assert states == [DeviceState.UNKNOWN, DeviceState.OK, DeviceState.FAULT]
    registry.stop()


def test_each_scan_gets_a_fresh_camera(heard: cards.Heard, tmp_path: Path) -> None:
    registry = Registry([device("camera", f"simulated:{tmp_path}")], heard)
    assert registry.open_camera() is not registry.open_camera()


def test_a_disabled_camera_is_not_opened(heard: cards.Heard, tmp_path: Path) -> None:
    registry = Registry([device("camera", f"simulated:{tmp_path}", enabled=False)], heard)
    registry.note_camera(None)
    assert registry.snapshots()[0].state is DeviceState.DISABLED
    with pytest.raises(DeviceError, match="camera"):
        registry.open_camera()
