"""What is said about a photographed page; plain values that need no picture library."""

from dataclasses import dataclass, field
from typing import Literal

from devices.errors import FailureCode

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
Verdict = Literal["good", "warn", "reject"]

A4_RATIO = 297.0 / 210.0
A4_LONG_INCH = 11.69

FAILURES: dict[str, FailureCode] = {
    "no_page": FailureCode.PAGE_NOT_FOUND,
    "cut_off": FailureCode.PAGE_CUT,
    "low_resolution": FailureCode.PAGE_TOO_SMALL,
    "too_dark": FailureCode.PAGE_DARK,
    "blank": FailureCode.PAGE_BLANK,
    "blurred": FailureCode.PAGE_BLURRED,
}
"""Reasons that have a failure code; too_bright, glare and shadow are hints only."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was found in a frame.

    Attributes:
        corners: TL, TR, BR, BL in pixels of the frame; pixel centres are whole numbers.
        score: how well the picture agrees with a page lying there; 0 is the limit, higher is surer.
    """

    corners: Corners
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a page can be used.

    Attributes:
        verdict: `reject` pages are kept only by the resident's decision.
        reasons: stable codes, the most important first: no_page cut_off low_resolution
            too_dark too_bright blank blurred glare shadow.
        dpi: resolution of the page in the frame, by its long side.
        measures: the figures behind the reasons, for benches and technicians.
    """

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    dpi: float = 0.0
    measures: dict[str, float] = field(default_factory=dict)

    @property
    def failure(self) -> FailureCode | None:
        """The first reason's failure code; None for a page that is not rejected."""
        if self.verdict != "reject":
            return None
        codes = [FAILURES[reason] for reason in self.reasons if reason in FAILURES]
        return codes[0] if codes else None


NO_PAGE = Judgement("reject", ("no_page",))
"""The judgement where no page was found."""
