"""The plate: live guidance, taking pages, keeping them, or bringing the paper later."""

from collections.abc import Callable

from devices.events import DeviceState, Snapshot
from kiosk.documents.scanning import PageTaken, Previewed, ScanFailed
from kiosk.documents.values import FAILURES
from kiosk.visit.materials import Resolved
from kiosk.visit.pages import ScanModel, ScanStage
from kiosk.visit.person import KeptPage
from kiosk.visit.screens import Screen
from kiosk.visit.session import Session, failure_of
from offline_cache.records import PageRef

SCANNED = 3
PATIENCE = 3
"""After so many tries of one page the resident may keep what the judge would reject."""


class Scan:
    """SCAN: one material after the other, one page after the other."""

    def __init__(
        self, session: Session, go_on: Callable[[], None], report: Callable[[object], None]
    ) -> None:
        """Prepare.

        Args:
            session: the shared state.
            go_on: follows when no material is left to scan.
            report: brings an event of the plate to the desk, on the main thread.
        """
        self._session = session
        self._go_on = go_on
        self._report = report
        self._stage = ScanStage.PREPARING
        self._material: Resolved | None = None
        self._preview = 0
        self._taken: PageTaken | None = None
        self._newest: Previewed | None = None
        self._failure = ""
        self._open = False
        self._saving = False
        self._simulated = False
        self._takes = 0

    def open_materials(self) -> tuple[Resolved, ...]:
        """Materials that still lack pages and are not brought later."""
        return tuple(
            each
            for each in self._session.to_scan()
            if each.index not in self._session.person.later and self.kept(each) < _rule(each)[0]
        )

    def kept(self, material: Resolved) -> int:
        """How many pages of a material the draft holds."""
        return sum(1 for page in self._session.person.pages if page.material == material.index)

    def start(self, *, anew: bool = False) -> None:
        """Open the plate for the first material that lacks pages, or for the first of all.

        Args:
            anew: the resident came to mend; a paper left for later may be scanned after all.
        """
        session = self._session
        if anew:
            session.person.later.clear()
        everything = session.to_scan()
        self._material = next(iter(self.open_materials() or everything), None)
        if self._material is None:
            self._go_on()
            return
        if anew and self.kept(self._material) >= _rule(self._material)[0]:
            self._drop_pages(self._material)
        self._stage = ScanStage.PREPARING
        session.go(Screen.SCAN)
        self._open_plate()

    def stop(self) -> None:
        """Leave the plate; the kept pages stay in the draft."""
        self._session.person.taken = b""
        self._taken = self._newest = None
        self._saving = False
        self._takes = 0
        self._failure = ""
        if self._open:
            self._open = False
            self._session.ports.scanning.close()

    def on_preview(self, event: Previewed) -> None:
        """A live picture with its guidance."""
        if self._stage is ScanStage.REVIEW or self._saving or not self._open:
            return
        self._preview += 1
        self._session.ports.surfaces.preview(self._preview, event.rgb, event.width, event.height)
        self._newest = event
        if self._stage is not ScanStage.CAPTURING:
            self._stage = ScanStage.LIVE
            self._failure = ""
        self._session.publish()

    def on_page(self, event: PageTaken) -> None:
        """A page was taken, by itself or on demand."""
        if self._open and not self._saving and self._stage is not ScanStage.REVIEW:
            self._failure = ""
            self._takes += 1
            self._taken = event
            self._session.person.taken = event.jpeg
            self._picture(event.preview_jpeg)
            self._stage = ScanStage.REVIEW
            self._session.publish()

    def on_failed(self, event: ScanFailed) -> None:
        """The camera does not deliver; the plate goes on trying, and so may the resident."""
        if not self._open or self._saving or self._stage is ScanStage.REVIEW:
            return
        self._failure = event.failure.value
        self._stage = ScanStage.CAMERA_FAULT
        self._session.publish()
        self._session.tell("failed", failure=self._failure)

    def on_camera(self, snapshot: Snapshot) -> None:
        """The camera's state changed: when it is back, the plate opens by itself."""
        self._simulated = snapshot.simulated
        usable = snapshot.state in {DeviceState.OK, DeviceState.WARN}
        faulty = self._stage is ScanStage.CAMERA_FAULT
        if usable and faulty and self._session.screen is Screen.SCAN:
            self.retry()

    def capture(self) -> None:
        """Take the page now."""
        if self._stage is ScanStage.LIVE:
            self._stage = ScanStage.CAPTURING
            self._session.publish()
            self._session.ports.scanning.capture()

    def keep(self) -> None:
        """Keep the page; it is sealed on the disk before the next one is asked for."""
        session, taken, material = self._session, self._taken, self._material
        draft = session.draft
        if self._stage is not ScanStage.REVIEW or not taken or not material or not draft:
            return
        if taken.verdict == "reject" and self._takes < PATIENCE:
            return
        self._saving = True
        self._stage = ScanStage.CAPTURING
        session.publish()
        jpeg, code, verdict = taken.jpeg, f"m{material.index + 1}", str(taken.verdict)
        session.background(
            lambda: draft.add_page(jpeg, "image/jpeg", material=code, get_type=SCANNED),
            lambda page: self._was_kept(material, page, verdict),
            self._not_kept,
        )

    def retake(self) -> None:
        """Take it again."""
        if self._stage is ScanStage.REVIEW:
            self._resume()

    def finish(self) -> None:
        """扫完了."""
        material = self._material
        live = self._stage in {ScanStage.PREPARING, ScanStage.LIVE, ScanStage.CAMERA_FAULT}
        if material and live and self.kept(material) >= _rule(material)[0]:
            self._next_material()

    def later(self) -> None:
        """先不扫: only where the item takes the paper later."""
        material = self._material
        if material and material.material.supplement_days and not self._saving:
            self._session.person.later.add(material.index)
            self._session.unsign()
            self._drop_pages(material)
            self._next_material()

    def retry(self) -> None:
        """Try the camera again."""
        if self._stage is ScanStage.CAMERA_FAULT:
            self._stage = ScanStage.PREPARING
            self._failure = ""
            self._open = False
            self._open_plate()
            self._session.publish()

    def drop_unneeded(self) -> None:
        """Erase pages of materials that no longer apply."""
        needed = {each.index for each in self._session.to_scan()}
        for page in [each for each in self._session.person.pages if each.material not in needed]:
            self._drop(page)
        self._session.person.later &= needed

    def model(self) -> ScanModel:
        """The scan page."""
        material, newest, taken = self._material, self._newest, self._taken
        kept = self.kept(material) if material else 0
        least, most = _rule(material) if material else (1, 1)
        review = self._stage is ScanStage.REVIEW and taken is not None
        live = self._stage is ScanStage.LIVE and newest is not None
        return ScanModel(
            stage=self._stage,
            material=material.material.name if material else "",
            page=min(kept + 1, most),
            kept=kept,
            pages_min=least,
            pages_max=most,
            hint=newest.hint if live and newest else "",
            corners=_flat(newest) if live and newest else (),
            preview=self._preview,
            verdict=str(taken.verdict) if review and taken else "",
            reasons=tuple(FAILURES.get(each, each) for each in taken.reasons)
            if review and taken
            else (),
            failure=self._failure,
            can_finish=kept >= least,
            simulated=self._simulated,
            can_defer=bool(material and material.material.supplement_days),
        )

    def _open_plate(self) -> None:
        if not self._open:
            self._open = True
            self._session.ports.scanning.open(self._session.visit, self._report)

    def _resume(self) -> None:
        self._taken = None
        self._session.person.taken = b""
        self._stage = ScanStage.PREPARING
        self._session.ports.scanning.resume()
        self._session.publish()

    def _picture(self, jpeg: bytes) -> None:
        self._preview += 1
        self._session.ports.surfaces.picture(self._preview, jpeg)

    def _was_kept(self, material: Resolved, page: PageRef, verdict: str) -> None:
        session = self._session
        self._saving = False
        self._takes = 0
        session.person.pages.append(KeptPage(material.index, page.ordinal, page.sha256, verdict))
        session.unsign()
        session.tell("page", ordinal=page.ordinal, sha256=page.sha256)
        if session.screen is not Screen.SCAN:
            return
        if self.kept(material) >= _rule(material)[1]:
            self._next_material()
        else:
            self._resume()

    def _not_kept(self, error: Exception) -> None:
        self.stop()
        self._session.break_down(failure_of(error), retry=self.start)

    def _next_material(self) -> None:
        self.stop()
        if self.open_materials():
            self.start()
        else:
            self._go_on()

    def _drop_pages(self, material: Resolved) -> None:
        for page in [p for p in self._session.person.pages if p.material == material.index]:
            self._drop(page)

    def _drop(self, page: KeptPage) -> None:
        session, draft = self._session, self._session.draft
        session.person.pages.remove(page)
        if draft is not None:
            session.background(
                lambda: draft.remove_page(page.ordinal),
                lambda _none: None,
                lambda error: session.break_down(failure_of(error), retry=self.start),
            )


def _rule(material: Resolved) -> tuple[int, int]:
    scan = material.material.scan
    return (scan.pages_min, scan.pages_max) if scan else (1, 1)


def _flat(event: Previewed) -> tuple[float, ...]:
    """Corners as eight numbers, x and y from top left clockwise."""
    return tuple(number for point in event.corners or () for number in point)
