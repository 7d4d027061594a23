"""A third way to make photographs of pages: harder light, steeper views, whiter desks.

The page is a letter, form or receipt-like list drawn by Pillow and laid by a
homography; wood is a sum of sinusoids, stone is noise at many scales, the white desk
differs from the paper by a few grey levels and a soft shadow, clutter is made of
notebooks, cards, pens and a keyboard, all smaller than the page.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Array = npt.NDArray[Any]
Size = tuple[int, int]

DESKS = ("rubber", "oak", "granite", "bright", "messy")
LIGHTS = ("even", "band", "spot", "grainy", "all")
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_TEXT = "演示数据 居民申请材料 上海市测试区示例路八号 2026年11月 编号 0042 承诺内容属实 "


@dataclass(frozen=True, slots=True)
class Scene:
    """BGR picture, 4x2 corners TL TR BR BL (None on an empty desk), desk and light."""

    image: Array
    corners: Array | None
    desk: str
    light: str


def scene(seed: int, desk: str, light: str, size: Size, *, empty: bool = False) -> Scene:
    """One photograph; the same arguments give the same picture.

    Args:
        seed: of everything random.
        desk: one of `DESKS`.
        light: one of `LIGHTS`; `all` has band, spot and grain together.
        size: width and height.
        empty: no page on the desk.
    """
    rng = np.random.default_rng([3, seed, DESKS.index(desk)])
    corners = _corners(rng, size)
    paper = rng.uniform(236, 252)
    picture = _desk(rng, desk, size, paper)
    if not empty:
        picture = _put(rng, picture, _letter(rng, paper), corners, desk)
    picture = _lamps(rng, picture, corners, light)
    sigma = rng.uniform(3, 8) if light in {"grainy", "all"} else rng.uniform(0.8, 3)
    picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.1))
    picture = picture + rng.standard_normal(picture.shape, dtype=np.float32) * sigma
    image = np.clip(picture, 0, 255).astype(np.uint8)
    return Scene(image, None if empty else corners, desk, light)


def _corners(rng: np.random.Generator, size: Size) -> Array:
    """A4 seen at any turn and up to 35 degrees of tilt, as large as wanted and possible."""
    share = rng.uniform(0.3, 0.9)
    sheet = np.array([[-0.5, -0.707], [0.5, -0.707], [0.5, 0.707], [-0.5, 0.707]])
    quarter = np.pi / 2 * rng.integers(4)
    for _ in range(800):
        roll = quarter + np.deg2rad(rng.uniform(-45, 45) * rng.random())
        turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
        flat = sheet @ turn.T
        lean, way = np.tan(np.deg2rad(rng.uniform(0, 35))), rng.uniform(0, 2 * np.pi)
        depth = 1 + 0.45 * lean * (flat @ np.array([np.cos(way), np.sin(way)]))
        seen = flat / depth[:, None]
        low, high = seen.min(axis=0), seen.max(axis=0)
        fit = float((np.array(size) / (high - low)).min())
        scale = fit * max(np.sqrt(share), 0.5) * rng.uniform(0.9, 1.0)
        seen = (seen - (low + high) / 2) * scale
        room = np.array(size) / 2 - (high - low) / 2 * scale - 14
        if (room > 0).all() and cv2.contourArea(seen.astype(np.float32)) > 0.08 * np.prod(size):
            return np.asarray(seen + np.array(size) / 2 + rng.uniform(-1, 1, 2) * room)
    message = "no view of the page"
    raise ValueError(message)


def _letter(rng: np.random.Generator, paper: float) -> Array:
    """1488x2104 (180 dpi): a letter, a ruled form, a short note or a two-column list."""
    width, height = 1488, 2104
    tint = tuple(int(np.clip(paper + v, 0, 255)) for v in rng.uniform(-4, 4, 3))
    page = Image.new("RGB", (width, height), tint)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(_FONT, int(rng.uniform(24, 40)))
    head = ImageFont.truetype(_FONT, 64)
    left, y = int(rng.uniform(110, 210)), int(rng.uniform(110, 260))
    draw.text((left, y), _TEXT[5:11], font=head, fill=(10, 10, 30))
    y += 130
    kind, step = int(rng.integers(4)), int(font.size * rng.uniform(1.5, 2.1))
    last = y + 7 * step if kind == 2 else height - int(rng.uniform(140, 500))
    columns = [left, width // 2 + 30] if kind == 3 else [left]
    while y < last:
        for x in columns:
            room = (width - 2 * left) / len(columns) - 40
            count = int(room / font.size * rng.choice([1.0, 1.0, 1.0, 0.4, 0.8]))
            text = (_TEXT * 3)[int(rng.integers(9)) :][:count]
            draw.text((x, y), text, font=font, fill=(25, 25, 35))
            if kind == 1:
                draw.rectangle(
                    (x - 10, y - 8, width - left, y + step - 8), outline=(0, 0, 0), width=2
                )
        y += step
    return np.asarray(page)[:, :, ::-1].astype(np.float32)


def _put(rng: np.random.Generator, desk: Array, page: Array, corners: Array, kind: str) -> Array:
    size = (desk.shape[1], desk.shape[0])
    height, width = page.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(flat, corners.astype(np.float32))
    ratio = height / float(np.linalg.norm(corners[3] - corners[0]))
    soft = cv2.GaussianBlur(page, (0, 0), max(0.01, 0.4 * (ratio - 1)))
    laid = cv2.warpPerspective(soft, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, size)[..., None]
    deep = rng.uniform(0.06, 0.2) if kind == "bright" else rng.uniform(0.1, 0.4)
    shift = rng.uniform(-5, 5, 2)
    moved = cv2.warpAffine(mask, np.array([[1, 0, shift[0]], [0, 1, shift[1]]]), size)
    shade = cv2.GaussianBlur(moved, (0, 0), rng.uniform(3, 8))[..., None]
    return np.asarray(desk * (1 - deep * shade) * (1 - mask) + laid * mask)


def _desk(rng: np.random.Generator, kind: str, size: Size, paper: float) -> Array:
    width, height = size
    if kind == "rubber":
        tone = rng.uniform(15, 75) + rng.uniform(-12, 12, 3)
        return np.asarray(tone + rng.normal(0, 5, (height, width, 1)), np.float32)
    if kind == "oak":
        return _oak(rng, size)
    if kind == "granite":
        tone = rng.uniform(70, 200) + rng.uniform(-12, 12, 3)
        return np.asarray(tone + _clouds(rng, size, rng.uniform(8, 20))[..., None], np.float32)
    if kind == "bright":
        tone = paper - rng.uniform(4, 8) * rng.choice([1, 1, 1, -1]) + rng.uniform(-1.5, 1.5, 3)
        return np.asarray(tone + _clouds(rng, size, 0.6)[..., None], np.float32)
    tone = rng.uniform(30, 170) + rng.uniform(-20, 20, 3)
    desk = np.asarray(tone + _clouds(rng, size, 4)[..., None], np.float32)
    _litter(rng, desk)
    return desk


def _clouds(rng: np.random.Generator, size: Size, strength: float) -> Array:
    """Noise at five scales, HxW, standard deviation about `strength`."""
    width, height = size
    total = np.zeros((height, width), np.float32)
    for cell in (3, 9, 27, 81, 243):
        field = rng.standard_normal((height // cell + 2, width // cell + 2), dtype=np.float32)
        total += cv2.resize(field, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(total * (strength / 2.0))


def _oak(rng: np.random.Generator, size: Size) -> Array:
    width, height = size
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.choice([0.0, np.pi / 2]) + rng.uniform(-0.3, 0.3)
    across = xx * np.sin(angle) + yy * np.cos(angle)
    along = xx * np.cos(angle) - yy * np.sin(angle)
    across = across + 18 * np.sin(along / rng.uniform(150, 500) + rng.uniform(0, 6))
    rings = np.zeros_like(across)
    for _ in range(9):
        rings += np.sin(across / rng.uniform(2.5, 40) + rng.uniform(0, 6)) * rng.uniform(0.4, 1)
    tone = np.array([80, 125, 170]) * rng.uniform(0.5, 1.25)
    wood = tone + (rng.uniform(4, 11) * rings)[..., None]
    board = rng.uniform(180, 420)
    seam = np.abs(np.mod(across, board) - board / 2) < 1.8
    return np.asarray(np.where(seam[..., None], wood * 0.6, wood), np.float32)


def _litter(rng: np.random.Generator, desk: Array) -> None:
    """Notebooks, cards, coins, pens, a keyboard: each under 4 % of the frame."""
    height, width = desk.shape[:2]
    for _ in range(int(rng.integers(4, 11))):
        centre = rng.uniform(0, 1, 2) * [width, height]
        long = rng.uniform(0.1, 0.26) * height
        wide = long * rng.uniform(0.55, 0.8)
        points = cv2.boxPoints((tuple(centre), (wide, long), float(rng.uniform(0, 180))))
        colour = rng.choice([235.0, 245.0, 60.0, 150.0]) + rng.uniform(-25, 10, 3)
        cv2.fillConvexPoly(desk, points.astype(np.int32), colour.tolist(), cv2.LINE_AA)
        for share in np.arange(0.15, 0.9, 0.12) if rng.random() < 0.6 else ():
            one, two = (
                points[0] + share * (points[1] - points[0]),
                points[3] + share * (points[2] - points[3]),
            )
            one, two = one + 0.1 * (two - one), two - 0.1 * (two - one)
            ends = [tuple(int(v) for v in p) for p in (one, two)]
            cv2.line(desk, ends[0], ends[1], (70, 60, 60), 2, cv2.LINE_AA)
    for _ in range(int(rng.integers(2, 6))):
        x, y = (int(v) for v in rng.uniform(0, 1, 2) * [width, height])
        a, b = (int(v) for v in rng.uniform(0.02, 0.07, 2) * height)
        turn = float(rng.uniform(0, 180))
        colour = rng.uniform(20, 240, 3).tolist()
        cv2.ellipse(desk, (x, y), (a, b), turn, 0, 360, colour, -1, cv2.LINE_AA)
    for _ in range(int(rng.integers(1, 5))):
        start = rng.uniform(0, 1, 2) * [width, height]
        way = rng.uniform(0, 2 * np.pi)
        end = start + 0.25 * height * np.array([np.cos(way), np.sin(way)])
        ends = [tuple(int(v) for v in p) for p in (start, end)]
        cv2.line(desk, ends[0], ends[1], rng.uniform(0, 255, 3).tolist(), 12, cv2.LINE_AA)
    if rng.random() < 0.6:
        _keys(rng, desk)


def _keys(rng: np.random.Generator, desk: Array) -> None:
    height, width = desk.shape[:2]
    key = height // 24
    left, top = int(rng.uniform(-0.1, 0.7) * width), int(rng.choice([-2 * key, height - 3 * key]))
    cv2.rectangle(desk, (left, top), (left + 15 * key, top + 5 * key), (52, 50, 50), -1)
    for row in range(5):
        for column in range(15):
            x, y = left + column * key + 4, top + row * key + 4
            cv2.rectangle(desk, (x, y), (x + key - 8, y + key - 8), (225, 225, 228), -1)


def _lamps(rng: np.random.Generator, picture: Array, corners: Array, light: str) -> Array:
    height, width = picture.shape[:2]
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    way = rng.uniform(0, 2 * np.pi)
    fall = (np.cos(way) * xx / width + np.sin(way) * yy / height) * rng.uniform(0.05, 0.25)
    lit = picture * (0.97 - np.abs(fall))[..., None]
    if light in {"band", "all"}:
        tilt, start = rng.uniform(-1, 1), rng.uniform(0.25, 0.75)
        place = (xx - start * width) + tilt * (yy - height / 2)
        half, soft = rng.uniform(0.06, 0.2) * width, rng.uniform(8, 45)
        band = 0.5 * (np.tanh((place + half) / soft) - np.tanh((place - half) / soft))
        lit = lit * (1 - rng.uniform(0.2, 0.5) * band[..., None])
    if light in {"spot", "all"}:
        share = rng.uniform(0.15, 0.85, 4)
        x, y = (corners * share[:, None]).sum(axis=0) / share.sum()
        a, b = rng.uniform(0.03, 0.12, 2) * width
        spot = np.exp(-(((xx - x) / a) ** 2 + ((yy - y) / b) ** 2))
        lit = lit + rng.uniform(80, 200) * spot[..., None]
    return np.asarray(lit.astype(np.float32))
