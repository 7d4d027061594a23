"""Whole visits with a camera or a page that fails: retry, another page, or bring it later."""

import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from cards_support import RESIDENT
from program import portal_list
from terminal_support import MOBILE, Gear, Office, Stage, gear, office

from devices.camera.desk import DeskReader
from devices.config import DeviceUri
from devices.errors import FailureCode
from kiosk.visit.pages import ScanStage
from kiosk.visit.screens import Screen
from ui.demo.papers import draw_lease
from ui.demo.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
_BLANK = "page-9.png"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One portal for all visits of this file."""
    with office(tmp_path_factory.mktemp("portal")) as made:
        yield made


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages of a lease and an empty sheet (演示数据)."""
    folder = tmp_path_factory.mktemp("papers")
    card = RESIDENT
    person = Person(
        card.name,
        card.number,
        card.sex,
        card.birth,
        card.address,
        card.issuer,
        card.birth,
        None,
        MOBILE,
    )
    for page in (1, 2):
        draw_lease(person, page).save(folder / f"page-{page}.png", compress_level=1)
    blank = cv2.imread(str(folder / "page-1.png"))
    assert blank is not None
    cv2.imwrite(str(folder / _BLANK), blank * 0 + 252)
    return folder


@pytest.fixture
def around(tmp_path: Path, there: Office, papers: Path) -> Iterator[Gear]:
    with gear(tmp_path / "at", portal=there.url, key=there.key) as made:
        for page in papers.iterdir():
            (made.desk / page.name).symlink_to(page)
        _lay(made, "")
        yield made


def _lay(made: Gear, page: str) -> None:
    """Lay a page on the desk, or take it away."""
    waiting = made.desk / "current.new"
    waiting.write_text(page, encoding="utf-8")
    waiting.rename(made.desk / "current.txt")


def _break(made: Gear, fault: str) -> None:
    """Let the camera's fault come, or go with an empty name."""
    (made.desk / "camera.json").write_text(json.dumps({"fault": fault}), encoding="utf-8")


def _scan_page(stage: Stage, name: str) -> None:
    """One good page, taken by itself and kept."""
    kept = stage.model.kept
    _lay(stage.gear, name)
    stage.until_stands(ScanStage.REVIEW)
    assert stage.model.verdict != "reject"
    stage.acts.keep_page()
    stage.until(lambda: stage.model.kept == kept + 1, "kept")


def _ends_well(stage: Stage, there: Office, *, pages: int) -> None:
    """From the plate on to the door; the case arrives with so many pages."""
    stage.until_shown(Screen.CHECK)
    stage.to_done()
    assert bool(stage.model.supplement_days) is (pages == 0)
    stage.leave()
    stage.until_received(there)
    one = stage.sealed()
    (row,) = (each for each in portal_list(there.folder) if each["id"] == one)
    assert len(row["documents"]) == pages


def _finish(stage: Stage, there: Office, *, pages: int) -> None:
    stage.acts.finish_scan()
    _ends_well(stage, there, pages=pages)


def test_a_picture_that_is_no_picture_is_told_and_a_good_one_goes_on(
    tmp_path: Path, there: Office, papers: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"%PDF-1.7 no picture at all")
    key = there.key
    with (
        gear(tmp_path / "at", portal=there.url, key=key, camera=f"file:{photo}") as made,
        Stage(made) as stage,
    ):
        stage.to_scan()
        stage.until_stands(ScanStage.CAMERA_FAULT, "IMAGE_INVALID")
        assert set(stage.failures()) == {"IMAGE_INVALID"}
        stage.until(lambda: FailureCode.IMAGE_INVALID in stage.device("camera").reasons, "reason")
        assert stage.model.can_finish is False
        _photograph(papers, photo)
        stage.acts.retry_device()
        stage.until_stands(ScanStage.REVIEW)
        stage.acts.keep_page()
        stage.until(lambda: stage.model.kept == 1, "kept")
        _finish(stage, there, pages=1)


def _photograph(papers: Path, to: Path) -> None:
    """A photograph of the first page, once it lies still."""
    reader = DeskReader(DeviceUri.parse(f"simulated:{papers}"))
    frame = None
    for _ in range(7):
        frame = reader.read(0.0)
    assert frame is not None
    cv2.imwrite(str(to), frame)


