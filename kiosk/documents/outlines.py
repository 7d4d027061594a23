"""Four-sided candidates from outlines: threshold masks and closed edges."""

import cv2
import numpy as np

from kiosk.documents.arrays import Picture, Quads
from kiosk.documents.edges import Edges
from kiosk.documents.quads import MIN_AREA_SHARE

_TOLERANCES = (0.02, 0.04, 0.07)
_PER_MASK = 3


def outline_quads(edges: Edges) -> Quads:
    """Hulls of large outlines, simplified to four corners; Nx4x2 in working pixels."""
    found: list[Quads] = []
    for mask in _masks(edges):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        least = MIN_AREA_SHARE * mask.size
        wide = [contour for contour in contours if _box_area(contour) > least]
        hulls = [cv2.convexHull(contour) for contour in wide]
        large = sorted(((cv2.contourArea(h), i) for i, h in enumerate(hulls)), reverse=True)
        for area, index in large[:_PER_MASK]:
            if area > least:
                found.extend(_four_corners(hulls[index].astype(np.int32)))
    return np.array(found, np.float64).reshape(-1, 4, 2)


def _box_area(contour: "cv2.typing.MatLike") -> int:
    _, _, width, height = cv2.boundingRect(contour)
    return width * height


def _masks(edges: Edges) -> list[Picture]:
    light = np.ascontiguousarray(edges.lab[:, :, 0])
    _, bright = cv2.threshold(light, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    opened = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    wide = cv2.dilate(edges.thin, np.ones((3, 3), np.uint8))
    return [mask.astype(np.uint8) for mask in (opened, wide)]


def _four_corners(hull: "np.ndarray[tuple[int, ...], np.dtype[np.int32]]") -> list[Quads]:
    length = cv2.arcLength(hull, closed=True)
    found: list[Quads] = []
    for tolerance in _TOLERANCES:
        shape = cv2.approxPolyDP(hull, tolerance * length, closed=True).reshape(-1, 2)
        if len(shape) == 4:
            found.append(shape.astype(np.float64))
    return found
