"""A desk with scripted devices and a real store, and a scripted resident.

演示数据: all people are invented.
"""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from store_support import ScriptedClock, Store

from devices.card.api import CardPresent, CardRead, CardReadFailed, DocType, IdentityRecord
from devices.errors import FailureCode
from devices.events import DeviceState, Phase, Report, Snapshot
from devices.receipt.api import (
    Outcome,
    PrinterStatus,
    PrintJob,
    PrintResult,
    PrintSettled,
    Tier,
)
from kiosk.audit import Audit
from kiosk.catalogue.pack import built_in
from kiosk.dispatch import Call, ImmediateDispatcher
from kiosk.documents.scanning import PageTaken, Previewed, ScanFailed
from kiosk.documents.values import Verdict
from kiosk.visit.acts import Acts
from kiosk.visit.desk import VisitDesk
from kiosk.visit.pages import CardStage, PaperStage, ScanStage
from kiosk.visit.ports import Place, Ports
from kiosk.visit.screens import Overlay, Screen, View
from offline_cache.clock import CHINA_TIME
from offline_cache.records import Ack, Stage

NAME = "马克标"
NUMBER = "310104199001011234"
ADDRESS = "上海市徐汇区漕河泾街道标记路99号"
MOBILE = "13812345678"
MARKERS = (NAME, NUMBER, ADDRESS, MOBILE)


def snapshot(device_id: str, state: DeviceState = DeviceState.OK, kind: str = "") -> Snapshot:
    return Snapshot(device_id, kind or device_id, "scripted", state, Phase.UP, simulated=True)


def record(*, expired: bool = False) -> IdentityRecord:
    return IdentityRecord(
        DocType.RESIDENT,
        NUMBER,
        NAME,
        "",
        "1",
        "01",
        date(1990, 1, 1),
        ADDRESS,
        "演示公安局",
        date(2015, 1, 1),
        date(2020, 1, 1) if expired else date(2035, 1, 1),
        expired=expired,
    )


@dataclass
class ScriptedReader:
    """Notes what it was asked; a test says what lies on it."""

    asked: list[tuple[str, frozenset[DocType], float]] = field(default_factory=list)
    cancelled: int = 0

    def start(self, report: Report) -> None:
        report(snapshot("card"))

    def stop(self) -> None:
        self.cancelled += 1

    def begin(self, visit: str, accept: frozenset[DocType], deadline: float) -> None:
        self.asked.append((visit, accept, deadline))

    def cancel(self) -> None:
        self.cancelled += 1

    def snapshot(self) -> Snapshot:
        return snapshot("card")


@dataclass
class ScriptedPrinter:
    """Keeps the jobs; a test settles them."""

    jobs: list[PrintJob] = field(default_factory=list)

    def start(self, report: Report) -> None:
        report(snapshot("receipt"))

    def stop(self) -> None:
        self.jobs.clear()

    def begin(self, job: PrintJob) -> None:
        self.jobs.append(job)

    def cancel(self) -> None:
        self.jobs.clear()

    def status(self) -> PrinterStatus:
        return PrinterStatus(online=True)

    def snapshot(self) -> Snapshot:
        return snapshot("receipt")


@dataclass
class ScriptedPlate:
    """The plate under the camera."""

    visit: str = ""
    report: Callable[[object], None] | None = None
    calls: list[str] = field(default_factory=list)

    def open(self, visit: str, report: Callable[[object], None]) -> None:
        self.calls.append("open")
        self.visit, self.report = visit, report

    def capture(self) -> None:
        self.calls.append("capture")

    def resume(self) -> None:
        self.calls.append("resume")

    def close(self) -> None:
        self.calls.append("close")
        self.report = None


