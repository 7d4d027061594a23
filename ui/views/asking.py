"""One question a page."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.pages import QuestionKind, QuestionModel
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import options_of, pad_for, shown_value, text_after
from ui.views.shown import Shown
from ui.views.stage import Stage

QML_IMPORT_NAME = "Kiosk.Views"
QML_IMPORT_MAJOR_VERSION = 1
_NO_QUESTION = QuestionModel(key="", kind=QuestionKind.CHOICE, label="", why="")


@QmlElement
@QmlUncreatable("made by the shell")
class QuestionView(QObject):
    """The question, its options or its pad."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NO_QUESTION, self.changed, self.listed, ("options", "parts"))

    @Property(str, notify=changed)
    def key(self) -> str:
        """The question's key."""
        return self.shown.model.key

    @Property(str, notify=changed)
    def kind(self) -> str:
        """A value of `QuestionKind`."""
        return self.shown.model.kind.value

    @Property(str, notify=changed)
    def label(self) -> str:
        """The question, the page's title."""
        return self.shown.stage.say(self.shown.model.label)

    @Property(str, notify=changed)
    def why(self) -> str:
        """Why it is asked."""
        return self.shown.stage.say(self.shown.model.why)

    @Property("QVariantList", notify=listed)
    def options(self) -> list[object]:
        """Maps with value, label, hint."""
        return options_of(self.shown.model.options, self.shown.stage)

    @Property(str, notify=changed)
    def value(self) -> str:
        """What is chosen or typed so far."""
        return self.shown.model.value

    @Property(str, notify=changed)
    def shownValue(self) -> str:
        """The typed value as it is read: a number in groups."""
        return shown_value(self.shown.model)

    @Property(str, notify=changed)
    def pad(self) -> str:
        """`digits`, `id` or `letters`."""
        return pad_for(self.shown.model)

    @Property(str, notify=changed)
    def badge(self) -> str:
        """Where a prefilled value comes from, else empty."""
        return self.shown.model.badge

    @Property(bool, notify=changed)
    def optional(self) -> bool:
        """It may stay empty."""
        return self.shown.model.optional

    @Property(bool, notify=changed)
    def invalid(self) -> bool:
        """The last confirmation was refused."""
        return self.shown.model.invalid

    @Property(str, notify=changed)
    def error(self) -> str:
        """The pack's text for what to mend."""
        return self.shown.stage.say(self.shown.model.error)

    @Property(str, notify=changed)
    def level(self) -> str:
        """Level of an address, else empty."""
        return self.shown.model.level

    @Property(str, notify=changed)
    def path(self) -> str:
        """What was chosen above, outermost first."""
        return " / ".join(self.shown.stage.say(part) for part in self.shown.model.path)

    @Property("QVariantList", notify=listed)
    def parts(self) -> list[object]:
        """Maps with key and optional; the values are in partValues."""
        return [{"key": part.key, "optional": part.optional} for part in self.shown.model.parts]

    @Property("QVariantMap", notify=changed)
    def partValues(self) -> dict[str, object]:
        """What is typed into each part."""
        return {part.key: part.value for part in self.shown.model.parts}

    @Property(str, notify=changed)
    def activePart(self) -> str:
        """The part that the pad types into."""
        return self.shown.model.active_part

    @Property(bool, notify=changed)
    def returning(self) -> bool:
        """The way on leads back to the check page."""
        return self.shown.model.returning

    @Slot(str)
    def choose(self, value: str) -> None:
        """An option was tapped."""
        self.shown.stage.call(lambda acts: acts.choose(value))

    @Slot(str)
    def focusPart(self, key: str) -> None:
        """Type into this part now."""
        self.shown.stage.call(lambda acts: acts.focus_part(key))

    @Slot(str)
    def press(self, key: str) -> None:
        """A key of the pad was tapped."""
        self.shown.stage.call(lambda acts: acts.type_text(text_after(self.shown.model, key)))

    @Slot()
    def confirm(self) -> None:
        """On to the next question."""
        self.shown.stage.call(lambda acts: acts.confirm_answer())

    @Slot()
    def skip(self) -> None:
        """Leave it empty."""
        self.shown.stage.call(lambda acts: acts.skip_answer())
