"""Finding things on the glass and touching them, as a finger would: by what is visible."""

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow

Stroke = list[tuple[float, float]]


class Fingers:
    """Touches controls of one window by their object names; main thread only."""

    def __init__(self, window: QQuickWindow) -> None:
        """Remember the window."""
        self._window = window

    def find(self, name: str) -> QQuickItem | None:
        """The visible and enabled control of that name, None if there is none now."""
        return self._search(self._window.contentItem(), name)

    def visible(self, name: str) -> bool:
        """Whether such a control is on the glass and can be touched."""
        return self.find(name) is not None

    def tap(self, name: str) -> bool:
        """Touch the middle of a control; false when it is not there."""
        item = self.find(name)
        if item is None:
            return False
        point = item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
        self._mouse(QEvent.Type.MouseButtonPress, point, Qt.MouseButton.LeftButton)
        self._mouse(QEvent.Type.MouseButtonRelease, point, Qt.MouseButton.NoButton)
        return True

    def draw(self, name: str, strokes: list[Stroke]) -> bool:
        """Draw on a field; points are shares of its width and height."""
        item = self.find(name)
        if item is None:
            return False
        for stroke in strokes:
            points = [
                item.mapToScene(QPointF(x * item.width(), y * item.height())) for x, y in stroke
            ]
            self._mouse(QEvent.Type.MouseButtonPress, points[0], Qt.MouseButton.LeftButton)
            for point in points[1:]:
                self._mouse(QEvent.Type.MouseMove, point, Qt.MouseButton.LeftButton)
            self._mouse(QEvent.Type.MouseButtonRelease, points[-1], Qt.MouseButton.NoButton)
        return True

    def _search(self, item: QQuickItem, name: str) -> QQuickItem | None:
        if not item.isVisible():
            return None
        if item.objectName() == name:
            return item if item.isEnabled() else None
        for child in item.childItems():
            if (found := self._search(child, name)) is not None:
                return found
        return None

    def _mouse(self, kind: QEvent.Type, point: QPointF, held: Qt.MouseButton) -> None:
        button = (
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        )
        place = QPointF(self._window.mapToGlobal(point))
        event = QMouseEvent(kind, point, place, button, held, Qt.KeyboardModifier.NoModifier)
        QCoreApplication.sendEvent(self._window, event)
