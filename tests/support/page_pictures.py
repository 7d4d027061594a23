"""Photographs of pages that never were: page, place, light, background, and the true corners.

Everything is drawn from one seed, so the same seed gives the same picture. The
truth is kept as floats: the page is warped by the homography that the corners
define, so warping it back by the same corners gives the page again.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Array = npt.NDArray[Any]

BACKGROUNDS = ("mat", "wood", "stone", "white", "clutter")
DEFECTS = ("plain", "shadow", "glare", "noise", "soft")
PAGE_SIZE = (1240, 1754)
_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_LINES = (
    "居住证签注申请表（演示数据）",
    "申请人张三丰，现住徐汇区漕河泾街道测试路一号。",
    "本人承诺所填内容真实，并同意核验有关信息。",
    "房屋租赁合同备案编号 2026-0001-0042",
    "联系电话 021-0000-0000，租期十二个月。",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One photograph and its truth.

    Attributes:
        image: BGR, uint8.
        corners: 4x2 floats, TL TR BR BL of the page, pixels; None on an empty desk.
        background: one of `BACKGROUNDS`.
        defect: one of `DEFECTS`.
    """

    image: Array
    corners: Array | None
    background: str
    defect: str


def draw_page(seed: int, size: tuple[int, int] = PAGE_SIZE) -> Array:
    """A flat printed page: title, paragraphs, now and then ruled boxes and a red seal."""
    rng = np.random.default_rng(seed)
    width, height = size
    tint = tuple(int(v) for v in rng.integers(232, 256, 3))
    page = Image.new("RGB", size, tint)
    draw = ImageDraw.Draw(page)
    margin = int(width * rng.uniform(0.06, 0.12))
    small = ImageFont.truetype(_FONT, int(width / rng.uniform(38, 56)))
    large = ImageFont.truetype(_FONT, width // 24)
    y = margin
    draw.text((width // 2, y), _LINES[0], font=large, fill=(15, 15, 20), anchor="ma")
    y += width // 12
    kind = int(rng.integers(3))
    if kind == 1:
        y = _draw_table(draw, rng, (margin, y, width - margin), small)
    end = height * (0.45 if kind == 2 else 0.93)
    while y < end - margin:
        text = str(rng.choice(_LINES[1:])) * 2
        keep = int(len(text) * rng.uniform(0.45, 1.0))
        while draw.textlength(text[:keep], font=small) > width - 2 * margin:
            keep -= 1
        draw.text((margin, y), text[:keep], font=small, fill=(25, 25, 30))
        y += int(small.size * 1.75)
    if rng.random() < 0.5:
        x, top, r = width - margin - 300, int(height * 0.7), 110
        draw.ellipse((x, top, x + 2 * r, top + 2 * r), outline=(200, 40, 40), width=9)
    return np.asarray(page)[:, :, ::-1].copy()


def _draw_table(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    place: tuple[int, int, int],
    font: ImageFont.FreeTypeFont,
) -> int:
    left, y, right = place
    row = int(font.size * 2.2)
    for index in range(int(rng.integers(4, 14))):
        draw.rectangle((left, y, right, y + row), outline=(20, 20, 20), width=3)
        draw.line((left + 260, y, left + 260, y + row), fill=(20, 20, 20), width=3)
        draw.text((left + 16, y + 8), f"第{index + 1}项", font=font, fill=(20, 20, 20))
        y += row
    return y + row


def place_page(
    rng: np.random.Generator, size: tuple[int, int], share: float, jitter: float
) -> Array:
    """True corners: an A4 rectangle turned, scaled and bent by perspective, inside the frame."""
    width, height = size
    for _ in range(400):
        long = share * max(size) if rng.random() < 0.5 else share * min(size) * 1.2
        half = np.array([long / np.sqrt(2), long]) / 2
        base = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], float) * half
        angle = rng.choice([0.0, np.pi / 2]) + np.deg2rad(rng.normal(0, 9))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        bent = base @ turn.T + rng.uniform(-jitter, jitter, (4, 2)) * long
        centre = rng.uniform([0.35, 0.35], [0.65, 0.65]) * [width, height]
        corners = bent + centre
        low, high = corners.min(axis=0), corners.max(axis=0)
        if (low > 12).all() and (high < np.array([width, height]) - 12).all():
            return np.asarray(corners)
        share *= 0.985
    message = "no place for the page"
    raise ValueError(message)


def smooth_noise(rng: np.random.Generator, size: tuple[int, int], cells: int) -> Array:
    """Soft random field, HxW float32, mean 0, about -1..1."""
    width, height = size
    rows = max(2, cells * height // max(size))
    columns = max(2, cells * width // max(size))
    field = rng.normal(0, 0.5, (rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC))


def background(rng: np.random.Generator, kind: str, size: tuple[int, int]) -> Array:
    """A desk without the page: HxWx3 float32."""
    width, height = size
    if kind == "wood":
        return _wood(rng, size)
    if kind == "stone":
        tone = rng.uniform(80, 190) + rng.uniform(-10, 10, 3).astype(np.float32)
        grain = 14 * smooth_noise(rng, size, 24) + 10 * smooth_noise(rng, size, 240)
        return np.asarray(tone + grain[..., None], np.float32)
    if kind == "white":
        tone = rng.uniform(205, 240) + rng.uniform(-4, 4, 3)
        return np.asarray(tone + 2.5 * smooth_noise(rng, size, 12)[..., None], np.float32)
    tone = rng.uniform(25, 80) + rng.uniform(-15, 25, 3)
    base = (tone + 4 * smooth_noise(rng, size, 60)[..., None]).astype(np.float32)
    if kind == "clutter":
        base += rng.uniform(0, 90)
        _scatter(rng, base, (width, height))
    return np.asarray(base)


def _wood(rng: np.random.Generator, size: tuple[int, int]) -> Array:
    width, height = size
    grain = smooth_noise(rng, (width, 64), 150)
    stretched = cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    stretched = stretched + 0.5 * cv2.resize(
        rng.normal(0, 1, (height // 3, 6)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    tone = np.array([rng.uniform(50, 90), rng.uniform(90, 130), rng.uniform(130, 180)], np.float32)
    wood = tone + 16 * stretched[..., None]
    plank = int(height / rng.uniform(2.5, 5))
    for y in range(int(rng.integers(plank)), height, plank):
        wood[y : y + 3] *= 0.55
    return np.asarray(wood.astype(np.float32))


def _scatter(rng: np.random.Generator, base: Array, size: tuple[int, int]) -> None:
    """Small papers, cards, pens and half a keyboard; none of A4's size."""
    width, height = size
    for _ in range(int(rng.integers(5, 10))):
        centre = rng.uniform([0, 0], [width, height])
        long = rng.uniform(0.08, 0.19) * min(size)
        box = (tuple(centre), (long * rng.uniform(0.5, 0.9), long), float(rng.uniform(0, 180)))
        points = cv2.boxPoints(box).astype(np.int32)
        colour = rng.uniform(150, 250) + rng.uniform(-30, 5, 3)
        cv2.fillConvexPoly(base, points, tuple(colour.tolist()), cv2.LINE_AA)
    for _ in range(int(rng.integers(2, 5))):
        start = rng.uniform([0, 0], [width, height])
        angle = rng.uniform(0, np.pi)
        end = start + 0.2 * min(size) * np.array([np.cos(angle), np.sin(angle)])
        ink = rng.uniform(10, 220, 3).tolist()
        a, b = tuple(start.astype(int).tolist()), tuple(end.astype(int).tolist())
        cv2.line(base, a, b, ink, max(6, min(size) // 90), cv2.LINE_AA)
    _keyboard(rng, base, size)


def _keyboard(rng: np.random.Generator, base: Array, size: tuple[int, int]) -> None:
    width, height = size
    left, top = int(rng.uniform(0, 0.5) * width), int(height * rng.uniform(0.86, 0.95))
    key = min(size) // 26
    cv2.rectangle(base, (left, top), (left + 14 * key, top + 5 * key), (45, 42, 40), -1)
    for row in range(5):
        for column in range(14):
            x, y = left + column * key + 3, top + row * key + 3
            cv2.rectangle(base, (x, y), (x + key - 6, y + key - 6), (85, 82, 80), -1)


def photograph(seed: int, size: tuple[int, int], kind: str, defect: str) -> Picture:
    """One photograph with a page."""
    rng = np.random.default_rng(seed)
    corners = place_page(rng, size, rng.uniform(0.45, 0.95), rng.uniform(0.0, 0.05))
    desk = background(rng, kind, size)
    image = _lay(rng, desk, draw_page(seed), corners)
    image = _light(rng, image, corners, defect)
    return Picture(_lens(rng, image, defect), corners, kind, defect)


def empty_desk(seed: int, size: tuple[int, int], kind: str) -> Picture:
    """The same desk without a page."""
    rng = np.random.default_rng(seed)
    desk = background(rng, kind, size)
    middle = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float) * size
    image = _light(rng, desk, middle, "shadow" if rng.random() < 0.4 else "plain")
    return Picture(_lens(rng, image, "noise"), None, kind, "plain")


def warp_onto(page: Array, corners: Array, size: tuple[int, int]) -> tuple[Array, Array]:
    """The page in the frame and its soft mask (0..1), both float32."""
    height, width = page.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(flat, (corners).astype(np.float32))
    long = np.linalg.norm(corners[3] - corners[0])
    sigma = max(0.01, 0.35 * height / long - 0.35)
    soft = cv2.GaussianBlur(page, (0, 0), sigma)
    laid = cv2.warpPerspective(
        soft, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    mask = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, size)
    return laid.astype(np.float32), mask


def _lay(rng: np.random.Generator, desk: Array, page: Array, corners: Array) -> Array:
    size = (desk.shape[1], desk.shape[0])
    laid, mask = warp_onto(page, corners, size)
    laid *= rng.uniform(0.9, 1.0)
    shift = rng.uniform(-6, 6, 2)
    move = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    shade = cv2.GaussianBlur(cv2.warpAffine(mask, move, size), (0, 0), rng.uniform(3, 9))
    desk = desk * (1 - rng.uniform(0.2, 0.4) * shade[..., None])
    return np.asarray(desk * (1 - mask[..., None]) + laid * mask[..., None])


def _light(rng: np.random.Generator, image: Array, corners: Array, defect: str) -> Array:
    height, width = image.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    ramp = (np.cos(angle) * (xs / width - 0.5) + np.sin(angle) * (ys / height - 0.5)) * 0.3
    image = image * (0.95 + ramp[..., None])
    if defect == "shadow":
        start = rng.uniform(0.2, 0.8) * width
        slope = rng.uniform(-0.4, 0.4)
        softness = rng.uniform(6, 40)
        edge = 0.5 + 0.5 * np.tanh((xs - start - slope * ys) / (2 * softness))
        image = image * (1 - rng.uniform(0.25, 0.45) * edge[..., None])
    if defect == "glare":
        centre = corners.mean(axis=0) + rng.uniform(-120, 120, 2)
        spread = rng.uniform(0.04, 0.09) * max(width, height)
        spot = np.exp(-((xs - centre[0]) ** 2 + (ys - centre[1]) ** 2) / (2 * spread**2))
        image = image + 190 * spot[..., None]
    return np.asarray(image)


def _lens(rng: np.random.Generator, image: Array, defect: str) -> Array:
    sigma = rng.uniform(0.9, 1.6) if defect == "soft" else rng.uniform(0.4, 0.7)
    image = cv2.GaussianBlur(image, (0, 0), sigma)
    noise = rng.uniform(5, 9) if defect == "noise" else rng.uniform(1, 3)
    grain = rng.standard_normal(image.shape, dtype=np.float32) * noise
    clipped = np.clip(image + grain, 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", clipped, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(80, 96))])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))


def jaccard(truth: Array, found: Array | None) -> float:
    """SmartDoc's index: overlap of both quads after mapping the true page to A4."""
    if found is None:
        return 0.0
    flat = np.array([[0, 0], [2100, 0], [2100, 2970], [0, 2970]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.asarray(truth, np.float32), flat)
    quad = cv2.perspectiveTransform(np.asarray(found, np.float32)[None], matrix)[0]
    if not cv2.isContourConvex(quad):
        return 0.0
    overlap = cv2.intersectConvexConvex(flat, quad)[0]
    union = 2100 * 2970 + abs(cv2.contourArea(quad)) - overlap
    return float(overlap / union)


def corner_error(truth: Array, found: Array | None) -> float:
    """Mean distance of the corners in pixels, whichever corner is called the first."""
    if found is None:
        return float("inf")
    turned = [np.roll(np.asarray(found), step, axis=0) for step in range(4)]
    return float(min(np.linalg.norm(truth - quad, axis=1).mean() for quad in turned))
