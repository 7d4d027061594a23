"""The screens after the signature: sending, result, fault."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.screens import DoneModel, FaultModel, PaperStage, SubmitModel
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import grouped
from ui.views.stage import Stage

QML_IMPORT_NAME = "Kiosk.Views"
QML_IMPORT_MAJOR_VERSION = 1
_NOT_SENT = SubmitModel(sealed=False, seconds_left=0)
_NOT_DONE = DoneModel(stage="", item_name="", number="", masked_name="", paper=PaperStage.PRINTING)
_NO_FAULT = FaultModel(failure="")


@QmlElement
@QmlUncreatable("made by the shell")
class SubmitView(QObject):
    """Sealing, then waiting for the portal."""

    changed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._model = _NOT_SENT

    def show(self, model: SubmitModel) -> None:
        """Take over what the visit shows now."""
        self._model = model
        self.changed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NOT_SENT:
            self.show(_NOT_SENT)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()

    @Property(bool, notify=changed)
    def sealed(self) -> bool:
        """The outbox has committed."""
        return self._model.sealed

    @Property(int, notify=changed)
    def secondsLeft(self) -> int:
        """Seconds until the page moves on by itself."""
        return self._model.seconds_left


@QmlElement
@QmlUncreatable("made by the shell")
class DoneView(QObject):
    """The result, the paper and the rating."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._model = _NOT_DONE

    def show(self, model: DoneModel) -> None:
        """Take over what the visit shows now."""
        lists_differ = any(
            getattr(model, name) != getattr(self._model, name) for name in ("reasons",)
        )
        self._model = model
        self.changed.emit()
        if lists_differ:
            self.listed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NOT_DONE:
            self.show(_NOT_DONE)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()
        self.listed.emit()

    @Property(str, notify=changed)
    def stage(self) -> str:
        """The case's stage; the words are chosen by it alone."""
        return self._model.stage

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """The item's name."""
        return self._stage.say(self._model.item_name)

    @Property(str, notify=changed)
    def number(self) -> str:
        """The number on the paper, in groups of four."""
        return grouped(self._model.number)

    @Property(str, notify=changed)
    def maskedName(self) -> str:
        """The name, masked."""
        return self._model.masked_name

    @Property(str, notify=changed)
    def maskedMobile(self) -> str:
        """The mobile number, masked, or empty."""
        return self._model.masked_mobile

    @Property(str, notify=changed)
    def paper(self) -> str:
        """A value of `PaperStage`."""
        return self._model.paper.value

    @Property(str, notify=changed)
    def paperFailure(self) -> str:
        """Code of what kept the paper back, else empty."""
        return self._model.paper_failure

    @Property("QVariantList", notify=listed)
    def reasons(self) -> list[object]:
        """Why it goes no further, one text each."""
        return [self._stage.say(text) for text in self._model.reasons]

    @Property(bool, notify=changed)
    def canRate(self) -> bool:
        """A rating may be given."""
        return self._model.can_rate

    @Property(int, notify=changed)
    def rating(self) -> int:
        """0 = none yet, else 5..1."""
        return self._model.rating

    @Property(bool, notify=changed)
    def tookOriginals(self) -> bool:
        """Papers were scanned and lie on the plate."""
        return self._model.took_originals

    @Property(int, notify=changed)
    def supplementDays(self) -> int:
        """A paper may be brought within so many days; 0 = none."""
        return self._model.supplement_days

    @Slot()
    def paperWhole(self) -> None:
        """The paper came out whole."""
        self._stage.call(lambda acts: acts.paper_complete(complete=True))

    @Slot()
    def paperNotWhole(self) -> None:
        """The paper did not come out whole; it is printed again."""
        self._stage.call(lambda acts: acts.paper_complete(complete=False))

    @Slot()
    def printAgain(self) -> None:
        """Print the receipt again."""
        self._stage.call(lambda acts: acts.print_again())

    @Slot(int)
    def rate(self, satisfaction: int) -> None:
        """5 = very satisfied ... 1."""
        self._stage.call(lambda acts: acts.rate(satisfaction))

    @Slot()
    def leave(self) -> None:
        """Done."""
        self._stage.call(lambda acts: acts.leave())

    @Slot()
    def another(self) -> None:
        """One more item."""
        self._stage.call(lambda acts: acts.another())


@QmlElement
@QmlUncreatable("made by the shell")
class FaultView(QObject):
    """A failure that stops the visit."""

    changed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._model = _NO_FAULT

    def show(self, model: FaultModel) -> None:
        """Take over what the visit shows now."""
        self._model = model
        self.changed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NO_FAULT:
            self.show(_NO_FAULT)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()

    @Property(str, notify=changed)
    def failure(self) -> str:
        """Code for the words and the corner."""
        return self._model.failure

    @Property(str, notify=changed)
    def device(self) -> str:
        """`card`, `camera`, `receipt` or empty."""
        return self._model.device

    @Property(bool, notify=changed)
    def kept(self) -> bool:
        """The answers are still there."""
        return self._model.kept

    @Property(bool, notify=changed)
    def canRetry(self) -> bool:
        """Trying again makes sense."""
        return self._model.can_retry

    @Slot()
    def retry(self) -> None:
        """Try again."""
        self._stage.call(lambda acts: acts.retry_device())
