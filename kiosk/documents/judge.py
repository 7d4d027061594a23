"""Judge a found page, in this order: cut off, small, dark, blank, blurred, glare, shadow.

Laplacian variance is no gate: dark but sharp overlaps defocus, and noisy blur
passes as sharp. G = p99(Sobel) / (p95 - p2) of the inked places separates them.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from kiosk.documents.arrays import Picture
from kiosk.documents.rectify import flat_size, long_side, resolution, warp
from kiosk.documents.values import Judgement, Page

_SMALL_DPI = 60.0
_SHARP_DPI = 150.0
_TILE = 160
_TILES = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a figure becomes a reason; measured on drawn pages.

    `far_slack` is what sharpness may be less at 100 dpi, where one lens blurs more of a letter.
    """

    reject_dpi: float = 70.0
    warn_dpi: float = 148.0
    reject_dark: float = 110.0
    warn_dark: float = 160.0
    blank_ink: float = 0.0012
    reject_g: float = 2.3
    warn_g: float = 2.95
    far_slack: float = 0.5
    shadow: float = 0.52


LIMITS = Limits()


def judge(frame: Picture, page: Page, limits: Limits = LIMITS) -> Judgement:
    """The verdict on a page of a full frame.

    Args:
        frame: HxWx3 BGR.
        page: refined corners.
        limits: thresholds.
    """
    frame = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
    grey = warp(frame, page, flat_size(page, _SMALL_DPI))
    paper = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, _square(17)), np.uint8)
    first = _first(frame, page, resolution(page), paper, limits)
    if first.verdict == "reject":
        return first
    return _closer(frame, page, (grey, paper), first, limits)


def glance(frame: Picture, page: Page, scale: float, limits: Limits = LIMITS) -> Judgement:
    """What a preview can tell: cut off, resolution, exposure.

    Args:
        frame: HxWx3 BGR, perhaps shrunk.
        page: corners in this frame.
        scale: full-size pixels per pixel of this frame.
        limits: thresholds.
    """
    flat = cv2.cvtColor(warp(frame, page, (93, 132)), cv2.COLOR_BGR2GRAY)
    paper = np.asarray(cv2.morphologyEx(flat, cv2.MORPH_CLOSE, _square(9)), np.uint8)
    return _first(frame, page, resolution(page) * scale, paper, limits)


def _first(frame: Picture, page: Page, dpi: float, paper: Picture, limits: Limits) -> Judgement:
    light = float(np.median(paper[::2, ::2]))
    reject, warn = [], []
    if cut_off(frame, page):
        reject.append("cut_off")
    if dpi < limits.reject_dpi:
        reject.append("low_resolution")
    elif dpi < limits.warn_dpi:
        warn.append("low_resolution")
    if light < limits.reject_dark:
        reject.append("too_dark")
    elif light < limits.warn_dark:
        warn.append("too_dark")
    return _verdict(reject, warn, dpi, {"paper": light})


def cut_off(frame: Picture, page: Page) -> bool:
    """A corner within half a percent of the frame's border."""
    height, width = frame.shape[:2]
    margin = 0.005 * max(width, height)
    corners = np.array(page.corners)
    low = (corners < margin).any()
    high = (corners > np.array([width, height]) - 1 - margin).any()
    return bool(low or high)


def _closer(
    frame: Picture, page: Page, flat: tuple[Picture, Picture], first: Judgement, limits: Limits
) -> Judgement:
    grey, paper = flat
    ink = _ink(grey, paper)
    share = float(ink.mean())
    measures = {**first.measures, "ink": share}
    warn = list(first.reasons)
    reject = ["blank"] if share < limits.blank_ink else []
    if not reject:
        g = sharpness(frame, page, ink)
        measures["g"] = g
        slack = limits.far_slack * float(np.clip((limits.warn_dpi - first.dpi) / 48.0, 0.0, 1.0))
        if g < limits.reject_g - slack:
            reject.append("blurred")
        elif g < limits.warn_g - slack:
            warn.append("blurred")
    warn.extend(_lamps(paper, measures, limits))
    return _verdict(reject, warn, first.dpi, measures)


