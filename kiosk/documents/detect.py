"""Find, refine and judge in one go, with the time that it took: for commands and benches."""

import time
from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.documents.arrays import Picture
from kiosk.documents.find import find
from kiosk.documents.judge import judge
from kiosk.documents.refine import refine
from kiosk.documents.values import NO_PAGE, Judgement, Page


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a picture shows.

    Attributes:
        page: refined, or None.
        judgement: `NO_PAGE` without a page.
        cpu_ms: process CPU of find + refine + judge on one thread.
    """

    page: Page | None
    judgement: Judgement
    cpu_ms: float


def detect(picture: Picture) -> Sighting:
    """Look for the page of a whole picture, HxWx3 BGR."""
    cv2.setNumThreads(1)
    began = time.process_time()
    page = find(picture)
    judgement = NO_PAGE
    if page is not None:
        page = refine(picture, page)
        judgement = judge(picture, page)
    return Sighting(page, judgement, (time.process_time() - began) * 1000.0)


def warm_up() -> None:
    """Load and start everything once, so that the first picture's time is its own."""
    blank = np.full((270, 480, 3), 90, np.uint8)
    blank[40:230, 180:314] = 235
    detect(blank)
