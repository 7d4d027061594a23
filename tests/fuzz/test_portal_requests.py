"""Malformed requests to every operation of the portal: typed problems only, and nothing stays."""

import gc
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from asgi_support import Answer, Call
from broken_requests import MARKER, broken
from contract_samples import operations
from portal_inside import Inside, inside

from portal.tables import metadata

TYPE = re.compile(r"about:blank|urn:quanban:problem:[a-z-]+")
BATCH = 500


@pytest.fixture
def portal() -> Iterator[Inside]:
    with inside() as running:
        yield running


def faults_of(answer: Answer) -> list[str]:
    """What is wrong with an answer to a broken request."""
    found = []
    if answer.status == 0 or answer.status >= 500:
        found.append(f"status {answer.status}")
    elif answer.status >= 400:
        found += _untyped(answer)
    if MARKER.encode() in answer.body or MARKER.encode() in repr(answer.headers).encode():
        found.append("the answer repeats what was sent")
    return found


def _untyped(answer: Answer) -> list[str]:
    if answer.headers.get("content-type") != "application/problem+json":
        return [f"{answer.status} as {answer.headers.get('content-type')}"]
    try:
        problem = json.loads(answer.body)
    except ValueError:
        return ["no JSON"]
    typed = TYPE.fullmatch(str(problem.get("type"))) and problem.get("status") == answer.status
    return [] if typed and problem.get("title") else ["no problem document"]


def size_of(portal: Inside) -> tuple[int, int]:
    """Rows of all tables, and files of the folder."""
    with portal.portal.store.transaction() as connection:
        rows = sum(
            connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        )
    return rows, sum(1 for path in portal.folder.rglob("*") if path.is_file())


def fuzzed(portal: Inside, count: int, number: int) -> tuple[Counter[int], list[str]]:
    """Send that many; the statuses, and what was wrong with the answers."""
    dice = random.Random(number)
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    for _ in range(count // BATCH):
        calls = [broken(dice.choice(operations()), dice) for _ in range(BATCH)]
        for call, answer in zip(calls, portal.calls(calls), strict=True):
            statuses[answer.status] += 1
            # nobody is there to read the answer to a request that was cut
            wrong += [f"{fault}: {call}" for fault in faults_of(answer) if not call.cut]
    return statuses, wrong


def hold(portal: Inside, count: int, number: int, memory: Callable[[], int]) -> Counter[int]:
    """Fuzz, and hold that nothing is wrong, nothing stays and memory does not grow."""
    fuzzed(portal, BATCH, number + 1)
    before, objects = size_of(portal), memory()
    statuses, wrong = fuzzed(portal, count, number)
    assert wrong[:5] == []
    rows, files = size_of(portal)
    good = sum(seen for status, seen in statuses.items() if status < 300)
    # what is still right by chance leaves at most its row, its effect, its event and its task
    assert rows - before[0] <= 5 * good
    assert files - before[1] <= good
    assert memory() <= objects * 1.2 + 20_000 + 50 * good
    return statuses


def live_objects() -> int:
    """Objects that the collector knows."""
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.slow
def test_two_thousand_malformed_requests_get_typed_problems(portal: Inside) -> None:
    statuses = hold(portal, 2000, 1, live_objects)
    assert sum(seen for status, seen in statuses.items() if 400 <= status < 500) > 1000


@pytest.mark.deep
@pytest.mark.timeout(3000)
def test_a_hundred_thousand_malformed_requests_get_typed_problems(portal: Inside) -> None:
    statuses = hold(portal, 100_000, 20261122, live_objects)
    assert sum(statuses.values()) == 100_000


@pytest.mark.parametrize(
    "answer",
    [
        Answer(0, {}, b""),
        Answer(500, {"content-type": "application/problem+json"}, b"{}"),
        Answer(404, {"content-type": "text/plain"}, b"Not Found"),
        Answer(
            400, {"content-type": "application/problem+json"}, b'{"type": "bad", "status": 400}'
        ),
        Answer(200, {"content-type": "text/plain"}, MARKER.encode()),
    ],
)
def test_the_judgement_finds_what_is_wrong(answer: Answer) -> None:
    assert faults_of(answer)


def test_a_request_that_ends_early_leaves_nothing(portal: Inside) -> None:
    portal.get("/v1/time")
    before = size_of(portal)
    headers = [(b"terminal-id", b"SH-000001"), (b"content-type", b"application/json")]
    call = Call("POST", "/v1/identity/checks", headers, [b'{"visit"'], cut=True)
    assert portal.call(call).status == 400
    assert size_of(portal) == before
    assert not Path(portal.folder / "faults.jsonl").exists()
