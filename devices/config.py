"""What a driver is told: its address as a URI and a few limits."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from devices.errors import DeviceError, FailureCode


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


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """One `[devices.*]` table of `kiosk.toml`."""

    device_id: str
    uri: DeviceUri
    enabled: bool = True
