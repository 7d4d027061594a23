"""Decode any picture file safely: BGR of 8 bits, upright, or a typed refusal."""

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from devices.errors import DeviceError, FailureCode
from kiosk.documents.arrays import Picture

MAX_BYTES = 64 << 20
MAX_SIDE = 20_000
_ALPHA = {"RGBA", "LA", "PA", "P", "RGBa", "La"}


def read_picture(path: Path) -> Picture:
    """Read a file; see `decode`.

    Raises:
        DeviceError: IMAGE_INVALID, also when there is no such file.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise DeviceError(FailureCode.IMAGE_INVALID, type(error).__name__) from None
    if not data:
        raise DeviceError(FailureCode.IMAGE_INVALID, f"{size} bytes")
    return decode(data)


def decode(data: bytes) -> Picture:
    """HxWx3 BGR; EXIF orientation applied, alpha laid on white, 16 bit and CMYK reduced.

    Raises:
        DeviceError: IMAGE_INVALID for no picture, one that is cut short, or one too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as opened:
                if max(opened.size) > MAX_SIDE or min(opened.size) < 1:
                    raise DeviceError(FailureCode.IMAGE_INVALID, f"size {opened.size}")
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                return _bgr(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DeviceError(FailureCode.IMAGE_INVALID, "too many pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise DeviceError(FailureCode.IMAGE_INVALID, type(error).__name__) from None


def _bgr(image: Image.Image) -> Picture:
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, np.float64)
        high = 65535.0 if values.max() > 255 else 255.0
        grey = np.clip(values * (255.0 / high), 0, 255).astype(np.uint8)
        return np.ascontiguousarray(np.dstack([grey, grey, grey]))
    if image.mode in _ALPHA:
        over = image.convert("RGBA")
        white = Image.new("RGBA", over.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, over)
    return np.ascontiguousarray(np.asarray(image.convert("RGB"), np.uint8)[:, :, ::-1])
