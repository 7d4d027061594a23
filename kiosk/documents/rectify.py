"""A found page as a flat A4 picture."""

import cv2
import numpy as np

from kiosk.documents.arrays import Floats, Picture
from kiosk.documents.scaling import halve
from kiosk.documents.values import A4_LONG_INCH, A4_RATIO, Page


def rectify(frame: Picture, page: Page, dpi: float) -> Picture:
    """Warp the page to A4; it lies on its side when its top is longer than its left side.

    Args:
        frame: HxWx3 BGR.
        page: corners in pixels of the frame.
        dpi: of the result; A4 at 150 dpi is 1240 x 1754.

    Returns:
        HxWx3 BGR.
    """
    size = flat_size(page, dpi)
    return warp(frame, page, size, cv2.INTER_CUBIC if dpi >= 100 else cv2.INTER_LINEAR)


def warp(
    frame: Picture, page: Page, size: tuple[int, int], method: int = cv2.INTER_LINEAR
) -> Picture:
    """Warp the page to any size; a much larger frame is shrunk first, so nothing flickers."""
    corners = np.array(page.corners, np.float64)
    wanted = max(frame.shape[:2]) * 1.1 * max(size) / max(long_side(page), 1.0)
    frame, factor = halve(frame, round(wanted))
    corners = (corners + 0.5) / factor - 0.5
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), flat_corners(size))
    flat = cv2.warpPerspective(frame, matrix, size, flags=method, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8)


def flat_corners(size: tuple[int, int]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """The outer corners of a picture of this size, where pixel centres are whole numbers."""
    width, height = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(corners - 0.5, np.float32)


def flat_size(page: Page, dpi: float) -> tuple[int, int]:
    """Width and height of A4 at this resolution, on the side where the page lies so."""
    long = round(A4_LONG_INCH * dpi)
    short = round(long / A4_RATIO)
    across, down = _sides(page)
    return (long, short) if across > down else (short, long)


def long_side(page: Page) -> float:
    """Length of the long side in frame pixels, mean of both."""
    return max(_sides(page))


def resolution(page: Page) -> float:
    """Dots per inch of an A4 page in the frame."""
    return long_side(page) / A4_LONG_INCH


def _sides(page: Page) -> tuple[float, float]:
    corners: Floats = np.array(page.corners)
    lengths = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return float(lengths[0] + lengths[2]) / 2, float(lengths[1] + lengths[3]) / 2
