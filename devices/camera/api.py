"""Frames of a document camera, and what every source of frames can do."""

from dataclasses import dataclass
from typing import Protocol

from devices.errors import FailureCode


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """One picture.

    Attributes:
        pixels: BGR bytes, row by row, `height * width * 3` of them.
        width: pixels.
        height: pixels.
        seq: grows by one with each frame of the source.
        at: monotonic seconds.
        source: the URI's scheme.
    """

    pixels: bytes
    width: int
    height: int
    seq: int
    at: float
    source: str

    def __repr__(self) -> str:
        return f"Frame({self.width}x{self.height}, seq={self.seq})"


@dataclass(frozen=True, slots=True)
class NoFrame:
    """No frame came within the time; `failure` is None while the source may still wake up."""

    failure: FailureCode | None = None
    detail: str = ""


class FrameSource(Protocol):
    """A camera; blocking calls for one owner thread, safe to close from it at any time."""

    def open(self) -> None:
        """Start the camera's child process.

        Raises:
            DeviceError: NOT_CONNECTED, PERMISSION_DENIED, OPTION_REFUSED or IMAGE_INVALID.
        """

    def read(self, timeout_s: float) -> Frame | NoFrame:
        """The newest frame that was not given out yet; older ones are skipped."""

    def close(self) -> None:
        """End the child; idempotent. The lens sees nobody outside SCAN."""
