"""A second way to make photographs of pages, in another style, to keep the first one honest.

Here the camera is a pinhole that looks at a desk from a pose; the page keeps its
shape. Desks are chequered cloth, planks seen at an angle, tiles, white laminate and
a table with other papers; pages are letters, forms, coloured sheets and plain ones.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

DESKS = ("cloth", "planks", "tiles", "laminate", "papers")


@dataclass(frozen=True, slots=True)
class Posed:
    """One photograph: BGR picture, 4x2 corners (None on an empty desk), and the desk's name."""

    image: Array
    corners: Array | None
    desk: str


def pose(seed: int, desk: str, size: tuple[int, int], *, empty: bool = False) -> Posed:
    """Photograph one desk.

    Args:
        seed: the same seed gives the same picture.
        desk: one of `DESKS`.
        size: width and height of the picture.
        empty: no A4 page on it.
    """
    rng = np.random.default_rng([seed, DESKS.index(desk)])
    camera, corners = _fitting_camera(rng, size)
    ground = _ground(rng, desk)
    picture = _view(ground, camera, size, 4.0, (-600.0, -600.0))
    if not empty:
        sheet = _sheet(rng)
        picture = _lay(rng, picture, sheet, camera, size)
    picture = _expose(rng, picture)
    return Posed(picture, None if empty else corners, desk)


def _fitting_camera(rng: np.random.Generator, size: tuple[int, int]) -> tuple[Array, Array]:
    """A pose that shows the whole page large enough, and the page's corners."""
    sheet = np.array([[-105, -148.5], [105, -148.5], [105, 148.5], [-105, 148.5]])
    for _ in range(500):
        camera = _camera(rng, size)
        corners = _project(camera, sheet)
        low, high = corners.min(axis=0), corners.max(axis=0)
        fits = (low > 14).all() and (high < np.array(size) - 14).all()
        if fits and cv2.contourArea(corners.astype(np.float32)) > 0.11 * size[0] * size[1]:
            return camera, corners
    message = "no pose for the page"
    raise ValueError(message)


def _camera(rng: np.random.Generator, size: tuple[int, int]) -> Array:
    """3x3 homography from desk millimetres to pixels."""
    focal = rng.uniform(0.9, 1.5) * max(size)
    tilt, pan = np.deg2rad(rng.uniform(-28, 28)), np.deg2rad(rng.uniform(-22, 22))
    roll = np.deg2rad(rng.choice([0, 90, 180, 270]) + rng.uniform(-25, 25))
    turn = cv2.Rodrigues(np.array([tilt, 0, 0]))[0] @ cv2.Rodrigues(np.array([0, pan, 0]))[0]
    turn = turn @ cv2.Rodrigues(np.array([0, 0, roll]))[0]
    away = focal * 300 / (rng.uniform(0.45, 0.95) * max(size))
    place = np.array([rng.uniform(-40, 40), rng.uniform(-40, 40), away])
    lens = np.array([[focal, 0, size[0] / 2], [0, focal, size[1] / 2], [0, 0, 1]])
    return np.asarray(lens @ np.column_stack([turn[:, 0], turn[:, 1], place]))


def _project(camera: Array, points: Array) -> Array:
    spread = np.column_stack([points, np.ones(len(points))]) @ camera.T
    return np.asarray(spread[:, :2] / spread[:, 2:])


def _view(
    flat: Array, camera: Array, size: tuple[int, int], scale: float, origin: tuple[float, float]
) -> Array:
    """What the camera sees of a flat picture of 1/scale mm a pixel whose corner is at origin."""
    to_mm = np.array(
        [
            [1 / scale, 0, origin[0] + 0.5 / scale],
            [0, 1 / scale, origin[1] + 0.5 / scale],
            [0, 0, 1],
        ]
    )
    soft = cv2.GaussianBlur(flat, (0, 0), 0.8)
    return cv2.warpPerspective(
        soft, camera @ to_mm, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )


