"""The screens before identification: items, guide, notice, other places."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.pages import ElsewhereModel, GuideModel, HomeModel, NoticeModel
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import material_rows, options_of, places_of
from ui.views.shown import Shown
from ui.views.stage import Stage

QML_IMPORT_NAME = "Kiosk.Views"
QML_IMPORT_MAJOR_VERSION = 1
_NO_ITEMS = HomeModel(items=())
_NO_GUIDE = GuideModel(item_name="", key="", question="", options=())
_NO_NOTICE = NoticeModel(
    item_name="",
    ready=False,
    conditions=(),
    materials=(),
    fee_fen=0,
    promise_days=0,
    legal_days=0,
    result_name="",
    offline_policy="",
    online=True,
)
_NOWHERE = ElsewhereModel(reason="", item_name="", places=())


@QmlElement
@QmlUncreatable("made by the shell")
class HomeView(QObject):
    """The items to choose from."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NO_ITEMS, self.changed, self.listed, ("items",))

    @Property("QVariantList", notify=listed)
    def items(self) -> list[object]:
        """Maps with item, name, summary, area, ready, promiseDays."""
        return [
            {
                "item": tile.item,
                "name": self.shown.stage.say(tile.name),
                "summary": self.shown.stage.say(tile.summary),
                "area": tile.area,
                "ready": tile.ready,
                "promiseDays": tile.promise_days,
            }
            for tile in self.shown.model.items
        ]

    @Slot(str)
    def pick(self, item: str) -> None:
        """The resident chose an item."""
        self.shown.stage.call(lambda acts: acts.pick(item))


@QmlElement
@QmlUncreatable("made by the shell")
class GuideView(QObject):
    """One question of the item's guide."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NO_GUIDE, self.changed, self.listed, ("options",))

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """The item's name."""
        return self.shown.stage.say(self.shown.model.item_name)

    @Property(str, notify=changed)
    def question(self) -> str:
        """The question, the page's title."""
        return self.shown.stage.say(self.shown.model.question)

    @Property(str, notify=changed)
    def why(self) -> str:
        """Why it is asked."""
        return self.shown.stage.say(self.shown.model.why)

    @Property("QVariantList", notify=listed)
    def options(self) -> list[object]:
        """Maps with value, label, hint."""
        return options_of(self.shown.model.options, self.shown.stage)

    @Slot(str)
    def choose(self, value: str) -> None:
        """The resident answered."""
        self.shown.stage.call(lambda acts: acts.answer_guide(value))


@QmlElement
@QmlUncreatable("made by the shell")
class NoticeView(QObject):
    """Everything there is to know before identification."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(
            stage, _NO_NOTICE, self.changed, self.listed, ("conditions", "flow", "materials")
        )

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """The item's name."""
        return self.shown.stage.say(self.shown.model.item_name)

    @Property(bool, notify=changed)
    def ready(self) -> bool:
        """The terminal can take the item in."""
        return self.shown.model.ready

    @Property("QVariantList", notify=listed)
    def conditions(self) -> list[object]:
        """Who may apply, one text each."""
        return [self.shown.stage.say(text) for text in self.shown.model.conditions]

    @Property("QVariantList", notify=listed)
    def materials(self) -> list[object]:
        """Maps as `material_rows` gives them."""
        return material_rows(self.shown.model.materials, self.shown.stage)

    @Property("QVariantList", notify=listed)
    def flow(self) -> list[object]:
        """What happens afterwards, one text a step."""
        return [self.shown.stage.say(text) for text in self.shown.model.flow]

    @Property(int, notify=changed)
    def feeFen(self) -> int:
        """The fee; 0 = free."""
        return self.shown.model.fee_fen

    @Property(int, notify=changed)
    def promiseDays(self) -> int:
        """Working days promised; 0 = at once."""
        return self.shown.model.promise_days

    @Property(int, notify=changed)
    def legalDays(self) -> int:
        """Working days the law allows."""
        return self.shown.model.legal_days

    @Property(str, notify=changed)
    def resultName(self) -> str:
        """What the resident gets."""
        return self.shown.stage.say(self.shown.model.result_name)

    @Property(str, notify=changed)
    def offlinePolicy(self) -> str:
        """`collect`, `collect_unpaid` or `online_only`."""
        return self.shown.model.offline_policy

    @Property(bool, notify=changed)
    def online(self) -> bool:
        """The portal answered lately."""
        return self.shown.model.online

    @Property(bool, notify=changed)
    def printing(self) -> bool:
        """The notice is being printed."""
        return self.shown.model.printing

    @Property(bool, notify=changed)
    def printed(self) -> bool:
        """The notice came out."""
        return self.shown.model.printed

    @Property(str, notify=changed)
    def printFailure(self) -> str:
        """Code of what kept it from printing, else empty."""
        return self.shown.model.print_failure

    @Slot()
    def begin(self) -> None:
        """The resident wants to begin."""
        self.shown.stage.call(lambda acts: acts.begin())

    @Slot()
    def printNotice(self) -> None:
        """The resident wants it on paper."""
        self.shown.stage.call(lambda acts: acts.print_notice())


@QmlElement
@QmlUncreatable("made by the shell")
class ElsewhereView(QObject):
    """Other ways, where this one is closed."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NOWHERE, self.changed, self.listed, ("places",))

    @Property(str, notify=changed)
    def reason(self) -> str:
        """`change`, `not_ready`, `store_full` or `online_only`."""
        return self.shown.model.reason

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """What was asked for."""
        return self.shown.stage.say(self.shown.model.item_name)

    @Property("QVariantList", notify=listed)
    def places(self) -> list[object]:
        """Maps with name and address."""
        return places_of(self.shown.model.places, self.shown.stage)
