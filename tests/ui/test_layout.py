"""Every state of every screen in every cell of the matrix keeps the rules of the layout."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from layout_audit import contrast, geometry
from PySide6.QtGui import QAccessible
from screen_support import LANDSCAPE, PORTRAIT, Glass, gallery, present, tap

PX_PER_MM = 4.03


def _audit(glass: Glass, folder: Path, *, cell: str, pixels: bool) -> list[str]:
    orientation, text, language = cell.split("-")
    size = PORTRAIT if orientation == "portrait" else LANDSCAPE
    QAccessible.setActive(True)
    faults = []
    for name, view in gallery().items():
        glass.show(view)
        present(glass, size, large=text == "large", language=language)
        for page, found in enumerate(_pages(glass), 1):
            faults += [f"{name} page {page}: {fault}" for fault in found]
        if pixels:
            glass.show(view)
            picture = glass.window.grabWindow()
            faults += [f"{name}: {fault}" for fault in contrast(glass.window, picture)]
            picture.save(str(folder / f"{name}-{cell}.png"))
    return faults


def _pages(glass: Glass) -> Iterator[list[str]]:
    """Audit what is shown, then each further page of a list that is paged."""
    yield geometry(glass.window, PX_PER_MM)
    for _ in range(12):
        try:
            tap(glass, "page_next")
        except LookupError:
            return
        yield geometry(glass.window, PX_PER_MM)
    raise AssertionError("the pages never end")


CELLS = [
    f"{orientation}-{text}-{language}"
    for orientation in ("portrait", "landscape")
    for text in ("normal", "large")
    for language in ("zh_CN", "en")
]


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS)
def test_nothing_is_clipped_overlapping_too_small_or_nameless(
    glass: Glass, screenshots: Path, cell: str
) -> None:
    faults = _audit(glass, screenshots, cell=cell, pixels=False)

    assert faults == []


@pytest.mark.slow
def test_texts_and_edges_stand_out_in_the_pictures(glass: Glass, screenshots: Path) -> None:
    faults = _audit(glass, screenshots, cell=CELLS[0], pixels=True)

    assert faults == []


@pytest.mark.deep
@pytest.mark.parametrize("cell", CELLS[1:])
def test_texts_and_edges_stand_out_in_all_pictures(
    glass: Glass, screenshots: Path, cell: str
) -> None:
    faults = _audit(glass, screenshots, cell=cell, pixels=True)

    assert faults == []
