"""One run of `kiosk demo`: the program, the visits, and the wait for what was sealed."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QTimer

from devices.errors import FailureCode
from kiosk.assembly.terminal import Terminal
from kiosk.settings import Settings
from offline_cache.records import Ack, QueueRow, State
from ui.demo.hands import Hands
from ui.demo.player import Player, Script
from ui.demo.resident import Path as Way
from ui.demo.resident import Plan
from ui.demo.tale import Tale, Tell
from ui.program import Program

_POLL_MS = 100
_DECISION_MS = 6000
_KEY_S = 30.0
_WATCHED = 10
_QUIET_MS = 1000
_SETTLED = frozenset({State.ACKED, State.PURGED, State.EXPIRED})
_OPEN = frozenset({State.SEALED, State.WITHDRAWING})
_WITH_STAFF = frozenset({State.HELD, State.REJECTED})
_PORTRAIT = (1080, 1920)


@dataclass(frozen=True, slots=True)
class Orders:
    """What the command asked for.

    Attributes:
        out: folder for pictures and papers.
        wait_s: how long to wait for what is sealed; 0 = not at all.
    """

    out: Path
    path: str
    item: str
    visits: int
    seed: int
    wait_s: float


class Performance:
    """Plays once; made and run on the main thread."""

    def __init__(self, settings: Settings, orders: Orders, tell: Tell) -> None:
        """Prepare the program; nothing is shown yet."""
        self._orders = orders
        self._settings = settings
        self._tell = tell
        Hands(settings.devices)  # the simulated devices' folders must exist before the drivers look
        self._program = Program(settings, size=_PORTRAIT)
        self._tale = Tale(tell, frozenset())
        self._player: Player | None = None
        self._fault = ""
        self._owed: set[str] = set()
        self._ended: set[str] = set()
        self._early: list[Ack] = []
        self._waited = QElapsedTimer()
        self._quiet = QElapsedTimer()
        self._timer = QTimer()
        self._timer.timeout.connect(self._poll)
        self._asking = False

    def run(self) -> bool:
        """Play; true when everything reached its expected end."""
        self._program.run(self._ready, self._not_started)
        return not self._fault

    def _not_started(self, failure: str) -> None:
        self._finish(failure, f"did not start: see {self._settings.state_dir / 'logs'}")

    def _ready(self, terminal: Terminal) -> None:
        # sending has begun: an answer may come before it is known what was there
        terminal.ack_listeners.append(self._early.append)
        terminal.dispatcher.in_background(terminal.outbox.rows, self._known, self._failed)

    def _known(self, rows: list[QueueRow]) -> None:
        """What an earlier run left is told as well; new people come after it."""
        terminal = self._terminal()
        self._quiet.start()
        self._tale = Tale(self._tell, frozenset(row.id for row in rows))
        self._owed = {row.id for row in rows if row.collection_no and row.state in _OPEN}
        self._ended = {row.id for row in rows if row.state in _SETTLED}
        terminal.ack_listeners[:] = [self._heard]
        for ack in self._early:
            self._heard(ack)
        terminal.desk.on_event(self._tale.milestone)
        orders = self._orders
        script = Script(
            plan=Plan(item=orders.item, path=Way(orders.path)),
            visits=orders.visits,
            seed=orders.seed,
            first=sum(1 for row in rows if row.collection_no),
            pictures=orders.out if not rows else None,
        )
        self._player = Player(self._program, terminal, script, self._played)
        self._waited.start()
        self._when_sealable()

    def _when_sealable(self) -> None:
        """Without the portal's public key nothing can be sealed: wait for it first."""
        player = self._player
        if player is None:
            return
        sealable = self._terminal().keys.current() is not None
        if sealable or not self._orders.visits:
            player.play()
        elif self._waited.elapsed() > max(self._orders.wait_s, _KEY_S) * 1000:
            self._finish(FailureCode.SEALING_KEY_MISSING, "the portal gave no key")
        else:
            QTimer.singleShot(_POLL_MS, self._when_sealable)

    def _played(self, failure: str, message: str) -> None:
        self._keep_receipt()
        if failure:
            self._finish(failure, message)
            return
        if len(self._tale.ids) < self._orders.visits:
            self._finish(FailureCode.NO_PROGRESS, "a visit ended without being sealed")
            return
        self._waited.restart()
        self._timer.start(_POLL_MS)

    def _poll(self) -> None:
        """Wait until nothing is left to be sent, or the time is over.

        A long queue is read through only once all of it is told, or when nothing came for a
        while: to read it again and again would take from the sender what it needs.
        """
        quiet = self._quiet.elapsed() > _QUIET_MS
        if self._orders.wait_s <= 0:
            self._finish()
        elif not self._asking and (quiet or self._is_told() or self._is_over()):
            self._asking = True
            terminal = self._terminal()
            terminal.dispatcher.in_background(terminal.outbox.rows, self._looked, self._failed)

    def _looked(self, rows: list[QueueRow]) -> None:
        """Done when everything is received and told; decisions are waited for a little longer."""
        self._asking = False
        self._quiet.restart()
        waiting = [row for row in rows if row.state not in _SETTLED]
        for row in rows:
            if row.id not in self._ended:
                self._tale.looked(row)
        told = self._is_told()
        decided = not self._tale.undecided or self._waited.elapsed() > _DECISION_MS
        if not waiting and told and decided:
            self._finish()
        elif self._is_over():
            failure = FailureCode.NO_PROGRESS if waiting or not told else ""
            self._finish(failure, _still(waiting))

    def _is_told(self) -> bool:
        return self._tale.ids | self._owed <= self._tale.received | self._tale.ended

    def _is_over(self) -> bool:
        return self._waited.elapsed() > self._orders.wait_s * 1000

    def _heard(self, ack: Ack) -> None:
        """Tell it, and go on asking while its stage can still change.

        Of what an earlier run left only a few are asked for: nobody stands and waits for them.
        """
        self._quiet.restart()
        self._tale.acked(ack)
        uploader, undecided = self._terminal().uploader, self._tale.undecided
        watched = ack.id in self._tale.ids or len(undecided) <= _WATCHED
        if uploader is not None and ack.id in undecided and watched:
            uploader.follow(ack.id)

    def _failed(self, error: Exception) -> None:
        self._finish(FailureCode.PROGRAM_FAULT, type(error).__name__)

    def _finish(self, failure: str = "", message: str = "") -> None:
        self._timer.stop()
        self._fault = failure
        if failure:
            self._tale.fault(failure, message)
        self._program.app.quit()

    def _keep_receipt(self) -> None:
        """The newest paper of a simulated printer, where people look for it."""
        folder = Hands(self._settings.devices).receipt_folder()
        if folder is not None and (folder / "receipt.png").is_file():
            shutil.copyfile(folder / "receipt.png", self._orders.out / "receipt.png")

    def _terminal(self) -> Terminal:
        terminal = self._program.terminal
        if terminal is None:
            raise LookupError("the program is not ready")
        return terminal


def _still(waiting: list[QueueRow]) -> str:
    """Say what waits: a rating is no submission, and nobody shall think that one is missing."""
    staff = sum(1 for row in waiting if row.state in _WITH_STAFF)
    sent = [row for row in waiting if row.state not in _WITH_STAFF]
    submissions = sum(1 for row in sent if row.collection_no)
    messages = len(sent) - submissions
    beside = f" and {messages} messages about cases" if messages else ""
    stopped = f"; {staff} held or rejected: a decision of staff is needed" if staff else ""
    return f"{submissions} submissions{beside} still waiting for the portal{stopped}"
