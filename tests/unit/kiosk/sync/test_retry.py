"""One test per line of the table of retry classes, as a pure function."""

import pytest

from devices.errors import FailureCode
from kiosk.sync.outcomes import Garbled, Problem, Refused, Unreachable
from kiosk.sync.retry import (
    Act,
    AtOnce,
    Hold,
    Pause,
    Reject,
    Renew,
    Reorder,
    Resume,
    Retry,
    Settled,
    Supply,
    Tries,
    Verdict,
    back_off_s,
    judge,
)

ALL = 0.999999


def told(status: int, name: str = "", after_s: float | None = None, **extension: object) -> Refused:
    return Refused(status, Problem(name, status, extension=extension), after_s)


def commit(
    outcome: Refused | Garbled | Unreachable, tries: Tries | None = None, chance: float = 0.5
) -> Verdict:
    return judge(Act.COMMIT, outcome, tries or Tries(), lambda: chance)


def upload(outcome: Refused) -> Verdict:
    return judge(Act.UPLOAD, outcome, Tries(), lambda: 0.5)


@pytest.mark.parametrize("code", [FailureCode.PORTAL_UNREACHABLE, FailureCode.PORTAL_SLOW])
def test_no_answer_is_retried_and_counts_for_the_breaker(code: FailureCode) -> None:
    verdict = commit(Unreachable(code), Tries(fails=3))
    assert verdict == Retry(code, 4.0, breaks=True)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 507, 599])
def test_a_broken_portal_is_retried_and_counts_for_the_breaker(status: int) -> None:
    verdict = commit(Refused(status))
    assert isinstance(verdict, Retry)
    assert verdict.breaks


@pytest.mark.parametrize("status", [408, 425, 429])
def test_a_busy_portal_is_retried_without_the_breaker(status: int) -> None:
    verdict = commit(Refused(status))
    assert isinstance(verdict, Retry)
    assert not verdict.breaks


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308])
def test_a_redirect_counts_as_a_broken_portal(status: int) -> None:
    verdict = commit(Refused(status))
    assert isinstance(verdict, Retry)
    assert verdict.breaks


def test_the_portals_wait_is_a_floor_and_clamped_to_an_hour_with_an_alarm() -> None:
    short = commit(Refused(503, None, 90.0))
    long = commit(Refused(429, None, 86400.0))
    assert isinstance(short, Retry)
    assert (short.floor_s, short.alarm) == (90.0, "")
    assert isinstance(long, Retry)
    assert long.floor_s == 3600.0
    assert long.alarm


def test_back_off_is_uniform_up_to_a_doubling_limit_of_300_s() -> None:
    assert [back_off_s(n, lambda: 1.0) for n in range(10)] == [
        1,
        2,
        4,
        8,
        16,
        32,
        64,
        128,
        256,
        300,
    ]
    assert back_off_s(10_000, lambda: 1.0) == 300
    assert back_off_s(5, lambda: 0.0) == 0


def test_a_success_without_an_ack_is_retried_and_counted_and_alarms_at_the_third() -> None:
    alarms = [commit(Garbled(200, "html"), Tries(lies=lies)) for lies in range(4)]
    assert all(isinstance(one, Retry) and one.lied and not one.breaks for one in alarms)
    assert [bool(one.alarm) for one in alarms if isinstance(one, Retry)] == [
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("status", [401, 403])
def test_a_portal_that_does_not_want_the_terminal_pauses_the_channel(status: int) -> None:
    assert isinstance(commit(Refused(status)), Pause)
    assert isinstance(commit(told(status, "terminal-suspended")), Pause)
    assert isinstance(upload(told(status, "unauthenticated")), Pause)


def test_an_expired_grant_is_no_reason_to_pause() -> None:
    assert isinstance(commit(told(403, "grant-expired")), Hold)


def test_a_refused_certificate_pauses_the_channel() -> None:
    outcome = Unreachable(FailureCode.PORTAL_UNREACHABLE, certificate=True)
    assert isinstance(commit(outcome), Pause)


@pytest.mark.parametrize("name", ["clock-skew", "nonce-replayed"])
def test_a_wrong_clock_is_corrected_once_and_then_pauses(name: str) -> None:
    assert commit(told(401, name)) == AtOnce()
    assert isinstance(commit(told(401, name), Tries(skews=1)), Pause)


@pytest.mark.parametrize(("chance", "wait_s"), [(0.0, 1.0), (ALL, 5.0)])
def test_a_copy_in_work_is_retried_within_one_to_five_seconds(chance: float, wait_s: float) -> None:
    verdict = commit(told(409, "in-progress"), Tries(fails=8), chance)
    assert isinstance(verdict, Retry)
    assert verdict.wait_s == pytest.approx(wait_s, abs=0.01)


def test_a_gap_in_the_case_names_what_is_expected() -> None:
    assert commit(told(409, "case-order", expected=2)) == Reorder(2)
    assert commit(told(409, "case-order", expected="x")) == Reorder(None)


def test_missing_pages_are_named() -> None:
    assert commit(told(409, "documents-incomplete", missing=[1, 3, "x", -1])) == Supply((1, 3))
    assert commit(told(409, "documents-incomplete")) == Supply(())


@pytest.mark.parametrize(
    "outcome", [Refused(404), Refused(410), told(404, "upload-gone"), told(422, "upload-digest")]
)
def test_a_lost_upload_is_created_again(outcome: Refused) -> None:
    assert upload(outcome) == Renew()


@pytest.mark.parametrize("outcome", [Refused(409), told(409, "offset-mismatch", offset=5)])
def test_an_upload_at_another_offset_is_resumed(outcome: Refused) -> None:
    assert upload(outcome) == Resume()


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "malformed"),
        (400, "key-missing"),
        (413, "too-large"),
        (415, "media-type"),
        (422, "schema"),
        (422, "refused"),
    ],
)
def test_a_permanent_refusal_is_rejected(status: int, name: str) -> None:
    verdict = commit(told(status, name))
    assert isinstance(verdict, Reject)
    assert verdict.problem.name == name


def test_a_digest_that_broke_on_the_way_is_retried() -> None:
    assert isinstance(commit(told(400, "digest-mismatch")), Retry)


@pytest.mark.parametrize("name", ["withdrawn", "concluded", "already-rated"])
def test_a_final_word_of_the_portal_is_settled(name: str) -> None:
    assert isinstance(commit(told(409, name)), Settled)


@pytest.mark.parametrize(
    "outcome",
    [
        told(422, "id-reuse"),
        told(422, "sealing-key-gone"),
        told(422, "task-unknown"),
        told(404, "unknown-id"),
        told(409, "never-heard-of"),
        Refused(400),
        Refused(404),
        Refused(409),
        Refused(418),
        Refused(422),
    ],
)
def test_what_nobody_understands_is_held(outcome: Refused) -> None:
    assert isinstance(commit(outcome), Hold)


@pytest.mark.parametrize("name", ["rate", "group-down", "overloaded", "storage-full"])
def test_the_type_counts_before_the_status(name: str) -> None:
    verdict = upload(told(400, name, 7.0))
    assert isinstance(verdict, Retry)
    assert verdict.floor_s == 7.0
