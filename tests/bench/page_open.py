"""What opening a page costs the main thread: the first time and again, per screen.

Opening is `Shell.show`, which makes the screen's items, and the layout that follows it until
nothing is put off any more; the picture of the frame is the window's and not counted. Both are
given since the first holds everything that is compiled and shaped for the first time. A value is
the median over fresh engines, the worst single step of the main thread in milliseconds.

Off-screen, with invented people (演示数据). Prints JSON.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

for _name, _value in {
    "QT_QPA_PLATFORM": "offscreen",
    "QT_QUICK_BACKEND": "software",
    "QT_QUICK_CONTROLS_STYLE": "Basic",
}.items():
    os.environ.setdefault(_name, _value)
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from PySide6.QtCore import QCoreApplication, QEvent  # noqa: E402 - the environment comes first
from PySide6.QtGui import QGuiApplication  # noqa: E402 - see above
from screen_support import Glass, gallery, open_glass  # noqa: E402 - see above

from ui.views.codes import qr_picture  # noqa: E402 - see above

ASKED_MS = 60.0
ROUNDS = 3
WALK = (
    *("attract", "home", "guide", "notice", "elsewhere_change", "identify_waiting", "expired"),
    *("materials_scan", "question_choice", "question_districts", "question_tel", "question_text"),
    *("question_detail", "scan_live", "precheck", "check", "sign", "submit_sealing"),
    *("done_received", "fault", "cleared"),
)


def _open(glass: Glass, name: str) -> float:
    """The longest step, in milliseconds, from the visit's call to the settled page."""
    start = time.perf_counter()
    glass.shell.show(gallery()[name])
    steps = [time.perf_counter() - start]
    for _ in range(6):
        start = time.perf_counter()
        QCoreApplication.sendPostedEvents()
        QGuiApplication.processEvents()
        steps.append(time.perf_counter() - start)
    # What the last page left behind goes before the next one is measured.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return max(steps) * 1000


def _walk() -> tuple[dict[str, float], dict[str, float]]:
    glass = open_glass()
    try:
        first = {name: _open(glass, name) for name in WALK}
        again = {name: _open(glass, name) for name in WALK}
    finally:
        glass.close()
    return first, again


def main(rounds: int = ROUNDS) -> int:
    """Open every page; exit 1 where a first opening is above the figure for a quiet machine."""
    application = QGuiApplication.instance() or QGuiApplication([])
    qr_picture("0")  # the program draws one on another thread while it starts
    walks = [_walk() for _ in range(rounds)]
    pages = {
        name: {
            "first_ms": round(statistics.median(walk[0][name] for walk in walks), 1),
            "again_ms": round(statistics.median(walk[1][name] for walk in walks), 1),
        }
        for name in WALK
    }
    worst = max(page["first_ms"] for page in pages.values())
    report = {"worst_first_ms": worst, "asked_ms": ASKED_MS, "rounds": rounds, "pages": pages}
    sys.stdout.write(json.dumps(report) + "\n")
    application.processEvents()
    return 0 if worst <= ASKED_MS else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
