"""The camera's child process: opens one source, gives the newest frame when asked.

Everything here may hang or crash; the parent kills it then.
"""

import sys
import zlib
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from devices.camera.desk import DeskReader
from devices.camera.readers import FileReader, UvcReader
from devices.child import Blobs, Fields, serve
from devices.config import DeviceUri
from devices.errors import DeviceError, FailureCode

Picture = npt.NDArray[np.uint8]


class Reader(Protocol):
    """Whatever gives pictures inside the child."""

    def read(self, wait_s: float) -> Picture | None:
        """HxWx3 BGR, or None when none came; DeviceError when the source is gone."""


class Camera:
    """The handlers of the child."""

    def __init__(self) -> None:
        self._reader: Reader | None = None
        self._seq = 0

    def open(self, fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
        """Open the source of `fields["uri"]`."""
        del blobs
        uri = DeviceUri.parse(str(fields["uri"]))
        kinds: dict[str, Any] = {"file": FileReader, "camera": UvcReader, "simulated": DeskReader}
        if uri.scheme not in kinds:
            raise DeviceError(FailureCode.OPTION_REFUSED, f"no camera is called {uri.scheme!r}")
        self._reader = kinds[uri.scheme](uri)
        return {}, []

    def read(self, fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
        """The newest frame with its digest and mean grey."""
        del blobs
        if self._reader is None:
            raise DeviceError(FailureCode.NOT_CONNECTED, "not open")
        picture = self._reader.read(float(fields["wait_s"]))
        if picture is None:
            return {"none": "no whole frame"}, []
        self._seq += 1
        height, width = picture.shape[:2]
        thin = np.ascontiguousarray(picture[::4, ::4])
        head = {"none": "", "width": width, "height": height, "seq": self._seq}
        grey = float(thin.mean())
        return {**head, "grey": grey, "digest": f"{zlib.crc32(thin.tobytes()):08x}"}, [
            picture.tobytes()
        ]


def main() -> None:
    """Serve until the parent closes the pipe."""
    cv2.setNumThreads(1)
    camera = Camera()
    serve({"open": camera.open, "read": camera.read}, sys.argv)


if __name__ == "__main__":
    main()
