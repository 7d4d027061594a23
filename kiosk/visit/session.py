"""What all steps of a visit share: the person, the item, the way to the screen and back.

Main thread only. Everything that comes back from a worker passes `background`, which
drops results of another visit.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from devices.errors import FailureCode
from kiosk.catalogue.items import Item
from kiosk.visit.form import Form
from kiosk.visit.idle import IdleClock, Pace
from kiosk.visit.materials import Resolved, resolve
from kiosk.visit.pages import FaultModel, MaterialWay
from kiosk.visit.person import Person
from kiosk.visit.ports import Ports
from kiosk.visit.screens import Overlay, Screen
from offline_cache.documents import Draft

T = TypeVar("T")
Listener = Callable[[str, dict[str, object]], None]

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Fault:
    """What the fault page says, and where 再试一次 leads."""

    model: FaultModel
    retry: Callable[[], None] | None = None


@dataclass(slots=True)
class Session:
    """The state of the desk; one object for the life of the program.

    Attributes:
        visit: id of the visit; results of another one are dropped.
        publish: shows the present state; set by the desk.
        draft: holds the pages until they are sealed or erased.
    """

    ports: Ports
    idle: IdleClock
    visit: str
    person: Person = field(default_factory=Person)
    item: Item | None = None
    screen: Screen = Screen.ATTRACT
    overlay: Overlay = Overlay.NONE
    pace: Pace = Pace.NORMAL
    online: bool = True
    draft: Draft | None = None
    fault: Fault | None = None
    listeners: list[Listener] = field(default_factory=list)
    publish: Callable[[], None] = lambda: None

    @property
    def form(self) -> Form:
        """The form of the present item."""
        if self.item is None:
            raise LookupError("no item was picked")
        return Form(self.item, self.person, self.ports.catalogue)

    def materials(self) -> tuple[Resolved, ...]:
        """How the item's materials are dealt with, as far as answers are known."""
        if self.item is None:
            return ()
        return resolve(self.item, self.person.plain(), self.person.guide)

    def to_scan(self) -> tuple[Resolved, ...]:
        """The materials that this resident brings along."""
        return tuple(each for each in self.materials() if each.way is MaterialWay.SCAN)

    def go(self, screen: Screen) -> None:
        """Show a screen, with nothing over it."""
        changed = screen is not self.screen
        self.screen = screen
        self.overlay = Overlay.NONE
        self.idle.touch(self.ports.now())
        self.publish()
        if changed:
            self.tell("step", name=screen.value)

    def unsign(self) -> None:
        """What is signed has changed: the signature and the reading count no more."""
        self.person.strokes.clear()
        self.person.read_to_end = False

    def tell(self, event: str, **details: object) -> None:
        """Report a milestone to whoever listens."""
        for listener in tuple(self.listeners):
            listener(event, dict(details))

    def note(self, event: str, **facts: str | float | None) -> None:
        """Write one record of the audit journal in the background."""
        audit = self.ports.audit
        self.ports.dispatcher.in_background(
            lambda: audit.append(event, facts), lambda _hash: None, self._note_failed
        )

    def background(
        self,
        job: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Do slow work; neither callback is called once another visit runs."""
        visit = self.visit

        def done(value: T) -> None:
            if visit == self.visit:
                on_done(value)

        def failed(error: Exception) -> None:
            if visit == self.visit:
                on_error(error)
            else:
                _log.warning("late failure of an ended visit: %s", type(error).__name__)

        self.ports.dispatcher.in_background(job, done, failed)

    def break_down(
        self, failure: str, *, device: str = "", retry: Callable[[], None] | None = None
    ) -> None:
        """Show the page of a failure; the resident's answers stay."""
        kept = self.person.record is not None
        model = FaultModel(failure, device, kept=kept, can_retry=retry is not None)
        self.fault = Fault(model, retry)
        self.go(Screen.FAULT)
        self.tell("failed", failure=failure)
        self.note("visit.fault", failure=failure)

    def discard(self, draft: Draft) -> None:
        """Erase a draft; one that cannot be erased now is shredded at the next start."""
        self.ports.dispatcher.in_background(draft.discard, lambda _none: None, self._discard_failed)

    def _discard_failed(self, error: Exception) -> None:
        _log.error("a draft was not erased: %s", type(error).__name__)
        self.tell("failed", failure=failure_of(error))

    def _note_failed(self, error: Exception) -> None:
        _log.error("the audit journal took no record: %s", type(error).__name__)
        self.tell("failed", failure=failure_of(error))


def failure_of(error: Exception) -> str:
    """The failure code that an error carries, else PROGRAM_FAULT."""
    code = getattr(error, "failure", None) or getattr(error, "code", None)
    if isinstance(code, str) and code in FailureCode.__members__:
        return code
    if isinstance(error, OSError):
        return FailureCode.STORE_FAULT.value
    return FailureCode.PROGRAM_FAULT.value
