"""A whole terminal without its screens: real drivers, real peers, a main loop of its own.

演示数据: all people are invented.
"""

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cards_support import RESIDENT, fresh
from program import portal, portal_list

from devices.card.api import IdentityRecord
from devices.card.peer import ReaderPeer
from devices.config import DeviceConfig, DeviceUri
from devices.events import Snapshot
from devices.receipt.peer import Pace, PrinterPeer
from kiosk.assembly.terminal import Terminal
from kiosk.dispatch import Call
from kiosk.settings import Limits, Portal, Settings
from kiosk.visit.acts import Acts
from kiosk.visit.pages import CardStage, PaperStage, ScanStage
from kiosk.visit.screens import Screen
from offline_cache.print_journal import PrintJob
from offline_cache.records import QueueRow, State

MOBILE = "13812345678"
PATIENCE_S = 40.0
_TICK_S = 0.25
_TURN_S = 0.05
_QUICK = Pace(mm_per_s=600.0)


@dataclass
class Surfaces:
    """Stands for the screens: notes what it was given and told to forget."""

    pictures: list[int] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)

    def preview(self, seq: int, rgb: bytes, width: int, height: int) -> None:
        assert len(rgb) == width * height * 3
        self.pictures.append(seq)

    def picture(self, seq: int, jpeg: bytes) -> None:
        assert jpeg.startswith(b"\xff\xd8")
        self.pictures.append(seq)

    def clear(self, what: str) -> None:
        self.cleared.append(what)


@dataclass
class Gear:
    """What stands around a terminal: a reader on a pty, a printer on a port, a desk, a portal.

    Attributes:
        camera: the camera's address; the simulated desk below the folder by default.
        portal: where the portal is; empty for a terminal without one.
        key: file with the portal's public key.
    """

    folder: Path
    reader: ReaderPeer
    printer: PrinterPeer
    portal: str = ""
    key: Path | None = None
    camera: str = ""
    limits: Limits = field(default_factory=Limits)

    @property
    def desk(self) -> Path:
        """The folder of the simulated camera."""
        return self.folder / "desk"

    @property
    def state(self) -> Path:
        """The terminal's state folder."""
        return self.folder / "state"

    def settings(self) -> Settings:
        """The terminal's settings."""
        uris = {
            "card": f"sam:{self.reader.path}",
            "camera": self.camera or f"simulated:{self.desk}",
            "receipt": f"escpos+tcp://127.0.0.1:{self.printer.port}",
        }
        devices = tuple(DeviceConfig(each, DeviceUri.parse(uri)) for each, uri in uris.items())
        return Settings(
            state_dir=self.state,
            portal=Portal(url=self.portal, sealing_key=self.key),
            devices=devices,
            limits=self.limits,
        )


@dataclass
class Office:
    """A running portal, and the cases that visits brought it."""

    folder: Path
    url: str
    cases: list[str] = field(default_factory=list)

    @property
    def key(self) -> Path:
        """The portal's public key."""
        return self.folder / "sealing.pub"


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """A portal for many visits; at the end it must hold each of their cases exactly once."""
    with portal(folder) as url:
        made = Office(folder, url)
        yield made
    assert sorted(row["id"] for row in portal_list(folder)) == sorted(made.cases)


@contextmanager
def gear(folder: Path, *, plugged: bool = True, **changes: Any) -> Iterator[Gear]:
    """Peers that live until the block ends; the reader keeps its name over re-plugging."""
    (folder / "desk").mkdir(parents=True)
    with ExitStack() as stack:
        reader = ReaderPeer(folder / "reader")
        stack.callback(reader.unplug)
        if plugged:
            reader.plug()
        printer = stack.enter_context(PrinterPeer(pace=_QUICK))
        yield Gear(folder, reader, printer, **changes)


