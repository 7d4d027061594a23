"""What speaks for a page inside a quad: drawn sides, paper inside, something else outside."""

import numpy as np

from kiosk.documents.arrays import Floats, Quads
from kiosk.documents.edges import Edges
from kiosk.documents.quads import areas, clockwise, worst_angle

_ON_SIDE = np.linspace(0.04, 0.96, 32)
_BEYOND = np.concatenate([np.linspace(-0.2, -0.04, 6), np.linspace(1.04, 1.2, 6)])
_OFFSETS = (-2.0, -1.0, 0.0, 1.0, 2.0)
_NEAR = 4.0
_MARGIN = 3.0
_BESIDE = (4.0, 8.0, 12.0)


def evidence(edges: Edges, quads: Quads) -> dict[str, Floats]:
    """Figures of N quads, each array of length N.

    Returns:
        `weakest` and `mean` side support 0..1; `even`: spread of the paper's colour along
        the sides; `step`: weakest side's difference of inside and outside; `brighter`:
        share of samples whose inside is lighter; `rough`: change of
        the paper from sample to sample; `beyond`: support of the lines outside the corners;
        `share` of the frame; `skew` degrees.
    """
    ordered = clockwise(quads)
    base, normal = _samples(ordered, _ON_SIDE)
    over, across = _samples(ordered, _BEYOND)
    support = _support(edges, base, normal).mean(axis=2)
    inner = _colours(edges, base + _NEAR * normal)
    outer = _colours(edges, base - _NEAR * normal)
    middle = np.median(inner, axis=2)
    apart = np.median(inner - outer, axis=2)
    step = np.sqrt((apart**2 * np.array([1.0, 2.0, 2.0])).sum(axis=2))
    return {
        "weakest": support.min(axis=1),
        "mean": support.mean(axis=1),
        "even": np.abs(middle - middle.mean(axis=1, keepdims=True))[..., 1:].max(axis=(1, 2)),
        "light": middle[..., 0].mean(axis=1),
        "rough": np.abs(np.diff(inner[..., 0], axis=2)).mean(axis=2).max(axis=1),
        "beyond": _support(edges, over, across).mean(axis=(1, 2)),
        "step": np.sort(step, axis=1)[:, 1],
        "brighter": (inner[..., 0] > outer[..., 0] + 2).mean(axis=(1, 2)),
        "share": areas(ordered) / (edges.size[0] * edges.size[1]),
        "skew": worst_angle(ordered),
        "border": _border_sides(ordered, edges.size),
        "inked": _ink(edges, _grid(ordered)).mean(axis=1),
        "margin": _ink(edges, base + _MARGIN * normal).mean(axis=2).max(axis=1),
        "through": _through(edges, base, normal),
        "darker": np.where(apart[..., 0] < -2, step, 0.0).max(axis=1),
    }


def _samples(quads: Quads, places: Floats) -> tuple[Floats, Floats]:
    """Points Nx4xSx2 at S places (0..1) of the sides, and inward unit normals Nx4x1x2."""
    ends = np.roll(quads, -1, axis=1)
    steps = places[:, None]
    base = quads[:, :, None] + (ends - quads)[:, :, None] * steps
    along = (ends - quads) / np.maximum(np.linalg.norm(ends - quads, axis=2, keepdims=True), 1e-6)
    normal = np.stack([-along[..., 1], along[..., 0]], axis=-1)[:, :, None]
    return base, normal


def _index(edges: Edges, points: Floats) -> "np.ndarray[tuple[int, ...], np.dtype[np.intp]]":
    width, height = edges.size
    column = np.clip(np.rint(points[..., 0]), 0, width - 1).astype(np.intp)
    row = np.clip(np.rint(points[..., 1]), 0, height - 1).astype(np.intp)
    return np.asarray(row * width + column)


def _support(edges: Edges, base: Floats, normal: Floats) -> Floats:
    best = np.zeros(base.shape[:3])
    for offset in _OFFSETS:
        flat = _index(edges, base + offset * normal)
        facing = edges.dx.ravel()[flat] * normal[..., 0] + edges.dy.ravel()[flat] * normal[..., 1]
        facing = np.abs(facing)
        straight = facing > 0.86 * edges.strength.ravel()[flat]
        best = np.maximum(best, np.where(straight, facing, 0.0))
    result: Floats = np.clip((best - 0.5 * edges.floor) / (1.5 * edges.floor), 0.0, 1.0)
    return result


def _colours(edges: Edges, points: Floats) -> Floats:
    result: Floats = edges.lab.reshape(-1, 3)[_index(edges, points)].astype(np.float32)
    return result


def _grid(quads: Quads) -> Floats:
    """Nx100x2 points inside each quad."""
    u, v = np.meshgrid(np.linspace(0.08, 0.92, 10), np.linspace(0.08, 0.92, 10))
    u, v = u.ravel()[:, None], v.ravel()[:, None]
    a, b, c, d = (quads[:, None, k] for k in range(4))
    result: Floats = (a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v
    return result


def _through(edges: Edges, base: Floats, normal: Floats) -> Floats:
    """Print on both sides of a side, the worst of four: a shadow's edge across the page."""
    inside = sum(_ink(edges, base + away * normal).mean(axis=2) for away in _BESIDE)
    outside = sum(_ink(edges, base - away * normal).mean(axis=2) for away in _BESIDE)
    result: Floats = np.minimum(inside, outside).max(axis=1) / len(_BESIDE)
    return result


def _ink(edges: Edges, points: Floats) -> Floats:
    result: Floats = edges.ink.ravel()[_index(edges, points)]
    return result


def _border_sides(quads: Quads, size: tuple[int, int]) -> Floats:
    """How many sides lie on the frame's border."""
    ends = np.roll(quads, -1, axis=1)
    limit = np.array(size) - 1.0
    low = (np.maximum(quads, ends) < 3.0).any(axis=2)
    high = (np.minimum(quads, ends) > limit - 3.0).any(axis=2)
    result: Floats = (low | high).sum(axis=1).astype(np.float64)
    return result
