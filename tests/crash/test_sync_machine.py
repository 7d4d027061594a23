"""A hypothesis machine over store, portal, clock and faults; a restart is one of its rules."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from model_portal import FAULTS, REFUSALS
from sync_history import History


class SyncMachine(RuleBasedStateMachine):
    """Every rule is one thing that happens; the end of each history is judged."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory()
        self.history = History(Path(self.scratch.name), 1)

    @rule()
    def put(self) -> None:
        self.history.put()

    @rule(seconds=st.sampled_from([0.1, 3.0, 70.0, 400.0]))
    def send(self, seconds: float) -> None:
        self.history.run(seconds, most=60)

    @rule(rate=st.sampled_from([0.0, 0.3, 1.0]), kinds=st.sets(st.sampled_from(FAULTS + REFUSALS)))
    def break_the_network(self, rate: float, kinds: set[str]) -> None:
        self.history.portal.rate = rate if kinds else 0.0
        self.history.portal.kinds = tuple(sorted(kinds))

    @rule(new_boot=st.booleans())
    def restart(self, *, new_boot: bool) -> None:
        self.history.restart(new_boot=new_boot)

    @rule()
    def lose_the_power_soon(self) -> None:
        self.history.cut_soon()

    @precondition(lambda self: self.history.ids)
    @rule()
    def take_back(self) -> None:
        self.history.withdraw()

    @rule()
    def conclude(self) -> None:
        self.history.conclude()

    @rule()
    def erase(self) -> None:
        self.history.erase()

    @rule()
    def back_the_portal_up(self) -> None:
        self.history.save()

    @rule()
    def set_the_portal_back(self) -> None:
        self.history.set_portal_back()

    @rule()
    def jump_the_clock(self) -> None:
        self.history.jump()

    def teardown(self) -> None:
        try:
            self.history.settle()
            found = self.history.findings()
        finally:
            self.history.close()
            self.scratch.cleanup()
        assert found == []


def _play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        SyncMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.expects_log
@pytest.mark.timeout(300)
def test_whatever_happens_in_whatever_order_the_promise_is_kept() -> None:
    _play(12, 25)


@pytest.mark.deep
@pytest.mark.expects_log
@pytest.mark.timeout(3600)
def test_many_more_histories_of_the_machine() -> None:
    _play(400, 60)
