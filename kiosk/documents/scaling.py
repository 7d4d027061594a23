"""Make a frame smaller without flicker, cheaply."""

import cv2
import numpy as np

from kiosk.documents.arrays import Floats, Picture


def shrink(frame: Picture, long: int) -> tuple[Picture, Floats]:
    """The frame with a long side of about `long`; a smaller one stays as it is.

    Halving is many times faster than any other ratio, so it goes first.

    Returns:
        The picture, and frame pixels per pixel of it along x and y.
    """
    small, factor = halve(frame, long)
    height, width = small.shape[:2]
    if max(height, width) <= long:
        return small, np.array([factor, factor], float)
    ratio = long / max(height, width)
    size = (max(8, round(width * ratio)), max(8, round(height * ratio)))
    # after halving, at most 2 to 1 is left: linear is as smooth there and much cheaper
    method = cv2.INTER_AREA if factor == 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(small, size, interpolation=method)
    return np.asarray(scaled, np.uint8), factor * np.array([width / size[0], height / size[1]])


def halve(frame: Picture, long: int) -> tuple[Picture, int]:
    """Halve while the long side stays at least `long`; an odd last row or column is left out.

    Returns:
        The picture, and frame pixels per pixel of it: 1, 2, 4 ...
    """
    factor = 1
    while max(frame.shape[:2]) >= 2 * long and min(frame.shape[:2]) >= 16:
        height, width = (side - side % 2 for side in frame.shape[:2])
        half = (width // 2, height // 2)
        reduced = cv2.resize(frame[:height, :width], half, interpolation=cv2.INTER_AREA)
        frame, factor = np.asarray(reduced, np.uint8), 2 * factor
    return frame, factor
