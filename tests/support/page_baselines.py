"""The plain detector of tutorials, to show what the product's detector is worth."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def tutorial_corners(frame: Array) -> Array | None:
    """Canny 75/200 at 500 px, five largest contours, the first with four corners."""
    scale = max(frame.shape[:2]) / 500
    small = cv2.resize(frame, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    edges = cv2.Canny(grey, 75, 200)
    contours, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:5]:
        shape = cv2.approxPolyDP(contour, 0.02 * cv2.arcLength(contour, closed=True), closed=True)
        if len(shape) == 4:
            return np.asarray(shape.reshape(4, 2) * scale, np.float64)
    return None
