"""The audit finds planted faults: a check that cannot fail proves nothing."""

from collections.abc import Callable, Iterator

import pytest
from layout_audit import contrast, geometry, ratio_of
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible, QColor, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from screen_support import QML

from ui.views.shell import Shell

PAGE = """
import QtQuick
import QtQuick.Templates as T
import Kiosk
Window {{
    width: 800; height: 600; visible: true; color: Theme.paper
    component Tap: ActButton {{ width: 200; height: 80 }}
    {body}
}}
"""
SOUND = """
Tap { objectName: "one"; x: 20; y: 20; text: "好" }
Tap { objectName: "two"; x: 20; y: 140; text: "行" }
Words { x: 400; y: 20; text: "一行字" }
"""
FAULTS = {
    "target": 'Tap { objectName: "small"; x: 20; y: 20; width: 40; text: "好" }',
    "gap": SOUND.replace("y: 140", "y: 104"),
    "overlap": SOUND.replace("x: 400", "x: 60"),
    "outside the window": 'Tap { objectName: "far"; x: 700; y: 20; text: "好" }',
    "truncated": 'Words { width: 60; maximumLineCount: 1; elide: Text.ElideRight; text: "好长啊" }',
    "clipped": 'Words { width: 60; height: 30; text: "很长的一行字放不下" }',
    "no objectName": 'Tap { x: 20; y: 20; text: "好" }',
    "no name": 'Tap { objectName: "mute"; x: 20; y: 20; text: "" }',
    "over the edge": 'Rectangle { x: 20; y: 20; width: 50; height: 50; Words { text: "宽得很" } }',
}


@pytest.fixture
def page(qapp: QGuiApplication) -> Iterator[Callable[[str], QQuickWindow]]:
    assert qapp is not None
    QAccessible.setActive(True)
    shell = Shell()
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(QML))

    def load(body: str) -> QQuickWindow:
        engine.loadData(PAGE.format(body=body).encode())
        window = engine.rootObjects()[-1]
        assert isinstance(window, QQuickWindow)
        window.grabWindow()
        return window

    yield load
    engine.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    shell.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_sound_page_has_no_fault(page: Callable[[str], QQuickWindow]) -> None:
    window = page(SOUND)

    assert geometry(window, 4.03) == []
    assert contrast(window, window.grabWindow()) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(page: Callable[[str], QQuickWindow], fault: str) -> None:
    found = geometry(page(FAULTS[fault]), 4.03)

    assert any(line.startswith(fault) for line in found), found


def test_pale_text_is_found_in_the_pixels(page: Callable[[str], QQuickWindow]) -> None:
    window = page('Words { x: 20; y: 20; text: "看不清"; color: "#9AA4AD" }')

    assert any("看不清" in line for line in contrast(window, window.grabWindow()))


def test_a_button_without_an_edge_is_found(page: Callable[[str], QQuickWindow]) -> None:
    window = page(
        'T.Button { objectName: "pale"; x: 20; y: 20; width: 200; height: 80; text: "好";'
        ' background: Rectangle { color: "#EEEDE8" } }'
    )

    assert any("pale" in line for line in contrast(window, window.grabWindow()))


def test_the_contrast_formula_gives_the_known_values() -> None:
    assert ratio_of(QColor("white"), QColor("black")) == pytest.approx(21.0)
    assert ratio_of(QColor("#767676"), QColor("white")) == pytest.approx(4.54, abs=0.01)
