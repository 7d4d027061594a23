"""The materials and the scan page."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.screens import MaterialsModel, ScanModel, ScanStage
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import material_rows
from ui.views.stage import Stage

QML_IMPORT_NAME = "Kiosk.Views"
QML_IMPORT_MAJOR_VERSION = 1
_NO_MATERIALS = MaterialsModel(rows=(), exempt_count=0, to_scan=False)
_NO_SCAN = ScanModel(stage=ScanStage.PREPARING, material="")


@QmlElement
@QmlUncreatable("made by the shell")
class MaterialsView(QObject):
    """The three groups of materials."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._model = _NO_MATERIALS

    def show(self, model: MaterialsModel) -> None:
        """Take over what the visit shows now."""
        lists_differ = any(getattr(model, name) != getattr(self._model, name) for name in ("rows",))
        self._model = model
        self.changed.emit()
        if lists_differ:
            self.listed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NO_MATERIALS:
            self.show(_NO_MATERIALS)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()
        self.listed.emit()

    @Property("QVariantList", notify=listed)
    def rows(self) -> list[object]:
        """Maps as `material_rows` gives them."""
        return material_rows(self._model.rows, self._stage)

    @Property(int, notify=changed)
    def exemptCount(self) -> int:
        """How many need not be brought."""
        return self._model.exempt_count

    @Property(bool, notify=changed)
    def toScan(self) -> bool:
        """At least one is scanned."""
        return self._model.to_scan

    @Slot()
    def goOn(self) -> None:
        """Seen."""
        self._stage.call(lambda acts: acts.go_on())


@QmlElement
@QmlUncreatable("made by the shell")
class ScanView(QObject):
    """The pages on the plate."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._model = _NO_SCAN

    def show(self, model: ScanModel) -> None:
        """Take over what the visit shows now."""
        lists_differ = any(
            getattr(model, name) != getattr(self._model, name) for name in ("corners", "reasons")
        )
        self._model = model
        self.changed.emit()
        if lists_differ:
            self.listed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self._model != _NO_SCAN:
            self.show(_NO_SCAN)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self.changed.emit()
        self.listed.emit()

    @Property(str, notify=changed)
    def stage(self) -> str:
        """A value of `ScanStage`."""
        return self._model.stage.value

    @Property(str, notify=changed)
    def material(self) -> str:
        """What is scanned."""
        return self._stage.say(self._model.material)

    @Property(int, notify=changed)
    def page(self) -> int:
        """The page that is taken now, from 1."""
        return self._model.page

    @Property(int, notify=changed)
    def kept(self) -> int:
        """Pages kept so far."""
        return self._model.kept

    @Property(int, notify=changed)
    def pagesMin(self) -> int:
        """Pages needed at least."""
        return self._model.pages_min

    @Property(int, notify=changed)
    def pagesMax(self) -> int:
        """Pages possible at most."""
        return self._model.pages_max

    @Property(str, notify=changed)
    def hint(self) -> str:
        """Code of the live guidance."""
        return self._model.hint

    @Property("QVariantList", notify=listed)
    def corners(self) -> list[object]:
        """Eight numbers 0..1 of the preview, or none."""
        return list(self._model.corners)

    @Property(int, notify=changed)
    def preview(self) -> int:
        """Number of the newest picture; 0 = none."""
        return self._model.preview

    @Property(str, notify=changed)
    def verdict(self) -> str:
        """In review `good`, `warn` or `reject`."""
        return self._model.verdict

    @Property("QVariantList", notify=listed)
    def reasons(self) -> list[object]:
        """Codes of what is wrong with the page."""
        return list(self._model.reasons)

    @Property(str, notify=changed)
    def failure(self) -> str:
        """Code of the camera's fault, else empty."""
        return self._model.failure

    @Property(bool, notify=changed)
    def canFinish(self) -> bool:
        """Enough pages are kept."""
        return self._model.can_finish

    @Property(bool, notify=changed)
    def simulated(self) -> bool:
        """The camera is simulated."""
        return self._model.simulated

    @Slot()
    def capture(self) -> None:
        """Take the page now."""
        self._stage.call(lambda acts: acts.capture())

    @Slot()
    def keep(self) -> None:
        """Keep the page."""
        self._stage.call(lambda acts: acts.keep_page())

    @Slot()
    def retake(self) -> None:
        """Take it again."""
        self._stage.call(lambda acts: acts.retake_page())

    @Slot()
    def finish(self) -> None:
        """All pages are taken."""
        self._stage.call(lambda acts: acts.finish_scan())

    @Slot()
    def later(self) -> None:
        """Bring the paper later."""
        self._stage.call(lambda acts: acts.scan_later())

    @Slot()
    def retry(self) -> None:
        """Try the camera again."""
        self._stage.call(lambda acts: acts.retry_device())
