"""The program's Qt side: one application, one engine, one shell, one window."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

os.environ.setdefault("QT_QUICK_BACKEND", "software")  # no GPU is promised; calm and cheap
os.environ.setdefault("QT_QUICK_CONTROLS_STYLE", "Basic")

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    Qt,
    QTimer,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine, QQmlComponent, QQmlError
from PySide6.QtQuick import QQuickWindow

from ui.main_thread import MainThread
from ui.notify import Notifier
from ui.views.shell import Shell

_log = logging.getLogger("ui")
_qt_log = logging.getLogger("qt")
_QML = Path(__file__).with_name("qml")
_TICK_MS = 250
_SINGLE_SHOT = Qt.ConnectionType.SingleShotConnection.value
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class WindowMissingError(Exception):
    """The main QML file gave no window; the log names the line."""


def _to_log(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    _qt_log.log(_LEVELS.get(kind, logging.WARNING), text)


class App:
    """Made once on the main thread.

    Attributes:
        warnings: texts of QML warnings since the start; a whole visit must leave none.
        on_fault: called with an exception that no slot caught; set by who wires.
    """

    def __init__(self, *, size: tuple[int, int] | None, px_per_mm: float) -> None:
        """Make application, shell and engine; nothing is shown yet.

        Args:
            size: width and height of the window in pixels; None = the whole screen.
            px_per_mm: measured pixels per millimetre.
        """
        qInstallMessageHandler(_to_log)
        self.qt = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
        self.warnings: list[str] = []
        self.on_fault: Callable[[BaseException], None] | None = None
        self.main = MainThread(self._fault)
        self.shell = Shell()
        self.shell.set_px_per_mm(px_per_mm)
        self._size = size
        self._notifier = Notifier(self.shell)
        self._tick = QTimer(self.shell)
        self.engine = QQmlApplicationEngine()
        self.engine.warnings.connect(self._warned)
        self.engine.addImportPath(str(_QML))
        self._window: QQuickWindow | None = None
        self._preloaded: list[QQmlComponent] = []
        sys.excepthook = self._excepthook

    @property
    def window(self) -> QQuickWindow:
        """The one window.

        Raises:
            WindowMissingError: `show` did not bring one up.
        """
        if self._window is None:
            raise WindowMissingError
        return self._window

    def show(self, on_first_frame: Callable[[], None]) -> None:
        """Load the first screen; `on_first_frame` is called once, after its first frame."""
        if self._size is not None:
            self.shell.set_window(*self._size)
        self.engine.load(QUrl.fromLocalFile(str(_QML / "Kiosk" / "Main.qml")))
        roots = self.engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise WindowMissingError
        window = self._window = roots[0]

        def swapped() -> None:
            self._notifier.ready()
            on_first_frame()

        once = Qt.ConnectionType.QueuedConnection.value | _SINGLE_SHOT
        window.frameSwapped.connect(swapped, Qt.ConnectionType(once))
        if self._size is None:
            self.shell.follow(window)
            window.showFullScreen()
        else:
            window.resize(*self._size)
            window.show()

    def preload(self) -> None:
        """Compile every other screen in Qt's loader thread, so that no touch waits for it."""
        for folder in ("screens", "overlays"):
            for file in sorted((_QML / "Kiosk" / folder).glob("*.qml")):
                url = QUrl.fromLocalFile(str(file))
                mode = QQmlComponent.CompilationMode.Asynchronous
                self._preloaded.append(QQmlComponent(self.engine, url, mode, self.shell))

    def every_tick(self, call: Callable[[], None]) -> None:
        """Call four times a second on the main thread; signals of the system get through too."""
        self._tick.timeout.connect(call)
        self._tick.start(_TICK_MS)

    def run(self) -> int:
        """Run the event loop until `quit`, SIGTERM or SIGINT; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.quit())
        self._tick.start(_TICK_MS)
        return int(self.qt.exec())

    def quit(self, code: int = 0) -> None:
        """End the event loop."""
        QCoreApplication.exit(code)

    def close(self) -> None:
        """Take window and engine down: the engine first, the views after it."""
        self._tick.stop()
        if self._window is not None:
            self._window.close()
            self._window = None
        self._preloaded.clear()
        self.engine.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        sys.excepthook = sys.__excepthook__
        qInstallMessageHandler(None)

    def _warned(self, warnings: list[QQmlError]) -> None:
        self.warnings.extend(each.toString() for each in warnings)

    def _fault(self, error: BaseException) -> None:
        if self.on_fault is not None:
            self.on_fault(error)

    def _excepthook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """An exception in a slot: logged without its text, then the fault page."""
        _log.error("exception in a slot", exc_info=(kind, error, trace))
        self._fault(error)
