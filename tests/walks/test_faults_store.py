"""Whole visits with a full disk, a missing key or a fault of the program: told, nothing lost."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from portal_support import serving
from terminal_support import Gear, Office, Stage, gear, office

from kiosk.settings import Limits
from kiosk.visit import submitting
from kiosk.visit.pages import ScanStage
from kiosk.visit.screens import Screen

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.expects_log]
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One portal for all visits of this file."""
    with office(tmp_path_factory.mktemp("portal")) as made:
        yield made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own: 96 MiB, of which a visit needs 48."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or mount is None or umount is None:
        pytest.skip("only root may mount a small disk")
    command = [mount, "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine does not let us mount a small disk")
    yield folder
    subprocess.run([umount, str(folder)], check=True)


@pytest.fixture
def around(tmp_path: Path, there: Office) -> Iterator[Gear]:
    with gear(tmp_path / "at", portal=there.url, key=there.key) as made:
        yield made


@pytest.fixture
def cramped(small_disk: Path, there: Office) -> Iterator[Gear]:
    """A terminal whose store lies on the small disk."""
    with gear(small_disk / "at", portal=there.url, key=there.key) as made:
        yield made


def _fill(disk: Path, leave: int) -> Path:
    """Fill a disk up to so many bytes, as others might."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(disk).free - leave))
    return filler


def _until_refused(stage: Stage) -> None:
    """The terminal is full: other places are named, nothing is asked of the resident."""
    stage.to_notice()
    stage.acts.begin()
    stage.until_shown(Screen.ELSEWHERE)
    assert stage.model.reason == "store_full"
    assert stage.model.places
    assert stage.failures() == ["STORE_FULL"]
    assert stage.drafts() == 0


def _ends_well(stage: Stage, there: Office) -> None:
    stage.finish_form()
    stage.to_done()
    stage.leave()
    stage.until_received(there)


def test_a_terminal_that_is_full_refuses_before_the_resident_starts(
    tmp_path: Path, there: Office
) -> None:
    limits = Limits(queue_items=0)
    with (
        gear(tmp_path / "at", portal=there.url, key=there.key, limits=limits) as made,
        Stage(made) as stage,
    ):
        _until_refused(stage)
        stage.acts.back()
        assert stage.shows(Screen.NOTICE)
        stage.acts.home()
        assert stage.shows(Screen.HOME)
        assert stage.rows() == []


def test_a_disk_that_is_nearly_full_refuses_until_there_is_room(
    cramped: Gear, small_disk: Path, there: Office
) -> None:
    with Stage(cramped) as stage:
        filler = _fill(small_disk, 30 * MIB)
        _until_refused(stage)
        filler.unlink()
        stage.acts.back()
        stage.acts.begin()
        stage.until_shown(Screen.IDENTIFY)
        _ends_well(stage, there)


def test_a_disk_that_fills_during_the_scan_keeps_what_was_kept(
    cramped: Gear, small_disk: Path, there: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.assembly.terminal._PURGE_EVERY_S", 1.0)
    _bring_papers(cramped)
    with Stage(cramped) as stage:
        stage.to_scan()
        stage.until_stands(ScanStage.REVIEW)
        stage.acts.keep_page()
        stage.until(lambda: stage.model.kept == 1, "kept")
        (first,) = stage.page_files()
        filler = _fill(small_disk, 0)
        (cramped.desk / "current.txt").write_text("page-2.png", encoding="utf-8")
        stage.until_stands(ScanStage.REVIEW)
        stage.acts.keep_page()
        stage.until_shown(Screen.FAULT)
        assert (stage.model.failure, stage.model.kept, stage.model.can_retry) == (
            "STORE_FULL",
            True,
            True,
        )
        assert stage.failures() == ["STORE_FULL"]
        assert stage.page_files() == [first]
        filler.unlink()
        stage.until(lambda: not stage.terminal.database.drain_only, "room again")
        stage.acts.retry_device()
        stage.until_shown(Screen.SCAN)
        assert stage.model.kept == 1
        stage.acts.finish_scan()
        stage.until_shown(Screen.CHECK)
        stage.to_done()
        stage.leave()
        stage.until_received(there)


def _bring_papers(made: Gear) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415 - only here

    from ui.demo.papers import draw_lease  # noqa: PLC0415 - only here
    from ui.demo.people import draw  # noqa: PLC0415 - only here

    person = draw(1, datetime.now(UTC).date())
    for page in (1, 2):
        draw_lease(person, page).save(made.desk / f"page-{page}.png", compress_level=1)
    (made.desk / "current.txt").write_text("page-1.png", encoding="utf-8")


def _until_told_of_the_key(stage: Stage) -> None:
    stage.to_notice()
    stage.acts.begin()
    stage.until_shown(Screen.FAULT)
    assert (stage.model.failure, stage.model.can_retry) == ("SEALING_KEY_MISSING", True)
    assert stage.failures() == ["SEALING_KEY_MISSING"]
    assert stage.drafts() == 0


def test_without_the_portals_key_the_resident_is_told_before_the_work(tmp_path: Path) -> None:
    with gear(tmp_path / "at") as made, Stage(made) as stage:
        _until_told_of_the_key(stage)
        stage.acts.retry_device()
        stage.until(lambda: len(stage.failures()) == 2, "told again")
        stage.acts.home()
        assert stage.shows(Screen.HOME)
        assert stage.page_files() == []


@pytest.mark.deep
def test_once_the_portal_gave_its_key_the_resident_may_begin(tmp_path: Path) -> None:
    folder = tmp_path / "portal"
    with serving(folder) as once:
        port = once.url.rsplit(":", 1)[1]
    own = Office(folder, once.url)
    with gear(tmp_path / "at", portal=own.url) as made, Stage(made) as stage:
        _until_told_of_the_key(stage)
        with serving(folder, "--port", port):
            stage.until(lambda: stage.terminal.keys.current() is not None, "key")
            stage.acts.retry_device()
            stage.until_shown(Screen.IDENTIFY)
            _ends_well(stage, own)


def test_a_fault_of_the_program_while_it_seals_keeps_the_answers_and_may_be_retried(
    around: Gear, there: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_strokes: object) -> bytes:
        raise ZeroDivisionError

    with Stage(around) as stage:
        stage.to_check()
        with monkeypatch.context() as patch:
            patch.setattr(submitting, "draw", broken)
            stage.submit()
            stage.until_shown(Screen.FAULT)
        assert (stage.model.failure, stage.model.kept, stage.model.can_retry) == (
            "PROGRAM_FAULT",
            True,
            True,
        )
        assert stage.failures() == ["PROGRAM_FAULT"]
        assert stage.rows() == []
        stage.acts.retry_device()
        stage.until_shown(Screen.DONE)
        stage.until(lambda: stage.model.lines != (), "receipt")
        stage.leave()
        stage.until_received(there)


def test_who_gives_up_after_a_fault_of_the_program_leaves_nothing(
    around: Gear, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_strokes: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(submitting, "draw", broken)
    with Stage(around) as stage:
        stage.to_check()
        stage.submit()
        stage.until_shown(Screen.FAULT)
        stage.leave()
        assert stage.rows() == []
        stage.until(lambda: stage.page_files() == [], "pages erased")
