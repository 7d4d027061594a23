"""The contract and the behaviour, judged by schemathesis: right and wrong data, and the links."""

import pytest
from contract_judge import Judge, every_operation, linked
from contract_samples import operations
from portal_support import Served

SEED = 20261122


def reached(judge: Judge) -> set[str]:
    """Operations that answered at all."""
    return {label for label, _ in judge.seen}


@pytest.mark.slow
def test_the_behaviour_follows_the_contract(served: Served) -> None:
    judge = Judge(served)
    every_operation(judge, 1, SEED)
    assert reached(judge) == {f"{each.method} {each.path}" for each in operations()}
    assert judge.count >= 70


@pytest.mark.slow
def test_the_links_of_the_contract_hold(served: Served) -> None:
    judge = Judge(served)
    linked(judge, 10, 6, SEED)
    assert judge.count >= 30


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_the_behaviour_follows_the_contract_at_length(served: Served) -> None:
    judge = Judge(served)
    every_operation(judge, 20, SEED)
    for number in range(15):
        linked(judge, 10, 10, SEED + number)
    assert judge.count >= 1000
    good = {label for label, status in judge.seen if status < 400}
    assert {"PUT /v1/payments/{id}", "POST /v1/identity/checks", "PUT /v1/deliveries/{id}"} <= good
