"""Any order of puts, answers, failures, decisions and restarts keeps the invariants."""

import dataclasses
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from store_support import SMALL, ScriptedClock, Store

from offline_cache.records import Ack

CASES = [f"0192f000-0000-7000-8000-00000000000{n}" for n in range(3)]


# purging passes a day each time: the cap on age has its own test and must not end a draft here
ROOMY = dataclasses.replace(SMALL, queue_days=10_000.0)


class OutboxMachine(RuleBasedStateMachine):
    """A model of states by id beside a real store in a real file."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="quanban-machine-"))
        self.clock = ScriptedClock()
        self.store = Store(self.folder, clock=self.clock, limits=ROOMY)
        self.model: dict[str, str] = {}
        self.order: dict[str, list[str]] = {case: [] for case in CASES}
        self.acks: dict[str, Ack] = {}
        self.numbers: set[str] = set()
        self.due: dict[str, float] = {}

    @rule(target=ids, case=st.sampled_from(CASES), pages=st.integers(0, 2))
    def put(self, case: str, pages: int) -> str:
        ticket = self.store.put(case_id=case, pages=pages)
        assert ticket.case_seq == len(self.order[case]) + 1
        assert ticket.collection_no not in self.numbers
        self.numbers.add(ticket.collection_no)
        self.model[ticket.id] = "SEALED"
        self.order[case].append(ticket.id)
        return ticket.id

    @rule()
    def discard(self) -> None:
        self.store.draft().discard()

    @rule()
    def send_the_next(self) -> None:
        due = self.store.next_due()
        if due is None:
            free = {each for each in self.model if self.may_be_sent(each)}
            assert free <= {each for each, at in self.due.items() if at > self.clock.mono}
            return
        assert self.may_be_sent(due.id)
        self.take_over(due.id)

    @rule(key=ids)
    def answer_again_or_late(self, key: str) -> None:
        self.take_over(key)

    @rule(key=ids, wait_s=st.floats(0, 500))
    def fail(self, key: str, wait_s: float) -> None:
        if self.model[key] in {"SEALED", "HELD", "REJECTED"}:
            self.due[key] = self.clock.mono + wait_s
            self.store.outbox.mark_retry(key, "PORTAL_SLOW", self.due[key])

    @rule(key=ids)
    def refuse(self, key: str) -> None:
        if self.model[key] == "SEALED":
            self.store.outbox.mark_rejected(key, "task-unknown")
            self.model[key] = "REJECTED"

    @rule(key=ids)
    def hold(self, key: str) -> None:
        if self.model[key] in {"SEALED", "REJECTED"}:
            self.store.outbox.hold(key, "tech-1", "why")
            self.model[key] = "HELD"

    @rule(key=ids)
    def decide(self, key: str) -> None:
        if self.model[key] == "HELD":
            self.store.outbox.release(key, "tech-1", "why")
        elif self.model[key] == "REJECTED":
            self.store.outbox.retry(key, "tech-1", "why")
        else:
            return
        self.model[key] = "SEALED"
        self.due.pop(key, None)

    @rule(seconds=st.floats(0, 400))
    def wait(self, seconds: float) -> None:
        self.clock.pass_s(seconds)

    @rule(jump_s=st.sampled_from([-2.2e8, 3.2e7, -1.7e9]))
    def the_wall_clock_jumps(self, jump_s: float) -> None:
        self.clock.wall_s = max(0.0, self.clock.wall_s + jump_s)

    @rule()
    def purge(self) -> None:
        self.clock.pass_s(self.store.database.limits.keep_s + 1.0)
        self.store.retention.purge()
        for key, state in self.model.items():
            if state == "ACKED":
                self.model[key] = "PURGED"

    @rule()
    def restart(self) -> None:
        self.store.database.close()
        self.store = Store(self.folder, clock=self.clock, limits=ROOMY)
        self.due.clear()
        assert self.store.recovered.rejected == ()

    @invariant()
    def every_promise_is_kept(self) -> None:
        found = {row.id: row.state.value for row in self.store.outbox.rows()}
        assert found == self.model

    def may_be_sent(self, key: str) -> bool:
        case = next(line for line in self.order.values() if key in line)
        before = case[: case.index(key)]
        done = all(self.model[each] in {"ACKED", "PURGED"} for each in before)
        return done and self.model[key] == "SEALED"

    def take_over(self, key: str) -> None:
        first = key not in self.acks
        if first:
            self.acks[key] = self.store.ack(key)
        assert self.store.outbox.mark_received(key, self.acks[key]) is first
        if first:
            self.model[key] = "ACKED"

    def teardown(self) -> None:
        assert self.store.database.verify().ok
        self.store.database.close()
        shutil.rmtree(self.folder)


OutboxMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
TestOutboxMachine = OutboxMachine.TestCase
