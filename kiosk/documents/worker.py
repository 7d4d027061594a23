"""The warm child process that looks at frames; the terminal's own process loads no picture library.

A call over its deadline kills the child; the next call starts a new one, which is
warm again in about a second.
"""

from dataclasses import dataclass
from typing import Protocol

from devices.camera.api import Frame
from devices.child import Child, Fields
from devices.errors import DeviceError, FailureCode
from kiosk.documents.values import Corners, Verdict

PREVIEW_SIZE = 640
_MODULE = "kiosk.documents.worker_main"
_PREVIEW_S = 3.0
_CAPTURE_S = 10.0
_WARM_S = 15.0


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """A small picture and where the page lies in it.

    Attributes:
        rgb: `width * height * 3` bytes.
        width: at most 640.
        height: at most 640.
        corners: TL TR BR BL in 0..1 of the frame; None without a page.
        failure: what stands against taking it, or None.
        thumb: grey values of the flattened page, to tell one page from the next.
    """

    rgb: bytes
    width: int
    height: int
    corners: Corners | None
    failure: FailureCode | None
    thumb: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Capture:
    """A page as it is kept.

    Attributes:
        jpeg: the flat A4 page.
        width: pixels of the page.
        height: pixels of the page.
        dpi: of the flat page.
        verdict: good, warn or reject.
        reasons: stable codes of `kiosk.documents.values`.
        preview_jpeg: the same page, small.
    """

    jpeg: bytes
    width: int
    height: int
    dpi: int
    verdict: Verdict
    reasons: tuple[str, ...]
    preview_jpeg: bytes


class Looker(Protocol):
    """What a scanner of pages needs of the worker."""

    def preview(self, frame: Frame) -> Preview:
        """Look at a frame quickly."""

    def capture(self, frame: Frame, dpi: int, max_bytes: int) -> Capture:
        """Take the page of a frame."""


class Worker:
    """One child; calls from any thread, one at a time."""

    def __init__(self, preview_s: float = _PREVIEW_S, capture_s: float = _CAPTURE_S) -> None:
        """Prepare; `warm` or the first call starts the child.

        Args:
            preview_s: deadline of a preview in seconds.
            capture_s: deadline of a capture.
        """
        self._child = Child(_MODULE)
        self._preview_s = preview_s
        self._capture_s = capture_s
        self._warm = False

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._child.pid

    @property
    def restarts(self) -> int:
        """How often the child was started anew."""
        return max(0, self._child.restarts)

    def warm(self) -> None:
        """Start the child and load its libraries, so that the first page need not wait."""
        self._call("warm", {}, b"", _WARM_S)

    def preview(self, frame: Frame) -> Preview:
        """Find the page on a picture of at most 640 px.

        Raises:
            DeviceError: HUNG or DRIVER_CRASHED; the next call has a new child.
        """
        fields, blobs = self._call("preview", _shape(frame), frame.pixels, self._preview_s)
        failure = fields["failure"]
        return Preview(
            rgb=blobs[0],
            width=int(fields["width"]),
            height=int(fields["height"]),
            corners=_corners(fields["corners"]),
            failure=FailureCode(failure) if failure else None,
            thumb=blobs[1],
        )

    def capture(self, frame: Frame, dpi: int, max_bytes: int) -> Capture:
        """Find, refine, judge, flatten and encode the page.

        Args:
            frame: full size.
            dpi: of the flat page.
            max_bytes: limit of the JPEG, 0 for none.

        Raises:
            DeviceError: PAGE_NOT_FOUND without a page, IMAGE_INVALID when it does not fit,
                HUNG or DRIVER_CRASHED as above.
        """
        asked = {**_shape(frame), "dpi": dpi, "max_bytes": max_bytes}
        fields, blobs = self._call("capture", asked, frame.pixels, self._capture_s)
        return Capture(
            jpeg=blobs[0],
            width=int(fields["width"]),
            height=int(fields["height"]),
            dpi=dpi,
            verdict=fields["verdict"],
            reasons=tuple(fields["reasons"]),
            preview_jpeg=blobs[1],
        )

    def close(self) -> None:
        """End the child; idempotent."""
        self._child.close()

    def _call(
        self, name: str, fields: Fields, blob: bytes, timeout_s: float
    ) -> tuple[Fields, list[bytes]]:
        # the libraries' loading must not count against the deadline of one frame
        if name != "warm" and (self._child.pid is None or not self._warm):
            self._child.call("warm", {}, timeout_s=_WARM_S)
        self._warm = True
        try:
            return self._child.call(name, fields, [blob], timeout_s=timeout_s)
        except DeviceError as error:
            if error.code in {FailureCode.HUNG, FailureCode.DRIVER_CRASHED}:
                self._warm = False
            raise


def _shape(frame: Frame) -> Fields:
    return {"width": frame.width, "height": frame.height}


def _corners(values: list[list[float]] | None) -> Corners | None:
    if values is None:
        return None
    a, b, c, d = ((float(x), float(y)) for x, y in values)
    return a, b, c, d
