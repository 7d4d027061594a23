"""What a driver is told: its address as a URI and a few limits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl

from devices.errors import DeviceError, FailureCode

_BAUD = r"[1-9]\d{2,6}"
_PIXELS = r"[1-9]\d{0,4}"
_BLIND = r"[01]"
_PROFILE = r"[A-Za-z0-9._-]{1,40}"

OPTIONS: Mapping[str, Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "card": {"sam": {"baud": _BAUD}, "simulated": {}},
        "camera": {
            "camera": {"width": _PIXELS, "height": _PIXELS, "fourcc": r"[A-Za-z0-9]{3,4}"},
            "file": {},
            "simulated": {},
        },
        "receipt": {
            "escpos+tcp": {"blind": _BLIND, "profile": _PROFILE},
            "escpos+serial": {
                "baud": _BAUD,
                "flow": "rtscts|none",
                "blind": _BLIND,
                "profile": _PROFILE,
            },
            "escpos+file": {"blind": _BLIND, "profile": _PROFILE},
            "simulated": {"blind": _BLIND},
        },
    }
)
"""Kind, scheme and option to the pattern of its whole value; an empty value is the default."""


@dataclass(frozen=True, slots=True)
class DeviceUri:
    """An address such as `sam:/dev/ttyUSB0?baud=115200` or `escpos+tcp://10.0.0.5:9100`.

    Attributes:
        scheme: the driver's name.
        target: everything between the scheme and the question mark, without a leading `//`.
        options: the query, last value wins.
    """

    scheme: str
    target: str
    options: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "DeviceUri":
        """Split a URI; a path keeps its leading slash.

        Raises:
            DeviceError: OPTION_REFUSED when there is no scheme.
        """
        scheme, colon, rest = text.partition(":")
        if not colon or not scheme:
            raise DeviceError(FailureCode.OPTION_REFUSED, f"no scheme in {text!r}")
        target, _, query = rest.partition("?")
        target = target.removeprefix("//")
        return cls(scheme, target, dict(parse_qsl(query, keep_blank_values=True)))

    def __str__(self) -> str:
        query = "&".join(f"{key}={value}" for key, value in self.options.items())
        return f"{self.scheme}:{self.target}" + (f"?{query}" if query else "")

    def number(self, key: str, default: int) -> int:
        """Read a whole number of the query.

        Raises:
            DeviceError: OPTION_REFUSED naming the key.
        """
        text = self.options.get(key, "")
        if not text:
            return default
        try:
            return int(text)
        except ValueError:
            raise DeviceError(FailureCode.OPTION_REFUSED, f"{key}={text!r}") from None

    def check_options(self, kind: str) -> None:
        """Refuse what the driver would ignore: a misspelt option must not pass silently.

        Raises:
            DeviceError: OPTION_REFUSED naming the option; also for an address without a target.
        """
        known = OPTIONS.get(kind, {}).get(self.scheme, {})
        for key, value in self.options.items():
            if key not in known:
                names = ", ".join(known) or "none"
                text = f"{self.scheme}: no option {key!r} (known: {names})"
                raise DeviceError(FailureCode.OPTION_REFUSED, text)
            if value and not re.fullmatch(known[key], value):
                raise DeviceError(FailureCode.OPTION_REFUSED, f"{key}={value!r}")
        if not self.target:
            raise DeviceError(FailureCode.OPTION_REFUSED, f"{self.scheme}: names no device")


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """One `[devices.*]` table of `kiosk.toml`."""

    device_id: str
    uri: DeviceUri
    enabled: bool = True
