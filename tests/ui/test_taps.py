"""A tap on what the resident sees becomes the act that it names."""

from dataclasses import replace

import pytest
from acts_support import RecordingActs
from english_pack import english
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from screen_support import LANDSCAPE, Glass, find, gallery, present

from kiosk.visit.pages import DoneModel
from kiosk.visit.signing import SIZE_PX

TAPS = [
    ("attract", "start", ("start",)),
    ("attract", "help", ("help",)),
    ("home", "item_S1", ("pick", "S1")),
    ("guide", "option_renew", ("answer_guide", "renew")),
    ("guide", "back", ("back",)),
    ("notice", "act", ("begin",)),
    ("notice", "print_notice", ("print_notice",)),
    ("notice_not_ready", "act", ("home",)),
    ("elsewhere_change", "home", ("home",)),
    ("identify_read", "act", ("confirm_identity",)),
    ("identify_read", "reread", ("reread_card",)),
    ("identify_lifted", "act", ("reread_card",)),
    ("identify_fault", "other_way", ("help",)),
    ("identify_waiting", "cancel", ("ask_cancel",)),
    ("expired", "reread", ("reread_card",)),
    ("materials_scan", "act", ("go_on",)),
    ("question_choice", "option_work", ("choose", "work")),
    ("question_chosen", "act", ("confirm_answer",)),
    ("question_tel", "key_5", ("type_text", "5")),
    ("question_tel_typed", "key_erase", ("type_text", "1380000567")),
    ("question_tel_typed", "key_clear", ("type_text", "")),
    ("question_tel", "skip", ("skip_answer",)),
    ("question_detail", "key_5", ("type_text", "5")),
    ("question_detail", "part_number", ("focus_part", "number")),
    ("question_text", "key_a", ("type_text", "YS1234A")),
    ("question_id_number", "key_x", ("type_text", "31010519")),
    ("scan_live", "act", ("capture",)),
    ("scan_live", "scan_later", ("scan_later",)),
    ("scan_live_ready", "finish", ("finish_scan",)),
    ("scan_review_good", "act", ("keep_page",)),
    ("scan_review_good", "retake", ("retake_page",)),
    ("scan_review_reject", "retake", ("retake_page",)),
    ("scan_fault", "act", ("retry_device",)),
    ("precheck", "mend_contact_mobile", ("mend", "contact_mobile")),
    ("precheck", "act", ("mend", "live_reason")),
    ("precheck_clean", "act", ("go_on",)),
    ("check", "mend_live_reason", ("mend", "live_reason")),
    ("check", "act", ("go_on",)),
    ("sign_signed", "clear_signature", ("clear_signature",)),
    ("sign_signed", "submit", ("submit",)),
    ("done_received", "rate_4", ("rate", 4)),
    ("done_received", "leave", ("leave",)),
    ("done_received", "another", ("another",)),
    ("done_paper_doubt", "paper_whole", ("paper_complete", True)),
    ("done_paper_doubt", "paper_not_whole", ("paper_complete", False)),
    ("done_paper_out", "print_again", ("print_again",)),
    ("fault_kept", "act", ("retry_device",)),
    ("overlay_idle", "still_here", ("dismiss",)),
    ("overlay_cancel", "confirm_cancel", ("confirm_cancel",)),
    ("overlay_cancel", "dismiss", ("dismiss",)),
    ("overlay_help", "dismiss", ("dismiss",)),
]


def _tap(glass: Glass, name: str) -> None:
    item = find(glass, name)
    centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
    QTest.mouseClick(glass.window, Qt.MouseButton.LeftButton, pos=centre)
    glass.settle()


@pytest.mark.parametrize(("state", "name", "act"), TAPS)
def test_a_tap_does_what_it_says(
    glass: Glass, state: str, name: str, act: tuple[object, ...]
) -> None:
    acts = RecordingActs(gallery()[state])
    glass.shell.attach(acts, english)
    glass.show(acts.view)

    _tap(glass, name)

    assert [(word, *arguments) for word, arguments in acts.calls if word != "promise_shown"] == [
        act
    ]


def test_what_lies_below_an_overlay_cannot_be_tapped(glass: Glass) -> None:
    acts = RecordingActs(gallery()["overlay_idle"])
    glass.shell.attach(acts, english)
    glass.show(acts.view)

    _tap(glass, "cancel")

    assert acts.calls == []


def test_the_promise_counts_as_shown_when_its_last_page_is_there(glass: Glass) -> None:
    acts = RecordingActs(gallery()["sign"])
    glass.shell.attach(acts, english)

    glass.show(acts.view)

    assert ("promise_shown", ()) in acts.calls


def _stroke(glass: Glass) -> tuple[tuple[float, float], ...]:
    """Draw a line that goes twice as far across as down."""
    acts = RecordingActs(gallery()["sign_plain"])
    glass.shell.attach(acts, english)
    glass.show(acts.view)
    field = find(glass, "signature")
    corner = field.mapToScene(QPointF(0, 0)).toPoint()

    QTest.mousePress(glass.window, Qt.MouseButton.LeftButton, pos=corner + QPoint(100, 100))
    QTest.mouseMove(glass.window, corner + QPoint(300, 200))
    QTest.mouseRelease(glass.window, Qt.MouseButton.LeftButton, pos=corner + QPoint(300, 200))
    glass.settle()

    name, (points,) = acts.calls[0]
    assert name == "add_stroke"
    assert isinstance(points, tuple)
    return points


def test_a_stroke_arrives_as_points_between_zero_and_one(glass: Glass) -> None:
    points = _stroke(glass)

    assert len(points) >= 2
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in points)


def test_a_name_keeps_its_proportions_on_the_picture_that_is_sealed(glass: Glass) -> None:
    (left, top), *_, (right, bottom) = _stroke(glass)
    width_px, height_px = SIZE_PX

    assert (right - left) * width_px / ((bottom - top) * height_px) == pytest.approx(2, rel=0.01)


def test_a_tap_before_the_program_is_there_does_nothing(glass: Glass) -> None:
    glass.show(gallery()["attract"])

    _tap(glass, "start")

    assert glass.shell.screen == "attract"


def test_news_of_the_paper_do_not_turn_the_page_back(glass: Glass) -> None:
    view = gallery()["done_correction"]
    model = view.model
    assert isinstance(model, DoneModel)
    glass.show(view)
    present(glass, LANDSCAPE, large=True, language="zh_CN")
    _tap(glass, "page_next")
    before = find(glass, "page_previous")

    glass.show(replace(view, online=False, model=replace(model, rating=4)))

    assert before.isVisible()


def test_nothing_is_confirmed_before_its_last_page_was_shown(glass: Glass) -> None:
    acts = RecordingActs(gallery()["check"])
    glass.shell.attach(acts, english)
    present(glass, LANDSCAPE, large=True, language="zh_CN")
    glass.show(acts.view)

    _tap(glass, "act")
    assert acts.calls == []
    for _ in range(20):
        _tap(glass, "act")

    assert ("go_on", ()) in acts.calls
