"""Four-sided candidates from pairs of lines, and their drawn sides."""

import numpy as np

from kiosk.documents.arrays import Floats, Quads
from kiosk.documents.lines import Lines

_PARALLEL = np.cos(np.deg2rad(33))
_SQUARE = np.sin(np.deg2rad(40))
MIN_AREA_SHARE = 0.06
MAX_RATIO = 2.3
_BEYOND = 14.0


def line_quads(lines: Lines, size: tuple[int, int], keep: int = 20) -> tuple[Quads, Floats]:
    """The best quads that two near-parallel pairs of lines form.

    Args:
        lines: from `find_lines`.
        size: width and height in working pixels.
        keep: how many to give at most.

    Returns:
        Quads Nx4x2 and their scores N, best first; both may be empty.
    """
    indexes = _combinations(lines, size)
    if not len(indexes):
        return np.zeros((0, 4, 2)), np.zeros(0)
    quads = _corners(lines, indexes)
    fine = plausible(quads, size)
    quads, indexes = quads[fine], indexes[fine]
    scores = _score(lines, indexes, quads, size)
    best = np.argsort(-scores)[:keep]
    return quads[best], scores[best]


def _combinations(lines: Lines, size: tuple[int, int]) -> Floats:
    """Nx4 line numbers a, c, b, d: a and b face each other, c and d lie across."""
    count = len(lines.rhos)
    first, second = np.triu_indices(count, 1)
    dot = (lines.normals[first] * lines.normals[second]).sum(axis=1)
    middle = np.array(size) / 2.0
    side = lines.normals @ middle - lines.rhos
    gap = np.abs(side[first] - np.sign(dot) * side[second])
    keep = (np.abs(dot) > _PARALLEL) & (gap > 0.14 * min(size))
    first, second, dot = first[keep], second[keep], dot[keep]
    mean = lines.normals[first] + np.sign(dot)[:, None] * lines.normals[second]
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
    across = np.abs(mean @ mean.T) < np.cos(np.deg2rad(55))
    left, right = np.nonzero(np.triu(across, 1))
    return np.stack([first[left], first[right], second[left], second[right]], axis=1)


def _corners(lines: Lines, indexes: Floats) -> Quads:
    """Intersections of neighbouring sides."""
    corners = []
    for one, two in ((0, 1), (1, 2), (2, 3), (3, 0)):
        n, m = lines.normals[indexes[:, one]], lines.normals[indexes[:, two]]
        r, s = lines.rhos[indexes[:, one]], lines.rhos[indexes[:, two]]
        cross = n[:, 0] * m[:, 1] - n[:, 1] * m[:, 0]
        cross = np.where(np.abs(cross) < 1e-6, 1e-6, cross)
        x = (r * m[:, 1] - s * n[:, 1]) / cross
        y = (s * n[:, 0] - r * m[:, 0]) / cross
        corners.append(np.stack([x, y], axis=1))
    return np.stack(corners, axis=1)


def plausible(quads: Quads, size: tuple[int, int]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Convex, in the frame, big enough, near square angles, not much longer than a page."""
    width, height = size
    sides = np.roll(quads, -1, axis=1) - quads
    lengths = np.maximum(np.linalg.norm(sides, axis=2), 1e-6)
    unit = sides / lengths[..., None]
    after = np.roll(unit, -1, axis=1)
    turn = unit[..., 0] * after[..., 1] - unit[..., 1] * after[..., 0]
    convex = (np.abs(turn) > _SQUARE).all(axis=1) & (np.abs(np.sign(turn).sum(axis=1)) == 4)
    inside = ((quads > -2.5) & (quads < np.array([width, height]) + 1.5)).all(axis=(1, 2))
    pair = (lengths[:, 0] + lengths[:, 2]) / (lengths[:, 1] + lengths[:, 3])
    ratio = np.maximum(pair, 1 / pair)
    big = areas(quads) > MIN_AREA_SHARE * width * height
    result = convex & inside & (ratio < MAX_RATIO) & big
    return np.asarray(result, dtype=np.bool_)


def clockwise(quads: Quads) -> Quads:
    """Turn round those quads that run against the clock (y grows downwards)."""
    x, y = quads[..., 0], quads[..., 1]
    signed = (x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1)
    result: Quads = np.where((signed < 0)[:, None, None], quads[:, ::-1], quads)
    return result


def areas(quads: Quads) -> Floats:
    """Areas of N quads."""
    x, y = quads[..., 0], quads[..., 1]
    cross = x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y
    result: Floats = np.abs(cross.sum(axis=1)) / 2
    return result


def worst_angle(quads: Quads) -> Floats:
    """Largest distance of an angle from square, degrees."""
    sides = np.roll(quads, -1, axis=1) - quads
    unit = sides / np.maximum(np.linalg.norm(sides, axis=2, keepdims=True), 1e-6)
    cosine = np.abs((unit * np.roll(unit, -1, axis=1)).sum(axis=2)).max(axis=1)
    result: Floats = np.rad2deg(np.arcsin(np.clip(cosine, 0, 1)))
    return result


def _score(lines: Lines, indexes: Floats, quads: Quads, size: tuple[int, int]) -> Floats:
    """Weakest side + mean side + size - skew - lines that run on beyond the corners."""
    supports, beyond = [], []
    for side in range(4):
        # side k lies on line k and runs from the corner with its predecessor to the next one
        line = indexes[:, side]
        start = lines.along(line, quads[:, side - 1])
        end = lines.along(line, quads[:, side])
        low, high = np.minimum(start, end), np.maximum(start, end)
        supports.append(lines.support(line, low + 2, high - 2))
        beyond.append(lines.support(line, low - _BEYOND, low - 3))
        beyond.append(lines.support(line, high + 3, high + _BEYOND))
    support = np.stack(supports, axis=1)
    share = areas(quads) / (size[0] * size[1])
    score = support.min(axis=1) + support.mean(axis=1) + 0.5 * np.sqrt(share)
    score -= 0.008 * worst_angle(quads) + 0.35 * np.stack(beyond, axis=1).mean(axis=1)
    result: Floats = score
    return result
