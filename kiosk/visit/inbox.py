"""What comes in by itself: events of devices and of the plate, the portal's answers.

Everything is on the main thread already; what belongs to another visit is dropped here.
"""

from devices.card.api import CardPresent, CardRead, CardReadFailed
from devices.errors import FailureCode
from devices.events import DeviceEvent, Snapshot
from devices.receipt.api import PrintSettled
from kiosk.documents.scanning import PageTaken, Previewed, ScanFailed
from kiosk.visit.crew import Crew
from kiosk.visit.idle import Pace
from kiosk.visit.screens import Screen
from offline_cache.records import Ack


class Inbox:
    """The desk's back door; the desk inherits it."""

    _crew: Crew

    def device_event(self, event: object) -> None:
        """Take one event of a card reader or printer."""
        if isinstance(event, PrintSettled):
            self._crew.receipt.on_settled(event)
            self._crew.notice.on_settled(event)
        elif isinstance(event, DeviceEvent) and event.visit != self._crew.session.visit:
            if isinstance(event, CardRead):
                event.record.wipe()
        elif isinstance(event, CardPresent):
            self._crew.identify.on_present(event)
        elif isinstance(event, CardRead):
            self._crew.identify.on_read(event)
        elif isinstance(event, CardReadFailed):
            self._crew.identify.on_failed(event)

    def scan_event(self, event: object) -> None:
        """Take one event of the plate; nothing counts outside the scan page."""
        session = self._crew.session
        if not isinstance(event, Previewed | PageTaken | ScanFailed):
            return
        if event.visit != session.visit or session.screen is not Screen.SCAN:
            return
        if isinstance(event, Previewed):
            self._crew.journey.scan.on_preview(event)
        elif isinstance(event, PageTaken):
            self._crew.journey.scan.on_page(event)
        else:
            self._crew.journey.scan.on_failed(event)

    def device_changed(self, snapshot: Snapshot) -> None:
        """Take a device's new state."""
        self._crew.devices[snapshot.device_id] = snapshot
        if snapshot.kind == "card":
            self._crew.identify.on_reader(snapshot)
        elif snapshot.kind == "camera":
            self._crew.journey.scan.on_camera(snapshot)
        self._crew.publish()

    def acked(self, ack: Ack) -> None:
        """Take the portal's answer to a submission."""
        self._crew.submitting.on_ack(ack)

    def online(self, up: bool) -> None:  # noqa: FBT001 - the one word that is said
        """Take whether the portal answered lately."""
        if up is not self._crew.session.online:
            self._crew.session.online = up
            self._crew.publish()

    def broke(self) -> None:
        """Take a fault of the program itself: its page, the answers stay."""
        self._crew.session.break_down(FailureCode.PROGRAM_FAULT.value)
        self._crew.publish()

    def set_pace(self, pace: Pace) -> None:
        """Take how the resident uses the terminal; slower ways get more time."""
        self._crew.session.pace = pace
