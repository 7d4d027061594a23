"""S1 from ATTRACT to CLEARED and back, along both ways."""

import pytest
from visit_support import MARKERS, Stand

from kiosk.visit.pages import PaperStage
from kiosk.visit.screens import Screen
from offline_cache.records import Stage, State


def steps(stand: Stand) -> list[str]:
    return [str(details["name"]) for details in stand.named("step")]


def test_an_address_change_walks_from_attract_to_cleared(stand: Stand) -> None:
    stand.to_done()
    stand.paper()
    stand.acts.leave()
    stand.pass_s(5.25)

    assert steps(stand) == [
        "home",
        "guide",
        "notice",
        "identify",
        "materials",
        "question",
        "scan",
        "check",
        "sign",
        "submit",
        "done",
        "cleared",
        "attract",
    ]
    assert [each["ordinal"] for each in stand.named("page")] == [1, 2]
    assert stand.desk.is_empty()


def test_the_promise_way_needs_no_scan_and_at_most_nine_taps(stand: Stand) -> None:
    stand.to_notice(unchanged=True)
    stand.acts.begin()
    stand.lay_card()

    taps = (
        stand.acts.confirm_identity,
        stand.acts.go_on,
        lambda: stand.acts.choose("work"),
        stand.acts.skip_answer,
        stand.acts.go_on,
        stand.acts.promise_shown,
        lambda: stand.acts.add_stroke([(0.2, 0.2), (0.8, 0.8)]),
        stand.acts.submit,
    )
    for tap in taps:
        tap()

    assert stand.shows(Screen.SUBMIT)
    assert len(taps) <= 9
    assert "scan" not in steps(stand)


def test_the_milestones_come_in_order_and_once(stand: Stand) -> None:
    stand.to_submit()
    stand.answer(Stage.RECEIVED)
    stand.answer(Stage.ACCEPTED)
    stand.answer(Stage.CONCLUDED)
    stand.answer(Stage.CONCLUDED)
    stand.paper()

    names = [name for name, _details in stand.events if name != "step"]
    assert names == ["page", "page", "sealed", "received", "accepted", "concluded", "printed"]
    assert stand.named("printed")[0]["outcome"] == "printed"


def test_sealed_is_said_only_after_the_commit(stand: Stand) -> None:
    stand.dispatcher.held = False
    stand.to_check(unchanged=True)
    stand.acts.go_on()
    stand.sign()
    stand.dispatcher.held = True

    stand.acts.submit()

    assert stand.named("sealed") == []
    assert stand.model.sealed is False
    stand.dispatcher.release()
    sealed = stand.named("sealed")[0]
    assert stand.store.state(str(sealed["id"])) == State.SEALED.value
    assert stand.model.sealed is True


@pytest.mark.parametrize("unchanged", [True, False])
def test_no_view_and_no_event_shows_a_number_in_clear(stand: Stand, *, unchanged: bool) -> None:
    stand.to_done(unchanged=unchanged)
    stand.paper()

    shown = repr([view for view in stand.views if view.screen is not Screen.QUESTION])
    assert not [marker for marker in MARKERS if marker in shown + repr(stand.events)]
    assert stand.stands(PaperStage.PRINTED)
