"""The views of all screens together: who gets the model, who forgets it."""

from typing import Any, Protocol

from PySide6.QtCore import QObject

from kiosk.visit.pages import DoneModel
from kiosk.visit.screens import Model, Screen
from ui.views.asking import QuestionView
from ui.views.checking import CheckView, PrecheckView, SignView
from ui.views.choosing import ElsewhereView, GuideView, HomeView, NoticeView
from ui.views.codes import qr_picture
from ui.views.ending import DoneView, FaultView, SubmitView
from ui.views.identity import ExpiredView, IdentifyView
from ui.views.pictures import Pictures
from ui.views.scanning import MaterialsView, ScanView
from ui.views.shown import Shown
from ui.views.stage import Stage

_PICTURED = frozenset({Screen.SCAN, Screen.DONE})


class Page(Protocol):
    """What the views have in common; a base class would hide them from the QML tools."""

    @property
    def shown(self) -> Shown[Any]:
        """The holder of the screen's own kind of model."""


class Pages:
    """Owns one view per screen and the pictures that belong to them."""

    def __init__(self, stage: Stage, parent: QObject) -> None:
        self.pictures = Pictures()
        self._coded = ""
        self.home = HomeView(stage, parent)
        self.guide = GuideView(stage, parent)
        self.notice = NoticeView(stage, parent)
        self.elsewhere = ElsewhereView(stage, parent)
        self.identify = IdentifyView(stage, parent)
        self.expired = ExpiredView(stage, parent)
        self.materials = MaterialsView(stage, parent)
        self.question = QuestionView(stage, parent)
        self.scan = ScanView(stage, parent)
        self.precheck = PrecheckView(stage, parent)
        self.check = CheckView(stage, parent)
        self.sign = SignView(stage, parent)
        self.submit = SubmitView(stage, parent)
        self.done = DoneView(stage, parent)
        self.fault = FaultView(stage, parent)

    def by_screen(self) -> dict[Screen, Page]:
        """Give the views by the screen they belong to."""
        found: dict[Screen, Page] = {}
        for screen in Screen:
            view: Page | None = getattr(self, screen.value, None)
            if view is not None:
                found[screen] = view
        return found

    def show(self, screen: Screen, model: Model) -> None:
        """Hand the model to its screen's view; a screen without a model has no view."""
        if isinstance(model, DoneModel):
            self._draw_code(model.number)
        view = getattr(self, screen.value, None)
        if view is not None and model is not None:
            view.shown.show(model)

    def _draw_code(self, number: str) -> None:
        # The number changes once the portal has accepted the case: the code must follow it.
        if number != self._coded or "qr" not in self.pictures.names():
            self._coded = number
            self.pictures.put_image("qr", qr_picture(number))

    def clear_all_but(self, screen: Screen) -> None:
        """Empty every view but one, and the pictures unless that screen shows some."""
        for other, view in self.by_screen().items():
            if other is not screen:
                view.shown.clear()
        if screen is not Screen.DONE:
            self._coded = ""
        if screen not in _PICTURED:
            self.pictures.clear()

    def retranslate(self) -> None:
        """Give the pack's texts of all views again."""
        for view in self.by_screen().values():
            view.shown.retranslate()
