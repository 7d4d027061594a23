"""Seeded interleavings of a submission's copies and its withdrawals, and what must hold after."""

import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from portal_support import Sealed, Terminal, hexdigest

from portal.assembly import Portal
from portal.problems import ProblemError
from portal.store import read_store
from portal.tables.intake import effects, events

BODY = b'{"reason":"resident"}'
KINDS = ("before", "during", "after")
_SPREAD_S = 0.03


@dataclass(frozen=True)
class Told:
    """What one request was answered."""

    what: str
    began: float
    ended: float
    status: int
    name: str
    ack: dict[str, Any] = field(repr=False)


class Counter(Protocol):
    """Where submissions are put and taken back: over HTTP, or in the same process."""

    def put(self, sealed: Sealed) -> tuple[int, dict[str, Any]]:
        """Status and document."""

    def withdraw(self, identity: str) -> tuple[int, dict[str, Any]]:
        """Status and document."""


class HttpCounter:
    """Over HTTP, one connection per thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._local = threading.local()
        self._all: list[Terminal] = []

    def put(self, sealed: Sealed) -> tuple[int, dict[str, Any]]:
        answer = self._terminal().submit(sealed)
        return answer.status_code, answer.json()

    def withdraw(self, identity: str) -> tuple[int, dict[str, Any]]:
        key = {"Idempotency-Key": f'"{identity}"'}
        answer = self._terminal().put("submissions", f"{identity}/withdrawal", BODY, key)
        return answer.status_code, answer.json()

    def close(self) -> None:
        for each in self._all:
            each.close()

    def _terminal(self) -> Terminal:
        mine: Terminal | None = getattr(self._local, "terminal", None)
        if mine is None:
            mine = self._local.terminal = Terminal(self._url)
            self._all.append(mine)
        return mine


class InnerCounter:
    """The portal's own objects; `submit` may be a broken intake, for the negative control."""

    def __init__(self, portal: Portal, submit: Callable[..., tuple[dict[str, Any], bool]]) -> None:
        self._portal = portal
        self._submit = submit

    def put(self, sealed: Sealed) -> tuple[int, dict[str, Any]]:
        return _answered(self._submit, sealed.id, sealed.body)

    def withdraw(self, identity: str) -> tuple[int, dict[str, Any]]:
        return _answered(self._portal.upkeep.withdrawals.take, identity, BODY)


def _answered(
    take: Callable[..., tuple[dict[str, Any], bool]], identity: str, body: bytes
) -> tuple[int, dict[str, Any]]:
    try:
        ack, replayed = take("SH-000001", identity, body, hexdigest(body))
    except ProblemError as problem:
        return problem.status, {"type": f"urn:quanban:problem:{problem.name}", **problem.extension}
    return 200 if replayed else 201, ack


def interleave(counter: Counter, sealed: Sealed, seed: int, pool: ThreadPoolExecutor) -> list[Told]:
    """One history: copies and withdrawals at seeded moments, and a late copy at the end."""
    draw = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    puts = [draw.uniform(0, _SPREAD_S) for _ in range(draw.randint(1, 3))]
    backs = [draw.uniform(0, _SPREAD_S) for _ in range(draw.randint(1, 2))]
    if kind == "before":
        puts = [each + _SPREAD_S for each in puts]
    elif kind == "after":
        # an immediate item comes to its end half a second after it was accepted
        backs = [each + draw.choice((_SPREAD_S, 0.3, 0.6)) for each in backs]
    begin = time.monotonic()

    def at(after_s: float, what: str) -> Told:
        threading.Event().wait(max(0.0, begin + after_s - time.monotonic()))
        return _ask(counter, sealed, what)

    futures = [pool.submit(at, each, "put") for each in puts]
    futures += [pool.submit(at, each, "withdraw") for each in backs]
    return [*(future.result() for future in futures), _ask(counter, sealed, "put")]


def _ask(counter: Counter, sealed: Sealed, what: str) -> Told:
    began = time.monotonic()
    status, ack = counter.put(sealed) if what == "put" else counter.withdraw(sealed.id)
    name = str(ack.get("type", "")).removeprefix("urn:quanban:problem:")
    return Told(what, began, time.monotonic(), status, name, ack)


def faults_of(history: Sequence[Told]) -> list[str]:
    """What is wrong with the answers of one history."""
    confirmed = [each for each in history if each.what == "withdraw" and each.status < 300]
    faults = [f"{each.what} {each.status} {each.name}" for each in history if not _known(each)]
    if not confirmed:
        return faults
    first = min(each.ended for each in confirmed)
    for each in history:
        late = each.what == "put" and each.began > first
        if late and not (each.name == "withdrawn" or each.ack.get("stage") == "withdrawn"):
            faults.append(f"a copy after the withdrawal was answered {each.status}")
    return faults


def _known(told: Told) -> bool:
    if told.what == "withdraw":
        return told.status in {200, 201} or (told.status == 409 and told.name == "concluded")
    return told.status in {200, 201} or (told.status == 409 and told.name == "withdrawn")


def effects_after_withdrawal(folder: Path) -> list[str]:
    """Effects and events of an id behind its withdrawal's own; the portal may run."""
    store = read_store(folder)
    try:
        with store.transaction() as connection:
            told = connection.execute(sa.select(events).order_by(events.c.n)).mappings().all()
            done = connection.execute(sa.select(effects).order_by(effects.c.n)).mappings().all()
    finally:
        store.close()
    wrong: list[str] = []
    for rows, name, end in ((told, "kind", "submission.withdrawn"), (done, "what", "withdrawn")):
        over: set[str] = set()
        for row in rows:
            if row["id"] in over:
                wrong.append(f"{row[name]} after the withdrawal")
            if row[name] == end:
                over.add(row["id"])
    return wrong


def many(counter: Counter, make: Callable[[], Sealed], seeds: Sequence[int]) -> dict[str, int]:
    """Run histories, four at once; counts of what was answered, and `faults`.

    A fault is printed with its seed, so that the history can be played again.
    """
    counts: dict[str, int] = {"faults": 0}
    with ThreadPoolExecutor(24) as pool, ThreadPoolExecutor(4) as lanes:
        histories = lanes.map(lambda seed: interleave(counter, make(), seed, pool), seeds)
        for seed, history in zip(seeds, histories, strict=True):
            for told in history:
                key = f"{told.what} {told.status} {told.name}".strip()
                counts[key] = counts.get(key, 0) + 1
            wrong = faults_of(history)
            counts["faults"] += len(wrong)
            if wrong:
                print(json.dumps({"seed": seed, "faults": wrong}))  # noqa: T201 - for the reader of a failure
    return counts
