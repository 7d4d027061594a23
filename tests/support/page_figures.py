"""Measure a detector over classes of photographs; used by the slow test and the bench."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

import numpy as np
import numpy.typing as npt
import page_pictures
import posed_pictures

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


def empty(seeds: Iterable[int]) -> Iterator[Shot]:
    """Desks of both generators without a page."""
    for seed in seeds:
        kind, desk = page_pictures.BACKGROUNDS[seed % 5], posed_pictures.DESKS[seed % 5]
        yield kind, page_pictures.empty_desk(seed, WIDE, kind).image, None
        yield desk, posed_pictures.pose(seed, desk, WIDE, empty=True).image, None


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
