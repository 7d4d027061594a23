"""When a screen has waited long enough: the table of times, and the clock that follows it.

Seconds per screen until the warning, and of the warning; any touch or key starts anew,
any number of times. Machine deadlines (sealing, printing) are not here: nobody is
idle while the machine works.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kiosk.visit.screens import Screen

VISIT_S = 30 * 60.0
VISIT_WARNING_S = 60.0
VISIT_MORE_S = 15 * 60.0
CLEARED_S = 5.0
CARD_TIPS_S = (30.0, 60.0)


class Pace(StrEnum):
    """How the resident uses the terminal: slower ways get more time."""

    NORMAL = "normal"
    CARE = "care"
    SPEECH = "speech"


class Then(StrEnum):
    """What happens when the warning is over."""

    STAY = "stay"
    ATTRACT = "attract"
    HOME = "home"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class IdleRule:
    """The times of one screen.

    Attributes:
        after_s: seconds until the warning, by pace.
        warning_s: seconds of the warning; 0 = none is shown.
    """

    after_s: Mapping[Pace, float]
    warning_s: float
    then: Then


def _rule(normal: float, care: float, speech: float, warning: float, then: Then) -> IdleRule:
    times = {Pace.NORMAL: normal, Pace.CARE: care, Pace.SPEECH: speech}
    return IdleRule(MappingProxyType(times), warning, then)


_STAY = _rule(0, 0, 0, 0, Then.STAY)
_NOBODY = _rule(60, 60, 60, 20, Then.ATTRACT)
_SOMEBODY = _rule(120, 240, 300, 45, Then.CLEAR)
WAIT_CARD = _rule(90, 90, 90, 0, Then.HOME)
IDENTIFIED = _SOMEBODY

RULES: Mapping[Screen, IdleRule] = MappingProxyType(
    {
        Screen.ATTRACT: _STAY,
        Screen.HOME: _NOBODY,
        Screen.GUIDE: _NOBODY,
        Screen.NOTICE: _NOBODY,
        Screen.ELSEWHERE: _NOBODY,
        Screen.IDENTIFY: WAIT_CARD,
        Screen.EXPIRED: _NOBODY,
        Screen.MATERIALS: _SOMEBODY,
        Screen.QUESTION: _SOMEBODY,
        Screen.SCAN: _SOMEBODY,
        Screen.PRECHECK: _SOMEBODY,
        Screen.CHECK: _SOMEBODY,
        Screen.SIGN: _SOMEBODY,
        Screen.SUBMIT: _STAY,
        Screen.DONE: _rule(60, 120, 150, 20, Then.CLEAR),
        Screen.CLEARED: _rule(CLEARED_S, CLEARED_S, CLEARED_S, 0, Then.ATTRACT),
        Screen.FAULT: _SOMEBODY,
    }
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where the waiting stands.

    Attributes:
        warning: seconds left on the warning, rounded up; 0 = no warning.
        over: the time is up.
    """

    warning: int = 0
    over: bool = False


class IdleClock:
    """Seconds without a touch, and the length of the whole visit; handed the time."""

    def __init__(self, now: float) -> None:
        self._touched = now
        self._visit_until: float | None = None

    def touch(self, now: float) -> None:
        """Any touch or key."""
        self._touched = now
        if self._visit_until is not None and now >= self._visit_until:
            self._visit_until = now + VISIT_MORE_S

    def start_visit(self, now: float) -> None:
        """Somebody was identified: the whole visit is limited from now on."""
        self._visit_until = now + VISIT_S

    def end_visit(self, now: float) -> None:
        """Nobody is there any more."""
        self._touched = now
        self._visit_until = None

    def waited_s(self, now: float) -> float:
        """Seconds since the last touch."""
        return now - self._touched

    def look(self, now: float, rule: IdleRule, pace: Pace) -> Waiting:
        """Tell where the waiting stands under a screen's rule."""
        if rule.then is Then.STAY:
            return Waiting()
        idle = _stands(now - self._touched - rule.after_s[pace], rule.warning_s)
        if self._visit_until is None or idle.warning or idle.over:
            return idle
        return _stands(now - self._visit_until, VISIT_WARNING_S)


def _stands(past_s: float, warning_s: float) -> Waiting:
    if past_s < 0:
        return Waiting()
    if past_s >= warning_s:
        return Waiting(over=True)
    return Waiting(warning=int(warning_s - past_s + 0.999))
