"""A city's terminals after an outage: the real sender of each, on one scripted clock.

Stores and portal are the smallest that the sender can speak to, since a thousand of them
run in one process; what is under test is when each terminal sends, and that is the real code.
"""

import heapq
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from heartbeat_support import vitals
from scripted_portal import GONE, hint

from kiosk.sync.actions import Rested
from kiosk.sync.outcomes import Answered, Outcome, PortalNow, Unreachable
from kiosk.sync.portal_time import PortalTime
from kiosk.sync.ports import Engine, PortalPort, Reports
from kiosk.sync.sender import Sender
from kiosk.sync.store import Outbox, Pages
from offline_cache.records import Ack, Stage, State, Submission


@dataclass
class City:
    """The portal of all terminals.

    Attributes:
        taken: simulated second of each submission.
        asked: simulated second of each request of any kind.
        hinted: terminals are told how fast to send.
    """

    terminals: int
    submissions: int
    drain_s: float
    hinted: bool = True
    now: float = 0.0
    back_at: float = 0.0
    taken: list[float] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)

    @property
    def up(self) -> bool:
        """The outage is over."""
        return self.now >= self.back_at

    def per_min(self) -> float:
        """What one terminal may send in a minute, so that all are done in time."""
        return self.submissions * 60 / self.drain_s if self.hinted else 6e5


class Till:
    """The outbox of one terminal: numbers instead of rows."""

    def __init__(self, name: int, count: int) -> None:
        self.left = [f"{name}-{n}" for n in range(count)]
        self.waiting: dict[str, float] = {}

    def next_due(self, now_mono: float, skip: Collection[str] = ()) -> Submission | None:
        del skip
        for one in self.left[:1]:
            if self.waiting.get(one, 0.0) <= now_mono:
                return Submission(one, one, 1, State.SEALED, one, b"", "", 0, 0.0, ())
        return None

    def mark_received(self, submission_id: str, ack: Ack) -> None:
        del ack
        self.left.remove(submission_id)

    def mark_retry(self, submission_id: str, outcome: str, due_mono: float) -> None:
        del outcome
        self.waiting[submission_id] = due_mono

    def follow_up(self, limit: int) -> list[str]:
        del limit
        return []

    def set_clock_offset(self, offset_s: float) -> None:
        del offset_s


class Wire:
    """One terminal's line to the city."""

    def __init__(self, city: City) -> None:
        self._city = city
        self.time = PortalTime()

    def _reach(self, answer: Outcome[Any]) -> Outcome[Any]:
        self._city.asked.append(self._city.now)
        return answer if self._city.up else GONE

    def get_time(self) -> Outcome[PortalNow]:
        return self._reach(Answered(PortalNow(datetime(2026, 11, 22, tzinfo=UTC), "Asia/Shanghai")))

    def post_heartbeat(self, beat: object) -> Outcome[Any]:
        del beat
        return self._reach(hint(self._city.per_min()))

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        del body
        ack = Ack(submission_id, "", "R", "", "", 1, Stage.RECEIVED)
        outcome = self._reach(Answered(ack))
        if not isinstance(outcome, Unreachable):
            self._city.taken.append(self._city.now)
        return outcome

    def __getattr__(self, name: str) -> Any:
        return lambda *_: self._reach(Unreachable(GONE.failure, name))


def play(city: City, seed: int, outage_s: float = 1800.0) -> Mapping[int, int]:
    """Let the outage pass and the backlog drain; what each terminal has left at the end."""
    dice = random.Random(seed)
    city.back_at = outage_s
    tills = [Till(number, city.submissions) for number in range(city.terminals)]
    senders = [_sender(till, city, random.Random(dice.random())) for till in tills]
    turns = [(dice.uniform(0.0, 60.0), number) for number in range(city.terminals)]
    heapq.heapify(turns)
    end_s = outage_s + 2.5 * city.drain_s
    while turns and turns[0][0] < end_s:
        city.now, number = heapq.heappop(turns)
        action = senders[number].step(city.now)
        rest_s = action.seconds if isinstance(action, Rested) else 0.05
        if tills[number].left:
            heapq.heappush(turns, (city.now + max(rest_s, 0.05), number))
    return {number: len(till.left) for number, till in enumerate(tills)}


def _sender(till: Till, city: City, dice: random.Random) -> Sender:
    reports = Reports(lambda _: None, lambda *_: None, lambda _: None)
    engine = Engine(lambda: city.now, dice.random)
    stores = (cast("Outbox", till), cast("Pages", None))
    return Sender(stores, cast("PortalPort", Wire(city)), reports, engine, vitals=vitals)


def peak_to_mean(city: City, window_s: float = 10.0) -> float:
    """The fullest window beside the mean that the portal has planned for."""
    counts: dict[int, int] = {}
    for at in city.taken:
        place = int((at - city.back_at) // window_s)
        counts[place] = counts.get(place, 0) + 1
    planned = city.terminals * city.submissions / city.drain_s
    return max(counts.values()) / (planned * window_s)
