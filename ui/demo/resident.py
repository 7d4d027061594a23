"""The scripted resident: looks at the screen, decides, touches."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from devices.errors import FailureCode
from kiosk.visit.pages import (
    CardStage,
    DoneModel,
    IdentifyModel,
    PaperStage,
    QuestionModel,
    ScanModel,
    ScanStage,
    SignModel,
)
from kiosk.visit.screens import Screen, View
from ui.demo.fingers import Fingers, Stroke
from ui.demo.hands import Hands
from ui.demo.people import Person

_SIGNATURE: list[Stroke] = [
    [(0.18 + 0.02 * i, 0.30 + 0.10 * ((i * 7) % 5) / 5 + 0.018 * i) for i in range(14)],
    [(0.50, 0.22), (0.49, 0.40), (0.47, 0.60), (0.44, 0.78)],
    [(0.42 + 0.03 * i, 0.50 - 0.012 * i) for i in range(10)],
]
_ADDRESS_PARTS = ("88", "6", "301")


class Path(StrEnum):
    """Which way the resident takes through S1."""

    CHANGED = "changed"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the resident wants.

    Attributes:
        pages: how many pages are scanned on the way `changed`.
        makes_room: the next resident waits, so this one ends with 再办一件.
    """

    item: str = "S1"
    path: Path = Path.CHANGED
    pages: int = 2
    makes_room: bool = False


class StuckError(Exception):
    """A page on which the resident has no way on; the message names the screen.

    Attributes:
        failure: the code that the page shows, else PROGRAM_FAULT.
    """

    def __init__(self, screen: str, failure: str = "") -> None:
        super().__init__(screen)
        self.failure = failure or FailureCode.PROGRAM_FAULT.value


class Resident:
    """One visit; `act` does at most one thing and says whether it did.

    The resident knows the words on the glass by the controls' names only, and the
    person's own data; nothing is taken from inside the program but the view that is shown.
    """

    def __init__(self, plan: Plan, person: Person, fingers: Fingers, hands: Hands) -> None:
        """Come in."""
        self._plan = plan
        self._person = person
        self._fingers = fingers
        self._hands = hands
        self._laid: int | None = None
        self._card_laid = False
        self._rated = False
        self.gone = False
        self._ways: dict[Screen, Callable[[View], bool]] = {
            Screen.ATTRACT: lambda _: fingers.tap("start"),
            Screen.HOME: lambda _: fingers.tap(f"item_{plan.item}"),
            Screen.GUIDE: self._guide,
            Screen.NOTICE: lambda _: fingers.tap("act"),
            Screen.IDENTIFY: self._identify,
            Screen.MATERIALS: self._materials,
            Screen.QUESTION: self._question,
            Screen.SCAN: self._scan,
            Screen.CHECK: lambda _: fingers.tap("act"),
            Screen.SIGN: self._sign,
            Screen.SUBMIT: lambda _: False,
            Screen.DONE: self._done,
            Screen.CLEARED: self._cleared,
        }

    def act(self, view: View) -> bool:
        """Do what the page asks for now; false while there is nothing to do but wait.

        Raises:
            StuckError: the page is one that this resident cannot pass.
        """
        way = self._ways.get(view.screen)
        if way is None:
            raise StuckError(view.screen.value, getattr(view.model, "failure", ""))
        return way(view)

    def _guide(self, _view: View) -> bool:
        unchanged = "yes" if self._plan.path is Path.PROMISE else "no"
        names = ("option_renew", f"option_{unchanged}")
        return any(self._fingers.tap(name) for name in names)

    def _identify(self, view: View) -> bool:
        if not isinstance(view.model, IdentifyModel):
            return False
        if view.model.stage is CardStage.READ:
            return self._fingers.tap("act")
        if view.model.stage is CardStage.WAITING and not self._card_laid:
            self._hands.lay_card(self._person)
            self._card_laid = True
            return True
        return False

    def _materials(self, _view: View) -> bool:
        self._hands.lift_card()
        return self._fingers.tap("act")

    def _question(self, view: View) -> bool:
        model = view.model
        if not isinstance(model, QuestionModel):
            return False
        if model.key == "contact_mobile":
            return self._type(model.value, self._person.mobile)
        if model.level == "detail":
            return self._detail(model)
        wanted = model.value or (model.options[0].value if model.options else "")
        if self._fingers.tap(f"option_{wanted}"):
            return True
        # what was filled in already may stand on another page of the list
        return bool(model.value) and self._fingers.tap("act")

    def _detail(self, model: QuestionModel) -> bool:
        """弄 号 室, one part after the other."""
        for part, wanted in zip(model.parts, _ADDRESS_PARTS, strict=False):
            if part.value != wanted:
                if model.active_part != part.key:
                    return self._fingers.tap(f"part_{part.key}")
                return self._fingers.tap(f"key_{wanted[len(part.value)]}")
        return self._fingers.tap("act")

    def _type(self, typed: str, wanted: str) -> bool:
        if typed != wanted:
            return self._fingers.tap(f"key_{wanted[len(typed)]}")
        return self._fingers.tap("act")

    def _scan(self, view: View) -> bool:
        model = view.model
        if not isinstance(model, ScanModel):
            return False
        if model.stage is ScanStage.REVIEW:
            if model.verdict == "reject":
                raise StuckError("scan: " + ", ".join(model.reasons), model.reasons[0])
            return self._fingers.tap("act")
        if model.stage is not ScanStage.LIVE:
            return False
        if model.kept >= self._plan.pages:
            self._hands.lay_page(None)
            return self._fingers.tap("finish")
        if self._laid != model.kept + 1:
            self._laid = model.kept + 1
            self._hands.lay_page(self._laid)
            return True
        return False

    def _sign(self, view: View) -> bool:
        if not isinstance(view.model, SignModel):
            return False
        if view.model.promise and not view.model.read_to_end:
            return self._fingers.tap("page_next")
        if view.model.strokes < len(_SIGNATURE):
            return self._fingers.draw("signature", _SIGNATURE[view.model.strokes :])
        return self._fingers.tap("submit")

    def _done(self, view: View) -> bool:
        model = view.model
        if not isinstance(model, DoneModel) or model.paper is PaperStage.PRINTING:
            return False
        if model.paper is PaperStage.DOUBT:
            return self._fingers.tap("paper_whole")
        if model.can_rate and not self._rated:
            self._rated = True
            return self._fingers.tap("rate_5")
        if not self._plan.makes_room:
            return self._fingers.tap("leave")
        return self._fingers.tap("another") and self._cleared(view)

    def _cleared(self, _view: View) -> bool:
        self._hands.take_all()
        self.gone = True
        return True
