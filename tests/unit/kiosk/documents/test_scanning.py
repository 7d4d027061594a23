"""Pages from the simulated desk through the real children."""

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import page_pictures
import pytest

from devices.camera import simulated
from devices.camera.api import Frame, FrameSource
from devices.config import DeviceConfig, DeviceUri
from devices.errors import DeviceError, FailureCode
from kiosk.documents.scanning import PageScanner, PageTaken, Previewed, ScanEvent, ScanFailed
from kiosk.documents.worker import Worker

WAIT_S = 25.0


class Desk:
    """A folder that plays the camera, and the events that came."""

    def __init__(self, folder: Path, worker: Worker) -> None:
        self.folder = folder
        self.events: queue.SimpleQueue[ScanEvent] = queue.SimpleQueue()
        self.scanner = PageScanner(self._source, worker)

    def _source(self) -> FrameSource:
        uri = DeviceUri.parse(f"simulated:{self.folder}")
        return simulated.open_source(DeviceConfig("camera", uri))

    def show(self, name: str) -> None:
        (self.folder / "current.txt").write_text(name)

    def until(self, kind: type[ScanEvent], wait_s: float = WAIT_S) -> ScanEvent | None:
        deadline = time.monotonic() + wait_s
        while (left := deadline - time.monotonic()) > 0:
            try:
                event = self.events.get(timeout=left)
            except queue.Empty:
                return None
            if isinstance(event, kind):
                return event
        return None


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    made.warm()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, worker: Worker) -> Iterator[Desk]:
    for index in (1, 2):
        page = page_pictures.draw_page(40 + index)
        cv2.imwrite(str(tmp_path / f"page-{index}.jpg"), page)
    made = Desk(tmp_path, worker)
    yield made
    made.scanner.close(wait_s=15.0)


@pytest.mark.slow
def test_each_page_is_taken_by_itself_and_only_once(desk: Desk) -> None:
    desk.show("page-1.jpg")
    desk.scanner.open("visit-1", desk.events.put)

    first = desk.until(PageTaken)
    desk.scanner.resume()
    again = desk.until(PageTaken, 2.5)
    desk.show("page-2.jpg")
    second = desk.until(PageTaken)

    assert isinstance(first, PageTaken)
    assert (first.visit, first.width, first.height, first.dpi) == ("visit-1", 1240, 1754, 150)
    assert first.verdict == "good"
    assert again is None
    assert isinstance(second, PageTaken)
    assert second.jpeg != first.jpeg


@pytest.mark.slow
def test_an_empty_desk_asks_for_a_page_and_says_so_when_asked_to_take(desk: Desk) -> None:
    desk.show("")
    desk.scanner.open("visit-1", desk.events.put)

    look = desk.until(Previewed)
    desk.scanner.capture()
    failed = desk.until(ScanFailed)

    assert isinstance(look, Previewed)
    assert (look.corners, look.hint) == (None, "PAGE_NOT_FOUND")
    assert len(look.rgb) == look.width * look.height * 3
    assert isinstance(failed, ScanFailed)
    assert failed.failure is FailureCode.PAGE_NOT_FOUND


@pytest.mark.slow
def test_a_lost_camera_is_told_and_comes_back_by_itself(desk: Desk) -> None:
    desk.scanner.open("visit-1", desk.events.put)
    assert desk.until(Previewed) is not None
    (desk.folder / "camera.json").write_text('{"fault": "unplug"}')

    failed = desk.until(ScanFailed)
    (desk.folder / "camera.json").unlink()

    assert isinstance(failed, ScanFailed)
    assert failed.failure is FailureCode.DISCONNECTED
    assert desk.until(Previewed) is not None


@pytest.mark.slow
def test_nothing_is_reported_after_closing_and_closing_does_not_wait(desk: Desk) -> None:
    desk.scanner.open("visit-1", desk.events.put)
    desk.until(Previewed)

    began = time.monotonic()
    desk.scanner.close()
    took = time.monotonic() - began
    while not desk.events.empty():
        desk.events.get()

    assert took < 0.5
    assert desk.until(Previewed, 0.5) is None


@pytest.mark.slow
def test_a_hung_or_killed_worker_is_replaced(worker: Worker) -> None:
    pixels = bytes(640 * 480 * 3)
    frame = Frame(pixels, 640, 480, 1, 0.0, "file")
    hasty = Worker(preview_s=0.0001)
    with pytest.raises(DeviceError) as caught:
        hasty.preview(frame)
    hasty.close()
    assert worker.pid is not None
    os.kill(worker.pid, 9)
    threading.Event().wait(0.2)
    began = time.monotonic()

    look = worker.preview(frame)

    assert caught.value.code is FailureCode.HUNG
    assert look.failure is FailureCode.PAGE_NOT_FOUND
    assert time.monotonic() - began < 10


def test_the_terminals_process_loads_no_picture_library_and_opencv_sets_no_qt_variable() -> None:
    script = (
        "import sys, os\nimport kiosk.documents.scanning, kiosk.documents.worker\n"
        "import devices.camera.file, devices.camera.simulated, devices.camera.uvc\n"
        "import kiosk.commands.scan\n"
        "assert not {'cv2', 'numpy'} & set(sys.modules), 'loaded'\n"
        "import cv2\nassert not [k for k in os.environ if k.startswith('QT_')], 'qt'\n"
    )
    plain = {key: value for key, value in os.environ.items() if not key.startswith("QT_")}

    done = subprocess.run([sys.executable, "-c", script], env=plain, check=False, timeout=60)

    assert done.returncode == 0
