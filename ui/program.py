"""The running program: the first frame at once, the rest of the terminal behind it."""

import gc
import logging
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.settings import Settings
from ui.app import App
from ui.heartbeat import Heartbeat

if TYPE_CHECKING:
    from kiosk.assembly.terminal import Terminal

_log = logging.getLogger("ui")
_CULPRITS = 10
_SWITCH_S = 0.001
"""A worker's Python must not make the screen stutter (ui.heartbeat measures it)."""


class Program:
    """Wires the Qt side to the terminal.

    Attributes:
        app: the Qt side.
        terminal: None until the rest of the program is there.
        heartbeat: gaps of the main thread since a visit could start.
    """

    def __init__(self, settings: Settings, *, size: tuple[int, int] | None) -> None:
        """Make the Qt side; nothing is shown yet."""
        self.app = App(size=size, px_per_mm=settings.terminal.px_per_mm)
        self.terminal: Terminal | None = None
        self._settings = settings
        self._builder: threading.Thread | None = None
        self._on_ready: Callable[[Terminal], None] = lambda _terminal: None
        self._on_failed: Callable[[str], None] = lambda _failure: None
        self.heartbeat = Heartbeat()

    def run(
        self,
        on_ready: Callable[["Terminal"], None] = lambda _terminal: None,
        on_failed: Callable[[str], None] = lambda _failure: None,
    ) -> int:
        """Show the first frame, build the rest, run until the end; returns the exit code.

        Args:
            on_ready: called on the main thread when a visit can start.
            on_failed: called there with a failure code when none ever can; the fault page stands.
        """
        self._on_ready = on_ready
        self._on_failed = on_failed
        sys.setswitchinterval(_SWITCH_S)
        self.app.on_fault = self._slot_failed
        self.app.show(self._build)
        try:
            return self.app.run()
        finally:
            self._stop()

    def _build(self) -> None:
        """The first frame stands: show the attract page, and build the rest behind it."""
        from kiosk.visit.screens import Screen, View  # noqa: PLC0415 - after the first frame

        site = self._settings.terminal.site
        self.app.shell.show(View(Screen.ATTRACT, None, site=site, ready=False))
        self._builder = threading.Thread(target=self._assemble, name="assembly")
        self._builder.start()

    def _assemble(self) -> None:
        """Import and open everything; slow, so on a thread of its own."""
        try:
            from kiosk.logs import configure  # noqa: PLC0415 - after the first frame

            configure(self._settings.state_dir / "logs" / "kiosk.jsonl")
            from kiosk.assembly.terminal import Terminal  # noqa: PLC0415 - after the first frame
            from ui.surfaces import ShellSurfaces  # noqa: PLC0415 - after the first frame
            from ui.views.codes import qr_picture  # noqa: PLC0415 - after the first frame

            qr_picture("0")  # imports its library here and not on the main thread
            surfaces = ShellSurfaces(self.app.shell)
            terminal = Terminal(self._settings, self.app.main.post, surfaces)
        except Exception as error:  # noqa: BLE001 - ends on the fault page with its code
            failure = str(getattr(error, "failure", getattr(error, "code", "PROGRAM_FAULT")))
            _log.exception("the terminal did not start")
            self.app.main.post(lambda: self._not_started(failure))
        else:
            self.app.main.post(lambda: self._started(terminal))

    def _started(self, terminal: "Terminal") -> None:
        self.terminal = terminal
        terminal.desk.on_change(self.app.shell.show)
        self.app.shell.attach(terminal.desk, terminal.catalogue.text)
        terminal.start()
        self.app.every_tick(terminal.tick)
        # what stands now stays: a collector that looks it through again stops every thread
        gc.freeze()
        self.heartbeat.start()
        self._on_ready(terminal)

    def _not_started(self, failure: str) -> None:
        from kiosk.visit.pages import FaultModel  # noqa: PLC0415 - after the first frame
        from kiosk.visit.screens import Screen, View  # noqa: PLC0415 - after the first frame

        site = self._settings.terminal.site
        self.app.shell.show(View(Screen.FAULT, FaultModel(failure), site=site))
        self._on_failed(failure)

    def _slot_failed(self, _error: BaseException) -> None:
        """An exception that nobody caught, already logged: the fault page, the answers stay."""
        if self.terminal is not None:
            self.terminal.desk.broke()

    def _stop(self) -> None:
        self.heartbeat.stop()
        _log.info("heartbeat: worst gap %.0f ms", self.heartbeat.worst_ms)
        for place in self.heartbeat.culprits[:_CULPRITS]:
            _log.info("heartbeat: late in %s", " < ".join(reversed(place)))
        if self.app.warnings:
            _log.warning("%d QML warnings", len(self.app.warnings))
        if self._builder is not None:
            self._builder.join()
        if self.terminal is not None:
            self.terminal.stop()
        self.app.close()
