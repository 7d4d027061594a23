"""`kiosk.toml` as frozen values; every fault names its key.

All keys are optional and have demo values; `docs/operations/configuration.md`
documents them. Paths in a file are relative to the file's folder.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from devices.config import DeviceConfig, DeviceUri
from devices.errors import DeviceError

DEFAULT_FILE = "kiosk.toml"
DEFAULT_STATE = "build/state"
_KINDS = ("card", "camera", "receipt")


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One thing that is wrong in a settings file."""

    key: str
    reason: str


class SettingsError(Exception):
    """The settings cannot be used; `faults` names every key and reason."""

    def __init__(self, faults: tuple[SettingFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.key}: {fault.reason}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Terminal:
    """Who and where the terminal is.

    Attributes:
        id: also the name in the terminal's certificate.
        region: six digits of GB/T 2260.
        code: four characters of the collection number.
        px_per_mm: pixels per millimetre of the screen, measured at set-up.
    """

    id: str = "SH-000001"
    region: str = "310104"
    code: str = "0017"
    site: str = "徐汇区漕河泾社区"
    px_per_mm: float = 4.03


@dataclass(frozen=True, slots=True)
class Portal:
    """Where the central portal is and how the terminal proves itself.

    Attributes:
        sealing_key: file with the portal's public sealing key.
        ca: CA certificate that the portal's certificate must come from.
        cert: the terminal's client certificate.
        key: its private key, `file:PATH`.
        signatures: sign each request with the key instead of showing the certificate, where a
            gateway ends TLS.
    """

    url: str = ""
    sealing_key: Path | None = None
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    signatures: bool = False

    @property
    def tls_pair(self) -> tuple[Path, Path] | None:
        """Certificate and key that are shown in the TLS handshake, or None."""
        if self.signatures or self.cert is None or self.key is None:
            return None
        return self.cert, self.key

    @property
    def signing_key(self) -> Path | None:
        """The key that signs each request, or None."""
        return self.key if self.signatures else None


@dataclass(frozen=True, slots=True)
class Limits:
    """When the terminal stops taking in."""

    queue_items: int = 500
    queue_days: int = 7


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything of `kiosk.toml`.

    Attributes:
        old_sqlite: what to do with an SQLite that has the WAL-reset bug: `refuse` it, or work
            without WAL (`rollback`).
        sources: for each key that does not have its default, the file it comes from.
        built_in: no file was read; devices are simulated below the state folder.
    """

    terminal: Terminal = field(default_factory=Terminal)
    state_dir: Path = Path(DEFAULT_STATE)
    old_sqlite: str = "refuse"
    portal: Portal = field(default_factory=Portal)
    devices: tuple[DeviceConfig, ...] = ()
    limits: Limits = field(default_factory=Limits)
    sources: Mapping[str, str] = field(default_factory=dict)
    built_in: bool = False


def load(config: str | None, state: str | None = None, *, files: bool = True) -> Settings:
    """Read the settings: the named file, else `kiosk.toml` here, else demo values.

    Args:
        config: path of a file; it must exist when named.
        state: the state folder; wins over the file.
        files: key files that are named must be there; False for what works without the portal.

    Raises:
        SettingsError: naming every faulty key, or the file itself.
    """
    path = Path(config) if config else Path(DEFAULT_FILE)
    if config and not path.is_file():
        raise SettingsError((SettingFault(str(path), "no such file"),))
    if not path.is_file():
        return demo(Path(state or DEFAULT_STATE))
    settings = read(path)
    if files:
        whole(settings)
    if state:
        settings = replace(settings, state_dir=Path(state))
    return _with_default_devices(settings)


def _with_default_devices(settings: Settings) -> Settings:
    """What the file does not name is simulated, below the state folder; the screen says so."""
    named = {device.device_id for device in settings.devices}
    missing = tuple(
        device
        for device in simulated_devices(settings.state_dir / "devices")
        if device.device_id not in named
    )
    return replace(settings, devices=(*settings.devices, *missing))


def demo(folder: Path) -> Settings:
    """Built-in values: simulated devices below the state folder, no portal yet."""
    return Settings(state_dir=folder, devices=simulated_devices(folder / "devices"), built_in=True)


def make_simulated_folders(settings: Settings) -> None:
    """Make the folders of the default simulated devices; named ones must exist by themselves."""
    for device in simulated_devices(settings.state_dir / "devices"):
        if settings.built_in or device in settings.devices:
            Path(device.uri.target).mkdir(parents=True, exist_ok=True)


def simulated_devices(folder: Path) -> tuple[DeviceConfig, ...]:
    """One simulated device of each kind, in folders of their own."""
    return tuple(
        DeviceConfig(kind, DeviceUri.parse(f"simulated:{folder / kind}")) for kind in _KINDS
    )


def read(path: Path) -> Settings:
    """Read one file.

    Raises:
        SettingsError: not TOML, an unknown key, a wrong type or a value out of range.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = f"cannot be read: {type(error).__name__}"
        raise SettingsError((SettingFault(str(path), reason),)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError((SettingFault(str(path), f"no TOML: {error}"),)) from error
    except RecursionError as error:
        raise SettingsError((SettingFault(str(path), "nested too deeply"),)) from error
    if found := tuple(_unusable(tree)):
        raise SettingsError(found)
    from kiosk.settings_schema import check  # noqa: PLC0415 - pydantic is slow to import

    checked = check(tree)
    return _build(checked, path.resolve().parent, str(path))


def _unusable(tree: Mapping[str, Any], path: str = "") -> Iterator[SettingFault]:
    """Texts that no file system and no screen can take."""
    for name, value in tree.items():
        key = f"{path}{name}"
        if isinstance(value, Mapping):
            yield from _unusable(value, f"{key}.")
        elif isinstance(value, str) and "\0" in value:
            yield SettingFault(key, "a NUL character")


def whole(settings: Settings) -> None:
    """Look for the files that the settings name; nothing is opened.

    Raises:
        SettingsError: naming each key of `[portal]` whose file is not there.
    """
    portal = settings.portal
    files = {
        "portal.sealing_key": portal.sealing_key,
        "portal.ca": portal.ca,
        "portal.cert": portal.cert,
        "portal.key": portal.key,
    }
    faults = tuple(
        SettingFault(key, f"no file that can be read: {path}")
        for key, path in files.items()
        if path is not None and not (path.is_file() and os.access(path, os.R_OK))
    )
    if faults:
        raise SettingsError(faults)


def address_fault(url: str) -> str | None:
    """Why a portal cannot be spoken to at this address, or None.

    Without TLS only this machine is spoken to: a resident's data would lie open on the way.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return "no address: scheme, host and port are needed"
    if parts.scheme not in {"http", "https"} or not host:
        return "no address: it begins with https:// and a host"
    if parts.username is not None or parts.query or parts.fragment:
        return "no name, question mark or number sign belongs into it"
    if parts.scheme == "http" and not (host in {"localhost", "::1"} or host.startswith("127.")):
        return "http:// is for this machine alone: use https://"
    return None


def _build(tree: Mapping[str, Any], folder: Path, source: str) -> Settings:
    """Turn checked values into settings; paths become absolute."""
    portal = tree.get("portal", {})
    paths = {key: portal.get(key) for key in ("sealing_key", "ca", "cert")}
    key = portal.get("key")
    devices = _devices(tree.get("devices", {}))
    return Settings(
        terminal=Terminal(**tree.get("terminal", {})),
        state_dir=folder / tree.get("state", {}).get("dir", DEFAULT_STATE),
        old_sqlite=tree.get("state", {}).get("old_sqlite", "refuse"),
        portal=Portal(
            url=portal.get("url", ""),
            signatures=portal.get("signatures", False),
            key=folder / key.removeprefix("file:") if key else None,
            **{name: folder / value if value else None for name, value in paths.items()},
        ),
        devices=devices,
        limits=Limits(**tree.get("limits", {})),
        sources={f"{table}.{name}": source for table, keys in tree.items() for name in keys},
    )


def _devices(tables: Mapping[str, Any]) -> tuple[DeviceConfig, ...]:
    from devices.registry import check_address  # noqa: PLC0415 - only where a file is read

    faults: list[SettingFault] = []
    devices: list[DeviceConfig] = []
    for name, table in tables.items():
        try:
            uri = DeviceUri.parse(table["uri"])
            check_address(name, uri)
        except DeviceError as error:
            faults.append(SettingFault(f"devices.{name}.uri", error.detail))
        else:
            devices.append(DeviceConfig(name, uri, enabled=table.get("enabled", True)))
    if faults:
        raise SettingsError(tuple(faults))
    return tuple(devices)