def _verdict(
    reject: list[str], warn: list[str], dpi: float, measures: dict[str, float]
) -> Judgement:
    if reject:
        return Judgement("reject", (*reject, *warn), dpi, measures)
    return Judgement("warn" if warn else "good", tuple(warn), dpi, measures)


def _ink(grey: Picture, paper: Picture) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Where something dark is printed, away from the border; HxW of truth values."""
    soft = cv2.GaussianBlur(grey, (3, 3), 0)
    least = np.maximum(cv2.convertScaleAbs(paper, alpha=0.08), 12).astype(np.uint8)
    ink = cv2.compare(cv2.subtract(paper, soft), least, cv2.CMP_GT) > 0
    edge = max(3, round(0.025 * max(grey.shape)))
    ink[:edge], ink[-edge:], ink[:, :edge], ink[:, -edge:] = False, False, False, False
    return np.asarray(ink, np.bool_)


def sharpness(
    frame: Picture, page: Page, ink: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
) -> float:
    """G of the tiles with most ink, at the frame's own resolution but at most 150 dpi.

    Args:
        frame: HxW grey.
        page: corners in it.
        ink: of the whole page, at any resolution.

    Returns:
        About 3-4 in focus, under 2.3 with a defocus that costs letters; 0 without ink.
    """
    dpi = min(_SHARP_DPI, resolution(page))
    size = flat_size(page, dpi)
    centres = _inked_places(ink, size)
    if not centres:
        return 0.0
    tiles = [_tile(frame, page, size, centre) for centre in centres]
    grey = np.concatenate(tiles, axis=1)
    dx, dy = (cv2.Sobel(grey, cv2.CV_16S, *axis) for axis in ((1, 0), (0, 1)))
    inner = np.ones(grey.shape[1], np.bool_)
    joints = np.arange(_TILE, grey.shape[1], _TILE)
    inner[joints - 1] = inner[joints] = False
    # a hand that moves along the lines leaves them sharp: the softer direction decides
    slopes = [_quantile(np.abs(d[:, inner]), 0.99) for d in (dx, dy)]
    return min(slopes) / max(_quantile(grey, 0.95) - _quantile(grey, 0.02), 8)


def _quantile(values: "np.ndarray[tuple[int, ...], np.dtype[Any]]", share: float) -> int:
    """Smallest whole number that this share of the values does not exceed."""
    running = np.cumsum(np.bincount(values.ravel()))
    return int(np.searchsorted(running, share * running[-1]))


def _inked_places(
    ink: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", size: tuple[int, int]
) -> list[tuple[int, int]]:
    """Upper left corners of the tiles with most ink, in pixels of the flat page."""
    columns, rows = max(1, size[0] // _TILE), max(1, size[1] // _TILE)
    counts = cv2.resize(ink.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    order = np.argsort(-counts, axis=None)[:_TILES]
    places = [divmod(int(i), columns) for i in order if counts.ravel()[int(i)] > 0]
    return [(column * _TILE, row * _TILE) for row, column in places]


def _tile(frame: Picture, page: Page, size: tuple[int, int], place: tuple[int, int]) -> Picture:
    left, top = place
    scale = long_side(page) / max(size)
    flat = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    shifted = flat - 0.5 - np.array([left, top], np.float32)
    source = np.array(page.corners, np.float32)
    matrix = cv2.getPerspectiveTransform(source, shifted)
    method = cv2.INTER_AREA if scale > 1.5 else cv2.INTER_LINEAR
    tile = cv2.warpPerspective(frame, matrix, (_TILE, _TILE), flags=method)
    return np.asarray(tile, np.uint8)


def _lamps(paper: Picture, measures: dict[str, float], limits: Limits) -> list[str]:
    """Glare, shadow and too much light, from the paper without its print."""
    inner = paper[8:-8, 8:-8]
    low, middle, high = (float(v) for v in np.percentile(inner[::2, ::2], (2, 50, 98)))
    measures["evenness"] = low / max(high, 1.0)
    burnt = float((inner >= 253).mean())
    measures["burnt"] = burnt
    reasons = []
    if burnt > 0.9:
        reasons.append("too_bright")
    elif burnt > 0.01 and middle < 243:
        reasons.append("glare")
    if measures["evenness"] < limits.shadow:
        reasons.append("shadow")
    return reasons


def _square(size: int) -> Picture:
    return np.ones((size, size), np.uint8)
