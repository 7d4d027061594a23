"""The journey as a table: which acts fit a screen, and where it stands in the progress.

An act that is not in a screen's row is a late touch and ignored. The way forward is
the order of `LEGS`; the desk skips what does not apply to this resident.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kiosk.visit.screens import Progress, Screen

LEGS = (
    Screen.MATERIALS,
    Screen.QUESTION,
    Screen.SCAN,
    Screen.PRECHECK,
    Screen.CHECK,
    Screen.SIGN,
    Screen.SUBMIT,
)
"""From identification to the sealed submission."""


class Stage(StrEnum):
    """The seven steps that the resident sees: 了解 身份 材料 填写 扫描 核对并签名 完成."""

    LEARN = "learn"
    IDENTITY = "identity"
    MATERIALS = "materials"
    FORM = "form"
    SCAN = "scan"
    SIGN = "sign"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of the journey.

    Attributes:
        acts: names of the acts that fit.
        cancel: 不办了 is offered.
    """

    acts: frozenset[str]
    stage: Stage | None = None
    cancel: bool = False


def _step(acts: str, stage: Stage | None = None, *, cancel: bool = False) -> Step:
    return Step(frozenset(acts.split()), stage, cancel)


STEPS: Mapping[Screen, Step] = MappingProxyType(
    {
        Screen.ATTRACT: _step("start"),
        Screen.HOME: _step("home pick"),
        # how many steps there are is known once the guide is answered
        Screen.GUIDE: _step("home back answer_guide"),
        Screen.NOTICE: _step("home back begin print_notice", Stage.LEARN),
        Screen.ELSEWHERE: _step("home back"),
        Screen.IDENTIFY: _step(
            "home back confirm_identity reread_card retry_device", Stage.IDENTITY, cancel=True
        ),
        Screen.EXPIRED: _step("home reread_card", Stage.IDENTITY, cancel=True),
        Screen.MATERIALS: _step("go_on", Stage.MATERIALS, cancel=True),
        Screen.QUESTION: _step(
            "back choose type_text focus_part confirm_answer skip_answer", Stage.FORM, cancel=True
        ),
        Screen.SCAN: _step(
            "back capture keep_page retake_page finish_scan scan_later retry_device",
            Stage.SCAN,
            cancel=True,
        ),
        Screen.PRECHECK: _step("back go_on mend", Stage.SIGN, cancel=True),
        Screen.CHECK: _step("back go_on mend", Stage.SIGN, cancel=True),
        Screen.SIGN: _step(
            "back promise_shown add_stroke clear_signature submit", Stage.SIGN, cancel=True
        ),
        Screen.SUBMIT: _step("", Stage.DONE),
        Screen.DONE: _step("paper_complete print_again rate leave another", Stage.DONE),
        Screen.CLEARED: _step("start home"),
        Screen.FAULT: _step("home leave retry_device", cancel=True),
    }
)


def fits(screen: Screen, act: str) -> bool:
    """Tell whether an act belongs to a screen."""
    return act in STEPS[screen].acts


def progress(screen: Screen, *, scans: bool) -> Progress:
    """第 n 步，共 m 步: seven steps, six for a visit without scanning."""
    stage = STEPS[screen].stage
    if stage is None:
        return Progress()
    stages = [each for each in Stage if scans or each is not Stage.SCAN]
    return Progress(stages.index(stage) + 1 if stage in stages else 0, len(stages))
