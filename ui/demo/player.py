"""Plays visits one after the other on the running program and tells what happens."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path as File

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from devices.errors import FailureCode
from kiosk.assembly.terminal import Terminal
from kiosk.visit.screens import View
from ui.demo.album import Album
from ui.demo.fingers import Fingers
from ui.demo.hands import Hands
from ui.demo.people import draw
from ui.demo.resident import Path, Plan, Resident, StuckError
from ui.program import Program

_log = logging.getLogger("demo")
_LOOK_MS = 15
_SETTLED_MS = 90
_AGAIN_MS = 1500
_STUCK_MS = 45_000
_VISIT_MS = 180_000


@dataclass(frozen=True, slots=True)
class Script:
    """What is played.

    Attributes:
        seed: person n of the run is drawn from `seed + n`.
        first: number of the first person, so that a run that goes on has new people.
        pictures: folder for the screenshots of the first visit, None for none.
    """

    plan: Plan
    visits: int
    seed: int
    first: int
    pictures: File | None


class Player(QObject):
    """Lives on the main thread from the moment that a visit can start."""

    def __init__(
        self,
        program: Program,
        terminal: Terminal,
        script: Script,
        on_end: Callable[[str, str], None],
    ) -> None:
        """Prepare; `play` begins.

        Args:
            program: the running program.
            terminal: its terminal.
            script: what is played.
            on_end: called once with a failure code and a message, both empty when all visits
                ended as expected.
        """
        super().__init__()
        self._terminal = terminal
        self._window = program.app.window
        self._script = script
        self._on_end = on_end
        self._fingers = Fingers(self._window)
        self._hands = Hands(terminal.settings.devices)
        self._hands.take_all()  # what a killed run left; the store's lock is ours by now
        self._resident: Resident | None = None
        self._played = 0
        self._view: View | None = None
        self._since = QElapsedTimer()
        self._inside = QElapsedTimer()
        self._acted = False
        self._shown = ""
        self._album: Album | None = None
        if script.pictures is not None:
            self._album = Album(script.pictures, terminal.dispatcher, self._failed)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)

    def play(self) -> None:
        """Begin with the first resident."""
        self._next()

    def _next(self) -> None:
        """Draw the next person and get the papers ready, off the main thread."""
        if self._played >= self._script.visits:
            self._end()
            return
        script = self._script
        person = draw(script.seed + script.first + self._played, date.today())  # noqa: DTZ011 - a label of an invented card
        last = self._played + 1 == script.visits
        plan = replace(script.plan, makes_room=not last)
        pages = plan.pages if plan.path is Path.CHANGED else 0

        def come_in(_none: None) -> None:
            self._resident = Resident(plan, person, self._fingers, self._hands)
            self._since.start()
            self._inside.start()
            self._timer.start(_LOOK_MS)

        self._terminal.dispatcher.in_background(
            lambda: self._hands.bring_papers(person, pages), come_in, self._failed
        )

    def _look(self) -> None:
        """Look at the glass; act once per view, and again if nothing came of it."""
        view: View = self._terminal.desk.view
        if self._inside.elapsed() > _VISIT_MS:
            self._end(FailureCode.NO_PROGRESS, f"the visit does not get past {view.screen}")
            return
        if view is not self._view:
            self._view, self._acted = view, False
            self._since.start()
            return
        waited_ms = self._since.elapsed()
        if self._resident is None or not self._photographed(view, waited_ms):
            return
        if self._acted and waited_ms < _AGAIN_MS:
            return
        if waited_ms > _STUCK_MS:
            self._end(FailureCode.NO_PROGRESS, f"nothing moves on {view.screen}")
            return
        try:
            self._acted = self._resident.act(view)
        except StuckError as error:
            self._end(error.failure, f"no way on from {error}")
            return
        if self._acted:
            self._since.restart()
        if self._resident.gone:
            self._leave()

    def _photographed(self, view: View, waited_ms: int) -> bool:
        """Take one picture per screen and state of the first visit, once it stands still.

        Returns:
            False while a picture is due and the page has not settled yet.
        """
        if self._album is None or self._played:
            return True
        model = view.model
        state = [
            getattr(model, name, "")
            for name in ("stage", "key", "level", "paper", "kept", "can_submit")
        ]
        shown = f"{view.screen}|{state}"
        if shown != self._shown:
            if waited_ms < _SETTLED_MS:
                return False
            self._shown = shown
            self._album.take(self._window, view.screen.value)
        return True

    def _leave(self) -> None:
        self._timer.stop()
        self._resident = None
        self._played += 1
        self._next()

    def _failed(self, error: Exception) -> None:
        _log.error("the demo broke", exc_info=error)
        self._end(FailureCode.PROGRAM_FAULT, type(error).__name__)

    def _end(self, failure: str = "", message: str = "") -> None:
        self._timer.stop()
        self._hands.take_all()
        on_end, self._on_end = self._on_end, lambda _failure, _message: None
        on_end(failure, message)
