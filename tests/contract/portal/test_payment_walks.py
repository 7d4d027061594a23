"""Seeded walks of terminals that pay while answers get lost and the portal plays its faults.

A walk never trusts its luck: it opens a payment, polls, closes, gives up, forgets the
answer, starts again with the same id, or opens another one as soon as it believes the
first one closed. Afterwards nobody may have paid a fee twice, and every payment that
was left open must have an end.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from asgi_support import Answer
from portal_inside import Inside, inside
from portal_support import new_id
from services_support import payment_body, refund_body

from portal.tables.acts import payments

FAULTS = (
    *("paid_no_answer", "paid_after_close", "wrong_amount", "never_paid", "refund_stuck"),
    *("pay_url_empty", "payment.down"),
)
FEE_FEN = 2000
OVER = {"CLOSED", "REFUNDED"}


@dataclass
class Walk:
    """One case whose fee is paid by a terminal that may be killed at any time."""

    portal: Inside
    dice: random.Random
    checks: bool = True
    """Ask for the old payment before a new one is opened; without it the walk is broken."""
    case_id: str = field(default_factory=new_id)
    ids: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, str] = field(default_factory=dict)

    def run(self, steps: int) -> None:
        """Take steps at random, with some faults on from the beginning."""
        for name in self.dice.sample(FAULTS, 3):
            self.portal.portal.faults.switch(name, {"rate": 0.6, "seed": self.dice.randrange(9)})
        acts = (self.open, self.poll, self.close, self.refund, self.wait, self.switch, self.kill)
        weights = (4, 6, 3, 1, 4, 3, 1)
        for _ in range(steps):
            self.dice.choices(acts, weights)[0]()

    def open(self) -> None:
        """Open a payment: the same again while it is not over, another one afterwards."""
        current = self.ids[-1] if self.ids else None
        if current is None or (self.known.get(current) in OVER if self.checks else True):
            current = new_id()
            self.ids.append(current)
            self.known[current] = "UNKNOWN"
        body = payment_body(self.case_id)
        self.note(current, self.portal.put(f"/v1/payments/{current}", current, body))

    def poll(self) -> None:
        """Ask where the last one stands."""
        if self.ids:
            self.note(self.ids[-1], self.portal.get(f"/v1/payments/{self.ids[-1]}"))

    def close(self) -> None:
        """Close the last one."""
        if self.ids:
            path = f"/v1/payments/{self.ids[-1]}/closing"
            self.note(self.ids[-1], self.portal.put(path, self.ids[-1], {"reason": "timeout"}))

    def refund(self) -> None:
        """Give back what the last one holds, under one id however often it is asked for."""
        if self.ids and self.known[self.ids[-1]] == "PAID":
            refund = self.refunds.setdefault(self.ids[-1], new_id())
            self.portal.put(f"/v1/refunds/{refund}", refund, refund_body(self.ids[-1]))

    def wait(self) -> None:
        """Let some time go by."""
        self.portal.move(self.dice.choice((0.5, 2, 5, 60, 181)))

    def switch(self) -> None:
        """Switch a fault on or off."""
        name = self.dice.choice(FAULTS)
        on = self.dice.random() < 0.5
        arguments = {"rate": 0.6, "seed": self.dice.randrange(1000)} if on else None
        self.portal.portal.faults.switch(name, arguments)

    def kill(self) -> None:
        """The portal begins again, the terminal asks for what was open."""
        self.portal.restart()
        self.poll()

    def note(self, identity: str, answer: Answer) -> None:
        """Believe an answer that arrives; one in five gets lost."""
        assert answer.status in {200, 201, 404, 409, 503}
        if answer.status < 300 and self.dice.random() < 0.8:
            self.known[identity] = answer.json()["state"]

    def settle(self) -> None:
        """Faults off, time goes by, everything is asked for."""
        self.portal.portal.faults.clear()
        self.portal.move(200)
        for identity in self.ids:
            answer = self.portal.get(f"/v1/payments/{identity}")
            self.known[identity] = answer.json()["state"] if answer.status == 200 else "NONE"
        for refund in self.refunds.values():
            self.portal.get(f"/v1/refunds/{refund}")


def doubles(portal: Inside) -> list[str]:
    """Cases in which more money is held than the fee."""
    held: dict[str, int] = defaultdict(int)
    with portal.portal.store.transaction() as connection:
        for row in connection.execute(sa.select(payments)).mappings():
            if row["paid_at"] is not None:
                held[row["case_id"]] += row["amount_fen"] - row["refunded_fen"]
    return [case_id for case_id, fen in held.items() if fen > FEE_FEN]


def walked(count: int, seed: int, *, checks: bool = True) -> tuple[int, int, list[str]]:
    """Walks, faults that were played, cases with a double payment."""
    paid, unended = 0, []
    with inside() as portal:
        portal.portal.faults.clear()
        for number in range(count):
            walk = Walk(portal, random.Random(f"{seed}:{number}"), checks)
            walk.run(14)
            walk.settle()
            states = set(walk.known.values())
            paid += "PAID" in states
            unended += [walk.case_id] if states & {"WAITING", "UNKNOWN", "REFUNDING"} else []
        journal = portal.folder / "faults.jsonl"
        assert len(journal.read_text().splitlines()) > count
        assert unended == []
        return count, paid, doubles(portal)


@pytest.fixture
def portal() -> Iterator[Inside]:
    with inside() as running:
        yield running


@pytest.mark.slow
def test_nobody_pays_twice_in_a_hundred_walks() -> None:
    _, paid, twice = walked(100, seed=20261122)
    assert twice == []
    assert paid > 20


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_nobody_pays_twice_in_a_thousand_walks() -> None:
    _, paid, twice = walked(1000, seed=7)
    assert twice == []
    assert paid > 200


def test_a_terminal_that_never_asks_cannot_pay_twice_either() -> None:
    _, paid, twice = walked(30, seed=3, checks=False)
    assert (twice, paid > 5) == ([], True)


def test_the_count_finds_a_double_payment(portal: Inside) -> None:
    case_id, ids = new_id(), [new_id(), new_id()]
    for identity in ids:
        answer = portal.put(f"/v1/payments/{identity}", identity, payment_body(case_id))
        assert answer.status == 201
        # a portal that forgets which fee is open
        with portal.portal.store.transaction() as connection:
            connection.execute(payments.update().values(open_key=None))
    portal.move(5)
    assert [portal.get(f"/v1/payments/{identity}").json()["state"] for identity in ids] == [
        "PAID",
        "PAID",
    ]
    assert doubles(portal) == [case_id]