class Stage:
    """One terminal in a test, and the resident in front of it; a context manager.

    What the terminal posts to its main thread is run here, on the test's thread, while the
    test waits for something; so are the ticks.
    """

    def __init__(self, gear: Gear) -> None:
        self.gear = gear
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self.surfaces = Surfaces()
        self.terminal = Terminal(gear.settings(), self._calls.put, self.surfaces)
        self.acts: Acts = self.terminal.desk
        self.desk = self.terminal.desk
        self.events: list[tuple[str, dict[str, object]]] = []
        self.desk.on_event(lambda name, facts: self.events.append((name, facts)))
        self._ticked = 0.0

    def __enter__(self) -> "Stage":
        self.terminal.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.terminal.stop()

    # --- looking -------------------------------------------------------------------------------

    @property
    def model(self) -> Any:
        """What is on the glass."""
        return self.desk.view.model

    def shows(self, screen: Screen) -> bool:
        """Say whether a screen is shown."""
        return self.desk.view.screen is screen

    def stands(self, stage: CardStage | ScanStage | PaperStage, failure: str = "") -> bool:
        """Say whether the card, the plate or the paper stands there, with this failure if any."""
        paper = isinstance(stage, PaperStage)
        names = ("paper", "paper_failure") if paper else ("stage", "failure")
        found = (getattr(self.model, name, "") for name in names)
        return tuple(found) == (stage, failure)

    def named(self, event: str) -> list[dict[str, object]]:
        """The milestones of one name."""
        return [facts for name, facts in self.events if name == event]

    def failures(self) -> list[str]:
        """The codes that were told so far."""
        return [str(facts["failure"]) for facts in self.named("failed")]

    def device(self, device_id: str) -> Snapshot:
        """A device's state now, as the technician sees it."""
        return next(
            each for each in self.terminal.registry.snapshots() if each.device_id == device_id
        )

    def rows(self) -> list[QueueRow]:
        """The outbox without drafts."""
        return [row for row in self.terminal.outbox.rows() if row.state is not State.DRAFT]

    def drafts(self) -> int:
        """How many drafts the store holds."""
        found = self.terminal.database.read("SELECT count(*) FROM submission WHERE state='DRAFT'")
        return int(found[0][0])

    def page_files(self) -> list[Path]:
        """The sealed pages on the disk; a draft has a few empty files ready besides."""
        folder = self.terminal.documents.folder
        return sorted(file for file in folder.iterdir() if file.stat().st_size)

    def papers(self) -> list[PrintJob]:
        """The journal of prints."""
        return self.terminal.journal.jobs()

    # --- the main loop -------------------------------------------------------------------------

    def until(self, true: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S) -> None:
        """Run the main loop until something is true; fails with what is on the glass."""
        until = time.monotonic() + timeout_s
        while not true():
            left = until - time.monotonic()
            assert left > 0, f"{what}: never; {self.desk.view}; {self.events[-4:]}"
            self._turn(min(left, _TURN_S))

    def until_shown(self, screen: Screen, timeout_s: float = PATIENCE_S) -> None:
        """Run the main loop until a screen is shown."""
        self.until(lambda: self.shows(screen), screen.value, timeout_s)

    def until_stands(
        self,
        stage: CardStage | ScanStage | PaperStage,
        failure: str = "",
        timeout_s: float = PATIENCE_S,
    ) -> None:
        """Run the main loop until card, plate or paper stand there."""
        self.until(lambda: self.stands(stage, failure), f"{stage} {failure}", timeout_s)

    def _turn(self, wait_s: float) -> None:
        try:
            call = self._calls.get(timeout=wait_s)
        except queue.Empty:
            pass
        else:
            call()
        if time.monotonic() - self._ticked >= _TICK_S:
            self._ticked = time.monotonic()
            self.terminal.tick()

    # --- the resident --------------------------------------------------------------------------

    def to_notice(self, *, unchanged: bool = True) -> None:
        """Choose the item and answer its guide."""
        self.acts.start()
        self.acts.pick("S1")
        self.acts.answer_guide("renew")
        self.acts.answer_guide("yes" if unchanged else "no")
        assert self.shows(Screen.NOTICE)

    def to_card(self, *, unchanged: bool = True) -> None:
        """Up to the page that asks for the card, whatever the reader says there."""
        self.to_notice(unchanged=unchanged)
        self.acts.begin()
        self.until_shown(Screen.IDENTIFY)

    def lay(self, card: IdentityRecord = RESIDENT, **changes: Any) -> None:
        """Lay a card on the reader."""
        self.gear.reader.insert(fresh(card, **changes))

    def identify(self) -> None:
        """A good card, read and confirmed."""
        self.lay()
        self.until_stands(CardStage.READ)
        assert self.model.masked_name
        self.acts.confirm_identity()
        self.gear.reader.lift()
        assert self.shows(Screen.MATERIALS)

    def fill(self, *, unchanged: bool = True) -> None:
        """Answer every question."""
        self.acts.go_on()
        if not unchanged:
            self._fill_address()
        self.acts.choose("work")
        self.acts.type_text(MOBILE)
        self.acts.confirm_answer()

    def _fill_address(self) -> None:
        for name in ("徐汇区", "漕河泾街道", "银杏苑居委会（演示）", "银杏路（演示）"):
            self.acts.choose(name)
        for part, text in (("lane", "12"), ("number", "3"), ("room", "402")):
            self.acts.focus_part(part)
            self.acts.type_text(text)
        self.acts.confirm_answer()

    def to_scan(self) -> None:
        """Up to the plate, on the way that needs it."""
        self.to_card(unchanged=False)
        self.until_stands(CardStage.WAITING)
        self.identify()
        self.fill(unchanged=False)
        self.until_shown(Screen.SCAN)

    def to_check(self) -> None:
        """Up to the list of answers, on the way without paper."""
        self.to_card()
        self.until_stands(CardStage.WAITING)
        self.finish_form()

    def finish_form(self) -> None:
        """From the card page to the list of answers, on the way without paper."""
        self.identify()
        self.fill()
        assert self.shows(Screen.CHECK)

    def submit(self) -> None:
        """From the list of answers to the waiting page or what comes instead."""
        self.acts.go_on()
        self.acts.promise_shown()
        self.acts.add_stroke([(0.1, 0.5), (0.5, 0.2), (0.9, 0.8)])
        assert self.model.can_submit
        self.acts.submit()

    def to_done(self) -> None:
        """From the list of answers to the result, with the paper settled."""
        self.submit()
        self.until_shown(Screen.DONE)
        self.until(lambda: self.model.paper is not PaperStage.PRINTING, "paper settled")

    def leave(self) -> None:
        """Go; nothing of the resident is held and no draft is left."""
        self.acts.leave()
        assert self.shows(Screen.CLEARED)
        self.until_nothing_left()

    def until_nothing_left(self) -> None:
        """Nobody's data is in the desk, and no draft on the disk."""
        assert self.desk.is_empty()
        self.until(lambda: self.drafts() == 0, "no draft")

    def sealed(self) -> str:
        """The id of the one submission that was sealed."""
        (one,) = self.named("sealed")
        return str(one["id"])

    def until_received(self, at: Office, timeout_s: float = PATIENCE_S) -> None:
        """The portal's acknowledgement of the one submission is on the disk."""
        one = self.sealed()
        at.cases.append(one)

        def received() -> bool:
            return {row.state for row in self.rows() if row.id == one} <= {
                State.ACKED,
                State.PURGED,
            }

        self.until(received, "received", timeout_s)
