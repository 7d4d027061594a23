"""What becomes of a rating for each class of answer; its application goes first."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from ratings_support import rate, rating_ack
from scripted_portal import GONE, told
from sender_support import Bench, sender_bench

from devices.errors import FailureCode
from kiosk.sync.outcomes import Answered, Garbled, Refused

FIRST = "0192f000-0000-7000-8000-00000000000f"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with sender_bench(tmp_path) as made:
        yield made


def test_a_rating_follows_its_application_and_is_told_to_nobody(bench: Bench) -> None:
    ticket = bench.store.put(pages=0)
    one = rate(bench.store, ticket)
    bench.run_s(1)
    puts = [call for call in bench.portal.calls if call.startswith("put_")]
    assert puts == ["put_submission", "put_evaluation"]
    assert bench.heard.ids() == {ticket.id}
    assert (bench.store.state(ticket.id), bench.store.state(one)) == ("ACKED", "ACKED")


@pytest.mark.parametrize(
    "outcome", [GONE, Refused(500), Refused(429), Garbled(200, "empty"), told(503, "group-down")]
)
@pytest.mark.expects_log
def test_trouble_leaves_it_sealed_with_a_due_time_and_it_arrives_later(
    bench: Bench, outcome: object
) -> None:
    one = bench.rated()[1]
    bench.portal.play("put_evaluation", outcome)
    bench.run_s(0.1)
    row = bench.store.outbox.row(one)
    assert (row.state.value, row.attempts) == ("SEALED", 1)
    bench.run_s(60)
    assert bench.store.state(one) == "ACKED"


@pytest.mark.expects_log
def test_an_answer_for_another_case_is_no_acknowledgement(bench: Bench) -> None:
    one = bench.rated()[1]
    lie = rating_ack(bench.store, one, case_id=FIRST)
    bench.portal.play("put_evaluation", Answered(lie))
    bench.run_s(0.1)
    row = bench.store.outbox.row(one)
    assert (row.state.value, row.last_failure) == ("SEALED", "PORTAL_BAD_ANSWER")
    bench.run_s(60)
    assert bench.store.state(one) == "ACKED"


@pytest.mark.parametrize("same_id", [True, False])
def test_rated_before_counts_as_done(bench: Bench, *, same_id: bool) -> None:
    ticket, one = bench.rated()
    changes = {} if same_id else {"id": FIRST, "sha256": "0" * 64}
    ack = asdict(rating_ack(bench.store, one, receipt_no="E-FIRST", **changes))
    bench.portal.play("put_evaluation", told(409, "already-rated", ack=ack))
    bench.run_s(0.1)
    row = bench.store.outbox.row(one)
    assert (row.state.value, row.receipt_no) == ("ACKED", "E-FIRST")
    assert bench.heard.alarms == []
    assert bench.heard.ids() == {ticket.id}


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (told(409, "already-rated"), "HELD"),
        (told(422, "id-reuse"), "HELD"),
        (told(422, "schema"), "REJECTED"),
    ],
)
def test_what_needs_people_is_kept_and_raises_the_alarm(
    bench: Bench, outcome: object, state: str
) -> None:
    one = bench.rated()[1]
    bench.portal.play("put_evaluation", outcome)
    bench.run_s(0.1)
    assert bench.store.state(one) == state
    assert bench.heard.codes() == {FailureCode.PORTAL_REFUSED}


def test_a_portal_whose_ratings_rest_still_counts_as_there(bench: Bench) -> None:
    """Six refusals would open the breaker; applications go on and the screens say nothing."""
    ratings = [bench.rated()[1] for _ in range(6)]
    bench.portal.play("put_evaluation", *[told(503, "group-down")] * 6)
    for _ in ratings:
        bench.steps()
    later = bench.store.put(pages=0).id
    bench.steps()
    assert {bench.store.outbox.row(each).attempts for each in ratings} == {1}
    assert bench.store.state(later) == "ACKED"
    assert False not in bench.heard.online
    bench.run_s(120)
    assert {bench.store.state(each) for each in ratings} == {"ACKED"}


@pytest.mark.expects_log
def test_a_channel_that_is_paused_sends_no_rating(bench: Bench) -> None:
    one = bench.rated()[1]
    bench.portal.play("put_evaluation", told(403, "terminal-suspended"))
    bench.run_s(20)
    assert bench.portal.calls.count("put_evaluation") == 1
    assert bench.store.outbox.row(one).attempts == 0
    bench.run_s(100)
    assert bench.store.state(one) == "ACKED"
