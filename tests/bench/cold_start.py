"""Cold start to the first frame, beside an empty PySide6 QML window in the same run.

Both processes say READY through `NOTIFY_SOCKET` when their first frame was swapped; they
are started in turn, so that a noisy neighbour meets both. Prints one JSON document.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EMPTY = """
import os, socket, sys
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
app = QGuiApplication([])
engine = QQmlApplicationEngine()
engine.loadData(
    b"import QtQuick\\nimport QtQuick.Controls.Basic\\n"
    b"ApplicationWindow { width: 1080; height: 1920; visible: true }"
)
window = engine.rootObjects()[0]
def ready():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect(os.environ["NOTIFY_SOCKET"]); line.send(b"READY=1")
window.frameSwapped.connect(ready)
app.exec()
"""


def until_ready(command: list[str], folder: Path) -> float:
    """Start a program and return the seconds until it says READY."""
    name = folder / "notify"
    name.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "NOTIFY_SOCKET": str(name),
        "QT_QPA_PLATFORM": "offscreen",
        "QT_QUICK_BACKEND": "software",
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(name))
        line.settimeout(60.0)
        started = time.monotonic()
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while not line.recv(64).startswith(b"READY=1"):
                pass
            return time.monotonic() - started
        finally:
            process.kill()
            process.wait()


def main(rounds: int = 9) -> int:
    """Measure; exit 1 when the ratio of the medians is above 1.5."""
    with tempfile.TemporaryDirectory(dir="/tmp") as scratch:
        folder = Path(scratch)
        kiosk = [sys.executable, "-m", "kiosk", "run", "--state", str(folder / "state")]
        empty = [sys.executable, "-c", EMPTY]
        pairs = [(until_ready(empty, folder), until_ready(kiosk, folder)) for _ in range(rounds)]
    window = statistics.median(pair[0] for pair in pairs)
    terminal = statistics.median(pair[1] for pair in pairs)
    ratio = terminal / window
    figures = {
        "empty_window_s": round(window, 3),
        "terminal_s": round(terminal, 3),
        "ratio": round(ratio, 2),
        "asked": 1.5,
        "rounds": rounds,
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0 if ratio <= 1.5 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))
