"""Straight lines of the working picture, and how well each is drawn along its length."""

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.documents.arrays import Floats
from kiosk.documents.edges import Edges

_ANGLE_BINS = 120
_RHO_STEP = 2.0
_SPREAD = 2
MAX_LINES = 26


@dataclass(frozen=True, slots=True)
class Lines:
    """N lines in normal form, `x * cos + y * sin = rho`, in working pixels.

    Attributes:
        normals: Nx2 unit normals.
        rhos: N distances from the origin.
        sums: Nx(T+1) running sum of support along the line, one step a pixel,
            from `-reach` to `reach` around the foot of the origin's perpendicular.
        reach: half the length of the profile.
    """

    normals: Floats
    rhos: Floats
    sums: Floats
    reach: int

    def support(self, index: Floats, start: Floats, end: Floats) -> Floats:
        """Mean support 0..1 between two positions along the lines, element by element."""
        top = self.sums.shape[1] - 1
        low = np.clip(np.minimum(start, end) + self.reach, 0, top)
        high = np.clip(np.maximum(start, end) + self.reach, 0, top)
        first, last = np.rint(low).astype(np.intp), np.rint(high).astype(np.intp)
        chosen = index.astype(np.intp)
        total = self.sums[chosen, last] - self.sums[chosen, first]
        result: Floats = total / np.maximum(last - first, 1)
        return result

    def along(self, index: Floats, points: Floats) -> Floats:
        """Positions of points (...x2) along the lines."""
        normal = self.normals[index.astype(np.intp)]
        result: Floats = points[..., 1] * normal[..., 0] - points[..., 0] * normal[..., 1]
        return result


def find_lines(edges: Edges) -> Lines:
    """The strongest lines: every edge pixel votes along its own gradient only."""
    ys, xs = np.nonzero(edges.thin)
    gx, gy = edges.dx[ys, xs].astype(np.float32), edges.dy[ys, xs].astype(np.float32)
    weight = np.clip(edges.strength[ys, xs] / (6 * edges.floor), 0.4, 1.0)
    angles = np.mod(np.arctan2(gy, gx), np.pi)
    points = np.stack([xs, ys], axis=1).astype(np.float32)
    normals, rhos = _vote(points, angles, weight, edges.size)
    normals, rhos = _fit(points, angles, normals, rhos)
    return Lines(normals, rhos, *_profiles(edges, normals, rhos))


def _vote(
    points: Floats, angles: Floats, weight: Floats, size: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Peaks of the voting table, as normals Nx2 and rhos N."""
    diagonal = float(np.hypot(*size))
    rho_bins = int(2 * diagonal / _RHO_STEP) + 3
    centre = np.floor(angles / np.pi * _ANGLE_BINS).astype(np.intp)
    table = np.zeros(_ANGLE_BINS * rho_bins)
    directions = (np.arange(_ANGLE_BINS) + 0.5) * np.pi / _ANGLE_BINS
    cosines, sines = np.cos(directions), np.sin(directions)
    for offset in range(-_SPREAD, _SPREAD + 1):
        bins = (centre + offset) % _ANGLE_BINS
        rho = points[:, 0] * cosines[bins] + points[:, 1] * sines[bins]
        row = ((rho + diagonal) / _RHO_STEP + 0.5).astype(np.intp)
        table += np.bincount(bins * rho_bins + row, weight, table.size)
    votes = cv2.GaussianBlur(table.reshape(_ANGLE_BINS, rho_bins).astype(np.float32), (3, 3), 0)
    votes[:, :1] = 0
    peak = votes >= cv2.dilate(votes, np.ones((7, 7), np.uint8))
    peak &= votes > max(3.0, 0.02 * min(size))
    a, r = np.nonzero(peak)
    best = np.argsort(-votes[a, r])[:MAX_LINES]
    a, r = a[best], r[best]
    normals = np.stack([cosines[a], sines[a]], axis=1)
    return normals, r * _RHO_STEP - diagonal


def _fit(points: Floats, angles: Floats, normals: Floats, rhos: Floats) -> tuple[Floats, Floats]:
    """Least squares of each line on the edge pixels beside it, twice, closer each time."""
    thinned = max(1, len(points) // 2000)
    points, angles = points[::thinned], angles[::thinned]
    normals, rhos = normals.astype(np.float32), rhos.astype(np.float32)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    facing = np.abs(directions @ normals.T) > 0.96
    for width in (3.0, 1.5):
        near = (np.abs(points @ normals.T - rhos) < width) & facing
        least = 8.0 / thinned
        normals, rhos = moment_fit(points, near.astype(np.float32), normals, rhos, least)
    return normals, rhos


def moment_fit(
    points: Floats, weight: Floats, normals: Floats, rhos: Floats, least: float
) -> tuple[Floats, Floats]:
    """Weighted least squares of L lines on P points.

    Args:
        points: Px2.
        weight: PxL, how much each point counts for each line.
        normals: Lx2 unit normals so far; a fit that turns by over six degrees is not taken.
        rhos: L distances so far.
        least: total weight below which a line stays as it is.
    """
    count = weight.sum(axis=0)
    enough = count >= least
    count = np.maximum(count, 1e-3)
    squares = np.stack([points[:, 0] ** 2, points[:, 1] ** 2, points[:, 0] * points[:, 1]])
    mean = (weight.T @ points) / count[:, None]
    xx, yy, xy = (squares @ weight) / count
    xx, yy, xy = xx - mean[:, 0] ** 2, yy - mean[:, 1] ** 2, xy - mean[:, 0] * mean[:, 1]
    tilt = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    fitted = np.stack([np.cos(tilt), np.sin(tilt)], axis=1)
    fitted *= np.sign((fitted * normals).sum(axis=1, keepdims=True) + 1e-12)
    agree = enough & ((fitted * normals).sum(axis=1) > 0.995)
    normals = np.where(agree[:, None], fitted, normals)
    return normals, np.where(agree, (normals * mean).sum(axis=1), rhos)


def _profiles(edges: Edges, normals: Floats, rhos: Floats) -> tuple[Floats, int]:
    """Running sums of support: strength facing the line, within 2 px, against the floor."""
    width, height = edges.size
    reach = int(np.hypot(width, height)) + 2
    floor = np.float32(edges.floor)
    dx, dy, strength = (part.ravel() for part in (edges.dx, edges.dy, edges.strength))
    steps = np.arange(-reach, reach + 1, dtype=np.float32)
    normals, rhos = normals.astype(np.float32), rhos.astype(np.float32)
    along = np.stack([-normals[:, 1], normals[:, 0]], axis=1)
    best = np.zeros((len(rhos), len(steps)), np.float32)
    for offset in (-2.0, -1.0, 0.0, 1.0, 2.0):
        x = (rhos + offset)[:, None] * normals[:, :1] + along[:, :1] * steps
        y = (rhos + offset)[:, None] * normals[:, 1:] + along[:, 1:] * steps
        column, row = np.rint(x).astype(np.int32), np.rint(y).astype(np.int32)
        inside = (column >= 0) & (row >= 0) & (column < width) & (row < height)
        flat = (row * width + column) * inside
        facing = np.abs(dx.take(flat) * normals[:, :1] + dy.take(flat) * normals[:, 1:])
        facing *= inside
        facing *= facing > np.float32(0.86) * strength.take(flat)
        np.maximum(best, facing, out=best)
    support = np.clip((best - 0.5 * floor) / (1.5 * floor), 0.0, 1.0)
    sums = np.concatenate([np.zeros((len(rhos), 1)), np.cumsum(support, axis=1)], axis=1)
    return sums, reach
