"""The screens between the form and the portal: pre-check, check, signature."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.pages import CheckModel, PrecheckModel, SignModel
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import points_of, sentences_of
from ui.views.shown import Shown
from ui.views.stage import Stage

QML_IMPORT_NAME = "Kiosk.Views"
QML_IMPORT_MAJOR_VERSION = 1
_NO_FINDINGS = PrecheckModel(findings=())
_NO_ROWS = CheckModel(item_name="", rows=())
_NO_PROMISE = SignModel(item_name="", promise=(), read_to_end=False, strokes=0, can_submit=False)


@QmlElement
@QmlUncreatable("made by the shell")
class PrecheckView(QObject):
    """Everything that is still wrong, at once."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NO_FINDINGS, self.changed, self.listed, ("findings",))

    @Property("QVariantList", notify=listed)
    def findings(self) -> list[object]:
        """Maps with code, target, label."""
        return [
            {"code": row.code, "target": row.target, "label": self.shown.stage.say(row.label)}
            for row in self.shown.model.findings
        ]

    @Slot(str)
    def mend(self, target: str) -> None:
        """Go where it can be mended."""
        self.shown.stage.call(lambda acts: acts.mend(target))

    @Slot()
    def goOn(self) -> None:
        """Nothing is left to mend."""
        self.shown.stage.call(lambda acts: acts.go_on())


@QmlElement
@QmlUncreatable("made by the shell")
class CheckView(QObject):
    """The answers once more before submitting."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NO_ROWS, self.changed, self.listed, ("rows",))

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """The item's name."""
        return self.shown.stage.say(self.shown.model.item_name)

    @Property("QVariantList", notify=listed)
    def rows(self) -> list[object]:
        """Maps with label, value, target, badge, changed."""
        return [
            {
                "label": self.shown.stage.say(row.label),
                "value": self.shown.stage.say(row.value),
                "target": row.target,
                "badge": row.badge,
                "changed": row.changed,
            }
            for row in self.shown.model.rows
        ]

    @Slot(str)
    def mend(self, target: str) -> None:
        """Change one answer."""
        self.shown.stage.call(lambda acts: acts.mend(target))

    @Slot()
    def goOn(self) -> None:
        """All is right."""
        self.shown.stage.call(lambda acts: acts.go_on())


@QmlElement
@QmlUncreatable("made by the shell")
class SignView(QObject):
    """Promise and signature."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NO_PROMISE, self.changed, self.listed, ("promise",))

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """The item's name."""
        return self.shown.stage.say(self.shown.model.item_name)

    @Property("QVariantList", notify=listed)
    def promise(self) -> list[object]:
        """The texts, one sentence an entry."""
        return sentences_of(self.shown.model.promise, self.shown.stage)

    @Property(bool, notify=changed)
    def readToEnd(self) -> bool:
        """The text was shown to its end."""
        return self.shown.model.read_to_end

    @Property(int, notify=changed)
    def strokes(self) -> int:
        """How many strokes are drawn."""
        return self.shown.model.strokes

    @Property(bool, notify=changed)
    def canSubmit(self) -> bool:
        """Read and signed."""
        return self.shown.model.can_submit

    @Slot()
    def promiseShown(self) -> None:
        """The last page of the text is on the glass."""
        self.shown.stage.call(lambda acts: acts.promise_shown())

    @Slot("QVariantList")
    def addStroke(self, points: list[object]) -> None:
        """One stroke; points are maps with x and y in 0..1 of the field."""
        self.shown.stage.call(lambda acts: acts.add_stroke(points_of(points)))

    @Slot()
    def clearSignature(self) -> None:
        """Start the signature again."""
        self.shown.stage.call(lambda acts: acts.clear_signature())

    @Slot()
    def submit(self) -> None:
        """Seal and send."""
        self.shown.stage.call(lambda acts: acts.submit())
