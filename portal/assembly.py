"""A portal's long-lived objects, built once from its folder."""

from dataclasses import dataclass
from pathlib import Path

from portal.cases import Office
from portal.evaluations import Evaluations
from portal.faults import Faults
from portal.intake import Intake
from portal.keys import Keyring, ensure_keys
from portal.moments import WallClock, wall_clock
from portal.store import Store, open_store
from portal.upkeep import Upkeep, open_upkeep
from portal.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Portal:
    """Everything that the routes work with."""

    store: Store
    keys: Keyring
    uploads: Uploads
    intake: Intake
    evaluations: Evaluations
    office: Office
    faults: Faults
    clock: WallClock
    upkeep: Upkeep

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
        StoreError: the store belongs to another version.
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = ensure_keys(folder)
    store = open_store(folder)
    faults = Faults(folder)
    pages = Uploads(folder, store, clock)
    office = Office(folder, store, keys, pages.page_path, clock, faults)
    intake = Intake(store, keys, pages.page_path, clock, office.take_up)
    evaluations = Evaluations(store, clock)
    upkeep = open_upkeep(folder, store, clock)
    return Portal(store, keys, pages, intake, evaluations, office, faults, clock, upkeep)
