"""The first frame: a sign of life that needs neither QML nor the rest of the program.

Loading QML before the views are registered confuses the engine's type caches (PySide6
6.11), and registering them takes longer than a window; so this frame is painted.
"""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtQuick import QQuickPaintedItem, QQuickWindow

# Theme.qml's paper, act, card and ink; the theme itself cannot be read before the shell is made.
PAPER = QColor("#F7F6F2")
_ACT = QColor("#0A4F8F")
_CARD = QColor("#FFFFFF")
_INK = QColor("#14202B")
_MARK_MM = 42.0
_TEXT_MM = 8.5
_H_SHARE = 0.733


class Splash(QQuickPaintedItem):
    """Our mark and "please wait", until the attract page stands in its place."""

    def __init__(self, window: QQuickWindow, px_per_mm: float) -> None:
        """Cover the window and follow its size."""
        super().__init__(window.contentItem())
        self._px_per_mm = px_per_mm
        self._cover()
        window.widthChanged.connect(self._cover)
        window.heightChanged.connect(self._cover)

    def _cover(self) -> None:
        window = self.window()
        if window is not None:
            self.setSize(window.size())

    def paint(self, painter: QPainter) -> None:
        """Draw the mark above the middle, the words below it."""
        side = _MARK_MM * self._px_per_mm
        mark = QRectF((self.width() - side) / 2, self.height() / 2 - side, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_ACT)
        painter.drawRoundedRect(mark, side / 4, side / 4)
        self._write(painter, mark, "圈", side * 0.6, _CARD)
        words = QRectF(0, mark.bottom(), self.width(), side)
        size = _TEXT_MM * self._px_per_mm / _H_SHARE
        self._write(painter, words, "正在准备，请稍等", size, _INK)

    def _write(
        self, painter: QPainter, place: QRectF, text: str, size_px: float, ink: QColor
    ) -> None:
        font = QFont(painter.font())
        font.setPixelSize(int(size_px))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
