"""The services beside the intake, built once and served by one list of routes."""

from dataclasses import dataclass
from pathlib import Path

from starlette.routing import Route

from portal.appointment_desk import AppointmentDesk
from portal.appointments import Appointments
from portal.cashier import Cashier
from portal.content import Content
from portal.content_desk import ContentDesk
from portal.deliveries import Deliveries, DeliveryDesk
from portal.faults import Faults
from portal.holders import person_secret
from portal.identity import Identity, IdentityDesk
from portal.keys import Keyring
from portal.licence_desk import LicenceDesk
from portal.licences import Licences
from portal.misses import Misses
from portal.moments import WallClock
from portal.payments import Payments
from portal.progress import Progress
from portal.progress_desk import ProgressDesk
from portal.results import Results
from portal.store import Store
from portal.support import Support, SupportDesk


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes of the services work with."""

    identity: Identity
    payments: Payments
    deliveries: Deliveries
    support: Support
    progress: Progress
    results: Results
    licences: Licences
    content: Content
    appointments: Appointments
    faults: Faults

    def routes(self) -> list[Route]:
        """All their routes."""
        return [
            *IdentityDesk(self.identity, self.faults).routes(),
            *Cashier(self.payments).routes(),
            *DeliveryDesk(self.deliveries).routes(),
            *SupportDesk(self.support).routes(),
            *ProgressDesk(self.progress, self.results, self.identity).routes(),
            *LicenceDesk(self.licences, self.identity, self.faults).routes(),
            *ContentDesk(self.content, self.faults).routes(),
            *AppointmentDesk(self.appointments, self.identity, self.faults).routes(),
        ]


def build_services(
    folder: Path, store: Store, keys: Keyring, clock: WallClock, faults: Faults
) -> Services:
    """Build them over a portal's folder and store.

    Raises:
        OSError: the folder cannot be written.
    """
    misses = Misses(store, clock)
    content = Content(folder, store, clock, faults)
    return Services(
        identity=Identity(store, keys, person_secret(folder), clock, faults),
        payments=Payments(store, clock, faults),
        deliveries=Deliveries(store, keys, clock, faults),
        support=Support(store, keys, clock, faults),
        progress=Progress(store, keys, misses, faults),
        results=Results(store, clock, misses, faults),
        licences=Licences(store, clock, faults),
        content=content,
        appointments=Appointments(store, content, clock, faults),
        faults=faults,
    )
