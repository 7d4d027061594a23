"""A frame, made small: colours without text, and where they change."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.documents.arrays import Floats, Picture
from kiosk.documents.scaling import shrink

WORK_SIZE = 320
"""Long side in pixels of the picture that pages are searched in."""

_CHROMA_WEIGHT = 1.6
_NOISE_FACTOR = 1.8
_FLOOR = 4.0
_INKED = 0.25


@dataclass(frozen=True, slots=True)
class Edges:
    """The working picture of one search.

    Attributes:
        lab: HxWx3 uint8, L a b, dark strokes closed, so that print does not count.
        dx: HxW int16, change along x of the channel that changes most.
        dy: the same along y.
        strength: HxW float32, length of (dx, dy).
        thin: HxW uint8, 255 on ridges of strength above the floor.
        ink: HxW float32 0..1, how surely something dark and narrow is drawn there.
        floor: strength below which a change is noise.
        scale: frame pixels per working pixel, along x and y.
    """

    lab: Picture
    dx: npt.NDArray[np.int16]
    dy: npt.NDArray[np.int16]
    strength: Floats
    thin: Picture
    ink: Floats
    floor: float
    scale: Floats

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in working pixels."""
        return self.lab.shape[1], self.lab.shape[0]


def edges_of(frame: Picture, long: int = WORK_SIZE, *, thin_lines: bool = False) -> Edges:
    """Shrink, close the print, and take the strongest gradient of L, a, b and saturation.

    Args:
        frame: HxWx3 BGR.
        long: long side of the working picture in pixels.
        thin_lines: close blocks of print only, so that a narrow shadow beside a sheet counts;
            otherwise everything narrow and dark is closed, and the blocks' outlines left out.
    """
    small, scale = shrink(frame, long)
    small = np.asarray(cv2.GaussianBlur(small, (3, 3), 0.7), np.uint8)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB)
    plain: Picture = np.ascontiguousarray(lab[:, :, 0], np.uint8)
    light = _closed(plain, 7)
    ink = _ink(plain, light)
    block = _print(ink)
    if thin_lines:
        cv2.copyTo(plain, cv2.bitwise_not(block), light)
    colour = [cv2.medianBlur(np.ascontiguousarray(lab[:, :, i]), 5) for i in (1, 2)]
    channels = [light, *colour, _saturation(small)]
    dx, dy, strength = _strongest(channels, (1.0, _CHROMA_WEIGHT, _CHROMA_WEIGHT, 0.5))
    floor = max(_FLOOR, _NOISE_FACTOR * float(np.median(strength[::3, ::3])))
    floor = min(floor, 60.0)
    thin = np.asarray(cv2.Canny(dx, dy, 0.8 * floor, 1.5 * floor, L2gradient=True), np.uint8)
    if not thin_lines:
        thin[block > 0] = 0
    closed = np.asarray(cv2.merge([light, *colour]), np.uint8)
    return Edges(closed, dx, dy, strength, thin, ink, floor, scale)


def _closed(plain: Picture, size: int) -> Picture:
    kernel = np.ones((size, size), np.uint8)
    return np.asarray(cv2.morphologyEx(plain, cv2.MORPH_CLOSE, kernel), np.uint8)


def _ink(plain: Picture, closed: Picture) -> Floats:
    depth = cv2.subtract(closed, plain).astype(np.float32)
    usual = float(np.median(depth[::3, ::3]))
    result: Floats = np.clip((depth - 2.0 * usual - 5.0) / 20.0, 0.0, 1.0)
    return result


def _print(ink: Floats) -> Picture:
    """255 on blocks of print; a single dark line, as a shadow beside a sheet, is none."""
    drawn = np.asarray(ink > _INKED, np.uint8) * np.uint8(255)
    block = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    block = cv2.morphologyEx(block, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    return np.asarray(cv2.dilate(block, np.ones((5, 5), np.uint8)), np.uint8)


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
