"""The program's Qt side: one application, one engine, one shell, one window."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QUICK_BACKEND", "software")  # no GPU is promised; calm and cheap
os.environ.setdefault("QT_QUICK_CONTROLS_STYLE", "Basic")

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

from ui.fonts import use_default_font
from ui.main_thread import MainThread
from ui.notify import Notifier
from ui.splash import PAPER, Splash

if TYPE_CHECKING:
    from PySide6.QtQml import QQmlComponent, QQmlEngine, QQmlError

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


def _breathe() -> None:
    """Nothing to do."""


class WindowMissingError(Exception):
    """The window or the shell is asked for before it is there."""


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

        Raises:
            FontMissingError: Qt would draw boxes instead of Chinese and never fail.
        """
        qInstallMessageHandler(_to_log)
        self.qt = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
        use_default_font()
        self.warnings: list[str] = []
        self.on_fault: Callable[[BaseException], None] | None = None
        self.main = MainThread(self._fault)
        self._root = QObject()
        self._size = size
        self._px_per_mm = px_per_mm
        self._shell: Shell | None = None
        self._notifier = Notifier(self._root)
        self._tick = QTimer(self._root)
        self._engine: QQmlEngine | None = None
        self._window: QQuickWindow | None = None
        self._preloaded: list[QQmlComponent] = []
        sys.excepthook = self._excepthook

    @property
    def shell(self) -> "Shell":
        """The shell; it is made right after the first frame.

        Raises:
            WindowMissingError: the first frame is not there yet.
        """
        if self._shell is None:
            raise WindowMissingError
        return self._shell

    @property
    def window(self) -> QQuickWindow:
        """The one window.

        Raises:
            WindowMissingError: `show` was not called yet.
        """
        if self._window is None:
            raise WindowMissingError
        return self._window

    def show(self, on_first_frame: Callable[[], None]) -> None:
        """Bring the window up; `on_first_frame` is called once the shell is made after it.

        The first frame is a sign of life without views; everything else is imported behind it.
        """
        window = self._window = QQuickWindow()
        window.setTitle("Quanban")
        window.setColor(PAPER)
        window.resize(*(self._size or (0, 0)))
        splash = Splash(window, self._px_per_mm)

        def swapped() -> None:
            self._notifier.ready()
            self._make_shell(window)
            on_first_frame()
            self._dress(window)
            splash.deleteLater()

        once = Qt.ConnectionType.QueuedConnection.value | _SINGLE_SHOT
        window.frameSwapped.connect(swapped, Qt.ConnectionType(once))
        if self._size is None:
            window.showFullScreen()
        else:
            window.show()

    def _make_shell(self, window: QQuickWindow) -> None:
        from ui.views.shell import Shell  # noqa: PLC0415 - the views come after the first frame

        self._shell = Shell(parent=self._root)
        self._shell.set_px_per_mm(self._px_per_mm)
        self._shell.follow(window)

    def _dress(self, window: QQuickWindow) -> None:
        """Lay the stage on the window, then compile what else will be needed."""
        from PySide6.QtQml import QQmlEngine  # noqa: PLC0415 - after the first frame

        from ui.stage import put_stage  # noqa: PLC0415 - after the first frame

        self._engine = QQmlEngine(self._root)
        self._engine.warnings.connect(self._warned)
        put_stage(self._engine, window)
        self._preload(self._engine)

    def _preload(self, engine: "QQmlEngine") -> None:
        """Compile every other screen in Qt's loader thread, so that no touch waits for it."""
        from PySide6.QtQml import QQmlComponent  # noqa: PLC0415 - after the first frame

        for folder in ("screens", "overlays"):
            for file in sorted((_QML / "Kiosk" / folder).glob("*.qml")):
                url = QUrl.fromLocalFile(str(file))
                mode = QQmlComponent.CompilationMode.Asynchronous
                self._preloaded.append(QQmlComponent(engine, url, mode, self._root))

    def every_tick(self, call: Callable[[], None]) -> None:
        """Call four times a second on the main thread; signals of the system get through too."""
        self._tick.timeout.connect(call)
        self._tick.start(_TICK_MS)

    def run(self) -> int:
        """Run the event loop until `quit`, SIGTERM or SIGINT; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.quit())
        # Python hears of a signal only while it runs: the tick lets it, also on the fault page
        self._tick.timeout.connect(_breathe)
        self._tick.start(_TICK_MS)
        return int(self.qt.exec())

    def quit(self, code: int = 0) -> None:
        """End the event loop."""
        QCoreApplication.exit(code)

    def close(self) -> None:
        """Take everything down: the window with its items, the engine, then the views."""
        self._tick.stop()
        self._preloaded.clear()
        for thing in (self._window, self._engine, self._root):
            if thing is not None:
                thing.deleteLater()
                QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._window = self._engine = self._shell = None
        sys.excepthook = sys.__excepthook__
        qInstallMessageHandler(None)

    def _warned(self, warnings: "list[QQmlError]") -> None:
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
