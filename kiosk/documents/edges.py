"""A frame, made small: colours without text, and where they change."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.documents.arrays import Floats, Picture
from kiosk.documents.scaling import shrink

WORK_SIZE = 480
"""Long side in pixels of the picture that pages are searched in."""

_CHROMA_WEIGHT = 1.6
_NOISE_FACTOR = 1.8
_FLOOR = 4.0


@dataclass(frozen=True, slots=True)
class Edges:
    """The working picture of one search.

    Attributes:
        lab: HxWx3 uint8, L a b, dark strokes closed, so that print does not count.
        dx: HxW int16, change along x of the channel that changes most.
        dy: the same along y.
        strength: HxW float32, length of (dx, dy).
        floor: strength below which a change is noise.
        scale: frame pixels per working pixel, along x and y.
    """

    lab: Picture
    dx: npt.NDArray[np.int16]
    dy: npt.NDArray[np.int16]
    strength: Floats
    floor: float
    scale: Floats

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in working pixels."""
        return self.lab.shape[1], self.lab.shape[0]


def edges_of(frame: Picture) -> Edges:
    """Shrink, close the print, and take the strongest gradient of L, a, b and saturation.

    Args:
        frame: HxWx3 BGR.
    """
    small, scale = shrink(frame, WORK_SIZE)
    small = np.asarray(cv2.GaussianBlur(small, (3, 3), 0.7), np.uint8)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (7, 7))
    light = cv2.morphologyEx(lab[:, :, 0], cv2.MORPH_CLOSE, kernel)
    colour = [cv2.medianBlur(np.ascontiguousarray(lab[:, :, i]), 5) for i in (1, 2)]
    channels = [light, *colour, _saturation(small)]
    dx, dy, strength = _strongest(channels, (1.0, _CHROMA_WEIGHT, _CHROMA_WEIGHT, 0.5))
    floor = max(_FLOOR, _NOISE_FACTOR * float(np.median(strength[::3, ::3])))
    closed = np.dstack([light, *colour]).astype(np.uint8)
    return Edges(closed, dx, dy, strength, min(floor, 60.0), scale)


def _saturation(small: Picture) -> Picture:
    blue, green, red = cv2.split(small)
    top = cv2.max(cv2.max(blue, green), red)
    bottom = cv2.min(cv2.min(blue, green), red)
    return np.asarray(cv2.medianBlur(cv2.subtract(top, bottom), 5), np.uint8)


def _strongest(
    channels: list[Any], weights: tuple[float, ...]
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16], Floats]:
    """Per pixel the gradient of the channel whose weighted gradient is longest."""
    best_x: Any = None
    best_y: Any = None
    best: Any = None
    for channel, weight in zip(channels, weights, strict=True):
        gx = cv2.Sobel(channel, cv2.CV_32F, 1, 0, scale=weight)
        gy = cv2.Sobel(channel, cv2.CV_32F, 0, 1, scale=weight)
        length = cv2.magnitude(gx, gy)
        if best is None:
            best_x, best_y, best = gx, gy, length
            continue
        more = length > best
        cv2.copyTo(gx, more.view(np.uint8), best_x)
        cv2.copyTo(gy, more.view(np.uint8), best_y)
        cv2.copyTo(length, more.view(np.uint8), best)
    return best_x.astype(np.int16), best_y.astype(np.int16), best
