"""Withdrawal before, during and after the arrival: no effect after a confirmed one."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import requests
from portal_engines import Engines
from portal_support import Sealed, Served, Terminal, new_id, seal, serving
from withdrawal_support import (
    BODY,
    HttpCounter,
    InnerCounter,
    effects_after_withdrawal,
    many,
)

from portal.assembly import Portal, assemble
from portal.intake import Intake

ENGINES = ("alone", "scale")
SEED = 20261122
ITEMS = ("SH-DEMO-S1-01", "SH-DEMO-S4-01")


def withdraw(terminal: Terminal, identity: str, body: bytes = BODY) -> requests.Response:
    key = {"Idempotency-Key": f'"{identity}"'}
    return terminal.put("submissions", f"{identity}/withdrawal", body, key)


def kind(answer: requests.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:quanban:problem:")


def test_an_unknown_id_is_remembered_and_its_late_copy_refused(terminal: Terminal) -> None:
    sealed = seal(terminal.key())
    answer = withdraw(terminal, sealed.id)
    late = terminal.submit(sealed)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["id"], told["state"], told["known"]) == (sealed.id, "withdrawn", False)
    assert (late.status_code, kind(late)) == (409, "withdrawn")
    assert late.json()["ack"] == told
    assert terminal.session.get(f"{terminal.url}/v1/submissions/{sealed.id}").status_code == 404


def test_what_arrived_is_taken_back_and_stays_so(terminal: Terminal) -> None:
    sealed = seal(terminal.key(), task_code="SH-DEMO-S4-01")
    first = terminal.submit(sealed).json()
    answer, again = withdraw(terminal, sealed.id), withdraw(terminal, sealed.id)
    replay = terminal.submit(sealed)
    assert (answer.status_code, answer.json()["known"]) == (201, True)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json() == answer.json()
    assert (replay.status_code, replay.json()["stage"]) == (200, "withdrawn")
    assert replay.json()["receipt_no"] == first["receipt_no"]


def test_what_came_to_its_end_is_not_taken_back(terminal: Terminal) -> None:
    sealed = seal(terminal.key())
    terminal.submit(sealed).raise_for_status()
    deadline = time.monotonic() + 20
    while terminal.stage_of(sealed.id)["stage"] != "concluded":
        assert time.monotonic() < deadline
    answer = withdraw(terminal, sealed.id)
    assert (answer.status_code, kind(answer)) == (409, "concluded")
    assert answer.json()["ack"]["stage"] == "concluded"
    assert terminal.stage_of(sealed.id)["stage"] == "concluded"


def test_one_terminal_cannot_take_back_what_another_handed_in(
    served: Served, terminal: Terminal
) -> None:
    sealed = seal(terminal.key(), task_code="SH-DEMO-S4-01")
    terminal.submit(sealed).raise_for_status()
    other = Terminal(served.url, "SH-000002")
    assert withdraw(other, sealed.id).json()["known"] is False
    other.close()
    assert terminal.stage_of(sealed.id)["stage"] != "withdrawn"


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"reason":"other"}',
        b'{"reason":"staff","x":1}',
        b'{"reason":"staff","case_seq":0}',
        b'{"reason":"staff","case_id":"x"}',
    ],
)
def test_a_withdrawal_without_a_reason_of_the_contract_is_refused(
    terminal: Terminal, body: bytes
) -> None:
    answer = withdraw(terminal, new_id(), body)
    assert (answer.status_code, kind(answer)) == (422, "schema")


def test_the_turn_of_what_never_arrived_is_over_and_the_next_part_is_taken(
    terminal: Terminal,
) -> None:
    case = new_id()
    first, second, third, fourth = (
        seal(terminal.key(), case_id=case, case_seq=turn) for turn in (1, 2, 3, 4)
    )
    assert terminal.submit(first).status_code == 201
    told = {"reason": "staff", "case_id": case}
    body = json.dumps({**told, "case_seq": 2}).encode()
    assert withdraw(terminal, second.id, body).json()["known"] is False
    early = terminal.submit(fourth)
    assert (early.status_code, early.json()["expected"]) == (409, 3)
    assert terminal.submit(third).status_code == 201
    assert kind(terminal.submit(second)) == "withdrawn"
    assert terminal.submit(fourth).status_code == 201


@pytest.mark.parametrize("turn", [{}, {"case_seq": 1}, {"case_id": "mine"}])
def test_a_withdrawal_that_does_not_tell_its_turn_leaves_the_order_as_it_is(
    terminal: Terminal, turn: dict[str, object]
) -> None:
    case = new_id()
    first, second = (seal(terminal.key(), case_id=case, case_seq=seq) for seq in (1, 2))
    named = {name: case if name == "case_id" else value for name, value in turn.items()}
    body = json.dumps({"reason": "staff", **named}).encode()
    assert withdraw(terminal, first.id, body).status_code == 201
    late = terminal.submit(second)
    assert (late.status_code, kind(late), late.json()["expected"]) == (409, "case-order", 1)


def test_another_terminal_does_not_end_a_turn(served: Served, terminal: Terminal) -> None:
    case = new_id()
    second = seal(terminal.key(), case_id=case, case_seq=2)
    other = Terminal(served.url, "SH-000002")
    body = json.dumps({"reason": "staff", "case_id": case, "case_seq": 1}).encode()
    assert withdraw(other, new_id(), body).status_code == 201
    other.close()
    assert kind(terminal.submit(second)) == "case-order"


def maker(key: dict[str, str]) -> Callable[[], Sealed]:
    numbers = count()
    return lambda: seal(key, task_code=ITEMS[next(numbers) % len(ITEMS)])


def interleaved(folder: Path, histories: int, *flags: str) -> dict[str, int]:
    with serving(folder, *flags) as portal:
        counter = HttpCounter(portal.url)
        terminal = Terminal(portal.url)
        print(f"seeds {SEED} to {SEED + histories - 1}")  # noqa: T201 - named in a failure's output
        counts = many(counter, maker(terminal.key()), range(SEED, SEED + histories))
        terminal.close()
        counter.close()
    assert effects_after_withdrawal(folder) == []
    return counts


def check(counts: dict[str, int]) -> None:
    assert counts["faults"] == 0, counts
    for seen in ("put 201", "put 409 withdrawn", "put 200", "withdraw 201", "withdraw 200"):
        assert counts.get(seen, 0) > 0, counts


@pytest.mark.slow
def test_no_effect_follows_a_confirmed_withdrawal_in_100_interleavings(tmp_path: Path) -> None:
    check(interleaved(tmp_path, 100))


@pytest.mark.deep
@pytest.mark.timeout(600)
def test_no_effect_follows_a_confirmed_withdrawal_in_1000_interleavings(tmp_path: Path) -> None:
    counts = interleaved(tmp_path, 1000)
    print(json.dumps(counts))  # noqa: T201 - a figure
    check(counts)
    assert counts.get("withdraw 409 concluded", 0) > 0


@pytest.mark.deep
@pytest.mark.timeout(600)
def test_two_workers_on_postgresql_agree_about_200_interleavings(
    tmp_path: Path, scale: Engines
) -> None:
    flags = ("--database", scale.postgres.database(), "--workers", "2")
    check(interleaved(tmp_path, 200, *flags))


@pytest.fixture
def inner(tmp_path: Path) -> Iterator[Portal]:
    portal = assemble(tmp_path)
    portal.start()
    yield portal
    portal.stop()


def test_the_check_finds_an_intake_that_forgets_withdrawals(inner: Portal) -> None:
    """Negative control: the same histories against an intake without the gate."""
    broken = Intake(inner.store, inner.keys, inner.documents, inner.clock, inner.office.wake)
    counter = InnerCounter(inner, broken.take)
    counts = many(counter, maker(inner.keys.published()[0]), range(SEED, SEED + 6))
    assert counts["faults"] > 0
