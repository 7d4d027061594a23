"""Every line of the CLEAR list, and that one that breaks keeps no other back."""

import logging

import pytest
from visit_support import MARKERS, Stand

from kiosk.audit import verify
from kiosk.visit.clearing import SURFACES, clear_list
from kiosk.visit.screens import Overlay, Screen
from offline_cache.records import Stage


@pytest.fixture
def left(stand: Stand) -> Stand:
    """A resident who filled in everything and then cancelled."""
    stand.to_check(unchanged=False)
    stand.acts.go_on()
    stand.sign()
    stand.acts.ask_cancel()
    assert stand.lies(Overlay.CANCEL)
    stand.acts.confirm_cancel()
    assert stand.shows(Screen.CLEARED)
    return stand


def test_the_list_has_these_lines(stand: Stand) -> None:
    names = [each.name for each in clear_list(stand.desk._crew.session, lambda: None)]

    assert names == [
        "late_results",
        "card_request",
        "camera_frame",
        "steps",
        "scan_folder",
        "visit_object",
        "item",
        *SURFACES,
        "visit_mark",
        "idle_clock",
        "audit",
    ]


def test_late_results_belong_to_a_visit_that_is_gone(stand: Stand) -> None:
    before = stand.desk.visit
    stand.to_check(unchanged=True)
    stand.acts.ask_cancel()
    stand.acts.confirm_cancel()

    assert stand.desk.visit != before


def test_the_card_request_is_called_off(stand: Stand) -> None:
    stand.to_notice(unchanged=True)
    stand.acts.begin()
    stand.acts.ask_cancel()
    stand.acts.confirm_cancel()

    assert stand.reader.cancelled >= 1


def test_the_camera_frame_is_let_go(left: Stand) -> None:
    assert left.plate.calls[-1] == "close"
    assert left.plate.report is None


def test_the_steps_hold_nothing(left: Stand) -> None:
    crew = left.desk._crew

    assert crew.journey.asking is None
    assert crew.receipt.stage is None
    assert crew.journey.scan._taken is None
    assert crew.journey.scan._newest is None


def test_the_scanned_pages_are_erased(left: Stand) -> None:
    assert left.store.database.read("SELECT count(*) FROM document") == [(0,)]
    assert list(left.store.documents.folder.iterdir()) == []


def test_the_visit_object_is_empty(left: Stand) -> None:
    assert left.desk.is_empty()
    assert not [marker for marker in MARKERS if marker in repr(left.desk.view)]


def test_the_item_and_the_fault_are_forgotten(left: Stand) -> None:
    assert left.desk._crew.session.item is None
    assert left.desk._crew.session.fault is None


@pytest.mark.parametrize("name", SURFACES)
def test_each_surface_is_told_to_forget(left: Stand, name: str) -> None:
    assert left.noted.cleared.count(name) == 1


def test_no_visit_is_marked_any_more(left: Stand) -> None:
    assert left.noted.marks[-1] is None


def test_the_clock_of_the_visit_ends(left: Stand) -> None:
    assert left.desk._crew.session.idle._visit_until is None


def test_the_audit_closes_without_personal_data(left: Stand) -> None:
    text = left.audit.path.read_text()

    assert "visit.cleared" in text
    assert verify(left.audit.path).ok
    assert not [marker for marker in MARKERS if marker in text]


def test_a_line_that_breaks_is_told_and_the_others_are_worked_off(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    stand.noted.broken_surface = "clipboard"
    stand.to_check(unchanged=True)
    stand.acts.ask_cancel()
    with caplog.at_level(logging.CRITICAL):
        stand.acts.confirm_cancel()

    assert stand.named("failed") == [{"failure": "PROGRAM_FAULT"}]
    assert "preferences" in stand.noted.cleared
    assert stand.desk.is_empty()


def test_a_late_answer_of_the_portal_finds_nobody(stand: Stand) -> None:
    stand.to_done(Stage.COLLECTED)
    stand.paper()
    stand.acts.leave()
    before = stand.desk.view

    stand.answer(Stage.CONCLUDED)

    assert stand.desk.view == before
    assert len(stand.noted.unfollowed) == 1


def test_another_item_starts_with_nothing_kept(stand: Stand) -> None:
    stand.to_done()
    stand.paper()
    stand.acts.another()

    assert stand.shows(Screen.HOME)
    assert stand.desk.is_empty()
    assert stand.noted.marks[-1] == stand.desk.visit


def test_a_draft_that_comes_after_its_visit_is_erased(stand: Stand) -> None:
    stand.to_notice(unchanged=True)
    stand.dispatcher.held = True
    stand.acts.begin()
    stand.acts.home()
    stand.dispatcher.release()

    assert stand.shows(Screen.HOME)
    assert stand.store.database.read("SELECT count(*) FROM submission") == [(0,)]
