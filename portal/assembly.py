"""A portal's long-lived objects, built once from its folder."""

from dataclasses import dataclass
from pathlib import Path

from portal.cases import Office
from portal.demands import Demands
from portal.documents import Documents, open_documents
from portal.evaluations import Evaluations
from portal.faults import Faults
from portal.intake import Intake
from portal.intake_faults import PlayedRefusals
from portal.keys import Keyring, ensure_keys
from portal.moments import WallClock, wall_clock
from portal.services import Services, build_services
from portal.store import Store, open_store
from portal.upkeep import Upkeep, open_upkeep
from portal.uploads import Uploads
from portal.withdrawals import refuse_withdrawn


@dataclass(frozen=True, slots=True)
class Portal:
    """Everything that the routes work with."""

    store: Store
    documents: Documents
    keys: Keyring
    uploads: Uploads
    intake: Intake
    evaluations: Evaluations
    office: Office
    faults: Faults
    clock: WallClock
    upkeep: Upkeep
    services: Services

    def start(self) -> None:
        """Drop what expired and take up what is left from before."""
        self.uploads.sweep()
        self.office.start()

    def stop(self) -> None:
        """End the office's thread and close the store."""
        self.office.stop()
        self.store.close()


def assemble(folder: Path, clock: WallClock = wall_clock) -> Portal:
    """Build a portal over a folder; keys and store are made when they are not there.

    Raises:
        StoreError: the store belongs to another version, or does not answer.
        DocumentsError: the folder remembers no address of a store of pages.
        ScaleMissingError: the folder's places ask for a package that is not here.
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = ensure_keys(folder)
    store = open_store(folder)
    faults = Faults(folder)
    documents = open_documents(folder)
    uploads = Uploads(folder, store, documents, clock)
    office = Office(folder, store, keys, documents, clock, faults)
    gates = (refuse_withdrawn, Demands(folder).refuse_unknown, PlayedRefusals(faults))
    intake = Intake(store, keys, documents, clock, office.wake, gates)
    services = build_services(folder, store, keys, clock, faults)
    return Portal(
        store=store,
        documents=documents,
        keys=keys,
        uploads=uploads,
        intake=intake,
        evaluations=Evaluations(store, clock, faults),
        office=office,
        faults=faults,
        clock=clock,
        upkeep=open_upkeep(folder, store, clock, services.content.tag),
        services=services,
    )
