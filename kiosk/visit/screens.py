"""Which screen is on the glass, and everything that lies on and around it.

The models of the single pages are in `kiosk.visit.pages`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.visit.pages import (
    CheckModel,
    DoneModel,
    ElsewhereModel,
    ExpiredModel,
    FaultModel,
    GuideModel,
    HomeModel,
    IdentifyModel,
    MaterialsModel,
    NoticeModel,
    PrecheckModel,
    QuestionModel,
    ScanModel,
    SignModel,
    SubmitModel,
)


class Screen(StrEnum):
    """One value per QML screen; also the name in the demo's screenshots."""

    ATTRACT = "attract"
    HOME = "home"
    GUIDE = "guide"
    NOTICE = "notice"
    ELSEWHERE = "elsewhere"
    IDENTIFY = "identify"
    EXPIRED = "expired"
    MATERIALS = "materials"
    QUESTION = "question"
    SCAN = "scan"
    PRECHECK = "precheck"
    CHECK = "check"
    SIGN = "sign"
    SUBMIT = "submit"
    DONE = "done"
    CLEARED = "cleared"
    FAULT = "fault"


class Overlay(StrEnum):
    """What lies over the screen; the screen below keeps its state."""

    NONE = "none"
    IDLE = "idle"
    CANCEL = "cancel"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Progress:
    """第 `step` 步，共 `of` 步; `of` is 0 where the frame shows no progress."""

    step: int = 0
    of: int = 0


Model = (
    HomeModel
    | GuideModel
    | NoticeModel
    | ElsewhereModel
    | IdentifyModel
    | ExpiredModel
    | MaterialsModel
    | QuestionModel
    | ScanModel
    | PrecheckModel
    | CheckModel
    | SignModel
    | SubmitModel
    | DoneModel
    | FaultModel
    | None
)


@dataclass(frozen=True, slots=True)
class View:
    """Everything that is on the glass now; published by the visit on each change.

    Attributes:
        overlay_seconds: seconds left on the idle warning.
        can_go_back: 上一步 leads somewhere.
        online: the portal answered lately; a thin bar says so, never a dialog.
        simulated: at least one device is simulated.
        demo: the catalogue pack is a demonstration.
        ready: false while the program is still starting (attract page only).
    """

    screen: Screen
    model: Model
    progress: Progress = field(default_factory=Progress)
    overlay: Overlay = Overlay.NONE
    overlay_seconds: int = 0
    can_go_back: bool = False
    can_cancel: bool = False
    online: bool = True
    simulated: bool = False
    demo: bool = True
    site: str = ""
    ready: bool = True
