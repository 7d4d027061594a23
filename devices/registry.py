"""Builds the drivers of the settings and stands between them and the terminal.

A result of another visit than the current one ends here: it is wiped, counted and
logged without content, so that nothing of the last resident reaches the next.
"""

import importlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from devices.camera.api import FrameSource
from devices.card.api import CardReader, IdentityRecord
from devices.config import DeviceConfig, DeviceUri
from devices.errors import DeviceError, FailureCode
from devices.events import (
    DeviceEvent,
    DeviceStateChanged,
    Phase,
    Report,
    Snapshot,
    state_of,
)
from devices.receipt.api import ReceiptPrinter

TECHNICIAN = "technician"

DRIVERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "card": MappingProxyType(
            {
                "sam": "devices.card.sam_serial:open_reader",
                "simulated": "devices.card.simulated:open_reader",
            }
        ),
        "receipt": MappingProxyType(
            {
                "escpos+tcp": "devices.receipt.escpos:open_printer",
                "escpos+serial": "devices.receipt.escpos:open_printer",
                "escpos+file": "devices.receipt.escpos:open_printer",
                "simulated": "devices.receipt.simulated:open_printer",
            }
        ),
        "camera": MappingProxyType(
            {
                "camera": "devices.camera.uvc:open_source",
                "file": "devices.camera.file:open_source",
                "simulated": "devices.camera.simulated:open_source",
            }
        ),
    }
)
"""Kind and scheme to `module:function`; a driver's library is imported when it is used."""

_log = logging.getLogger("devices")


def opener(kind: str, scheme: str) -> Callable[..., Any]:
    """The function that builds a driver; imports its module.

    Raises:
        DeviceError: OPTION_REFUSED for a scheme that no driver has.
    """
    module, _, function = _where(kind, scheme).partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def check_address(kind: str, uri: DeviceUri) -> None:
    """Check scheme and options of an address; imports no driver.

    Raises:
        DeviceError: OPTION_REFUSED naming the scheme or the option.
    """
    _where(kind, uri.scheme)
    uri.check_options(kind)


def _where(kind: str, scheme: str) -> str:
    where = DRIVERS.get(kind, {}).get(scheme)
    if where is None:
        known = ", ".join(f"{each}:" for each in DRIVERS.get(kind, {})) or "none"
        text = f"{kind}: no driver {scheme!r} (known: {known})"
        raise DeviceError(FailureCode.OPTION_REFUSED, text)
    return where


class Registry:
    """All devices of one terminal.

    Attributes:
        card: the card reader, None if the settings name none.
        receipt: the receipt printer, None if the settings name none.
        dropped: results of other visits that were thrown away.
    """

    def __init__(
        self,
        configs: Iterable[DeviceConfig],
        report: Report,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], date | None] | None = None,
    ) -> None:
        """Build the drivers; nothing is opened before `start`.

        Args:
            configs: the device tables; keys `card`, `camera` and `receipt` are known.
            report: gets events and snapshots on the devices' threads.
            clock: monotonic seconds.
            today: the day for expired documents, None while the clock is not trusted.

        Raises:
            DeviceError: OPTION_REFUSED for a scheme or a device that nobody knows.
        """
        self.dropped = 0
        self.card: CardReader | None = None
        self.receipt: ReceiptPrinter | None = None
        self._camera: DeviceConfig | None = None
        self._camera_seen: Snapshot | None = None
        self._report = report
        self._clock = clock
        self._visit: str | None = None
        self._lock = threading.Lock()
        for config in configs:
            self._build(config, today)

    def start(self) -> None:
        """Start the owner threads; every device reports its first snapshot."""
        if self.card is not None:
            self.card.start(self._pass_on)
        if self.receipt is not None:
            self.receipt.start(self._pass_on)
        if self._camera_seen is not None:
            self._report(DeviceStateChanged(self._camera_seen))

    def stop(self) -> None:
        """Stop and join the owner threads, in reverse order; idempotent."""
        if self.receipt is not None:
            self.receipt.stop()
        if self.card is not None:
            self.card.stop()

    def set_visit(self, visit: str | None) -> None:
        """Name the visit whose results are wanted from now on."""
        with self._lock:
            self._visit = visit

    def open_camera(self) -> FrameSource:
        """A fresh source of frames for one scan; the caller opens and closes it.

        Raises:
            DeviceError: NOT_CONNECTED where the settings name no camera or switch it off.
        """
        if self._camera is None or not self._camera.enabled:
            raise DeviceError(FailureCode.NOT_CONNECTED, "camera")
        source: FrameSource = opener("camera", self._camera.uri.scheme)(self._camera)
        return source

    def note_camera(self, failure: FailureCode | None) -> None:
        """Record how the last use of the camera ended; None = it gave frames.

        Only a scan opens the camera, so its state is that of its last use; before
        the first one it is UNKNOWN, which never counts as OK.
        """
        old = self._camera_seen
        if self._camera is None or old is None or not self._camera.enabled:
            return
        reasons = frozenset() if failure is None else frozenset({failure})
        new = self._camera_snapshot(self._camera, Phase.UP, reasons)
        if (old.state, old.reasons) != (new.state, new.reasons):
            self._camera_seen = new
            self._report(DeviceStateChanged(new))

    def snapshots(self) -> tuple[Snapshot, ...]:
        """The state of every device now: card, receipt, camera."""
        found = []
        if self.card is not None:
            found.append(self.card.snapshot())
        if self.receipt is not None:
            found.append(self.receipt.snapshot())
        if self._camera_seen is not None:
            found.append(self._camera_seen)
        return tuple(found)

    def _build(self, config: DeviceConfig, today: Callable[[], date | None] | None) -> None:
        check_address(config.device_id, config.uri)
        build = opener(config.device_id, config.uri.scheme)
        if config.device_id == "card":
            self.card = build(config, today=today, clock=self._clock)
        elif config.device_id == "receipt":
            self.receipt = build(config)
        else:
            self._camera = config
            phase = Phase.OPENING if config.enabled else Phase.STOPPED
            self._camera_seen = self._camera_snapshot(config, phase, frozenset())

    def _camera_snapshot(
        self, config: DeviceConfig, phase: Phase, reasons: frozenset[FailureCode]
    ) -> Snapshot:
        state = state_of(
            enabled=config.enabled, phase=phase, busy=False, reasons=reasons, status_stale=False
        )
        return Snapshot(
            device_id=config.device_id,
            kind="camera",
            driver=config.uri.scheme,
            state=state,
            phase=phase,
            reasons=reasons,
            since=self._clock(),
            simulated=config.uri.scheme == "simulated",
        )

    def _pass_on(self, event: object) -> None:
        """Hand on what concerns the current visit; on the device's thread."""
        if isinstance(event, DeviceEvent) and not self._wanted(event.visit):
            self._drop(event)
        else:
            self._report(event)

    def _wanted(self, visit: str) -> bool:
        with self._lock:
            return visit in {self._visit, TECHNICIAN}

    def _drop(self, event: DeviceEvent) -> None:
        record = getattr(event, "record", None)
        if isinstance(record, IdentityRecord):
            record.wipe()
        with self._lock:
            self.dropped += 1
        _log.info("dropped a late %s of %s", type(event).__name__, event.device_id)
