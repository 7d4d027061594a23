"""What every camera does: files and the simulated desk, each in its real child process."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import page_pictures
import pytest

from devices.camera import file, simulated, uvc
from devices.camera.api import Frame, FrameSource, NoFrame
from devices.camera.source import ChildSource
from devices.config import DeviceConfig, DeviceUri
from devices.errors import DeviceError, FailureCode


def config(uri: str) -> DeviceConfig:
    return DeviceConfig("camera", DeviceUri.parse(uri))


class FrameSourceContract:
    """Any source of frames."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Iterator[FrameSource]:
        made = self.make(tmp_path)
        yield made
        made.close()

    def make(self, folder: Path) -> FrameSource:
        raise NotImplementedError

    def test_frames_are_whole_and_numbered(self, source: FrameSource) -> None:
        source.open()

        frames = [source.read(3.0) for _ in range(3)]

        for frame in frames:
            assert isinstance(frame, Frame)
            assert len(frame.pixels) == frame.width * frame.height * 3
        numbers = [frame.seq for frame in frames if isinstance(frame, Frame)]
        assert numbers == [1, 2, 3]

    def test_it_can_be_opened_again_after_closing(self, source: FrameSource) -> None:
        source.open()
        source.close()
        source.close()
        source.open()

        assert isinstance(source.read(3.0), Frame)

    def test_a_closed_source_has_no_frame_and_no_process(self, source: FrameSource) -> None:
        assert isinstance(source, ChildSource)
        source.open()
        pid = source.pid
        source.close()

        assert source.read(0.1) == NoFrame(FailureCode.NOT_CONNECTED, "not open")
        assert not Path(f"/proc/{pid}").exists()

    def test_a_killed_child_is_told_and_replaced(self, source: FrameSource) -> None:
        assert isinstance(source, ChildSource)
        source.open()
        assert source.pid is not None
        os.kill(source.pid, 9)

        lost = source.read(1.0)
        source.open()

        assert isinstance(lost, NoFrame | Frame)
        assert isinstance(source.read(3.0), Frame)


class TestStillPicture(FrameSourceContract):
    def make(self, folder: Path) -> FrameSource:
        path = folder / "page.png"
        cv2.imwrite(str(path), np.full((120, 160, 3), 200, np.uint8))
        return file.open_source(config(f"file:{path}"))

    def test_a_still_picture_is_never_frozen(self, source: FrameSource) -> None:
        source.open()

        assert all(isinstance(source.read(3.0), Frame) for _ in range(35))


class TestSequence(FrameSourceContract):
    def make(self, folder: Path) -> FrameSource:
        for index in range(3):
            picture = np.full((120, 160, 3), 60 * (index + 1), np.uint8)
            cv2.imwrite(str(folder / f"f_{index:03d}.jpg"), picture)
        return file.open_source(config(f"file:{folder}/f_%03d.jpg"))


class TestFilm(FrameSourceContract):
    def make(self, folder: Path) -> FrameSource:
        path = str(folder / "film.avi")
        film = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 10, (160, 120))
        for grey in (60, 120, 180):
            film.write(np.full((120, 160, 3), grey, np.uint8))
        film.release()
        return file.open_source(config(f"file:{path}"))


class TestSimulatedDesk(FrameSourceContract):
    def make(self, folder: Path) -> FrameSource:
        cv2.imwrite(str(folder / "page-1.jpg"), page_pictures.draw_page(1))
        return simulated.open_source(config(f"simulated:{folder}"))

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            ("stall", FailureCode.FRAME_STALLED),
            ("unplug", FailureCode.DISCONNECTED),
            ("frozen", FailureCode.FRAME_FROZEN),
            ("black", FailureCode.FRAME_DARK),
            ("torn", FailureCode.FRAME_STALLED),
            ("resized", FailureCode.OPTION_REFUSED),
        ],
    )
    def test_each_fault_has_its_code_and_passes(
        self, source: FrameSource, tmp_path: Path, fault: str, code: FailureCode
    ) -> None:
        source.open()
        source.read(3.0)
        control = tmp_path / "camera.json"
        control.write_text(json.dumps({"fault": fault}))

        seen = _first_failure(source, 20.0)
        control.unlink()
        began = time.monotonic()
        source.open()

        assert seen is code
        assert isinstance(source.read(3.0), Frame)
        assert time.monotonic() - began < 10


def _first_failure(source: FrameSource, within_s: float) -> FailureCode | None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        got = source.read(1.0)
        if isinstance(got, NoFrame) and got.failure is not None:
            return got.failure
    return None


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("file:/nowhere/page.png", FailureCode.NOT_CONNECTED),
        ("file:/nowhere/film.avi", FailureCode.NOT_CONNECTED),
        ("simulated:/nowhere", FailureCode.NOT_CONNECTED),
        ("camera:/dev/video-of-nobody", FailureCode.NOT_CONNECTED),
        ("camera:/dev/null?width=1920", FailureCode.NOT_CONNECTED),
        (f"file:{__file__}", FailureCode.IMAGE_INVALID),
    ],
)
def test_what_is_no_camera_says_why(uri: str, code: FailureCode) -> None:
    openers = {"file": file, "simulated": simulated, "camera": uvc}
    source = openers[uri.partition(":")[0]].open_source(config(uri))

    with pytest.raises(DeviceError) as caught:
        source.open()

    assert caught.value.code is code


def test_a_picture_with_too_many_pixels_is_refused_before_they_are_made(tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    assert cv2.imwrite(str(huge), np.zeros((9000, 9000), np.uint8))
    assert huge.stat().st_size < 1 << 20
    source = file.open_source(config(f"file:{huge}"))

    with pytest.raises(DeviceError) as caught:
        source.open()

    assert caught.value.code is FailureCode.IMAGE_INVALID
