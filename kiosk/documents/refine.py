"""Put a found page's sides onto the edge at full resolution, to a fraction of a pixel."""

import cv2
import numpy as np

from kiosk.documents.arrays import Floats, Picture
from kiosk.documents.find import ordered
from kiosk.documents.quads import clockwise
from kiosk.documents.values import Page

_WINDOW = 0.012
_BORDER = 0.003
_COARSE = (64, 2.0)
_FINE = (160, 1.0)
_MIN_SIDE = 400
_BLOCKS = 16
_LEAST_STEP = 1.0

_Grid = tuple[float, int, float]
"""Reach across a side in pixels, samples along it, pixels between samples across it."""


def refine(frame: Picture, page: Page) -> Page:
    """The same page with sides fitted to the strongest straight step beside each old side.

    A side without a clear step stays; a corner that would move over three windows
    stays. Frames under 400 px are left alone.
    """
    if max(frame.shape[:2]) < _MIN_SIDE:
        return page
    corners: Floats = np.array(page.corners, np.float64)
    window = _WINDOW * max(frame.shape[:2])
    for reach, grid in ((window, _COARSE), (max(3.0, window / 4), _FINE)):
        corners = _fit_sides(frame, corners, (reach, *grid), 3 * window)
    return Page(ordered(clockwise(corners[None])[0]), page.score)


def _fit_sides(frame: Picture, corners: Floats, grid: _Grid, limit: float) -> Floats:
    sides = [_fit_side(frame, corners[k], corners[(k + 1) % 4], grid) for k in range(4)]
    moved = corners.copy()
    for k in range(4):
        crossing = _cross(sides[k - 1], sides[k])
        if crossing is not None and np.linalg.norm(crossing - corners[k]) < limit:
            moved[k] = crossing
    return moved


def _fit_side(frame: Picture, start: Floats, end: Floats, grid: _Grid) -> tuple[Floats, Floats]:
    """Two points of the fitted side; the old ones where there is no clear step.

    A side along the frame's border stays, too: what lies inside it is print.
    """
    far, near = np.array(frame.shape[1::-1]) - 1.0, _BORDER * max(frame.shape[:2])
    if (np.maximum(start, end) < near).any() or (far - np.minimum(start, end) < near).any():
        return start, end
    along = end - start
    normal = np.array([-along[1], along[0]]) / max(float(np.linalg.norm(along)), 1e-6)
    strip, steps = _strip(frame, start, along, normal, grid)
    shifts = _straight_step(strip, len(steps) // 2)
    if shifts is None:
        return start, end
    unit = float(steps[1] - steps[0])
    return start + normal * shifts[0] * unit, end + normal * shifts[1] * unit


def _strip(
    frame: Picture, start: Floats, along: Floats, normal: Floats, grid: _Grid
) -> tuple[Floats, Floats]:
    """Signed steps across the side: SxTx3 and the T offsets in pixels."""
    reach, samples, apart = grid
    half = max(4, round(reach / apart))
    steps = apart * np.arange(-half, half + 1)
    places = np.linspace(0.0, 1.0, samples)
    base = start + places[:, None] * along
    spots = (base[:, None] + steps[None, :, None] * normal).astype(np.float32)
    x, y = spots[..., 0], spots[..., 1]
    strip = cv2.remap(frame, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    smooth = cv2.GaussianBlur(strip.astype(np.float32), (3, 5), 0)
    step: Floats = np.zeros_like(smooth)
    step[:, 1:-1] = smooth[:, 2:] - smooth[:, :-2]
    return step, np.asarray(steps)


def _straight_step(strip: Floats, middle: int) -> tuple[float, float] | None:
    """Shifts of the side's two ends in steps, from the best straight line through the strip."""
    capped = np.clip(strip, -60, 60).astype(np.float32)
    width = strip.shape[1]
    blocks = capped.reshape(_BLOCKS, -1, width, 3).mean(axis=1)
    weight = 1.0 - 0.35 * (np.abs(np.arange(width) - middle) / max(middle, 1)) ** 2
    most = max(2, round(middle / 3))
    tilts = np.arange(-most, most + 1)
    places = (np.arange(_BLOCKS) + 0.5) / _BLOCKS - 0.5
    shift = np.rint(places[None] * tilts[:, None]).astype(np.intp)
    columns = np.clip(np.arange(width) + shift[..., None], 0, width - 1)
    sheared = blocks[np.arange(_BLOCKS)[None, :, None], columns]
    sums = np.abs(sheared[:, 1:-1].mean(axis=1)).max(axis=2) * weight
    tilt, row = np.unravel_index(int(np.argmax(sums)), sums.shape)
    if sums[tilt, row] < _LEAST_STEP:
        return None
    along = np.linspace(-0.5, 0.5, len(strip))
    return _polish(capped, along, int(row), float(tilts[tilt]), middle)


def _polish(
    strip: Floats, places: Floats, row: int, tilt: float, middle: int
) -> tuple[float, float] | None:
    """Sub-step peaks along the best line and a robust line through them."""
    width = strip.shape[1]
    centre = row + places * tilt
    offsets = np.arange(-3, 4)
    columns = np.rint(centre).astype(np.intp)[:, None] + offsets
    valid = (columns >= 0) & (columns < width)
    columns = np.clip(columns, 0, width - 1)
    local = np.take_along_axis(strip, columns[..., None], axis=1)
    mean = local.mean(axis=0)
    channel = int(np.argmax(np.abs(mean).max(axis=0)))
    sign = np.sign(mean[np.argmax(np.abs(mean[:, channel])), channel])
    value = np.maximum(local[..., channel] * sign, 0.0) * valid
    mass = value.sum(axis=1)
    good = mass > 0.3 * np.median(mass) + 1e-6
    if good.mean() < 0.3:
        return None
    peak = (value * columns).sum(axis=1) / np.maximum(mass, 1e-6)
    line = _welsch(places[good], peak[good] - middle, np.sqrt(mass[good]))
    return line[0] - 0.5 * line[1], line[0] + 0.5 * line[1]


def _welsch(x: Floats, y: Floats, trust: Floats) -> tuple[float, float]:
    """Offset and slope of the line through (x, y); far points lose their weight."""
    weight = trust.copy()
    offset, slope = float(np.median(y)), 0.0
    for _ in range(4):
        total = weight.sum() + 1e-9
        mx, my = (weight * x).sum() / total, (weight * y).sum() / total
        spread = (weight * (x - mx) ** 2).sum() + 1e-9
        slope = float((weight * (x - mx) * (y - my)).sum() / spread)
        offset = float(my - slope * mx)
        away = y - offset - slope * x
        weight = trust * np.exp(-((away / 1.0) ** 2))
    return offset, slope


def _cross(one: tuple[Floats, Floats], two: tuple[Floats, Floats]) -> Floats | None:
    """Where the lines through two pairs of points meet."""
    (a, b), (c, d) = one, two
    u, v = b - a, d - c
    cross = u[0] * v[1] - u[1] * v[0]
    if abs(cross) < 1e-6:
        return None
    share = ((c - a)[0] * v[1] - (c - a)[1] * v[0]) / cross
    result: Floats = a + share * u
    return result
