"""Any acts in any order, with events between: no crash, and an end with nothing left."""

import logging
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from visit_support import MARKERS, MOBILE, Stand

from devices.errors import FailureCode
from devices.receipt.api import Outcome
from kiosk.visit.screens import Screen
from offline_cache.records import Stage

NAMES = ("徐汇区", "漕河泾街道", "银杏苑居委会（演示）", "银杏路（演示）", "work", "other", "yes")
PLAIN = [
    "start",
    "home",
    "begin",
    "confirm_identity",
    "reread_card",
    "go_on",
    "back",
    "confirm_answer",
    "skip_answer",
    "capture",
    "keep_page",
    "retake_page",
    "finish_scan",
    "scan_later",
    "retry_device",
    "promise_shown",
    "clear_signature",
    "submit",
    "print_again",
    "leave",
    "another",
    "ask_cancel",
    "confirm_cancel",
    "dismiss",
    "help",
    "touched",
    "print_notice",
]

acts = st.one_of(
    st.sampled_from(PLAIN).map(lambda name: (name,)),
    st.tuples(st.just("pick"), st.sampled_from(["S1", "S2", "S8", "nothing"])),
    st.tuples(st.just("answer_guide"), st.sampled_from(["renew", "lost", "change", "yes", "no"])),
    st.tuples(st.just("choose"), st.sampled_from(NAMES)),
    st.tuples(st.just("type_text"), st.sampled_from(["12", MOBILE, "陪读", "", "x" * 99])),
    st.tuples(st.just("focus_part"), st.sampled_from(["lane", "number", "room", "none"])),
    st.tuples(
        st.just("mend"), st.sampled_from(["scan", "sign", "unchanged", "live_reason", "none"])
    ),
    st.tuples(st.just("rate"), st.integers(-1, 6)),
    st.tuples(st.just("add_stroke"), st.lists(st.tuples(st.floats(), st.floats()), max_size=4)),
)
EVENTS = (
    "card",
    "expired",
    "lifted",
    "gone",
    "preview",
    "page",
    "reject",
    "camera",
    "paper",
    "doubt",
    "tick",
    "wait",
    "received",
    "concluded",
    "correction",
    "offline",
    "answered",
)
events = st.sampled_from(EVENTS)
journeys = st.sampled_from(["nothing", "materials", "scan", "check", "sign", "done"])


def happen(stand: Stand, event: str) -> None:
    done = bool(stand.named("sealed"))
    printing = bool(stand.printer.jobs)
    simple: dict[str, Any] = {
        "card": stand.lay_card,
        "expired": lambda: stand.lay_card(expired=True),
        "lifted": lambda: stand.card_fails(FailureCode.CARD_LIFTED),
        "gone": lambda: stand.card_fails(FailureCode.NOT_CONNECTED, final=True),
        "preview": stand.preview,
        "page": stand.page,
        "reject": lambda: stand.page("reject", ("blank",)),
        "camera": stand.camera_fails,
        "tick": lambda: stand.pass_s(1),
        "wait": lambda: stand.pass_s(61),
        "offline": lambda: stand.desk.online(up=False),
        "paper": stand.paper if printing else stand.desk.tick,
        "doubt": (lambda: stand.paper(Outcome.UNKNOWN)) if printing else stand.desk.tick,
        "received": (lambda: stand.answer(Stage.RECEIVED)) if done else stand.desk.tick,
        "concluded": (lambda: stand.answer(Stage.CONCLUDED)) if done else stand.desk.tick,
        "correction": (lambda: stand.answer(Stage.CORRECTION)) if done else stand.desk.tick,
        "answered": stand.acts.dismiss,
    }
    simple[event]()


def lead(stand: Stand, journey: str) -> None:
    if journey == "materials":
        stand.to_materials(unchanged=False)
    elif journey == "scan":
        stand.to_materials(unchanged=False)
        stand.fill(unchanged=False)
    elif journey in {"check", "sign"}:
        stand.to_check(unchanged=journey == "sign")
    elif journey == "done":
        stand.to_submit()


def to_the_end(stand: Stand) -> None:
    """Nobody touches anything any more; the machine does what it must."""
    for _ in range(8):
        if stand.printer.jobs:
            stand.paper()
        stand.pass_s(170)
        if stand.screen is Screen.ATTRACT:
            return


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(journey=journeys, script=st.lists(st.one_of(acts, events), max_size=25))
def test_random_acts_never_crash_and_always_end_on_attract_with_nothing_left(
    journey: str, script: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    with tempfile.TemporaryDirectory() as folder, caplog.at_level(logging.CRITICAL):
        stand = Stand(Path(folder))
        try:
            lead(stand, journey)
            for each in script:
                if isinstance(each, str):
                    happen(stand, each)
                else:
                    getattr(stand.acts, each[0])(*each[1:])
            to_the_end(stand)

            assert stand.shows(Screen.ATTRACT)
            assert stand.desk.is_empty()
            assert not [marker for marker in MARKERS if marker in repr(stand.desk.view)]
            drafts = "SELECT count(*) FROM submission WHERE state='DRAFT'"
            assert stand.store.database.read(drafts) == [(0,)]
        finally:
            stand.store.database.close()
