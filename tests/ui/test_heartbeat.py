"""The heartbeat measures the longest absence of the main thread and names its cause."""

import threading
import time

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ui.heartbeat import Heartbeat


def _a_slow_function(span_s: float) -> None:
    until_s = time.monotonic() + span_s
    while time.monotonic() < until_s:
        pass


def test_a_slow_function_is_measured_and_named(qapp: QGuiApplication, qtbot: QtBot) -> None:
    assert qapp is not None
    beat = Heartbeat(late_ms=60)
    beat.start()
    qtbot.wait(50)

    _a_slow_function(0.4)
    beat.stop()

    assert beat.worst_ms >= 350
    assert any("_a_slow_function" in line for place in beat.culprits for line in place)


def test_a_slow_function_is_named_once(qtbot: QtBot) -> None:
    beat = Heartbeat(late_ms=40)
    beat.start()
    qtbot.wait(30)

    _a_slow_function(0.3)
    beat.stop()

    named = [place for place in beat.culprits if any("_a_slow_function" in line for line in place)]
    assert len(named) == 1


def test_work_in_another_thread_does_not_count(qtbot: QtBot) -> None:
    beat = Heartbeat(late_ms=250)
    done = threading.Event()
    worker = threading.Thread(target=done.wait, args=(0.4,))
    beat.start()

    worker.start()
    qtbot.wait(450)
    beat.stop()
    worker.join()

    assert beat.worst_ms < 250
    assert beat.culprits == []


def test_reset_forgets_and_stop_ends_the_thread(qtbot: QtBot) -> None:
    beat = Heartbeat(late_ms=50)
    beat.start()
    qtbot.wait(20)
    _a_slow_function(0.2)

    beat.reset()
    beat.stop()
    beat.stop()

    assert beat.worst_ms < 200
    assert [each.name for each in threading.enumerate() if each.name == "heartbeat"] == []
