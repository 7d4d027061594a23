"""The table of times, cell by cell, with a scripted clock."""

import pytest
from visit_support import Stand

from kiosk.visit.idle import RULES, VISIT_MORE_S, VISIT_S, IdleClock, Pace, Then, Waiting
from kiosk.visit.screens import Overlay, Screen
from offline_cache.records import Stage

PACES = {Pace.NORMAL: 120.0, Pace.CARE: 240.0, Pace.SPEECH: 300.0}
NOBODY = (Screen.HOME, Screen.GUIDE, Screen.NOTICE, Screen.ELSEWHERE)
SOMEBODY = (
    Screen.MATERIALS,
    Screen.QUESTION,
    Screen.SCAN,
    Screen.PRECHECK,
    Screen.CHECK,
    Screen.SIGN,
)


@pytest.mark.parametrize("screen", NOBODY)
def test_a_page_before_identification_waits_sixty_and_twenty_seconds(screen: Screen) -> None:
    rule = RULES[screen]
    for pace in Pace:
        idle = IdleClock(0.0)

        assert idle.look(59.9, rule, pace) == Waiting()
        assert idle.look(60.0, rule, pace) == Waiting(warning=20)
        assert idle.look(79.9, rule, pace) == Waiting(warning=1)
        assert idle.look(80.0, rule, pace) == Waiting(over=True)
    assert rule.then is Then.ATTRACT


@pytest.mark.parametrize("screen", SOMEBODY)
@pytest.mark.parametrize("pace", list(Pace))
def test_a_page_after_identification_waits_by_pace_and_warns_for_45_seconds(
    screen: Screen, pace: Pace
) -> None:
    rule, after = RULES[screen], PACES[pace]
    idle = IdleClock(0.0)

    assert idle.look(after - 0.1, rule, pace) == Waiting()
    assert idle.look(after, rule, pace) == Waiting(warning=45)
    assert idle.look(after + 44.5, rule, pace) == Waiting(warning=1)
    assert idle.look(after + 45, rule, pace) == Waiting(over=True)
    assert rule.then is Then.CLEAR


@pytest.mark.parametrize("screen", [Screen.ATTRACT, Screen.SUBMIT])
def test_nobody_is_idle_while_nobody_is_there_or_the_machine_works(screen: Screen) -> None:
    assert IdleClock(0.0).look(99999.0, RULES[screen], Pace.NORMAL) == Waiting()


def test_the_card_page_leads_home_without_a_warning() -> None:
    rule = RULES[Screen.IDENTIFY]

    assert IdleClock(0.0).look(89.9, rule, Pace.NORMAL) == Waiting()
    assert IdleClock(0.0).look(90.0, rule, Pace.NORMAL) == Waiting(over=True)
    assert rule.then is Then.HOME


def test_every_warning_is_at_least_twenty_seconds() -> None:
    assert {rule.warning_s for rule in RULES.values()} - {0} == {20, 45}
    assert set(RULES) == set(Screen)


def test_the_whole_visit_is_limited_and_extended_any_number_of_times() -> None:
    rule, idle, now = RULES[Screen.QUESTION], IdleClock(0.0), 0.0
    idle.start_visit(now)
    for _ in range(12):
        now += VISIT_S if now == 0 else VISIT_MORE_S
        idle.touch(now - 1)
        assert idle.look(now - 0.5, rule, Pace.NORMAL) == Waiting()
        assert idle.look(now, rule, Pace.NORMAL) == Waiting(warning=60)
        assert idle.look(now + 60, rule, Pace.NORMAL) == Waiting(over=True)
        idle.touch(now)
        assert idle.look(now, rule, Pace.NORMAL) == Waiting()


def test_a_touch_in_the_warning_extends_ten_times_and_more(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    for _ in range(11):
        stand.pass_s(130)
        assert stand.lies(Overlay.IDLE)
        assert stand.desk.view.overlay_seconds == 35
        stand.acts.touched()
        assert stand.lies(Overlay.NONE)

    assert stand.shows(Screen.CHECK)


def test_i_am_still_here_closes_the_warning(stand: Stand) -> None:
    stand.acts.start()
    stand.pass_s(61)
    assert stand.lies(Overlay.IDLE)

    stand.acts.dismiss()

    assert stand.lies(Overlay.NONE)
    stand.pass_s(59)
    assert stand.shows(Screen.HOME)


def test_nobody_on_the_home_page_leads_to_attract(stand: Stand) -> None:
    stand.acts.start()
    stand.pass_s(80.25)

    assert stand.shows(Screen.ATTRACT)


def test_a_resident_who_walked_away_is_cleared(stand: Stand) -> None:
    stand.to_check(unchanged=False)
    stand.pass_s(165.25)

    assert stand.shows(Screen.CLEARED)
    assert stand.desk.is_empty()
    stand.pass_s(5.25)
    assert stand.shows(Screen.ATTRACT)


def test_a_slower_way_gets_more_time(stand: Stand) -> None:
    stand.desk.set_pace(Pace.CARE)
    stand.to_check(unchanged=True)
    stand.pass_s(200)

    assert stand.lies(Overlay.NONE)


def test_a_read_card_has_the_times_of_an_identified_resident(stand: Stand) -> None:
    stand.to_notice(unchanged=True)
    stand.acts.begin()
    stand.lay_card()
    stand.pass_s(100)
    assert stand.shows(Screen.IDENTIFY)
    stand.pass_s(65.25)

    assert stand.shows(Screen.CLEARED)


def test_nobody_is_hurried_while_the_receipt_is_printed(stand: Stand) -> None:
    stand.to_done(Stage.CONCLUDED)
    stand.pass_s(100)
    assert (stand.screen, stand.desk.view.overlay) == (Screen.DONE, Overlay.NONE)

    stand.paper()
    stand.desk.touched()
    stand.pass_s(80.25)

    assert stand.shows(Screen.CLEARED)
