"""PySide6 6.12.0 on Python 3.11 loses references and aborts (docs/adr/0005): keep the pin."""

import os
import subprocess
import sys

CODE = """
from PySide6.QtCore import QCoreApplication, QObject, Signal
class Source(QObject):
    fired = Signal()
app = QCoreApplication([])
source = Source()
source.fired.connect(lambda: None)
for _ in range(5_000): source.fired.emit()
for _ in range(20_000): app.processEvents()
print("alive")
"""


def test_the_qt_wheel_keeps_its_references() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr[-400:]


def test_opencv_sets_no_qt_variable() -> None:
    code = "import os, cv2; print([k for k in os.environ if k.startswith('QT_QPA_PLATFORM_PL')])"
    bare = {key: value for key, value in os.environ.items() if not key.startswith("QT_")}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=bare
    )
    assert done.stdout == "[]\n"
