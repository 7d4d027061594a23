"""Everything that works on a visit, built once: the shared state and the steps of the journey."""

from collections.abc import Callable

from devices.events import Snapshot
from kiosk.visit import clearing, projection, steps
from kiosk.visit.choosing import Choosing
from kiosk.visit.finishing import Finishing
from kiosk.visit.identify import Identify
from kiosk.visit.idle import IDENTIFIED, RULES, IdleClock, IdleRule, Waiting
from kiosk.visit.journey import Journey
from kiosk.visit.ports import Ports
from kiosk.visit.printing import NOTICE, RECEIPT, Paper
from kiosk.visit.screens import Overlay, Screen, View
from kiosk.visit.session import Session
from kiosk.visit.submitting import Submitting


class Crew:
    """The steps and what they share; publishes a new view when anything has changed."""

    def __init__(self, ports: Ports, from_plate: Callable[[object], None]) -> None:
        """Build the steps; `from_plate` takes an event of the plate on any thread."""
        now = ports.now()
        self.session = session = Session(ports, IdleClock(now), ports.new_id())
        self.waiting = Waiting()
        self.devices: dict[str, Snapshot] = {}
        self.listeners: list[Callable[[View], None]] = []
        self.notice = Paper(session, NOTICE, self.publish)
        self.receipt = Paper(session, RECEIPT, self.publish)
        self.finishing = Finishing(session, self.receipt)
        self.submitting = Submitting(session, self.finishing.start)
        self.journey = Journey(session, self.submitting, from_plate)
        self.identify = Identify(session, self.journey.start)
        self.choosing = Choosing(session, self.notice, self.identify.start)
        session.publish = self.publish
        self.view = projection.build(self)

    def fits(self, act: str) -> bool:
        """Tell whether an act belongs to the present screen."""
        return steps.fits(self.session.screen, act)

    def publish(self) -> None:
        """Tell the listeners if the view has changed."""
        view = projection.build(self)
        if view != self.view:
            self.view = view
            for listener in tuple(self.listeners):
                listener(view)

    def lay(self, overlay: Overlay) -> None:
        """Lay something over the screen, or take it away."""
        if overlay is not self.session.overlay:
            self.session.overlay = overlay
            self.publish()

    def rule(self) -> IdleRule:
        """The time-outs that hold now."""
        screen = self.session.screen
        if screen is Screen.IDENTIFY and self.identify.is_read:
            return IDENTIFIED
        if screen is Screen.DONE and self.receipt.busy:
            return RULES[Screen.SUBMIT]
        return RULES[screen]

    def home(self) -> None:
        """Clear everything and show the items."""
        self.clear(Screen.HOME)
        self.session.ports.mark.set_visit(self.session.visit)

    def clear(self, screen: Screen) -> None:
        """Work off the CLEAR list, then show a screen that holds nothing."""
        session = self.session
        clearing.run(clearing.clear_list(session, self._forget), session)
        self.waiting = Waiting()
        session.go(screen)

    def _forget(self) -> None:
        """Make every step forget what it holds."""
        self.receipt.decline()
        self.submitting.forget()
        self.identify.stop()
        self.journey.forget()
        self.finishing.forget()
        self.choosing.forget()
        self.receipt.forget()