def _ground(rng: np.random.Generator, desk: str) -> Array:
    """4800x4800 would be 1.2 m at 4 px a millimetre; drawn at a third and enlarged."""
    side = 1600
    yy, xx = np.mgrid[0:side, 0:side].astype(np.float32)
    tone = rng.uniform(40, 200, 3).astype(np.float32)
    if desk == "cloth":
        step = rng.uniform(18, 60)
        pattern = np.sign(np.sin(2 * np.pi * xx / step)) + np.sign(np.sin(2 * np.pi * yy / step))
        ground = tone + rng.uniform(6, 22) * pattern[..., None]
    elif desk == "planks":
        width = int(rng.uniform(90, 260))
        tint = rng.uniform(-18, 18, side // width + 1).astype(np.float32)
        rows = (yy // width).astype(int)
        fibre = cv2.GaussianBlur(
            rng.normal(0, 60, (side, side)).astype(np.float32), (0, 0), 9, sigmaY=1
        )
        ground = np.array([60, 100, 150]) * rng.uniform(0.6, 1.2) + (tint[rows] + fibre)[..., None]
        ground = np.where((yy % width < 3)[..., None], ground * 0.5, ground)
    elif desk == "tiles":
        width = int(rng.uniform(250, 480))
        gap = (yy % width < 6) | (xx % width < 6)
        speck = cv2.GaussianBlur(rng.normal(0, 30, (side, side)).astype(np.float32), (0, 0), 1.2)
        ground = np.where(gap[..., None], tone * 0.7, tone) + speck[..., None]
    elif desk == "laminate":
        ground = np.full((side, side, 3), rng.uniform(212, 238), np.float32)
        ground = ground + rng.uniform(-5, 5, 3) + rng.normal(0, 1.2, (side, side, 1))
    else:
        ground = tone * 0.7 + rng.normal(0, 3, (side, side, 1))
        _papers(rng, ground)
    ground = np.clip(ground, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(ground, (4800, 4800), interpolation=cv2.INTER_LINEAR))


def _papers(rng: np.random.Generator, ground: Array) -> None:
    """Notes, cards, a phone, pens: nothing above a quarter of A4's area. 1.33 px a millimetre."""
    for _ in range(int(rng.integers(8, 18))):
        centre = rng.uniform(450, 1150, 2)
        sides = rng.uniform(50, 130, 2)
        points = cv2.boxPoints((tuple(centre), tuple(sides), float(rng.uniform(0, 90))))
        colour = tuple(
            rng.choice([(240, 240, 235), (120, 230, 250), (30, 30, 32), (200, 170, 120)])
        )
        cv2.fillConvexPoly(ground, points.astype(np.int32), [float(c) for c in colour])
    for _ in range(6):
        start, way = rng.uniform(400, 1200, 2), rng.normal(0, 90, 2)
        ends = [tuple(int(v) for v in p) for p in (start, start + way)]
        cv2.line(ground, ends[0], ends[1], rng.uniform(0, 255, 3).tolist(), 9)


def _sheet(rng: np.random.Generator) -> Array:
    """1680x2376, 8 pixels a millimetre."""
    paper = np.array([(250, 250, 250), (225, 240, 250), (245, 235, 220), (215, 225, 250)])
    sheet = np.full((2376, 1680, 3), paper[int(rng.integers(4))], np.uint8)
    ink = tuple(int(v) for v in rng.uniform(0, 90, 3))
    if rng.random() < 0.25:
        cv2.rectangle(sheet, (90, 90), (1590, 2286), ink, 7)
    y = int(rng.uniform(160, 400))
    cv2.rectangle(sheet, (500, y - 60), (1180, y), ink, -1)
    end = int(rng.uniform(900, 2250))
    while y < end - 60:
        y += int(rng.uniform(42, 60))
        x = 160
        while x < rng.uniform(700, 1480):
            width = int(rng.uniform(14, 34))
            cv2.rectangle(sheet, (x, y), (x + width, y + 26), ink, int(rng.choice([3, 4, 5])))
            x += width + 9
    if rng.random() < 0.3:
        cv2.rectangle(sheet, (1150, 180), (1480, 600), (90, 120, 160), -1)
    return sheet


def _lay(
    rng: np.random.Generator, desk: Array, sheet: Array, camera: Array, size: tuple[int, int]
) -> Array:
    laid = _view(sheet, camera, size, 8.0, (-105.0, -148.5)).astype(np.float32)
    ones = np.full(sheet.shape[:2], 1.0, np.float32)
    to_mm = np.array([[0.125, 0, -105 + 0.0625], [0, 0.125, -148.5 + 0.0625], [0, 0, 1]])
    mask = cv2.warpPerspective(ones, camera @ to_mm, size)[..., None]
    way = rng.uniform(-5, 5, 2)
    moved = cv2.warpAffine(mask, np.array([[1, 0, way[0]], [0, 1, way[1]]]), size)
    shade = cv2.GaussianBlur(moved, (0, 0), rng.uniform(2, 7))[..., None]
    under = desk.astype(np.float32) * (1 - rng.uniform(0.12, 0.35) * shade)
    return under * (1 - mask) + laid * rng.uniform(0.88, 1.0) * mask


def _expose(rng: np.random.Generator, picture: Array) -> Array:
    height, width = picture.shape[:2]
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    far = ((xx / width - 0.5) ** 2 + (yy / height - 0.5) ** 2)[..., None]
    light = picture.astype(np.float32) * (1.03 - rng.uniform(0.1, 0.7) * far)
    if rng.random() < 0.35:
        edge = np.tanh((xx * rng.uniform(-1, 1) + yy - rng.uniform(0.2, 1) * height) / 60)
        light = light * (0.82 + 0.15 * edge[..., None])
    light = light * rng.uniform(0.92, 1.08, 3).astype(np.float32)
    light = cv2.GaussianBlur(light, (0, 0), rng.uniform(0.4, 1.3))
    light += rng.standard_normal(light.shape, dtype=np.float32) * rng.uniform(1, 7)
    return np.asarray(np.clip(light, 0, 255).astype(np.uint8))
