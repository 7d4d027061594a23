"""What an outcome means for a submission: the table of retry classes, as a pure function.

The class is found by the problem's type first and by the status second
(`docs/architecture.md`, uploader). Nothing here deletes anything: at worst a
submission waits for a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from devices.errors import FailureCode
from kiosk.sync.outcomes import Garbled, Problem, Refused, Unreachable

Chance = Callable[[], float]
"""Uniform in [0, 1)."""

CAP_S = 300.0
RETRY_AFTER_CAP_S = 3600.0
LIES_BEFORE_ALARM = 3

_AGAIN = {"rate", "group-down", "overloaded", "storage-full", "digest-mismatch"}
_REJECTED = {"malformed", "key-missing", "too-large", "media-type", "schema", "refused"}
_HELD = {"id-reuse", "sealing-key-gone", "task-unknown", "grant-expired", "unknown-id"}
_FINAL = {"withdrawn", "concluded", "already-rated"}
_ONCE_MORE = {"clock-skew", "nonce-replayed"}
_RENEW = {"upload-gone", "upload-digest"}


class Act(StrEnum):
    """Which request of a submission was answered."""

    COMMIT = "commit"
    UPLOAD = "upload"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Tries:
    """What happened to the submission so far in this process.

    Attributes:
        fails: answers since the last progress that ask for a back-off.
        lies: success statuses without a valid body.
        skews: refusals that one more try at once may heal.
    """

    fails: int = 0
    lies: int = 0
    skews: int = 0


@dataclass(frozen=True, slots=True)
class Retry:
    """Send it again after a wait.

    Attributes:
        floor_s: what the portal asked for; never wait less.
        breaks: counts for the breaker (no answer, 5xx, 3xx).
        lied: counts as a success without a valid body.
        alarm: what staff should know, or nothing.
    """

    failure: FailureCode
    wait_s: float
    floor_s: float = 0.0
    breaks: bool = False
    lied: bool = False
    alarm: str = ""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Correct what the answer told (the clock, the nonce) and send again, once."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing goes through the channel until a probe succeeds; the submission is untouched."""

    why: str


@dataclass(frozen=True, slots=True)
class Reject:
    """Refused for good; staff see the type."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Hold:
    """Nobody knows what to do with this answer, or a person must decide."""

    why: str


@dataclass(frozen=True, slots=True)
class Supply:
    """The portal lacks these pages."""

    ordinals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reorder:
    """The portal expects this number of the case first."""

    expected: int | None


@dataclass(frozen=True, slots=True)
class Renew:
    """The upload is gone: create it again."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The upload stands elsewhere: ask for the offset and go on."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The portal has a final word about the id; its extension may hold the ack."""

    problem: Problem


Verdict: TypeAlias = (
    Retry | AtOnce | Pause | Reject | Hold | Supply | Reorder | Renew | Resume | Settled
)


def back_off_s(fails: int, chance: Chance) -> float:
    """Full jitter: U(0, min(300 s, 1 s x 2^n))."""
    return chance() * min(CAP_S, 2.0 ** min(fails, 9))


def judge(
    act: Act, outcome: Refused | Garbled | Unreachable, tries: Tries, chance: Chance
) -> Verdict:
    """Find the class of an outcome that is no success.

    Args:
        act: what was asked.
        outcome: what came back.
        tries: what happened before.
        chance: jitter.
    """
    if isinstance(outcome, Unreachable):
        return _no_answer(outcome, tries, chance)
    if isinstance(outcome, Garbled):
        return _lie(outcome, tries, chance)
    verdict = _by_name(act, outcome, tries, chance)
    return verdict or _by_status(act, outcome, tries, chance)


def _no_answer(outcome: Unreachable, tries: Tries, chance: Chance) -> Verdict:
    if outcome.certificate:
        return Pause("certificate refused")
    return Retry(outcome.failure, back_off_s(tries.fails, chance), breaks=True)


def _lie(outcome: Garbled, tries: Tries, chance: Chance) -> Verdict:
    """Success without a valid body: a box between terminal and portal is lying."""
    alarm = f"answers cannot be believed: {outcome.reason}"
    return Retry(
        FailureCode.PORTAL_BAD_ANSWER,
        back_off_s(tries.fails, chance),
        lied=True,
        alarm=alarm if tries.lies + 1 == LIES_BEFORE_ALARM else "",
    )


def _by_name(act: Act, outcome: Refused, tries: Tries, chance: Chance) -> Verdict | None:
    problem = outcome.problem
    if problem is None or not problem.name:
        return None
    name = problem.name
    if name in _HELD:
        return Hold(name)
    if name in _AGAIN:
        return _again(outcome, tries, chance)
    if name in _ONCE_MORE:
        return Pause(name) if tries.skews else AtOnce()
    return _of_conflicts(act, problem, chance) or _of_refusals(act, problem)


def _of_refusals(act: Act, problem: Problem) -> Verdict | None:
    if problem.name in _REJECTED:
        return Reject(problem)
    if act is Act.UPLOAD and problem.name in _RENEW:
        return Renew()
    return None


def _of_conflicts(act: Act, problem: Problem, chance: Chance) -> Verdict | None:
    verdict: Verdict | None = None
    name = problem.name
    if name == "in-progress":
        verdict = Retry(FailureCode.PORTAL_SLOW, 1.0 + 4.0 * chance())
    elif name == "case-order":
        expected = problem.extension.get("expected")
        verdict = Reorder(expected if isinstance(expected, int) else None)
    elif name == "documents-incomplete":
        verdict = Supply(_ordinals(problem.extension.get("missing")))
    elif name in _FINAL:
        verdict = Settled(problem)
    elif name == "offset-mismatch" and act is Act.UPLOAD:
        verdict = Resume()
    return verdict


def _by_status(act: Act, outcome: Refused, tries: Tries, chance: Chance) -> Verdict:
    status = outcome.status
    verdict: Verdict
    if status < 400 or status >= 500 or status in {408, 425, 429}:
        verdict = _again(outcome, tries, chance)
    elif status in {401, 403}:
        verdict = Pause(outcome.name or f"status {status}")
    elif act is Act.UPLOAD and status in {404, 410}:
        verdict = Renew()
    elif act is Act.UPLOAD and status == 409:
        verdict = Resume()
    else:
        verdict = Hold(outcome.name or f"status {status}")
    return verdict


def _again(outcome: Refused, tries: Tries, chance: Chance) -> Retry:
    asked_s = outcome.retry_after_s or 0.0
    late = "the portal asks for a wait of more than an hour"
    return Retry(
        _failure_of(outcome.status),
        back_off_s(tries.fails, chance),
        floor_s=min(asked_s, RETRY_AFTER_CAP_S),
        breaks=outcome.status >= 500 or outcome.status < 400,
        alarm=late if asked_s > RETRY_AFTER_CAP_S else "",
    )


def _failure_of(status: int) -> FailureCode:
    if status >= 500:
        return FailureCode.PORTAL_UNREACHABLE
    return FailureCode.PORTAL_SLOW if status in {408, 425, 429} else FailureCode.PORTAL_BAD_ANSWER


def _ordinals(value: object) -> tuple[int, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(item for item in value if isinstance(item, int) and item > 0)
