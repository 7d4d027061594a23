"""The simulated desk: a flat page picture, laid down, lit and photographed, inside the child."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from devices.config import DeviceUri
from devices.errors import DeviceError, FailureCode

Picture = npt.NDArray[np.uint8]

FRAME = (1620, 2160)
"""Width and height: A4 on 84 % of the height is 155 dpi, which reading asks for."""

_LONG_SHARE = 0.845
_WALK_FRAMES = 5
_NOISE = 2.0


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the camera sees: the page's file, when it was written, and the walk's step."""

    name: str
    stamp: int
    step: int


class DeskReader:
    """Frames of the desk; the page slides a little after it was laid down, then lies still."""

    def __init__(self, uri: DeviceUri) -> None:
        """Look at the folder.

        Raises:
            DeviceError: NOT_CONNECTED when there is none.
        """
        self._folder = Path(uri.target)
        if not self._folder.is_dir():
            raise DeviceError(FailureCode.NOT_CONNECTED, "no such folder")
        self._rng = np.random.default_rng(7)
        self._desk = _desk(self._rng)
        self._light = _light()
        shape = (FRAME[1] + 64, FRAME[0] + 64, 3)
        grain = self._rng.standard_normal(shape, dtype=np.float32) * _NOISE
        self._grain = np.rint(grain).astype(np.int16)
        self._sight = _Sight("", 0, -1)
        self._scene: Picture = self._desk
        self._last: Picture | None = None

    def read(self, wait_s: float) -> Picture | None:
        """One photograph, with the fault of `camera.json` if there is one."""
        del wait_s
        fault = self._fault()
        if fault == "stall":
            threading.Event().wait()
        if fault == "unplug":
            raise DeviceError(FailureCode.DISCONNECTED, "unplugged")
        if fault == "torn":
            return None
        if fault == "frozen" and self._last is not None:
            return self._last
        frame = self._photograph()
        if fault == "black":
            frame = np.zeros_like(frame)
        if fault == "resized":
            frame = np.ascontiguousarray(frame[::2, ::2])
        self._last = frame
        return frame

    def _fault(self) -> str:
        control = self._folder / "camera.json"
        try:
            document = json.loads(control.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return ""
        return str(document.get("fault") or "") if isinstance(document, dict) else ""

    def _photograph(self) -> Picture:
        path = self._current()
        name, stamp = (path.name, path.stat().st_mtime_ns) if path else ("", 0)
        old = self._sight
        same = (old.name, old.stamp) == (name, stamp)
        step = min(old.step + 1, _WALK_FRAMES) if same else 0
        sight = _Sight(name, stamp, step)
        if sight != old:
            self._scene = self._lay(path, step)
            self._sight = sight
        y, x = (int(v) for v in self._rng.integers(0, 64, 2))
        grain = self._grain[y : y + FRAME[1], x : x + FRAME[0]]
        return np.asarray(cv2.add(self._scene, grain, dtype=cv2.CV_8U), np.uint8)

    def _current(self) -> Path | None:
        pages = sorted([*self._folder.glob("page-*.png"), *self._folder.glob("page-*.jpg")])
        named = self._folder / "current.txt"
        if not named.is_file():
            return pages[0] if pages else None
        name = named.read_text("utf-8").strip()
        return next((page for page in pages if page.name == name), None)

    def _lay(self, path: Path | None, step: int) -> Picture:
        flat: Any = None if path is None else cv2.imread(str(path), cv2.IMREAD_COLOR)
        if path is None or flat is None:
            scene = _dim(self._desk, self._light)
        else:
            away = (_WALK_FRAMES - step) / _WALK_FRAMES
            page, mask = _warp(np.asarray(flat, np.uint8), _corners(path.name, away, self._rng))
            bare = (1.0 - mask) * (1.0 - 0.35 * _shade(mask)) * self._light
            scene = _dim(self._desk, bare) + _dim(page, 0.93 * mask * self._light)
        return np.asarray(cv2.GaussianBlur(scene, (3, 3), 0.45), np.uint8)


def _dim(picture: Picture, factor: npt.NDArray[np.float32]) -> Picture:
    """Multiply each pixel by its factor."""
    spread = cv2.merge([factor, factor, factor])
    return np.asarray(cv2.multiply(picture, spread, dtype=cv2.CV_8U), np.uint8)


def _shade(mask: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The page's soft shadow, a little to the lower right."""
    small = cv2.resize(mask, (FRAME[0] // 4, FRAME[1] // 4), interpolation=cv2.INTER_LINEAR)
    soft = np.roll(cv2.GaussianBlur(small, (0, 0), 2.2), (2, 1), axis=(0, 1))
    return np.asarray(cv2.resize(soft, FRAME, interpolation=cv2.INTER_LINEAR), np.float32)


def _desk(rng: np.random.Generator) -> Picture:
    """A dark grey-green mat with a fine grain."""
    fine = rng.normal(0, 4, (FRAME[1] // 3, FRAME[0] // 3)).astype(np.float32)
    grain = cv2.resize(fine, FRAME, interpolation=cv2.INTER_LINEAR)[..., None]
    desk = np.clip(np.array([62, 66, 58], np.float32) + grain, 0, 255)
    return np.asarray(desk, np.uint8)


def _light() -> npt.NDArray[np.float32]:
    """Brighter at the upper left, as under a lamp."""
    x = np.linspace(1.03, 0.93, FRAME[0], dtype=np.float32)
    y = np.linspace(1.02, 0.95, FRAME[1], dtype=np.float32)
    return np.outer(y, x).astype(np.float32)


def _corners(name: str, away: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """TL TR BR BL of the page; each name has its own resting place."""
    own = np.random.default_rng(list(name.encode()) or [0])
    long = _LONG_SHARE * FRAME[1]
    half = np.array([long * 210 / 297, long]) / 2
    base = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    angle = np.deg2rad(own.uniform(-2.0, 2.0) + 3.0 * away * rng.uniform(-1, 1))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    bent = base @ turn.T + own.uniform(-0.008, 0.008, (4, 2)) * long
    centre = np.array(FRAME) / 2 + own.uniform(-15, 15, 2) + 40 * away * rng.uniform(-1, 1, 2)
    return np.asarray(bent + centre, np.float32)


def _warp(
    flat: Picture, corners: npt.NDArray[np.float32]
) -> tuple[Picture, npt.NDArray[np.float32]]:
    """The page in the frame (BGR) and its soft mask 0..1."""
    height, width = flat.shape[:2]
    if height > 1.5 * FRAME[1]:
        scale = 1.2 * FRAME[1] / height
        flat = np.asarray(
            cv2.resize(flat, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
        height, width = flat.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(source, corners)
    page = cv2.warpPerspective(
        flat, matrix, FRAME, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    mask = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, FRAME)
    return np.asarray(page, np.uint8), np.asarray(mask, np.float32)
