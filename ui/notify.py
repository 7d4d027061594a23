"""Telling the service manager that the screen is there and alive (sd_notify(3))."""

import os
import socket

from PySide6.QtCore import QObject, QTimer


class Notifier(QObject):
    """READY after the first frame, then WATCHDOG from the GUI thread.

    The timer lives on the GUI thread on purpose: a hung screen stops it, and the
    service manager starts the program anew. Without `NOTIFY_SOCKET` nothing happens.
    """

    def __init__(self, parent: QObject) -> None:
        """Read the socket's name and the watchdog's period from the environment."""
        super().__init__(parent)
        self._address = os.environ.get("NOTIFY_SOCKET", "")
        self._period_us = int(os.environ.get("WATCHDOG_USEC", "0") or 0)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._alive)

    def ready(self) -> None:
        """The first frame is on the glass."""
        self._send(b"READY=1")
        if self._period_us:
            self._timer.start(max(1, self._period_us // 2000))

    def _alive(self) -> None:
        self._send(b"WATCHDOG=1")

    def _send(self, text: bytes) -> None:
        if not self._address:
            return
        name = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.connect(name)
            line.send(text)
