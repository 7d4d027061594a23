"""What opening a page costs the main thread: the first time and again, per screen.

Opening is `Shell.show`, which makes the screen's items, and the layout that follows it; the
frame is drawn afterwards and counted by itself. The first time holds everything that is
compiled, shaped and rasterised only once, so each round is a fresh process. A value is the
median over the rounds, of the longest single step of the main thread, in milliseconds.

Off-screen, with invented people (演示数据). Prints JSON.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
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

from kiosk.visit.screens import View  # noqa: E402 - see above
from ui.views.codes import qr_picture  # noqa: E402 - see above

ASKED_MS = 60.0
ROUNDS = 3
WALK = (
    *("attract", "home", "guide", "notice", "elsewhere_change", "identify_waiting", "expired"),
    *("materials_scan", "question_choice", "question_districts", "question_tel", "question_text"),
    *("question_detail", "scan_live", "precheck", "check", "sign", "submit_sealing"),
    *("done_received", "fault", "cleared"),
)


def _open(glass: Glass, view: View) -> dict[str, float]:
    """The longest step from the visit's call to the settled page, and its first frame."""
    steps = [_span_ms(lambda: glass.shell.show(view))]
    steps += [_span_ms(_turn) for _ in range(6)]
    frame = _span_ms(glass.window.grabWindow)
    # What the last page left behind goes before the next one is measured.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return {"open_ms": max(steps), "frame_ms": frame}


def _turn() -> None:
    QCoreApplication.sendPostedEvents()
    QGuiApplication.processEvents()


def _span_ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def walk() -> int:
    """One round in this process: every page twice."""
    application = QGuiApplication.instance() or QGuiApplication([])
    qr_picture("0")  # the program draws one on another thread while it starts
    views = gallery()
    glass = open_glass()
    passes = [{name: _open(glass, views[name]) for name in WALK} for _ in ("first", "again")]
    glass.close()
    application.processEvents()
    sys.stdout.write(json.dumps(passes) + "\n")
    return 0


def main(rounds: int = ROUNDS) -> int:
    """Open every page; exit 1 where a first opening is above the figure for a quiet machine."""
    command = [sys.executable, __file__, "walk"]
    told = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(rounds)
    ]
    pages = {
        name: {
            f"{which}_{figure}": round(
                statistics.median(each[at][name][figure] for each in told), 1
            )
            for at, which in enumerate(("first", "again"))
            for figure in ("open_ms", "frame_ms")
        }
        for name in WALK
    }
    worst = max(page["first_open_ms"] for page in pages.values())
    frame = max(page["first_frame_ms"] for page in pages.values())
    report = {"worst_open_ms": worst, "worst_frame_ms": frame, "asked_ms": ASKED_MS}
    sys.stdout.write(json.dumps({**report, "rounds": rounds, "pages": pages}) + "\n")
    return 0 if worst <= ASKED_MS else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["walk"]:
        sys.exit(walk())
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
