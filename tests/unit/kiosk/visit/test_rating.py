"""The rating goes into the outbox behind its case; the resident never waits for it."""

import json

import pytest
from visit_support import Stand

from kiosk.visit.screens import Screen
from offline_cache.records import QueueRow


def _queued(stand: Stand) -> list[QueueRow]:
    return [row for row in stand.store.outbox.rows() if row.item == "evaluation"]


def _body(stand: Stand) -> dict[str, object]:
    (content,) = stand.store.database.read("SELECT body FROM message")[0]
    found: dict[str, object] = json.loads(content)
    return found


def test_a_rating_is_put_once_with_the_number_of_its_case_and_no_name(stand: Stand) -> None:
    stand.to_done()
    stand.paper()
    woken = stand.noted.woken
    stand.acts.rate(4)
    stand.acts.rate(1)

    assert len(_queued(stand)) == 1
    assert _body(stand) == {
        "collection_no": stand.named("sealed")[0]["collection_no"],
        "satisfaction": 4,
        "reasons": [],
        "at": "2026-11-22T10:00:00+08:00",
        "channel": "KIOSK",
    }
    assert stand.noted.woken == woken + 1


def test_who_does_not_rate_sends_nothing(stand: Stand) -> None:
    stand.to_done()
    stand.paper()
    stand.acts.leave()
    stand.pass_s(6)

    assert _queued(stand) == []


def test_the_next_resident_rates_the_next_case(stand: Stand) -> None:
    for satisfaction in (5, 2):
        stand.to_done()
        stand.paper()
        stand.acts.rate(satisfaction)
        stand.acts.leave()
        stand.pass_s(6)

    assert len({row.id for row in _queued(stand)}) == 2


def test_a_rating_counts_that_is_written_after_the_visit(stand: Stand) -> None:
    stand.to_done()
    stand.paper()
    stand.dispatcher.held = True
    stand.acts.rate(3)
    assert stand.model.rating == 3
    stand.acts.leave()
    stand.pass_s(6)
    assert _queued(stand) == []
    stand.dispatcher.release()

    assert len(_queued(stand)) == 1
    assert _body(stand)["satisfaction"] == 3


@pytest.mark.expects_log
def test_a_rating_that_cannot_be_written_is_told_and_the_page_stays(stand: Stand) -> None:
    stand.to_done()
    stand.paper()
    stand.store.database.ballast.cut()
    stand.acts.rate(5)

    assert stand.named("failed") == [{"failure": "STORE_FULL"}]
    assert stand.shows(Screen.DONE)
    assert (stand.model.rating, stand.model.can_rate) == (5, False)
    assert _queued(stand) == []
