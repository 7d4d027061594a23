"""What becomes of a submission in a real store for each class of answer."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_portal import GONE, ack_for, told
from sender_support import Bench, sender_bench
from store_support import intake

from devices.errors import FailureCode
from kiosk.sync.client import PATCH_LIMIT
from kiosk.sync.outcomes import Answered, Garbled, Refused, Unreachable
from offline_cache.records import Stage


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with sender_bench(tmp_path) as made:
        yield made


def test_a_submission_with_pages_is_sent_pages_first_and_told_after_the_disk_has_it(
    bench: Bench,
) -> None:
    one = bench.put(pages=2)
    bench.steps()
    assert bench.portal.calls == [*["create_upload", "append_upload"] * 2, "put_submission"]
    assert bench.heard.ids() == {one}
    assert bench.store.state(one) == "ACKED"
    assert bench.heard.online == [True]


@pytest.mark.parametrize(
    "outcome",
    [
        GONE,
        Unreachable(FailureCode.PORTAL_SLOW),
        Refused(500),
        Refused(503),
        Refused(408),
        Refused(429),
        Refused(302),
        Garbled(200, "empty"),
        told(409, "in-progress"),
        told(400, "digest-mismatch"),
    ],
)
def test_trouble_leaves_it_sealed_with_a_due_time_and_it_arrives_later(
    bench: Bench, outcome: object
) -> None:
    one = bench.put()
    bench.portal.play("put_submission", outcome)
    bench.steps()
    assert bench.store.state(one) == "SEALED"
    assert bench.store.outbox.row(one).last_failure in set(FailureCode)
    assert bench.store.next_due() is None
    bench.run_s(10)
    assert bench.store.state(one) == "ACKED"


def test_every_attempt_sends_the_same_bytes_under_the_same_id(bench: Bench) -> None:
    one = bench.put()
    before = bench.store.next_due()
    bench.portal.play("put_submission", GONE, Garbled(200, "html"), Refused(503))
    bench.run_s(60)
    assert before is not None
    assert bench.portal.bodies == {one: before.body}


def test_the_wait_that_the_portal_asks_for_is_kept(bench: Bench) -> None:
    bench.put()
    bench.portal.play("put_submission", Refused(503, None, 200.0))
    bench.steps()
    bench.run_s(199)
    assert bench.portal.calls.count("put_submission") == 1
    bench.run_s(3)
    assert bench.portal.calls.count("put_submission") == 2


@pytest.mark.expects_log
def test_three_lies_about_one_submission_alarm_once(bench: Bench) -> None:
    bench.put()
    bench.portal.play("put_submission", *[Garbled(200, "html")] * 4)
    bench.run_s(120)
    assert bench.heard.codes() == {FailureCode.PORTAL_BAD_ANSWER}
    assert len(bench.heard.alarms) == 1


@pytest.mark.expects_log
@pytest.mark.parametrize("status", [401, 403])
def test_an_unwanted_terminal_pauses_everything_and_touches_nothing(
    bench: Bench, status: int
) -> None:
    one, two = bench.put(), bench.put()
    bench.portal.play("put_submission", told(status, "terminal-suspended"))
    bench.portal.play("get_time", told(status, "terminal-suspended"))
    bench.run_s(59)
    assert bench.portal.calls == ["put_submission"]
    assert (bench.store.state(one), bench.store.outbox.row(one).attempts) == ("SEALED", 0)
    bench.run_s(2)
    assert bench.portal.calls == ["put_submission", "get_time"]
    bench.run_s(61)
    assert {bench.store.state(one), bench.store.state(two)} == {"ACKED"}
    assert [code for code, _ in bench.heard.alarms] == [FailureCode.PORTAL_PAUSED]


@pytest.mark.expects_log
def test_a_wrong_clock_is_corrected_once_at_once(bench: Bench) -> None:
    one = bench.put()
    bench.portal.play("put_submission", told(401, "clock-skew", now="x"))
    bench.steps()
    assert bench.store.state(one) == "ACKED"
    bench.put()
    bench.portal.play("put_submission", told(401, "clock-skew"), told(401, "clock-skew"))
    bench.steps()
    assert not bench.sender.channel.is_open_for_work


@pytest.mark.expects_log
@pytest.mark.parametrize("name", ["malformed", "too-large", "media-type", "schema", "refused"])
def test_a_permanent_refusal_is_shown_and_holds_only_its_case(bench: Bench, name: str) -> None:
    case = "0190a5c8-7b1e-7c3d-9e2f-000000000009"
    one, later = bench.put(case_id=case), bench.put(case_id=case)
    other = bench.put()
    bench.portal.play("put_submission", told(422, name))
    bench.run_s(5)
    assert bench.store.state(one) == "REJECTED"
    assert bench.store.outbox.row(one).last_failure == name
    assert bench.store.state(later) == "SEALED"
    assert bench.store.state(other) == "ACKED"
    assert bench.heard.codes() == {FailureCode.PORTAL_REFUSED}


@pytest.mark.expects_log
@pytest.mark.parametrize(
    "outcome",
    [
        told(422, "id-reuse"),
        told(422, "sealing-key-gone"),
        told(409, "case-order", expected=1),
        told(404, "unknown-id"),
        Refused(418),
        Refused(404),
    ],
)
def test_what_nobody_understands_is_held_with_an_alarm(bench: Bench, outcome: object) -> None:
    one, other = bench.put(), bench.put()
    bench.portal.play("put_submission", outcome)
    bench.run_s(5)
    assert bench.store.state(one) == "HELD"
    assert bench.store.state(other) == "ACKED"
    assert bench.heard.codes() == {FailureCode.PORTAL_REFUSED}


def test_a_final_word_with_a_valid_ack_counts_as_received(bench: Bench) -> None:
    one = bench.put()
    due = bench.store.next_due()
    assert due is not None
    ack = ack_for(one, due.body)
    document = {name: getattr(ack, name) for name in ack.__slots__}
    bench.portal.play("put_submission", told(409, "concluded", ack=document))
    bench.steps()
    assert bench.store.state(one) == "ACKED"


def test_pages_that_the_portal_lost_are_sent_again_and_then_the_commit(bench: Bench) -> None:
    one = bench.put(pages=2)
    bench.portal.play("put_submission", told(409, "documents-incomplete", missing=[2]))
    bench.steps()
    assert bench.store.state(one) == "ACKED"
    assert bench.portal.calls.count("create_upload") == 3
    assert bench.portal.calls[-1] == "put_submission"


@pytest.mark.expects_log
def test_pages_that_are_never_found_end_held(bench: Bench) -> None:
    one = bench.put(pages=1)
    bench.portal.play("put_submission", *[told(409, "documents-incomplete", missing=[1])] * 9)
    bench.run_s(5)
    assert bench.store.state(one) == "HELD"


@pytest.mark.parametrize(
    "outcome", [told(404, "upload-gone"), told(410, "upload-gone"), told(422, "upload-digest")]
)
def test_an_upload_that_is_gone_is_created_again(bench: Bench, outcome: object) -> None:
    one = bench.put(pages=1)
    bench.portal.play("append_upload", outcome)
    bench.steps()
    assert bench.store.state(one) == "ACKED"
    assert bench.portal.calls.count("create_upload") == 2


def test_an_upload_at_another_offset_is_asked_for_and_resumed(bench: Bench) -> None:
    one = bench.put(pages=1)
    bench.portal.play("append_upload", told(409, "offset-mismatch", offset=0))
    bench.steps()
    assert bench.store.state(one) == "ACKED"
    assert bench.portal.calls.count("ask_upload") == 1


@pytest.mark.expects_log
def test_an_upload_without_progress_ends_held_after_five_times(bench: Bench) -> None:
    one = bench.put(pages=1)
    bench.portal.play("append_upload", *[told(404, "upload-gone")] * 9)
    bench.run_s(5)
    assert bench.store.state(one) == "HELD"
    assert bench.portal.calls.count("create_upload") == 5


def test_a_cut_upload_goes_on_where_it_was(bench: Bench) -> None:
    one = bench.put(pages=1)
    bench.portal.play("append_upload", GONE)
    bench.run_s(5)
    assert bench.store.state(one) == "ACKED"
    assert bench.portal.calls[:4] == [
        "create_upload",
        "append_upload",
        "ask_upload",
        "append_upload",
    ]


@pytest.mark.expects_log
def test_a_page_that_is_lost_on_the_disk_is_rejected_and_alarmed(bench: Bench) -> None:
    one = bench.put(pages=1)
    for file in bench.store.documents.folder.iterdir():
        file.unlink()
    bench.run_s(2)
    assert bench.store.state(one) == "REJECTED"
    assert bench.heard.codes() == {FailureCode.STORE_FAULT}


def test_five_failures_open_the_breaker_and_the_return_wakes_what_waited(bench: Bench) -> None:
    ids = [bench.put() for _ in range(8)]
    bench.portal.play("put_submission", *[GONE] * 5)
    bench.portal.play("get_time", *[GONE] * 6)
    bench.run_s(70)
    assert bench.portal.calls[:6] == [*["put_submission"] * 5, "get_time"]
    assert {bench.store.state(each) for each in ids} == {"ACKED"}
    assert bench.heard.online == [False, True]


def test_an_idle_uploader_asks_for_the_time_each_15_s(bench: Bench) -> None:
    bench.run_s(46)
    assert bench.portal.calls == ["get_time"] * 4
    assert bench.sender.presence.online is True


def test_a_followed_submission_is_asked_for_until_its_stage_is_final(bench: Bench) -> None:
    one = bench.put()
    bench.sender.follower.follow(one, bench.clock.mono)
    bench.run_s(3)
    asked = bench.portal.calls.count("get_submission")
    assert asked >= 3
    bench.portal.stage = Stage.CONCLUDED
    bench.run_s(2)
    assert bench.heard.acks[-1].stage is Stage.CONCLUDED
    assert bench.store.outbox.row(one).stage is Stage.CONCLUDED
    settled = bench.portal.calls.count("get_submission")
    bench.run_s(60)
    assert bench.portal.calls.count("get_submission") == settled


def test_many_that_are_waited_for_do_not_stop_the_queue(bench: Bench) -> None:
    for one in [bench.received() for _ in range(12)]:
        bench.sender.follower.follow(one, bench.clock.mono)
    waiting = [bench.put() for _ in range(5)]
    del bench.portal.calls[:]
    for _ in range(20):
        bench.steps()
        # so long a request takes: all that are followed are due again before the last was asked
        bench.clock.pass_s(0.25)
    assert {bench.store.state(one) for one in waiting} == {"ACKED"}
    assert bench.portal.calls.count("get_submission") == 15


def test_an_unfollowed_submission_is_asked_for_slowly(bench: Bench) -> None:
    one = bench.put()
    bench.sender.follower.follow(one, bench.clock.mono)
    bench.sender.follower.unfollow(one)
    bench.run_s(65)
    assert 1 <= bench.portal.calls.count("get_submission") <= 3
    bench.portal.stage = Stage.ACCEPTED
    bench.run_s(35)
    assert bench.heard.acks[-1].stage is Stage.ACCEPTED


def test_an_answer_about_a_submission_whose_own_ack_was_lost_counts_as_its_ack(
    bench: Bench,
) -> None:
    one = bench.put()
    due = bench.store.next_due()
    assert due is not None
    bench.portal.bodies[one] = due.body
    bench.portal.play("put_submission", GONE)
    bench.sender.follower.follow(one, bench.clock.mono - 10)
    bench.steps()
    assert bench.store.state(one) == "ACKED"


@pytest.mark.expects_log
def test_an_ack_for_another_place_in_the_case_is_a_lie(bench: Bench) -> None:
    one = bench.put()
    due = bench.store.next_due()
    assert due is not None
    bench.portal.play("put_submission", Answered(ack_for(one, due.body, case_seq=2)))
    bench.steps()
    assert bench.store.state(one) == "SEALED"
    bench.run_s(5)
    assert bench.store.state(one) == "ACKED"


def test_a_jump_of_the_wall_clock_delays_nothing(bench: Bench) -> None:
    one = bench.put()
    bench.portal.play("put_submission", GONE)
    bench.steps()
    bench.clock.wall_s -= 7 * 365 * 86400
    bench.run_s(3)
    assert bench.store.state(one) == "ACKED"


@pytest.mark.parametrize("ending", ["expire", "withdraw", "hold"])
def test_a_decision_of_staff_while_it_is_in_flight_is_the_last_word(
    bench: Bench, ending: str
) -> None:
    outbox = bench.store.outbox
    outbox.set_clock_offset(0.0)
    one = bench.put()
    bench.clock.pass_s(8 * 86400.0)
    outbox.set_clock_offset(0.0)
    decide = {"expire": outbox.expire, "withdraw": outbox.withdraw, "hold": outbox.hold}[ending]

    class Meanwhile(deque[object]):
        """The answer is on its way while staff decide."""

        def popleft(self) -> object:
            decide(one, "staff-7", "demo")
            return super().popleft()

    bench.portal.script["put_submission"] = Meanwhile([Refused(429)])
    bench.steps()
    states = {"expire": "EXPIRED", "withdraw": "WITHDRAWING", "hold": "HELD"}
    assert outbox.row(one).state.value == states[ending]
    assert bench.heard.alarms == []
    other = bench.put()
    bench.run_s(5)
    assert bench.store.state(other) == "ACKED"


def test_each_piece_of_a_page_counts_as_progress(bench: Bench) -> None:
    """A page may take minutes on a slow line; the alarm of 60 s is for what does not move."""
    draft = bench.store.draft(pages=0)
    draft.add_page(b"x" * (7 * PATCH_LIMIT), "image/jpeg", material="m1")
    one = bench.store.outbox.put(draft, intake()).id
    quiet_s: list[float] = []

    class Slowly(deque[object]):
        """Each piece takes 50 s."""

        def popleft(self) -> object:
            bench.clock.pass_s(50.0)
            quiet_s.append(bench.clock.mono - bench.sender.delivery.moved_at)
            return None

    bench.portal.script["append_upload"] = Slowly([GONE])
    bench.steps()
    assert bench.store.state(one) == "ACKED"
    assert len(quiet_s) == 8
    assert max(quiet_s) <= 51.0


@pytest.mark.expects_log
@pytest.mark.parametrize("changes", [{"receipt_no": "Q-OTHER"}, {"sha256": "0" * 64}])
@pytest.mark.parametrize("followed", [True, False])
def test_an_answer_that_contradicts_the_ack_is_told_once_and_stops_nothing(
    bench: Bench, changes: dict[str, str], *, followed: bool
) -> None:
    one = bench.received()
    before = bench.store.outbox.row(one).receipt_no
    lie = Answered(ack_for(one, bench.portal.bodies[one], **changes))
    bench.portal.play("get_submission", *[lie] * 200)
    if followed:
        bench.sender.follower.follow(one, bench.clock.mono)
    bench.run_s(70)
    other = bench.received()
    assert [code for code, _ in bench.heard.alarms] == [FailureCode.PORTAL_BAD_ANSWER]
    assert bench.store.outbox.row(one).receipt_no == before
    assert bench.store.state(other) == "ACKED"
