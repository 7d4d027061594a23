"""The card page and its neighbour for a card that is out of date."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.pages import CardStage, ExpiredModel, IdentifyModel
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import places_of
from ui.views.shown import Shown
from ui.views.stage import Stage

QML_IMPORT_NAME = "Kiosk.Views"
QML_IMPORT_MAJOR_VERSION = 1
_NO_CARD = IdentifyModel(stage=CardStage.PREPARING)
_NOT_EXPIRED = ExpiredModel(valid_to="")


@QmlElement
@QmlUncreatable("made by the shell")
class IdentifyView(QObject):
    """The reading of the card."""

    changed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NO_CARD, self.changed)

    @Property(str, notify=changed)
    def stage(self) -> str:
        """A value of `CardStage`."""
        return self.shown.model.stage.value

    @Property(str, notify=changed)
    def maskedName(self) -> str:
        """The name, masked; only after reading."""
        return self.shown.model.masked_name

    @Property(str, notify=changed)
    def maskedNumber(self) -> str:
        """The number, masked; only after reading."""
        return self.shown.model.masked_number

    @Property(str, notify=changed)
    def failure(self) -> str:
        """Code of the trouble, else empty."""
        return self.shown.model.failure

    @Property(int, notify=changed)
    def tip(self) -> int:
        """0 none, 1 picture tip, 2 another way."""
        return self.shown.model.tip

    @Property(bool, notify=changed)
    def simulated(self) -> bool:
        """The reader is simulated."""
        return self.shown.model.simulated

    @Slot()
    def confirm(self) -> None:
        """It is me."""
        self.shown.stage.call(lambda acts: acts.confirm_identity())

    @Slot()
    def reread(self) -> None:
        """Read the card again."""
        self.shown.stage.call(lambda acts: acts.reread_card())


@QmlElement
@QmlUncreatable("made by the shell")
class ExpiredView(QObject):
    """The card is out of date."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NOT_EXPIRED, self.changed, self.listed, ("places",))

    @Property(str, notify=changed)
    def validTo(self) -> str:
        """Last day of the card."""
        return self.shown.model.valid_to

    @Property("QVariantList", notify=listed)
    def places(self) -> list[object]:
        """Maps with name and address."""
        return places_of(self.shown.model.places, self.shown.stage)

    @Slot()
    def reread(self) -> None:
        """Read another card."""
        self.shown.stage.call(lambda acts: acts.reread_card())
