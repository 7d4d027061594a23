"""What `kiosk doctor` looks at: environment, settings, devices, queue, portal."""

import random
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import apsw

from devices.camera.api import NoFrame
from devices.errors import TRAITS, DeviceError, FailureCode, Level
from devices.events import DeviceState, Phase, Snapshot
from devices.registry import Registry
from kiosk.assembly.adapters import portal_client
from kiosk.commands.config import values
from kiosk.settings import Settings, make_simulated_folders
from kiosk.sync.outcomes import Answered, Garbled, Outcome, Refused, Unreachable
from kiosk.sync.retry import Act, Pause, Retry, Tries, judge
from offline_cache.database import Database
from offline_cache.desk import QueueDesk
from offline_cache.errors import StoreError
from offline_cache.library import check_library, owners
from offline_cache.sealing import FileKeyVault

_FONTS = ("Noto Sans CJK SC", "HanaMinA")
_DEVICES_S = 4.0
_FRAME_S = 5.0
_LOW_DISK_BYTES = 256 * 1024 * 1024


def examine(settings: Settings) -> dict[str, Any]:
    """Look at everything once; takes up to about five seconds.

    Returns:
        The document of `kiosk doctor --json`; `ok` is true when nothing needs a hand.
    """
    environment = [_python(), _qt(), _sqlite(), *_fonts(), _disk(settings.state_dir), _key()]
    devices = [_device(each) for each in _snapshots(settings)]
    portal = _portal(settings)
    queue = _queue(settings)
    return {
        "environment": environment,
        "config": values(settings),
        "devices": devices,
        "queue": queue,
        "portal": portal,
        "ok": all(each["ok"] for each in environment)
        and all(_is_well(each) for each in devices)
        and queue["failure"] is None
        and portal["failure"] is None,
    }


def _finding(name: str, detail: str, *, ok: bool) -> dict[str, Any]:
    return {"name": name, "ok": ok, "detail": detail}


def _python() -> dict[str, Any]:
    return _finding("python", sys.version.split()[0], ok=sys.version_info[:2] == (3, 11))


def _qt() -> dict[str, Any]:
    """PySide6 6.12 on Python 3.11 aborts after some 570 signals (docs/adr/0005)."""
    try:
        found = version("PySide6_Essentials")
    except PackageNotFoundError:
        return _finding("qt", "PySide6_Essentials is not installed", ok=False)
    return _finding("qt", found, ok=found.split(".")[:2] == ["6", "11"])


def _sqlite() -> dict[str, Any]:
    found = apsw.sqlite_lib_version()
    try:
        check_library(found)
    except StoreError as error:
        return _finding("sqlite", f"{found}: {error}", ok=False)
    brought = owners()
    if len(brought) > 1:
        return _finding("sqlite", f"several packages bring it: {', '.join(brought)}", ok=False)
    return _finding("sqlite", found, ok=True)


def _fonts() -> list[dict[str, Any]]:
    """Without a Chinese font Qt draws boxes and never fails."""
    listing = shutil.which("fc-list")
    if listing is None:
        return [_finding("fonts", "fontconfig's fc-list is missing", ok=False)]
    done = subprocess.run(  # noqa: S603 - fixed arguments
        [listing, ":", "family"], check=False, capture_output=True, text=True, timeout=10
    )
    return [
        _finding(
            f"font {name}", "found" if name in done.stdout else "missing", ok=name in done.stdout
        )
        for name in _FONTS
    ]


def _disk(folder: Path) -> dict[str, Any]:
    there = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    free = shutil.disk_usage(there).free
    return _finding("disk", f"{free // 1_000_000} MB free", ok=free > _LOW_DISK_BYTES)


def _key() -> dict[str, Any]:
    """What keeps the terminal's own key; what is collected opens by the portal's key alone."""
    return _finding("store key", f"a file, {FileKeyVault.status}", ok=True)


