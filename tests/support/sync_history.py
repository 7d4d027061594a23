"""A terminal's life with a sender, a real store and a portal that breaks: drawn from one seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heartbeat_support import vitals
from model_portal import ModelPortal, Shelf
from portal_support import new_id
from store_support import ScriptedClock, Store
from sync_support import Heard

from kiosk.sync.actions import Rested
from kiosk.sync.ports import Engine, PortalPort, Reports
from kiosk.sync.sender import Sender
from offline_cache.errors import NoRoomError, StoreError
from offline_cache.records import Ack

POINTS = ("uploader.after_patch", "uploader.answered", "ack.before_commit", "ack.after_commit")
_DONE = {"ACKED", "PURGED"}
TECHNICIAN = ("technician-1", "looked at it")


class PowerCutError(Exception):
    """The process ends here."""


@dataclass
class History:
    """Everything that happened, and the parts it happens to.

    Attributes:
        through: lets a test put a broken build between sender and store, or sender and portal.
    """

    folder: Path
    seed: int
    keeps_order: bool = True
    through: Callable[[Any, PortalPort], tuple[Any, PortalPort]] = lambda outbox, portal: (
        outbox,
        portal,
    )
    ids: list[str] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    steps: int = 0
    restarts: int = 0
    acts: dict[str, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.clock = ScriptedClock()
        self.portal = ModelPortal(self.seed + 1, keeps_order=self.keeps_order)
        self.heard = Heard()
        self.set_back: set[str] = set()
        self.backup: Shelf = self.portal.backup()
        self.store = Store(self.folder, clock=self.clock)
        self._cut_at = 0
        self._begin()

    def _begin(self) -> None:
        outbox, portal = self.through(self.store.outbox, self.portal)
        reports = Reports(self._acked, self.heard.on_alarm, self.heard.on_online)
        engine = Engine(self.clock.monotonic, self.dice.random, bool, self._reached)
        stores = (outbox, self.store.documents)
        self.sender = Sender(stores, portal, reports, engine, vitals=vitals)

    def _acked(self, ack: Ack) -> None:
        """What is told as received must be at the portal in this very moment."""
        if ack.id not in self.portal.shelf.effects:
            self.portal.faults.append(f"{ack.id} is acknowledged and has no effect")
        self.heard.on_ack(ack)

    def _reached(self, point: str) -> None:
        if point not in POINTS or self._cut_at == 0:
            return
        self._cut_at -= 1
        if self._cut_at == 0:
            raise PowerCutError(point)

    def restart(self, *, new_boot: bool = False) -> None:
        """End the process and start it again; a boot begins the monotonic clock anew."""
        self.store.database.close()
        self.restarts += 1
        if new_boot:
            self.clock.mono, self.clock.boot = 10.0, f"boot-{self.restarts + 1}"
        self.store = Store(self.folder, clock=self.clock)
        self._begin()

    def put(self) -> None:
        """A resident hands something over: a new case, or a correction."""
        open_cases = sorted(set(self.cases.values()))[-8:]
        again = bool(open_cases) and self.dice.random() < 0.5
        case = self.dice.choice(open_cases) if again else new_id()
        try:
            one = self.store.put(pages=self.dice.choice([0, 0, 0, 1, 2]), case_id=case).id
        except NoRoomError:
            # a clock that jumped between two boots makes the oldest too old: said before a visit
            return
        self.ids.append(one)
        self.cases[one] = case

    def withdraw(self) -> None:
        """A part of a case is taken back; the parts behind it go on, and more may follow."""
        if not self.ids:
            return
        one = self.dice.choice(self.ids[-4:])
        if self._states().get(one) in {"SEALED", "HELD", "REJECTED"}:
            self.store.outbox.withdraw(one, *TECHNICIAN)

    def conclude(self) -> None:
        """The office decides something."""
        if self.portal.shelf.effects:
            self.portal.shelf.concluded.add(self.dice.choice(sorted(self.portal.shelf.effects)))

    def erase(self) -> None:
        """Receipts are out: what is acknowledged is purged."""
        for one in self.ids[-5:]:
            if self._states().get(one) == "ACKED":
                job = f"job-{one}-{self.restarts}-{self.steps}"
                self.store.journal.queue(job, one, "receipt")
                self.store.journal.decline(job)
        self.store.retention.purge()

    def save(self) -> None:
        """The portal makes a backup."""
        self.backup = self.portal.backup()

    def set_portal_back(self) -> None:
        """The portal comes back from its backup: what it took since is gone there.

        One that does not keep the order itself would take a later part before both compared.
        """
        if not self.keeps_order:
            return
        lost = set(self.portal.shelf.bodies) - set(self.backup.bodies)
        back = self.portal.shelf.withdrawn - self.backup.withdrawn
        self.set_back |= {self.cases[one] for one in lost | back}
        over = self.portal.shelf.over
        self.portal.restore(self.backup)
        self.portal.shelf.withdrawn |= back
        self.portal.shelf.over |= over

    def jump(self) -> None:
        """Somebody sets the wall clock."""
        self.clock.wall_s += self.dice.choice([-10.0, -1.0, 1.0, 10.0]) * 365 * 86400

    def run(self, seconds: float, most: int = 400) -> None:
        """Let the sender work; a power cut in the middle restarts it."""
        end, left = self.clock.mono + seconds, most
        while self.clock.mono < end and left:
            left -= 1
            boots = self.restarts
            self._step()
            if self.restarts != boots:
                return

    def _step(self) -> None:
        self.steps += 1
        try:
            action = self.sender.step(self.clock.mono)
        except (PowerCutError, StoreError):
            self._cut_at = 0
            self.restart(new_boot=self.dice.random() < 0.3)
            return
        name = type(action).__name__
        self.acts[name] = self.acts.get(name, 0) + 1
        rest_s = action.seconds if isinstance(action, Rested) else 0.0
        # a thread that wakes late must come to the same end
        self.clock.pass_s(5 * rest_s or 0.01)

    def cut_soon(self) -> None:
        """Lose the power at one of the next dangerous places."""
        self._cut_at = self.dice.randint(1, 4)

    def act(self) -> None:
        """One thing that happens, drawn."""
        often: list[Callable[[], None]] = [self.put, self.put, self.put, self._work]
        seldom = [self.withdraw, self.conclude, self.erase, self.save, self.set_portal_back]
        rare = [self.jump, self.restart, self.cut_soon]
        chosen = self.dice.choice(often * 3 + seldom + rare)
        self.portal.rate = self.dice.choice([0.0, 0.2, 0.4, 0.9])
        chosen()
        self.run(self.dice.uniform(0.1, 20.0))

    def _work(self) -> None:
        self.run(self.dice.uniform(0.5, 60.0))

    def settle(self) -> None:
        """The network is whole, and people let go on what was held."""
        self.portal.rate, self._cut_at = 0.0, 0
        for _ in range(12):
            self.run(700.0, most=3000)
            for row in self.store.outbox.rows():
                if row.state.value == "HELD":
                    self.store.outbox.release(row.id, *TECHNICIAN)
                elif row.state.value == "REJECTED":
                    self.store.outbox.retry(row.id, *TECHNICIAN)
            if not self._unsent():
                break
        self.run(30.0, most=1000)

    def _states(self) -> dict[str, str]:
        return {row.id: row.state.value for row in self.store.outbox.rows()}

    def _unsent(self) -> list[str]:
        rows = self.store.outbox.rows()
        waiting = [row.id for row in rows if row.state.value not in _DONE]
        return [one for one in waiting if self._case(one) not in self.set_back]

    def _case(self, one: str) -> str:
        return self.cases.get(one, "")

    def findings(self) -> list[str]:
        """What must not be; empty when the promise was kept."""
        rows = {row.id: row for row in self.store.outbox.rows()}
        named = {text.split(":")[0] for _, text in self.heard.alarms}
        found = list(self.portal.faults)
        found += [f"{one} is gone from the terminal" for one in self.ids if one not in rows]
        found += [f"{one} never arrived" for one in self._unsent()]
        for one in self.ids:
            row = rows.get(one)
            if row is None or row.state.value not in {"ACKED", "PURGED"}:
                continue
            effects = sum(1 for _, _, each in self.portal.shelf.arrivals if each == one)
            live = one in self.portal.shelf.effects
            if row.stage == "withdrawn":
                found += [f"{one} is withdrawn and has an effect"] * live
            elif not live and one not in named:
                found.append(f"{one} is acknowledged and has no effect")
            found += [f"{one} has {effects} effects"] * (effects > 1)
        return found + self._out_of_turn()

    def _out_of_turn(self) -> list[str]:
        seen: dict[str, int] = {}
        found = []
        for case, turn, one in self.portal.shelf.arrivals:
            if turn <= seen.get(case, 0):
                found.append(f"{one} came after a later part")
            seen[case] = max(turn, seen.get(case, 0))
        return found

    def play(self, acts: int) -> "History":
        """Live through so many drawn acts, settle, and judge."""
        try:
            for _ in range(acts):
                self.act()
            self.settle()
            self.found = self.findings()
        finally:
            self.close()
        return self

    def close(self) -> None:
        """End it."""
        self.store.database.close()
