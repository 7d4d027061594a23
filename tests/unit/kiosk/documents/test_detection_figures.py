"""The detector's figures on photographs that no constant was chosen on."""

from collections.abc import Iterable
from statistics import fmean

import page_baselines
import page_figures
import pytest

from kiosk.documents.detect import warm_up

DETECTORS = {"product": page_figures.product, "tutorial": page_baselines.tutorial_corners}
LIMIT_MS = 80.0
QUIET_REFERENCE_MS = 19.0
"""`page_figures.reference_ms` on the quiet machine that the limit was set on."""

WHITE = {"white", "laminate", "bright"}
"""A white sheet on a white desk: now and then its edge is not there at all."""


@pytest.fixture(autouse=True, scope="module")
def warmed() -> None:
    warm_up()
    page_figures.reference_ms()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_sixty_photographs_are_found_to_the_pixel_where_the_tutorial_is_not() -> None:
    before = page_figures.reference_ms()
    shots = [
        *page_figures.drawn(range(9000, 9024)),
        *page_figures.posed(range(9000, 9006)),
        *page_figures.scenes(range(9000, 9030)),
    ]

    found = page_figures.measure(shots, DETECTORS)

    ours, theirs = found["product"]["all"].summary(), found["tutorial"]["all"].summary()
    assert ours["n"] == 60
    assert ours["mean_ji"] >= 0.97
    assert ours["median_px"] <= 1.0
    assert 1 - theirs["mean_ji"] > 4 * (1 - ours["mean_ji"])
    slowdown = fmean([before, page_figures.reference_ms()]) / QUIET_REFERENCE_MS
    assert ours["mean_ms"] <= LIMIT_MS * max(1.0, slowdown)
    for kind, figures in found["product"].items():
        assert figures.summary()["mean_ji"] >= (0.8 if kind in WHITE else 0.96), kind


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_four_empty_desks_show_no_page() -> None:
    assert reported(range(9500, 9508)) == []


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.timeout(600)
def test_ninety_empty_desks_show_no_page() -> None:
    assert reported(range(9520, 9550)) == []


def reported(seeds: Iterable[int]) -> list[str]:
    """Kinds of empty desks that a page is reported on."""
    return [
        kind
        for kind, frame, _ in page_figures.empty(seeds)
        if page_figures.product(frame) is not None
    ]
