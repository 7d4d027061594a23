"""The way to the main thread: one queued signal."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

_log = logging.getLogger("ui")


class MainThread(QObject):
    """Runs calls on the thread that made this object; lives as long as the program.

    A call that raises is handed to `on_error`, so that one fault never ends the loop.
    """

    _posted = Signal(object)

    def __init__(self, on_error: Callable[[Exception], None]) -> None:
        """Connect the signal; must be called on the main thread."""
        super().__init__()
        self._on_error = on_error
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` soon on the main thread; any thread may ask, order is kept."""
        self._posted.emit(call)

    def _run(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - handed on as the fault page
            _log.exception("call on the main thread failed")
            self._on_error(error)
