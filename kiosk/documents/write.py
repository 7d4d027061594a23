"""A flat page as a file: JPEG, PNG or PDF, with its resolution and without any other metadata.

The same picture gives the same bytes.
"""

import io
from dataclasses import dataclass
from typing import Literal

import img2pdf
import numpy as np
from PIL import Image

from devices.errors import DeviceError, FailureCode
from kiosk.documents.arrays import Picture

Kind = Literal["jpg", "png", "pdf"]
_QUALITIES = (85, 78, 70, 62, 54, 46, 38)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the item asks for.

    Attributes:
        kind: file format.
        dpi: written into the file; A4 has its true size then.
        max_bytes: 0 for no limit.
    """

    kind: Kind = "jpg"
    dpi: int = 150
    max_bytes: int = 0


def write(picture: Picture, wanted: Wanted) -> bytes:
    """Encode, with less quality until it fits.

    Args:
        picture: HxWx3 BGR.
        wanted: format and limits.

    Raises:
        DeviceError: IMAGE_INVALID when it does not fit at the lowest quality.
    """
    image = Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1]))
    for quality in _QUALITIES:
        data = _encode(image, wanted, quality)
        if not wanted.max_bytes or len(data) <= wanted.max_bytes:
            return data
        if wanted.kind == "png":
            break
    raise DeviceError(FailureCode.IMAGE_INVALID, f"does not fit into {wanted.max_bytes} bytes")


def _encode(image: Image.Image, wanted: Wanted, quality: int) -> bytes:
    sink = io.BytesIO()
    dpi = (wanted.dpi, wanted.dpi)
    if wanted.kind == "png":
        image.save(sink, "PNG", dpi=dpi, compress_level=6)
        return sink.getvalue()
    image.save(sink, "JPEG", quality=quality, dpi=dpi)
    if wanted.kind == "jpg":
        return sink.getvalue()
    layout = img2pdf.get_fixed_dpi_layout_fun(dpi)
    return bytes(img2pdf.convert(sink.getvalue(), layout_fun=layout, nodate=True))
