"""Lay the sides of candidates onto the edge pixels between their corners.

A line through the whole picture is pulled aside by whatever lies on it beyond the
page; here only what lies beside the side itself counts.
"""

import numpy as np

from kiosk.documents.arrays import Floats, Quads
from kiosk.documents.edges import Edges
from kiosk.documents.lines import moment_fit
from kiosk.documents.quads import clockwise

_WIDTHS = (4.0, 2.0, 1.2)
_MOST_POINTS = 3000
_LEAST_WEIGHT = 6.0


def polished(edges: Edges, quads: Quads) -> Quads:
    """The same K quads, Kx4x2 in working pixels, each side fitted by itself."""
    quads = clockwise(quads)
    ys, xs = np.nonzero(edges.thin)
    thinned = max(1, len(xs) // _MOST_POINTS)
    ys, xs = ys[::thinned], xs[::thinned]
    points = np.stack([xs, ys], axis=1).astype(np.float32)
    gradient = np.stack([edges.dx[ys, xs], edges.dy[ys, xs]], axis=1).astype(np.float32)
    gradient /= np.maximum(np.linalg.norm(gradient, axis=1, keepdims=True), 1e-6)
    start = quads.reshape(-1, 2).astype(np.float32)
    way = (np.roll(quads, -1, axis=1) - quads).reshape(-1, 2).astype(np.float32)
    length = np.maximum(np.linalg.norm(way, axis=1), 1e-6)
    along = way / length[:, None]
    normals: Floats = np.stack([-along[:, 1], along[:, 0]], axis=1)
    rhos: Floats = (normals * start).sum(axis=1)
    place = (points @ along.T - (along * start).sum(axis=1)) / length
    fits = (place > 0.03) & (place < 0.97) & (np.abs(gradient @ normals.T) > 0.92)
    for width in _WIDTHS:
        weight = np.exp(-(((points @ normals.T - rhos) / width) ** 2)) * fits
        least = _LEAST_WEIGHT / thinned
        normals, rhos = moment_fit(points, weight.astype(np.float32), normals, rhos, least)
    return _crossings(normals.reshape(-1, 4, 2), rhos.reshape(-1, 4))


def _crossings(normals: Floats, rhos: Floats) -> Quads:
    """Where side k-1 meets side k."""
    n, m = np.roll(normals, 1, axis=1), normals
    r, s = np.roll(rhos, 1, axis=1), rhos
    cross = n[..., 0] * m[..., 1] - n[..., 1] * m[..., 0]
    cross = np.where(np.abs(cross) < 1e-6, 1e-6, cross)
    x = (r * m[..., 1] - s * n[..., 1]) / cross
    y = (s * n[..., 0] - r * m[..., 0]) / cross
    result: Quads = np.stack([x, y], axis=-1).astype(np.float64)
    return result
