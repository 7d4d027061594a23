"""Sealing and waiting: what the store and the portal may do, and what is said then."""

import errno
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_support import SMALL, Store
from visit_support import Stand

from kiosk.visit.screens import Screen
from offline_cache.database import Limits
from offline_cache.errors import StoreFaultError, StoreFullError
from offline_cache.records import Stage


@pytest.fixture(autouse=True)
def _expected_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.CRITICAL):
        yield


def test_a_portal_known_to_be_away_is_not_waited_for(stand: Stand) -> None:
    stand.desk.online(up=False)
    stand.to_submit()
    stand.pass_s(1)
    assert stand.shows(Screen.SUBMIT)
    stand.pass_s(1.5)
    assert stand.model.stage == "collected"


def test_a_silent_portal_leaves_the_case_collected_after_fifteen_seconds(stand: Stand) -> None:
    stand.to_submit()
    stand.pass_s(14)
    assert stand.shows(Screen.SUBMIT)
    assert stand.model.seconds_left == 1
    stand.pass_s(1.25)

    assert (stand.screen, stand.model.stage) == (Screen.DONE, "collected")
    assert len(stand.model.number) == 22
    assert stand.noted.woken == 1
    assert stand.noted.followed == [stand.named("sealed")[0]["id"]]


@pytest.mark.parametrize(
    ("stage", "at_once"),
    [
        (Stage.RECEIVED, False),
        (Stage.ACCEPTED, False),
        (Stage.CONCLUDED, True),
        (Stage.CORRECTION, True),
        (Stage.NOT_ACCEPTED, True),
    ],
)
def test_the_wait_ends_at_once_with_a_final_answer(
    stand: Stand, stage: Stage, *, at_once: bool
) -> None:
    stand.to_submit()
    stand.answer(stage)

    assert (stand.screen is Screen.DONE) is at_once
    stand.pass_s(15.25)
    assert stand.model.stage == stage.value


def test_a_later_answer_changes_the_words_but_never_backwards(stand: Stand) -> None:
    stand.to_done(Stage.COLLECTED)
    stand.answer(Stage.CONCLUDED)
    assert stand.model.stage == "concluded"
    assert stand.model.number == "SH26112200000001"

    stand.answer(Stage.RECEIVED)

    assert stand.model.stage == "concluded"


def test_the_answer_to_another_submission_is_ignored(stand: Stand) -> None:
    stand.to_submit()
    other, ack = stand.store.acked()
    stand.desk.acked(ack)

    assert other.id == ack.id
    assert stand.named("received") == []


def test_a_correction_names_every_gap(stand: Stand) -> None:
    stand.to_submit()
    reasons = [{"material_name": "居住证", "ordinal": None, "reason": "page-missing"}] * 2
    stand.answer(Stage.CORRECTION, result={"reasons": reasons})

    assert stand.model.reasons == ("居住证", "居住证")
    assert stand.named("correction")[0]["reasons"] == ["page-missing", "page-missing"]


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (StoreFaultError("broken"), "STORE_FAULT"),
        (OSError(errno.EIO, "broken"), "STORE_FAULT"),
        (RuntimeError("a bug"), "PROGRAM_FAULT"),
    ],
)
def test_a_put_that_breaks_keeps_the_answers_and_can_be_tried_again(
    stand: Stand, error: Exception, failure: str
) -> None:
    stand.store.points.broken, stand.store.points.error = "put.before_commit", error
    stand.to_submit()
    assert stand.shows(Screen.FAULT)
    assert (stand.model.failure, stand.model.kept, stand.model.can_retry) == (failure, True, True)
    assert stand.named("sealed") == []

    stand.store.points.broken = ""
    stand.acts.retry_device()

    assert stand.shows(Screen.SUBMIT)
    assert len(stand.named("sealed")) == 1


def test_a_put_into_a_full_store_keeps_the_answers(stand: Stand) -> None:
    stand.store.points.broken = "put.before_commit"
    stand.store.points.error = StoreFullError("full")
    stand.to_submit()

    assert (stand.screen, stand.model.failure) == (Screen.FAULT, "STORE_FULL")
    assert (stand.model.kept, stand.model.can_retry) == (True, True)
    assert not stand.desk.is_empty()


def test_a_missing_sealing_key_is_told_by_its_code(stand: Stand) -> None:
    stand.store.key = None
    stand.to_submit()

    assert (stand.screen, stand.model.failure) == (Screen.FAULT, "SEALING_KEY_MISSING")


def test_a_store_that_does_not_answer_is_told_and_a_late_commit_still_counts(
    stand: Stand,
) -> None:
    stand.to_check(unchanged=True)
    stand.acts.go_on()
    stand.sign()
    stand.dispatcher.held = True
    stand.acts.submit()
    stand.pass_s(30.25)
    assert (stand.screen, stand.model.failure) == (Screen.FAULT, "STORE_FAULT")
    assert not stand.model.can_retry

    stand.dispatcher.release()

    assert (stand.screen, stand.model.stage) == (Screen.DONE, "collected")


def test_a_broken_audit_after_the_commit_does_not_unsay_it(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    stand.acts.go_on()
    stand.sign()
    stand.audit.path = Path("/nowhere/audit.jsonl")

    stand.acts.submit()

    assert stand.shows(Screen.SUBMIT)
    assert stand.model.sealed


def test_a_full_store_is_told_before_the_visit_starts(tmp_path: Path) -> None:
    full = Limits(SMALL.ballast_bytes, SMALL.reserve_bytes, queue_items=0)
    stand = Stand(tmp_path, store=Store(tmp_path / "full", limits=full))
    stand.to_notice(unchanged=True)
    stand.acts.begin()

    assert (stand.screen, stand.model.reason) == (Screen.ELSEWHERE, "store_full")
    assert stand.model.places
    assert stand.reader.asked == []
    stand.store.database.close()


def test_a_page_that_cannot_be_kept_is_told_and_the_rest_stays(stand: Stand) -> None:
    stand.to_materials(unchanged=False)
    stand.fill(unchanged=False)
    stand.page()
    stand.acts.keep_page()
    stand.store.points.broken = "page.staged"
    stand.store.points.error = StoreFullError("full")
    stand.page()
    stand.acts.keep_page()
    assert (stand.screen, stand.model.failure) == (Screen.FAULT, "STORE_FULL")

    stand.store.points.broken = ""
    stand.acts.retry_device()
    stand.acts.finish_scan()

    assert stand.shows(Screen.CHECK)


def test_nothing_is_sealed_twice_by_two_touches(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    stand.acts.go_on()
    stand.sign()
    stand.dispatcher.held = True
    stand.acts.submit()
    stand.acts.submit()
    stand.dispatcher.release()

    assert len(stand.named("sealed")) == 1


def test_an_unread_promise_or_an_unsigned_page_is_not_submitted(stand: Stand) -> None:
    stand.to_check(unchanged=True)
    stand.acts.go_on()
    stand.acts.add_stroke([(0.1, 0.1), (0.9, 0.9)])
    stand.acts.submit()
    assert stand.shows(Screen.SIGN)
    stand.acts.clear_signature()
    stand.acts.promise_shown()
    stand.acts.submit()

    assert stand.shows(Screen.SIGN)
    assert not stand.model.can_submit
