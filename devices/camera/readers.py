"""Pictures from files and from a USB camera, inside the camera's child process."""

import os
import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from devices.config import DeviceUri
from devices.errors import DeviceError, FailureCode

Picture = npt.NDArray[np.uint8]

_FILMS = {".avi", ".mp4", ".mkv"}
_MAX_FILE_BYTES = 64 << 20
_MAX_PIXELS = 50_000_000
"""More than any document camera gives; 150 MB once decoded."""


class FileReader:
    """One image, a film or a numbered sequence."""

    def __init__(self, uri: DeviceUri) -> None:
        """Open it.

        Raises:
            DeviceError: NOT_CONNECTED without a file, IMAGE_INVALID when it is no picture.
        """
        self._path = uri.target
        self._film: cv2.VideoCapture | None = None
        self._still: Picture | None = None
        if "%" in self._path or Path(self._path).suffix.lower() in _FILMS:
            self._open_film()
        else:
            self._still = _image(Path(self._path))

    def read(self, wait_s: float) -> Picture | None:
        """The still, or the film's next picture; after the last one it starts anew."""
        del wait_s
        if self._film is None:
            return self._still
        got, picture = self._film.read()
        if not got:
            self._open_film()
            got, picture = self._film.read()
        return np.asarray(picture, np.uint8) if got else None

    def _open_film(self) -> None:
        if "%" not in self._path and not Path(self._path).is_file():
            raise DeviceError(FailureCode.NOT_CONNECTED, "no such file")
        self._film = cv2.VideoCapture(self._path)
        if not self._film.isOpened():
            raise DeviceError(FailureCode.IMAGE_INVALID, "not a film or a sequence of pictures")


def _image(path: Path) -> Picture:
    """Decode one file; the EXIF orientation is applied."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _MAX_FILE_BYTES else b""
    except PermissionError:
        raise DeviceError(FailureCode.PERMISSION_DENIED, "file not readable") from None
    except OSError:
        raise DeviceError(FailureCode.NOT_CONNECTED, "no such file") from None
    if not data:
        raise DeviceError(FailureCode.IMAGE_INVALID, f"{size} bytes")
    _check_size(data)
    try:
        picture: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        picture = None
    if picture is None:
        raise DeviceError(FailureCode.IMAGE_INVALID, "not a picture")
    return np.asarray(picture, np.uint8)


def _check_size(data: bytes) -> None:
    """Look at the header before the pixels are made: a small file may ask for any amount of memory.

    What Pillow does not know is left to OpenCV.
    """
    try:
        with Image.open(BytesIO(data)) as header:
            width, height = header.size
    except Image.DecompressionBombError:
        raise DeviceError(FailureCode.IMAGE_INVALID, "too many pixels") from None
    except (OSError, ValueError, SyntaxError):
        return
    if width * height > _MAX_PIXELS:
        raise DeviceError(FailureCode.IMAGE_INVALID, f"{width} x {height} pixels")


class UvcReader:
    """A V4L2 camera; one thread drains it, so that the newest frame is always at hand."""

    def __init__(self, uri: DeviceUri) -> None:
        """Open by path, ask for MJPG and the size, read the size back.

        Raises:
            DeviceError: NOT_CONNECTED, PERMISSION_DENIED, OPTION_REFUSED.
        """
        if not Path(uri.target).exists():
            raise DeviceError(FailureCode.NOT_CONNECTED, uri.target)
        if not os.access(uri.target, os.R_OK | os.W_OK):
            raise DeviceError(FailureCode.PERMISSION_DENIED, uri.target)
        self._camera = cv2.VideoCapture(os.path.realpath(uri.target), cv2.CAP_V4L2)
        if not self._camera.isOpened():
            raise DeviceError(FailureCode.NOT_CONNECTED, f"{uri.target} does not open")
        _set_up(self._camera, uri)
        self._newest: Picture | None = None
        self._gone = False
        self._condition = threading.Condition()
        threading.Thread(target=self._drain, name="uvc", daemon=True).start()

    def read(self, wait_s: float) -> Picture | None:
        """The newest frame not given out yet."""
        with self._condition:
            self._condition.wait_for(lambda: self._newest is not None or self._gone, wait_s)
            picture, self._newest = self._newest, None
            if picture is None and self._gone:
                raise DeviceError(FailureCode.DISCONNECTED, "no frame from the camera")
        return picture

    def _drain(self) -> None:
        while True:
            got, picture = self._camera.read()
            with self._condition:
                self._gone = not got
                self._newest = np.asarray(picture, np.uint8) if got else self._newest
                self._condition.notify_all()
            if not got:
                return


def _set_up(camera: cv2.VideoCapture, uri: DeviceUri) -> None:
    fourcc = (uri.options.get("fourcc") or "MJPG")[:4].ljust(4)
    camera.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*fourcc))
    camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    for key, prop in (("width", cv2.CAP_PROP_FRAME_WIDTH), ("height", cv2.CAP_PROP_FRAME_HEIGHT)):
        want = uri.number(key, 0)
        if not want:
            continue
        camera.set(prop, want)
    for key, prop in (("width", cv2.CAP_PROP_FRAME_WIDTH), ("height", cv2.CAP_PROP_FRAME_HEIGHT)):
        want, got = uri.number(key, 0), int(camera.get(prop))
        if got < want:
            raise DeviceError(FailureCode.OPTION_REFUSED, f"{key}={want}, read back {got}")
