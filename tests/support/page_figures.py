"""Measure a detector over classes of photographs; used by the slow test and the bench."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import page_pictures
import posed_pictures
import scene_pictures

from kiosk.documents.detect import detect

Array = npt.NDArray[Any]
Detector = Callable[[Array], Array | None]
Shot = tuple[str, Array, Array | None]

WIDE, TALL = (1920, 1080), (1080, 1920)


@dataclass(slots=True)
class Figures:
    """One class of pictures under one detector."""

    jaccard: list[float] = field(default_factory=list)
    pixels: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """Mean JI, the worst, median corner error, mean CPU of a frame."""
        return {
            "n": len(self.jaccard),
            "mean_ji": round(fmean(self.jaccard), 4),
            "worst_ji": round(min(self.jaccard), 4),
            "median_px": round(median(self.pixels), 2),
            "mean_ms": round(fmean(self.cpu_ms), 1),
        }


def product(frame: Array) -> Array | None:
    """The detector of the product: find, refine, judge."""
    page = detect(frame).page
    return None if page is None else np.array(page.corners)


def drawn(seeds: Iterable[int]) -> Iterator[Shot]:
    """Photographs of the first generator, all backgrounds, all defects in turn."""
    for seed in seeds:
        kind = page_pictures.BACKGROUNDS[seed % 5]
        defect = page_pictures.DEFECTS[seed // 5 % 5]
        shot = page_pictures.photograph(seed, TALL if seed % 3 == 0 else WIDE, kind, defect)
        yield kind, shot.image, shot.corners


def posed(seeds: Iterable[int]) -> Iterator[Shot]:
    """Photographs of the second generator."""
    for seed in seeds:
        desk = posed_pictures.DESKS[seed % 5]
        shot = posed_pictures.pose(seed, desk, TALL if seed % 3 == 0 else WIDE)
        yield desk, shot.image, shot.corners


def scenes(seeds: Iterable[int]) -> Iterator[Shot]:
    """Photographs of the third generator, all desks, all lights in turn."""
    for seed in seeds:
        desk, light = scene_pictures.DESKS[seed % 5], scene_pictures.LIGHTS[seed // 5 % 5]
        shot = scene_pictures.scene(seed, desk, light, TALL if seed % 3 == 0 else WIDE)
        yield desk, shot.image, shot.corners


def empty(seeds: Iterable[int]) -> Iterator[Shot]:
    """Desks of all three generators without a page."""
    for seed in seeds:
        kind, desk = page_pictures.BACKGROUNDS[seed % 5], posed_pictures.DESKS[seed % 5]
        third, light = scene_pictures.DESKS[seed % 5], scene_pictures.LIGHTS[seed // 5 % 5]
        yield kind, page_pictures.empty_desk(seed, WIDE, kind).image, None
        yield desk, posed_pictures.pose(seed, desk, WIDE, empty=True).image, None
        yield third, scene_pictures.scene(seed, third, light, WIDE, empty=True).image, None


def reference_ms() -> float:
    """CPU of a fixed computation on one thread, of the detector's kind: shrink, filter, gather.

    A busy machine slows it and the detector alike, so limits are asked of the ratio.
    """
    frame = np.random.default_rng(0).integers(0, 256, (1080, 1920, 3), dtype=np.uint8)
    index = np.random.default_rng(1).integers(0, 540 * 960, 300_000)
    cv2.setNumThreads(1)
    began = time.process_time()
    for _ in range(4):
        small = cv2.resize(frame, (960, 540), interpolation=cv2.INTER_AREA)
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        slope = cv2.Sobel(cv2.medianBlur(grey, 5), cv2.CV_32F, 1, 0)
        np.sort(slope.ravel().take(index)[:100_000])
    return (time.process_time() - began) * 1000.0


def measure(
    shots: Iterable[Shot], detectors: Mapping[str, Detector]
) -> dict[str, dict[str, Figures]]:
    """Figures by detector and class; the class `all` holds every picture."""
    result: dict[str, dict[str, Figures]] = {name: {} for name in detectors}
    for kind, frame, corners in shots:
        if corners is None:
            raise ValueError(kind)
        for name, detector in detectors.items():
            began = time.process_time()
            found = detector(frame)
            cpu_ms = (time.process_time() - began) * 1000.0
            for key in (kind, "all"):
                figures = result[name].setdefault(key, Figures())
                figures.jaccard.append(page_pictures.jaccard(corners, found))
                figures.pixels.append(page_pictures.corner_error(corners, found))
                figures.cpu_ms.append(cpu_ms)
    return result
