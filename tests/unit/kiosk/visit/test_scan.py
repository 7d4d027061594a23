"""The plate: pages, verdicts, faults, and the paper that comes later."""

import hashlib
from dataclasses import replace

from visit_support import Stand, snapshot

from devices.errors import FailureCode
from kiosk.visit.pages import ScanStage
from kiosk.visit.screens import Screen


def to_scan(stand: Stand) -> None:
    stand.to_materials(unchanged=False)
    stand.fill(unchanged=False)


def test_the_plate_opens_for_this_visit_and_guides(stand: Stand) -> None:
    to_scan(stand)
    assert stand.stands(ScanStage.PREPARING)
    stand.preview("PAGE_CUT")

    assert stand.plate.visit == stand.desk.visit
    assert (stand.model.stage, stand.model.hint) == (ScanStage.LIVE, "PAGE_CUT")
    assert len(stand.model.corners) == 8
    assert stand.noted.pictures[-1] == stand.model.preview


def test_a_page_is_reviewed_kept_and_reported_with_its_digest(stand: Stand) -> None:
    to_scan(stand)
    stand.preview()
    stand.page()
    assert (stand.model.stage, stand.model.verdict) == (ScanStage.REVIEW, "good")

    stand.acts.keep_page()

    assert (stand.model.kept, stand.model.page) == (1, 2)
    assert stand.model.can_finish
    page = stand.named("page")[0]
    assert page["ordinal"] == 1
    assert len(str(page["sha256"])) == len(hashlib.sha256().hexdigest())
    assert stand.plate.calls[-1] == "resume"


def test_a_page_taken_again_is_not_kept(stand: Stand) -> None:
    to_scan(stand)
    stand.page()
    stand.acts.retake_page()

    assert stand.model.kept == 0
    assert stand.named("page") == []
    assert stand.plate.calls[-1] == "resume"


def test_a_rejected_page_is_kept_only_after_three_tries(stand: Stand) -> None:
    to_scan(stand)
    kept = []
    for _ in range(3):
        stand.page("reject", ("blurred",))
        assert stand.model.reasons == ("PAGE_BLURRED",)
        stand.acts.keep_page()
        kept.append(stand.model.kept)
        stand.acts.retake_page()

    assert kept == [0, 0, 1]


def test_the_last_possible_page_ends_the_scan(stand: Stand) -> None:
    to_scan(stand)
    for _ in range(4):
        stand.page()
        stand.acts.keep_page()

    assert stand.shows(Screen.CHECK)
    assert stand.plate.calls[-1] == "close"


def test_nothing_is_finished_without_a_page(stand: Stand) -> None:
    to_scan(stand)
    stand.preview()
    stand.acts.finish_scan()

    assert stand.shows(Screen.SCAN)


def test_the_paper_may_come_later_where_the_item_says_so(stand: Stand) -> None:
    to_scan(stand)
    stand.acts.scan_later()

    assert stand.shows(Screen.CHECK)
    assert "10天内补交" in [each.value for each in stand.model.rows]


def test_putting_a_paper_off_is_offered_only_where_the_item_takes_it_later(stand: Stand) -> None:
    to_scan(stand)
    offered = stand.model.can_defer
    scan = stand.desk._crew.journey.scan
    found = scan._material
    assert found is not None
    scan._material = replace(found, material=replace(found.material, supplement_days=0))

    stand.preview()
    needed = stand.model.can_defer
    stand.acts.scan_later()

    assert (offered, needed) == (True, False)
    assert stand.shows(Screen.SCAN)


def test_a_faulty_camera_offers_a_retry_and_the_way_without(stand: Stand) -> None:
    to_scan(stand)
    stand.camera_fails()
    assert (stand.model.stage, stand.model.failure) == (ScanStage.CAMERA_FAULT, "FRAME_STALLED")
    stand.acts.retry_device()
    assert stand.stands(ScanStage.PREPARING)
    stand.camera_fails(FailureCode.DISCONNECTED)

    stand.acts.scan_later()

    assert stand.shows(Screen.CHECK)
    assert [each["failure"] for each in stand.named("failed")] == ["FRAME_STALLED", "DISCONNECTED"]


def test_a_camera_that_comes_back_is_opened_by_itself(stand: Stand) -> None:
    to_scan(stand)
    stand.camera_fails()
    stand.desk.device_changed(snapshot("camera"))
    stand.preview()

    assert stand.stands(ScanStage.LIVE)
    assert stand.model.failure == ""


def test_a_late_page_outside_the_scan_page_is_ignored(stand: Stand) -> None:
    stand.to_check(unchanged=False)
    before = stand.desk.view
    stand.page()
    stand.camera_fails()

    assert stand.desk.view == before


def test_a_poor_page_is_listed_once_and_may_be_accepted(stand: Stand) -> None:
    to_scan(stand)
    stand.page("warn", ("glare",))
    stand.acts.keep_page()
    stand.acts.finish_scan()

    assert stand.shows(Screen.PRECHECK)
    assert [each.code for each in stand.model.findings] == ["page_poor"]
    stand.acts.go_on()
    assert stand.shows(Screen.CHECK)


def test_mending_the_scan_starts_with_an_empty_plate(stand: Stand) -> None:
    stand.to_check(unchanged=False)
    stand.acts.mend("scan")
    assert (stand.screen, stand.model.kept) == (Screen.SCAN, 0)
    stand.scan(1)

    assert stand.shows(Screen.CHECK)
    folder = stand.store.documents.folder
    assert sum(file.stat().st_size > 0 for file in folder.iterdir()) == 1


def test_the_progress_counts_seven_steps_with_and_six_without_a_scan(stand: Stand) -> None:
    stand.to_check(unchanged=False)
    with_scan = stand.desk.view.progress
    stand.acts.ask_cancel()
    stand.acts.confirm_cancel()
    stand.to_check(unchanged=True)
    without = stand.desk.view.progress

    assert (with_scan.step, with_scan.of) == (6, 7)
    assert (without.step, without.of) == (5, 6)
