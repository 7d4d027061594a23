"""The real screens in a window of any size, with hand-made models; no visit behind them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from english_pack import english
from gallery import gallery
from PySide6.QtCore import QBuffer, QCoreApplication, QEvent, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtQml import QQmlEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from kiosk.visit.screens import View
from ui.fonts import use_default_font
from ui.stage import put_stage
from ui.views.shell import Shell

ROOT = Path(__file__).parents[2]
QML = ROOT / "ui" / "qml"
PORTRAIT = (1080, 1920)
LANDSCAPE = (1920, 1080)


def page_picture() -> bytes:
    """Draw an invented page on a dark table, as the camera would give it."""
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor("#5B5148"))
    painter = QPainter(image)
    painter.fillRect(160, 60, 480, 480, QColor("#FAFAF7"))
    for line in range(14):
        painter.fillRect(200, 100 + 30 * line, 400 - 37 * (line % 4), 8, QColor("#9A9A94"))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")  # type: ignore[call-overload] # the stub knows bytes only
    return bytes(buffer.data().data())


@dataclass(slots=True)
class Glass:
    """The window with its shell."""

    shell: Shell
    engine: QQmlEngine
    window: QQuickWindow
    warnings: list[str]

    def show(self, view: View) -> None:
        """Show a view and let everything settle."""
        self.shell.show(view)
        self.shell.set_picture("scan", 1, page_picture())
        self.settle()

    def settle(self) -> None:
        """Run the loop until layouts that were put off are done."""
        for _ in range(4):
            QCoreApplication.sendPostedEvents()
            QGuiApplication.processEvents()
            # Rows and columns are placed before a frame is drawn, and no frame is drawn here.
            for item in items(self.window.contentItem()):
                item.ensurePolished()

    def close(self) -> None:
        """Take the engine down before the views, and its language out of the application."""
        self.shell._present("zh_CN", 0)
        self.window.close()
        self.engine.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.shell.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def open_glass(shell: Shell | None = None) -> Glass:
    """Load the real QML; every engine warning is collected."""
    use_default_font()
    shell = shell or Shell()
    engine = QQmlEngine()
    warnings: list[str] = []
    engine.warnings.connect(lambda them: warnings.extend(each.toString() for each in them))
    window = QQuickWindow()
    window.resize(shell.windowWidth, shell.windowHeight)
    put_stage(engine, window)
    window.show()
    return Glass(shell, engine, window, warnings)


def present(glass: Glass, size: tuple[int, int], *, large: bool, language: str) -> None:
    """Bring the window into one cell of the matrix."""
    glass.shell._stage.catalogue_text = english
    glass.window.resize(*size)
    glass.shell.set_window(*size)
    glass.shell._present(language, 2 if large else 0)
    glass.settle()


def items(root: QQuickItem) -> Iterator[QQuickItem]:
    """Walk the visible items below `root`, itself included."""
    if root.isVisible():
        yield root
        for child in root.childItems():
            yield from items(child)


def find(glass: Glass, name: str) -> QQuickItem:
    """Give the visible item called `name`."""
    for item in items(glass.window.contentItem()):
        if item.objectName() == name:
            return item
    raise LookupError(name)


def tap(glass: Glass, name: str) -> None:
    """Tap the middle of the item called `name`; none below an overlay."""
    overlay = next(
        each
        for stage in glass.window.contentItem().childItems()
        for each in stage.childItems()
        if each.objectName() == "overlay"
    )
    if overlay.childItems() and name == "page_next":
        raise LookupError(name)
    item = find(glass, name)
    centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    QTest.mouseClick(glass.window, Qt.MouseButton.LeftButton, pos=centre)
    glass.settle()


__all__ = [
    "LANDSCAPE",
    "PORTRAIT",
    "Glass",
    "find",
    "gallery",
    "items",
    "open_glass",
    "present",
    "tap",
]
