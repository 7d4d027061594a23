"""The card page and its neighbour for a card that is out of date."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.screens import CardStage, ExpiredModel, IdentifyModel
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import places_of
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
        self._stage = stage
        self._model = _NO_CARD

    def show(self, model: IdentifyModel) -> None:
        """Take over what the visit shows now."""
        self._model = model
        self.changed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NO_CARD:
            self.show(_NO_CARD)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()

    @Property(str, notify=changed)
    def stage(self) -> str:
        """A value of `CardStage`."""
        return self._model.stage.value

    @Property(str, notify=changed)
    def maskedName(self) -> str:
        """The name, masked; only after reading."""
        return self._model.masked_name

    @Property(str, notify=changed)
    def maskedNumber(self) -> str:
        """The number, masked; only after reading."""
        return self._model.masked_number

    @Property(str, notify=changed)
    def failure(self) -> str:
        """Code of the trouble, else empty."""
        return self._model.failure

    @Property(int, notify=changed)
    def tip(self) -> int:
        """0 none, 1 picture tip, 2 another way."""
        return self._model.tip

    @Property(bool, notify=changed)
    def simulated(self) -> bool:
        """The reader is simulated."""
        return self._model.simulated

    @Slot()
    def confirm(self) -> None:
        """It is me."""
        self._stage.call(lambda acts: acts.confirm_identity())

    @Slot()
    def reread(self) -> None:
        """Read the card again."""
        self._stage.call(lambda acts: acts.reread_card())


@QmlElement
@QmlUncreatable("made by the shell")
class ExpiredView(QObject):
    """The card is out of date."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._model = _NOT_EXPIRED

    def show(self, model: ExpiredModel) -> None:
        """Take over what the visit shows now."""
        lists_differ = any(
            getattr(model, name) != getattr(self._model, name) for name in ("places",)
        )
        self._model = model
        self.changed.emit()
        if lists_differ:
            self.listed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NOT_EXPIRED:
            self.show(_NOT_EXPIRED)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()
        self.listed.emit()

    @Property(str, notify=changed)
    def validTo(self) -> str:
        """Last day of the card."""
        return self._model.valid_to

    @Property("QVariantList", notify=listed)
    def places(self) -> list[object]:
        """Maps with name and address."""
        return places_of(self._model.places, self._stage)

    @Slot()
    def reread(self) -> None:
        """Read another card."""
        self._stage.call(lambda acts: acts.reread_card())
