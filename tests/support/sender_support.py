"""A sender over a real store, a scripted portal and a scripted clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ratings_support import rate
from scripted_portal import ScriptedPortal
from store_support import ScriptedClock, Store
from sync_support import Heard

from kiosk.sync.actions import Action, Rested
from kiosk.sync.heartbeat import Vitals
from kiosk.sync.ports import Engine, Reports
from kiosk.sync.sender import Sender
from offline_cache.records import Ticket


@dataclass
class Bench:
    """The parts, and time that passes only when a test says so."""

    store: Store
    portal: ScriptedPortal
    heard: Heard
    sender: Sender
    clock: ScriptedClock

    def steps(self, count: int = 1) -> list[Action]:
        """Take steps without time."""
        return [self.sender.step(self.clock.mono) for _ in range(count)]

    def run_s(self, seconds: float) -> None:
        """Let the scripted time pass, step by step."""
        end = self.clock.mono + seconds
        while self.clock.mono < end:
            action = self.sender.step(self.clock.mono)
            rest_s = action.seconds if isinstance(action, Rested) else 0.0
            self.clock.pass_s(rest_s or 0.001)

    def put(self, pages: int = 0, case_id: str | None = None) -> str:
        """Commit a submission; its id."""
        return self.store.put(pages=pages, case_id=case_id).id

    def received(self, pages: int = 0, case_id: str | None = None) -> str:
        """A submission that the portal has."""
        one = self.put(pages, case_id)
        while self.store.state(one) != "ACKED":
            self.run_s(0.01)
        return one

    def purged(self) -> str:
        """A submission that the portal has and whose content is erased here."""
        one = self.received()
        self.erase(one)
        return one

    def erase(self, one: str) -> None:
        """Settle its receipt and purge it."""
        self.store.journal.queue(f"job-{one}", one, "receipt")
        self.store.journal.decline(f"job-{one}")
        self.store.retention.purge()

    def rated(self) -> tuple[Ticket, str]:
        """A case that the portal has, with a rating on its way."""
        ticket = self.store.put(pages=0)
        while self.store.state(ticket.id) != "ACKED":
            self.run_s(0.01)
        return ticket, rate(self.store, ticket)

    def sequence(self, *operations: str) -> list[str]:
        """The calls so far, those of the named operations alone."""
        return [call for call in self.portal.calls if call in operations]


@contextmanager
def sender_bench(
    folder: Path, *, chance: Callable[[], float] = lambda: 0.5, vitals: Vitals | None = None
) -> Iterator[Bench]:
    """All parts, wired, until the block ends."""
    with Store(folder) as store:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        portal, heard = ScriptedPortal(), Heard()
        reports = Reports(heard.on_ack, heard.on_alarm, heard.on_online, heard.on_look)
        engine = Engine(clock.monotonic, chance)
        stores = (store.outbox, store.documents)
        sender = Sender(stores, portal, reports, engine, vitals=vitals)
        yield Bench(store, portal, heard, sender, clock)