@dataclass
class Noted:
    """The other ports: notes what was called."""

    followed: list[str] = field(default_factory=list)
    unfollowed: list[str] = field(default_factory=list)
    woken: int = 0
    cleared: list[str] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    marks: list[str | None] = field(default_factory=list)
    broken_surface: str = ""

    def follow(self, submission_id: str) -> None:
        self.followed.append(submission_id)

    def unfollow(self, submission_id: str) -> None:
        self.unfollowed.append(submission_id)

    def wake(self) -> None:
        self.woken += 1

    def clear(self, what: str) -> None:
        if what == self.broken_surface:
            raise RuntimeError(what)
        self.cleared.append(what)

    def preview(self, seq: int, rgb: bytes, width: int, height: int) -> None:
        assert len(rgb) == width * height * 3
        self.pictures.append(seq)

    def picture(self, seq: int, jpeg: bytes) -> None:
        assert jpeg
        self.pictures.append(seq)

    def set_visit(self, visit: str | None) -> None:
        self.marks.append(visit)


class HeldDispatcher(ImmediateDispatcher):
    """Holds background work back while `held`, until a test lets it go."""

    def __init__(self) -> None:
        self.held = False
        self.waiting: deque[Call] = deque()

    def in_background(
        self,
        job: Callable[[], Any],
        on_done: Callable[[Any], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        def work() -> None:
            ImmediateDispatcher.in_background(self, job, on_done, on_error)

        if self.held:
            self.waiting.append(work)
        else:
            work()

    def release(self) -> None:
        self.held = False
        while self.waiting:
            self.waiting.popleft()()


class Stand:
    """One terminal in a test: the desk, its peers, and the resident's hands."""

    def __init__(self, folder: Path, *, store: Store | None = None) -> None:
        self.clock = ScriptedClock()
        self.store = store or Store(folder / "store", clock=self.clock)
        self.reader = ScriptedReader()
        self.printer = ScriptedPrinter()
        self.plate = ScriptedPlate()
        self.noted = Noted()
        self.dispatcher = HeldDispatcher()
        self.audit = Audit(folder / "audit.jsonl")
        self.events: list[tuple[str, dict[str, object]]] = []
        self.views: list[View] = []
        self.ids = itertools.count(1)
        self._seq = itertools.count(1)
        self.desk = VisitDesk(self.ports())
        self.acts: Acts = self.desk
        self.desk.on_event(lambda name, details: self.events.append((name, details)))
        self.desk.on_change(self.views.append)

    def ports(self) -> Ports:
        return Ports(
            catalogue=built_in(),
            dispatcher=self.dispatcher,
            reader=self.reader,
            scanning=self.plate,
            printer=self.printer,
            drafts=self.store.documents,
            outbox=self.store.outbox,
            journal=self.store.journal,
            follow=self.noted,
            audit=self.audit,
            surfaces=self.noted,
            mark=self.noted,
            place=Place("310104", "徐汇区漕河泾社区"),
            now=self.clock.monotonic,
            wall=lambda: datetime.fromtimestamp(self.clock.wall(), UTC).astimezone(CHINA_TIME),
            new_id=lambda: f"00000000-0000-7000-8000-{next(self.ids):012d}",
        )

    @property
    def screen(self) -> Screen:
        return self.desk.view.screen

    @property
    def model(self) -> Any:
        return self.desk.view.model

    def shows(self, screen: Screen) -> bool:
        """Say whether a screen is shown; a call, so that a checker does not remember it."""
        return self.desk.view.screen is screen

    def lies(self, overlay: Overlay) -> bool:
        """Say whether this lies over the screen."""
        return self.desk.view.overlay is overlay

    def stands(self, stage: CardStage | ScanStage | PaperStage) -> bool:
        """Say whether the card, the plate or the paper stands there."""
        kind = "paper" if isinstance(stage, PaperStage) else "stage"
        return getattr(self.model, kind) is stage

    def named(self, event: str) -> list[dict[str, object]]:
        return [details for name, details in self.events if name == event]

    def pass_s(self, seconds: float) -> None:
        """Let time pass in ticks of a quarter of a second."""
        for _ in range(int(seconds * 4)):
            self.clock.pass_s(0.25)
            self.desk.tick()

    # --- devices -------------------------------------------------------------------------------

    def _head(self, device: str) -> tuple[str, str, int, float]:
        return (device, self.desk.visit, next(self._seq), self.clock.mono)

    def lay_card(self, *, expired: bool = False) -> IdentityRecord:
        card = record(expired=expired)
        self.desk.device_event(CardPresent(*self._head("card")))
        self.desk.device_event(CardRead(*self._head("card"), record=card, read_ms=900.0))
        return card

    def card_fails(self, failure: FailureCode, *, final: bool = False) -> None:
        event = CardReadFailed(*self._head("card"), failure=failure, final=final)
        self.desk.device_event(event)

    def preview(self, hint: str = "hold") -> None:
        corners = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))
        self.desk.scan_event(Previewed(self.desk.visit, 1, b"\0" * 12, 2, 2, corners, hint))

    def page(self, verdict: Verdict = "good", reasons: tuple[str, ...] = ()) -> None:
        jpeg = f"MARKER-PAGE-{next(self._seq)}".encode()
        event = PageTaken(
            self.desk.visit, jpeg, 1240, 1754, 150, verdict, reasons, b"MARKER-PREVIEW"
        )
        self.desk.scan_event(event)

    def camera_fails(self, failure: FailureCode = FailureCode.FRAME_STALLED) -> None:
        self.desk.scan_event(ScanFailed(self.desk.visit, failure, "scripted"))

    def paper(self, outcome: Outcome = Outcome.PRINTED, failure: FailureCode | None = None) -> None:
        job = self.printer.jobs[-1]
        proof = Tier.A if outcome is Outcome.PRINTED else None
        result = PrintResult(outcome, proof, failure)
        settled = PrintSettled(
            "receipt", job.visit, next(self._seq), self.clock.mono, job.id, result
        )
        self.desk.device_event(settled)

    # --- the portal ----------------------------------------------------------------------------

    def answer(self, stage: Stage, **changes: Any) -> Ack:
        submission = str(self.named("sealed")[-1]["id"])
        if stage in {Stage.ACCEPTED, Stage.CONCLUDED}:
            changes.setdefault("project_no", "SH26112200000001")
        ack = self.store.ack(submission, stage=stage, **changes)
        self.desk.acked(ack)
        return ack

    # --- the resident --------------------------------------------------------------------------

    def to_notice(self, *, unchanged: bool) -> None:
        self.acts.start()
        self.acts.pick("S1")
        self.acts.answer_guide("renew")
        self.acts.answer_guide("yes" if unchanged else "no")

    def to_materials(self, *, unchanged: bool) -> None:
        self.to_notice(unchanged=unchanged)
        self.acts.begin()
        self.lay_card()
        self.acts.confirm_identity()

    def fill_address(self) -> None:
        for name in ("徐汇区", "漕河泾街道", "银杏苑居委会（演示）", "银杏路（演示）"):
            self.acts.choose(name)
        for part, text in (("lane", "12"), ("number", "3"), ("room", "402")):
            self.acts.focus_part(part)
            self.acts.type_text(text)
        self.acts.confirm_answer()

    def fill(self, *, unchanged: bool, mobile: str = MOBILE) -> None:
        self.acts.go_on()
        if not unchanged:
            self.fill_address()
        self.acts.choose("work")
        self.acts.type_text(mobile)
        self.acts.confirm_answer()

    def scan(self, pages: int = 2) -> None:
        for _ in range(pages):
            self.preview()
            self.page()
            self.acts.keep_page()
        self.acts.finish_scan()

    def to_check(self, *, unchanged: bool) -> None:
        self.to_materials(unchanged=unchanged)
        self.fill(unchanged=unchanged)
        if not unchanged:
            self.scan()

    def sign(self) -> None:
        self.acts.promise_shown()
        self.acts.add_stroke([(0.1, 0.5), (0.5, 0.2), (0.9, 0.8)])

    def to_submit(self, *, unchanged: bool = False) -> None:
        self.to_check(unchanged=unchanged)
        self.acts.go_on()
        self.sign()
        self.acts.submit()

    def to_done(self, stage: Stage = Stage.CONCLUDED, *, unchanged: bool = False) -> None:
        self.to_submit(unchanged=unchanged)
        if stage is Stage.COLLECTED:
            self.pass_s(15.25)
        else:
            self.answer(stage)
            if stage in {Stage.RECEIVED, Stage.ACCEPTED}:
                self.pass_s(15.25)
