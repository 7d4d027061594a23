"""The screens before identification: items, guide, notice, other places."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.screens import ElsewhereModel, GuideModel, HomeModel, NoticeModel
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import material_rows, options_of, places_of
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
        self._stage = stage
        self._model = _NO_ITEMS

    def show(self, model: HomeModel) -> None:
        """Take over what the visit shows now."""
        lists_differ = any(
            getattr(model, name) != getattr(self._model, name) for name in ("items",)
        )
        self._model = model
        self.changed.emit()
        if lists_differ:
            self.listed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NO_ITEMS:
            self.show(_NO_ITEMS)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()
        self.listed.emit()

    @Property("QVariantList", notify=listed)
    def items(self) -> list[object]:
        """Maps with item, name, summary, area, ready, promiseDays."""
        return [
            {
                "item": tile.item,
                "name": self._stage.say(tile.name),
                "summary": self._stage.say(tile.summary),
                "area": tile.area,
                "ready": tile.ready,
                "promiseDays": tile.promise_days,
            }
            for tile in self._model.items
        ]

    @Slot(str)
    def pick(self, item: str) -> None:
        """The resident chose an item."""
        self._stage.call(lambda acts: acts.pick(item))


@QmlElement
@QmlUncreatable("made by the shell")
class GuideView(QObject):
    """One question of the item's guide."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._model = _NO_GUIDE

    def show(self, model: GuideModel) -> None:
        """Take over what the visit shows now."""
        lists_differ = any(
            getattr(model, name) != getattr(self._model, name) for name in ("options",)
        )
        self._model = model
        self.changed.emit()
        if lists_differ:
            self.listed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NO_GUIDE:
            self.show(_NO_GUIDE)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()
        self.listed.emit()

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """The item's name."""
        return self._stage.say(self._model.item_name)

    @Property(str, notify=changed)
    def question(self) -> str:
        """The question, the page's title."""
        return self._stage.say(self._model.question)

    @Property(str, notify=changed)
    def why(self) -> str:
        """Why it is asked."""
        return self._stage.say(self._model.why)

    @Property("QVariantList", notify=listed)
    def options(self) -> list[object]:
        """Maps with value, label, hint."""
        return options_of(self._model.options, self._stage)

    @Slot(str)
    def choose(self, value: str) -> None:
        """The resident answered."""
        self._stage.call(lambda acts: acts.answer_guide(value))


@QmlElement
@QmlUncreatable("made by the shell")
class NoticeView(QObject):
    """Everything there is to know before identification."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._model = _NO_NOTICE

    def show(self, model: NoticeModel) -> None:
        """Take over what the visit shows now."""
        lists_differ = any(
            getattr(model, name) != getattr(self._model, name)
            for name in ("conditions", "flow", "materials")
        )
        self._model = model
        self.changed.emit()
        if lists_differ:
            self.listed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NO_NOTICE:
            self.show(_NO_NOTICE)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()
        self.listed.emit()

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """The item's name."""
        return self._stage.say(self._model.item_name)

    @Property(bool, notify=changed)
    def ready(self) -> bool:
        """The terminal can take the item in."""
        return self._model.ready

    @Property("QVariantList", notify=listed)
    def conditions(self) -> list[object]:
        """Who may apply, one text each."""
        return [self._stage.say(text) for text in self._model.conditions]

    @Property("QVariantList", notify=listed)
    def materials(self) -> list[object]:
        """Maps as `material_rows` gives them."""
        return material_rows(self._model.materials, self._stage)

    @Property("QVariantList", notify=listed)
    def flow(self) -> list[object]:
        """What happens afterwards, one text a step."""
        return [self._stage.say(text) for text in self._model.flow]

    @Property(int, notify=changed)
    def feeFen(self) -> int:
        """The fee; 0 = free."""
        return self._model.fee_fen

    @Property(int, notify=changed)
    def promiseDays(self) -> int:
        """Working days promised; 0 = at once."""
        return self._model.promise_days

    @Property(int, notify=changed)
    def legalDays(self) -> int:
        """Working days the law allows."""
        return self._model.legal_days

    @Property(str, notify=changed)
    def resultName(self) -> str:
        """What the resident gets."""
        return self._stage.say(self._model.result_name)

    @Property(str, notify=changed)
    def offlinePolicy(self) -> str:
        """`collect`, `collect_unpaid` or `online_only`."""
        return self._model.offline_policy

    @Property(bool, notify=changed)
    def online(self) -> bool:
        """The portal answered lately."""
        return self._model.online

    @Property(bool, notify=changed)
    def printing(self) -> bool:
        """The notice is being printed."""
        return self._model.printing

    @Property(bool, notify=changed)
    def printed(self) -> bool:
        """The notice came out."""
        return self._model.printed

    @Property(str, notify=changed)
    def printFailure(self) -> str:
        """Code of what kept it from printing, else empty."""
        return self._model.print_failure

    @Slot()
    def begin(self) -> None:
        """The resident wants to begin."""
        self._stage.call(lambda acts: acts.begin())

    @Slot()
    def printNotice(self) -> None:
        """The resident wants it on paper."""
        self._stage.call(lambda acts: acts.print_notice())


@QmlElement
@QmlUncreatable("made by the shell")
class ElsewhereView(QObject):
    """Other ways, where this one is closed."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._model = _NOWHERE

    def show(self, model: ElsewhereModel) -> None:
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
        if self._model != _NOWHERE:
            self.show(_NOWHERE)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()
        self.listed.emit()

    @Property(str, notify=changed)
    def reason(self) -> str:
        """`change`, `not_ready`, `store_full` or `online_only`."""
        return self._model.reason

    @Property(str, notify=changed)
    def itemName(self) -> str:
        """What was asked for."""
        return self._stage.say(self._model.item_name)

    @Property("QVariantList", notify=listed)
    def places(self) -> list[object]:
        """Maps with name and address."""
        return places_of(self._model.places, self._stage)
