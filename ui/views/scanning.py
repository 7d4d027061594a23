"""The materials and the scan page."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.visit.pages import MaterialsModel, ScanModel, ScanStage
from ui.qt_typing import Property, QmlUncreatable
from ui.views.rows import material_rows
from ui.views.shown import Shown
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
        self.shown = Shown(stage, _NO_MATERIALS, self.changed, self.listed, ("rows",))

    @Property("QVariantList", notify=listed)
    def rows(self) -> list[object]:
        """Maps as `material_rows` gives them."""
        return material_rows(self.shown.model.rows, self.shown.stage)

    @Property(int, notify=changed)
    def exemptCount(self) -> int:
        """How many need not be brought."""
        return self.shown.model.exempt_count

    @Property(bool, notify=changed)
    def toScan(self) -> bool:
        """At least one is scanned."""
        return self.shown.model.to_scan

    @Slot()
    def goOn(self) -> None:
        """Seen."""
        self.shown.stage.call(lambda acts: acts.go_on())


@QmlElement
@QmlUncreatable("made by the shell")
class ScanView(QObject):
    """The pages on the plate."""

    changed = Signal()
    listed = Signal()

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = Shown(stage, _NO_SCAN, self.changed, self.listed, ("corners", "reasons"))

    @Property(str, notify=changed)
    def stage(self) -> str:
        """A value of `ScanStage`."""
        return self.shown.model.stage.value

    @Property(str, notify=changed)
    def material(self) -> str:
        """What is scanned."""
        return self.shown.stage.say(self.shown.model.material)

    @Property(int, notify=changed)
    def page(self) -> int:
        """The page that is taken now, from 1."""
        return self.shown.model.page

    @Property(int, notify=changed)
    def kept(self) -> int:
        """Pages kept so far."""
        return self.shown.model.kept

    @Property(int, notify=changed)
    def pagesMin(self) -> int:
        """Pages needed at least."""
        return self.shown.model.pages_min

    @Property(int, notify=changed)
    def pagesMax(self) -> int:
        """Pages possible at most."""
        return self.shown.model.pages_max

    @Property(str, notify=changed)
    def hint(self) -> str:
        """Code of the live guidance."""
        return self.shown.model.hint

    @Property("QVariantList", notify=listed)
    def corners(self) -> list[object]:
        """Eight numbers 0..1 of the preview, or none."""
        return list(self.shown.model.corners)

    @Property(int, notify=changed)
    def preview(self) -> int:
        """Number of the newest picture; 0 = none."""
        return self.shown.model.preview

    @Property(str, notify=changed)
    def verdict(self) -> str:
        """In review `good`, `warn` or `reject`."""
        return self.shown.model.verdict

    @Property("QVariantList", notify=listed)
    def reasons(self) -> list[object]:
        """Codes of what is wrong with the page."""
        return list(self.shown.model.reasons)

    @Property(str, notify=changed)
    def failure(self) -> str:
        """Code of the camera's fault, else empty."""
        return self.shown.model.failure

    @Property(bool, notify=changed)
    def canDefer(self) -> bool:
        """The item takes this paper later."""
        return self.shown.model.can_defer

    @Property(bool, notify=changed)
    def canFinish(self) -> bool:
        """Enough pages are kept."""
        return self.shown.model.can_finish

    @Property(bool, notify=changed)
    def simulated(self) -> bool:
        """The camera is simulated."""
        return self.shown.model.simulated

    @Slot()
    def capture(self) -> None:
        """Take the page now."""
        self.shown.stage.call(lambda acts: acts.capture())

    @Slot()
    def keep(self) -> None:
        """Keep the page."""
        self.shown.stage.call(lambda acts: acts.keep_page())

    @Slot()
    def retake(self) -> None:
        """Take it again."""
        self.shown.stage.call(lambda acts: acts.retake_page())

    @Slot()
    def finish(self) -> None:
        """All pages are taken."""
        self.shown.stage.call(lambda acts: acts.finish_scan())

    @Slot()
    def later(self) -> None:
        """Bring the paper later."""
        self.shown.stage.call(lambda acts: acts.scan_later())

    @Slot()
    def retry(self) -> None:
        """Try the camera again."""
        self.shown.stage.call(lambda acts: acts.retry_device())
