"""The services beside the intake, built once and served by one list of routes."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from starlette.routing import Route

from portal.cashier import Cashier
from portal.deliveries import Deliveries, DeliveryDesk
from portal.faults import Faults
from portal.files import write_durably
from portal.identity import Identity, IdentityDesk
from portal.keys import Keyring
from portal.moments import WallClock
from portal.payments import Payments
from portal.store import Store
from portal.support import Support, SupportDesk

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Services:
    """Identity, payment, logistics, support."""

    identity: Identity
    payments: Payments
    deliveries: Deliveries
    support: Support
    faults: Faults

    def routes(self) -> list[Route]:
        """All their routes."""
        return [
            *IdentityDesk(self.identity, self.faults).routes(),
            *Cashier(self.payments).routes(),
            *DeliveryDesk(self.deliveries).routes(),
            *SupportDesk(self.support).routes(),
        ]


def build_services(
    folder: Path, store: Store, keys: Keyring, clock: WallClock, faults: Faults
) -> Services:
    """Build them over a portal's folder and store.

    Raises:
        OSError: the folder cannot be written.
    """
    return Services(
        identity=Identity(store, keys, person_secret(folder), clock, faults),
        payments=Payments(store, clock, faults),
        deliveries=Deliveries(store, keys, clock, faults),
        support=Support(store, keys, clock, faults),
        faults=faults,
    )


def person_secret(folder: Path) -> bytes:
    """The key of the hashes of persons' numbers: made once below `keys/`, the same in all workers.

    Raises:
        OSError: the folder cannot be written.
    """
    path = folder / "keys" / "person.key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".person.{os.getpid()}.key")
        write_durably(fresh, secrets.token_bytes(_SECRET_BYTES))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass  # another worker was first: its key counts
        finally:
            fresh.unlink()
    return path.read_bytes()
