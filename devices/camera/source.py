"""The parent's side of every camera: a child that is asked for the newest frame, and its health.

A frame that does not come, a picture that never changes and a dark lens are told
apart here. The terminal's own process never loads the picture library.
"""

import time
from collections.abc import Callable

from devices.camera.api import Frame, NoFrame
from devices.child import Child, Fields
from devices.config import DeviceConfig
from devices.errors import DeviceError, FailureCode

STALLED_S = 2.0
FROZEN_FRAMES = 30
DARK_GREY = 8.0
DARK_S = 2.0
_OPEN_S = 10.0
_MODULE = "devices.camera.child_main"
_GONE = {FailureCode.HUNG: FailureCode.FRAME_STALLED}


class ChildSource:
    """A `FrameSource` whose pictures come from `devices.camera.child_main`."""

    def __init__(
        self, config: DeviceConfig, *, live: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare; the child exists only between `open` and `close`.

        Args:
            config: the camera's table.
            live: a sensor that always has noise, so equal frames mean that it froze.
            clock: monotonic seconds.
        """
        self._config = config
        self._live = live
        self._clock = clock
        self._child: Child | None = None
        self._forget()

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return None if self._child is None else self._child.pid

    def open(self) -> None:
        """Start the child and let it open the camera.

        Raises:
            DeviceError: NOT_CONNECTED, PERMISSION_DENIED, OPTION_REFUSED, IMAGE_INVALID;
                FRAME_STALLED when the camera does not answer.
        """
        self.close()
        self._forget()
        self._child = Child(_MODULE)
        try:
            self._child.call("open", {"uri": str(self._config.uri)}, timeout_s=_OPEN_S)
        except DeviceError as error:
            self.close()
            code = _GONE.get(error.code, error.code)
            raise DeviceError(code, error.detail) from None

    def read(self, timeout_s: float) -> Frame | NoFrame:
        """The newest frame; FRAME_STALLED and every loss leave no child: open again."""
        if self._child is None:
            return NoFrame(FailureCode.NOT_CONNECTED, "not open")
        try:
            fields, blobs = self._child.call(
                "read", {"wait_s": timeout_s}, timeout_s=max(timeout_s, STALLED_S)
            )
        except DeviceError as error:
            self.close()
            return NoFrame(_GONE.get(error.code, error.code), error.detail)
        if fields["none"]:
            return self._none(str(fields["none"]))
        return self._checked(fields, blobs[0])

    def close(self) -> None:
        """Kill the child; idempotent."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def _forget(self) -> None:
        self._seen_at = self._clock()
        self._bright_at = self._seen_at
        self._digest = ""
        self._same = 0
        self._size = (0, 0)

    def _none(self, why: str) -> NoFrame:
        if self._clock() - self._seen_at < STALLED_S:
            return NoFrame(None, why)
        self.close()
        return NoFrame(FailureCode.FRAME_STALLED, why)

    def _checked(self, fields: Fields, pixels: bytes) -> Frame | NoFrame:
        """The frame, or what is wrong with it."""
        now = self._clock()
        self._seen_at = now
        dark = fields["grey"] < DARK_GREY
        if not dark:
            self._bright_at = now
        # black pictures are all alike: a covered lens is told as dark, not as frozen
        again = fields["digest"] == self._digest and not dark
        self._same = self._same + 1 if again else 0
        self._digest = str(fields["digest"])
        size = (int(fields["width"]), int(fields["height"]))
        before, self._size = self._size, size
        if self._live and before not in {(0, 0), size}:
            return NoFrame(FailureCode.OPTION_REFUSED, f"size {size} after {before}")
        if self._live and self._same >= FROZEN_FRAMES:
            self.close()
            return NoFrame(FailureCode.FRAME_FROZEN, f"{self._same} equal frames")
        if now - self._bright_at > DARK_S:
            return NoFrame(FailureCode.FRAME_DARK, f"mean grey {fields['grey']:.0f}")
        return Frame(pixels, *size, int(fields["seq"]), now, self._config.uri.scheme)