def _snapshots(settings: Settings) -> tuple[Snapshot, ...]:
    """Start the devices, wait until each has answered or failed, stop them again."""
    changed = threading.Event()
    make_simulated_folders(settings)
    try:
        registry = Registry(settings.devices, lambda _event: changed.set())
    except DeviceError as error:
        return (_unbuildable(error),)
    registry.start()
    until = time.monotonic() + _DEVICES_S
    while time.monotonic() < until and any(
        each.phase is Phase.OPENING and each.kind != "camera" for each in registry.snapshots()
    ):
        changed.wait(0.1)
        changed.clear()
    _try_camera(registry)
    snapshots = registry.snapshots()
    registry.stop()
    return snapshots


def _try_camera(registry: Registry) -> None:
    """Take one frame; only a scan opens the camera otherwise, so its state would be unknown."""
    if all(each.kind != "camera" for each in registry.snapshots()):
        return
    try:
        source = registry.open_camera()
        source.open()
    except DeviceError as error:
        registry.note_camera(error.code)
        return
    frame = source.read(_FRAME_S)
    source.close()
    failure = frame.failure or FailureCode.FRAME_STALLED if isinstance(frame, NoFrame) else None
    registry.note_camera(failure)


def _unbuildable(error: DeviceError) -> Snapshot:
    return Snapshot(
        device_id=error.detail.split(":")[0] or "devices",
        kind="settings",
        driver="",
        state=DeviceState.FAULT,
        phase=Phase.ABSENT,
        reasons=frozenset({FailureCode.OPTION_REFUSED}),
        detail=error.detail,
    )


def _device(snapshot: Snapshot) -> dict[str, Any]:
    codes = ", ".join(sorted(snapshot.reasons))
    return {
        "name": snapshot.device_id,
        "kind": snapshot.kind,
        "driver": snapshot.driver,
        "state": int(snapshot.state),
        "phase": snapshot.phase.value,
        "failure": snapshot.failure.value if snapshot.failure else None,
        "detail": "; ".join(part for part in (codes, snapshot.detail) if part),
        "simulated": snapshot.simulated,
    }


def _is_well(device: dict[str, Any]) -> bool:
    """A warning is no reason to call anybody; what a request met just now is."""
    if device["state"] in {int(DeviceState.FAULT), int(DeviceState.UNKNOWN)}:
        return False
    failure = device["failure"]
    return failure is None or TRAITS[FailureCode(failure)].level is Level.WARN


def _queue(settings: Settings) -> dict[str, Any]:
    """Numbers of the queue; a terminal that never ran has an empty one."""
    folder = settings.state_dir / "store"
    if not folder.exists():
        return {"depth": 0, "failure": None}
    allowed = settings.old_sqlite == "rollback"
    try:
        database = Database.open_second(folder, old_library_allowed=allowed)
    except StoreError as error:
        return {"depth": None, "failure": error.failure}
    try:
        return {**asdict(QueueDesk(database).stats()), "failure": None}
    except StoreError as error:
        return {"depth": None, "failure": error.failure}
    finally:
        database.close()


def _portal(settings: Settings) -> dict[str, Any]:
    if not settings.portal.url:
        return {"url": None, "reachable": False, "failure": None}
    portal = settings.portal
    client = portal_client(settings)
    outcome = client.get_time()
    client.close()
    failure = None if isinstance(outcome, Answered) else failure_of(outcome)
    return {
        "url": portal.url,
        "reachable": failure is None,
        "failure": failure.value if failure else None,
        "detail": "" if failure is None else _detail(outcome),
    }


def failure_of(outcome: Refused | Garbled | Unreachable) -> FailureCode:
    """The code that the uploader would go on with after the same answer."""
    verdict = judge(Act.COMMIT, outcome, Tries(), random.random)
    if isinstance(verdict, Retry):
        return verdict.failure
    return FailureCode.PORTAL_PAUSED if isinstance(verdict, Pause) else FailureCode.PORTAL_REFUSED


def _detail(outcome: Outcome[Any]) -> str:
    if isinstance(outcome, Refused):
        return f"status {outcome.status} {outcome.name}".strip()
    if isinstance(outcome, Garbled):
        return f"status {outcome.status}: {outcome.reason}"
    return outcome.detail if isinstance(outcome, Unreachable) else ""