def test_torn_pictures_are_told_and_the_paper_may_be_brought_later(
    around: Gear, there: Office
) -> None:
    _break(around, "torn")
    with Stage(around) as stage:
        stage.to_scan()
        stage.until_stands(ScanStage.CAMERA_FAULT, "FRAME_STALLED")
        stage.until(lambda: FailureCode.FRAME_STALLED in stage.device("camera").reasons, "reason")
        stage.acts.scan_later()
        _ends_well(stage, there, pages=0)
        assert stage.failures()[0] == "FRAME_STALLED"


def test_an_empty_page_is_not_kept_and_the_right_side_is(around: Gear, there: Office) -> None:
    with Stage(around) as stage:
        stage.to_scan()
        _lay(around, _BLANK)
        stage.until(lambda: stage.model.hint == "PAGE_BLANK", "hint")
        stage.acts.capture()
        stage.until_stands(ScanStage.REVIEW)
        assert stage.model.verdict == "reject"
        assert stage.model.reasons == ("PAGE_BLANK",)
        stage.acts.keep_page()
        assert stage.stands(ScanStage.REVIEW)
        assert stage.page_files() == []
        stage.acts.retake_page()
        stage.until_stands(ScanStage.LIVE)
        _scan_page(stage, "page-1.png")
        _finish(stage, there, pages=1)


def test_without_a_page_in_view_nothing_is_taken_and_the_page_says_why(
    around: Gear, there: Office
) -> None:
    with Stage(around) as stage:
        stage.to_scan()
        stage.until(lambda: stage.model.hint == "PAGE_NOT_FOUND", "hint")
        stage.acts.capture()
        stage.until(lambda: "PAGE_NOT_FOUND" in stage.failures(), "told")
        stage.until(lambda: stage.stands(ScanStage.LIVE), "live again")
        assert stage.model.hint == "PAGE_NOT_FOUND"
        assert stage.page_files() == []
        _scan_page(stage, "page-1.png")
        _finish(stage, there, pages=1)


def test_a_camera_gone_in_the_middle_keeps_the_pages_and_goes_on(
    around: Gear, there: Office
) -> None:
    with Stage(around) as stage:
        stage.to_scan()
        _scan_page(stage, "page-1.png")
        _break(around, "unplug")
        stage.until_stands(ScanStage.CAMERA_FAULT, "DISCONNECTED")
        assert stage.model.kept == 1
        stage.until(lambda: FailureCode.DISCONNECTED in stage.device("camera").reasons, "reason")
        _break(around, "")
        stage.acts.retry_device()
        stage.until_stands(ScanStage.LIVE)
        assert stage.model.kept == 1
        _scan_page(stage, "page-2.png")
        _finish(stage, there, pages=2)


def test_a_camera_that_stays_away_leads_to_bringing_the_paper_later(
    around: Gear, there: Office
) -> None:
    with Stage(around) as stage:
        stage.to_scan()
        _scan_page(stage, "page-1.png")
        _break(around, "unplug")
        stage.until_stands(ScanStage.CAMERA_FAULT, "DISCONNECTED")
        stage.acts.retry_device()
        stage.until_stands(ScanStage.CAMERA_FAULT, "DISCONNECTED")
        stage.acts.scan_later()
        stage.until(lambda: stage.page_files() == [], "pages erased")
        _ends_well(stage, there, pages=0)


def test_who_gives_up_at_a_dead_camera_leaves_no_page_behind(around: Gear) -> None:
    with Stage(around) as stage:
        stage.to_scan()
        _scan_page(stage, "page-1.png")
        assert len(stage.page_files()) == 1
        _break(around, "stall")
        stage.until_stands(ScanStage.CAMERA_FAULT, "FRAME_STALLED")
        stage.acts.ask_cancel()
        stage.acts.confirm_cancel()
        assert stage.shows(Screen.CLEARED)
        stage.until_nothing_left()
        stage.until(lambda: stage.page_files() == [], "pages erased")
        assert stage.rows() == []
