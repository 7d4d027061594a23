"""Colours and sizes of the theme, measured."""

import time

import pytest
from layout_audit import ratio_of
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtQml import QQmlComponent
from screen_support import Glass, gallery

PAIRS = [
    ("ink", "paper", 7.0),
    ("ink", "card", 7.0),
    ("ink", "rest", 7.0),
    ("ink", "actWash", 7.0),
    ("soft", "paper", 7.0),
    ("soft", "card", 7.0),
    ("act", "card", 7.0),
    ("act", "paper", 7.0),
    ("act", "actWash", 7.0),
    ("card", "act", 7.0),
    ("card", "actDown", 7.0),
    ("good", "goodWash", 7.0),
    ("good", "card", 7.0),
    ("card", "good", 7.0),
    ("warn", "warnWash", 7.0),
    ("warn", "paper", 7.0),
    ("stop", "stopWash", 7.0),
    ("edge", "paper", 3.0),
    ("edge", "card", 3.0),
]
ASKING = """
import QtQuick
import Kiosk
QtObject { readonly property var theme: Theme }
"""


def _theme(glass: Glass, name: str) -> object:
    component = QQmlComponent(glass.engine)
    component.setData(ASKING.encode(), "file:///asking.qml")
    thing = component.create()
    value: object = thing.property("theme").property(name)
    thing.deleteLater()
    return value


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_a_pair_of_colours_reaches_its_contrast(
    glass: Glass, front: str, ground: str, least: float
) -> None:
    one, other = _theme(glass, front), _theme(glass, ground)

    assert isinstance(one, QColor)
    assert isinstance(other, QColor)
    assert ratio_of(one, other) >= least


@pytest.mark.parametrize("px_per_mm", [4.03, 3.64, 3.21, 2.71, 5.42])
@pytest.mark.parametrize(("step", "height_mm"), [(0, 4.8), (1, 5.6), (2, 7.3), (3, 9.0)])
def test_the_smallest_text_reaches_its_height_on_every_panel(
    glass: Glass, px_per_mm: float, step: int, height_mm: float
) -> None:
    glass.shell.set_px_per_mm(px_per_mm)
    glass.shell._present("zh_CN", step)

    small = _theme(glass, "small")

    assert isinstance(small, int)
    assert small * 0.733 / px_per_mm >= height_mm


def test_the_letter_h_of_the_font_is_as_high_as_the_theme_reckons(glass: Glass) -> None:
    assert glass is not None
    font = QFont("Noto Sans CJK SC")
    font.setPixelSize(1000)

    assert QFontMetricsF(font).capHeight() == pytest.approx(733, abs=5)


def test_language_and_text_size_change_without_a_wait(glass: Glass) -> None:
    glass.show(gallery()["home"])
    spans_ms = []
    for _ in range(5):
        for switch in (glass.shell.toggleLanguage, glass.shell.toggleText):
            before = time.perf_counter()
            switch()
            spans_ms.append((time.perf_counter() - before) * 1000)

    # The rule is 100 ms; the median keeps a busy machine from deciding.
    assert sorted(spans_ms)[len(spans_ms) // 2] <= 100
