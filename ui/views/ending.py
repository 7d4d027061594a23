"""The screens after the signature: sending, result, fault."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.pages import DoneModel, FaultModel, PaperStage, SubmitModel
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import grouped
from ui.views.shown import Shown
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
        self.shown = Shown(stage, _NOT_SENT, self.changed)

    @Property(bool, notify=changed)
    def sealed(self) -> bool:
        """The outbox has committed."""
        return self.shown.model.sealed

    @Property(int, notify=changed)
    def secondsLeft(self) -> int:
        """Seconds until the page moves on by itself."""
        return self.shown.model.seconds_left


@QmlElement
@QmlUncreatable("made by the shell")
class DoneView(QObject):
    """The result, the paper and the rating."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NOT_DONE, self.changed, self.listed, ("reasons",))

    @Property(str, notify=changed)
    def stage(self) -> str:
        """The case's stage; the words are chosen by it alone."""
        return self.shown.model.stage

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """The item's name."""
        return self.shown.stage.say(self.shown.model.item_name)

    @Property(str, notify=changed)
    def number(self) -> str:
        """The number on the paper, in groups of four."""
        return grouped(self.shown.model.number)

    @Property(str, notify=changed)
    def maskedName(self) -> str:
        """The name, masked."""
        return self.shown.model.masked_name

    @Property(str, notify=changed)
    def maskedMobile(self) -> str:
        """The mobile number, masked, or empty."""
        return self.shown.model.masked_mobile

    @Property(str, notify=changed)
    def paper(self) -> str:
        """A value of `PaperStage`."""
        return self.shown.model.paper.value

    @Property(str, notify=changed)
    def paperFailure(self) -> str:
        """Code of what kept the paper back, else empty."""
        return self.shown.model.paper_failure

    @Property("QVariantList", notify=listed)
    def reasons(self) -> list[object]:
        """Why it goes no further, one text each."""
        return [self.shown.stage.say(text) for text in self.shown.model.reasons]

    @Property(bool, notify=changed)
    def canRate(self) -> bool:
        """A rating may be given."""
        return self.shown.model.can_rate

    @Property(int, notify=changed)
    def rating(self) -> int:
        """0 = none yet, else 5..1."""
        return self.shown.model.rating

    @Property(bool, notify=changed)
    def tookOriginals(self) -> bool:
        """Papers were scanned and lie on the plate."""
        return self.shown.model.took_originals

    @Property(int, notify=changed)
    def supplementDays(self) -> int:
        """A paper may be brought within so many days; 0 = none."""
        return self.shown.model.supplement_days

    @Slot()
    def paperWhole(self) -> None:
        """The paper came out whole."""
        self.shown.stage.call(lambda acts: acts.paper_complete(complete=True))

    @Slot()
    def paperNotWhole(self) -> None:
        """The paper did not come out whole; it is printed again."""
        self.shown.stage.call(lambda acts: acts.paper_complete(complete=False))

    @Slot()
    def printAgain(self) -> None:
        """Print the receipt again."""
        self.shown.stage.call(lambda acts: acts.print_again())

    @Slot(int)
    def rate(self, satisfaction: int) -> None:
        """5 = very satisfied ... 1."""
        self.shown.stage.call(lambda acts: acts.rate(satisfaction))

    @Slot()
    def leave(self) -> None:
        """Done."""
        self.shown.stage.call(lambda acts: acts.leave())

    @Slot()
    def another(self) -> None:
        """One more item."""
        self.shown.stage.call(lambda acts: acts.another())


@QmlElement
@QmlUncreatable("made by the shell")
class FaultView(QObject):
    """A failure that stops the visit."""

    changed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NO_FAULT, self.changed)

    @Property(str, notify=changed)
    def failure(self) -> str:
        """Code for the words and the corner."""
        return self.shown.model.failure

    @Property(str, notify=changed)
    def device(self) -> str:
        """`card`, `camera`, `receipt` or empty."""
        return self.shown.model.device

    @Property(bool, notify=changed)
    def kept(self) -> bool:
        """The answers are still there."""
        return self.shown.model.kept

    @Property(bool, notify=changed)
    def canRetry(self) -> bool:
        """Trying again makes sense."""
        return self.shown.model.can_retry

    @Slot()
    def retry(self) -> None:
        """Try again."""
        self.shown.stage.call(lambda acts: acts.retry_device())
