"""Many terminals at once: the same submissions sent twice in random order, and what must be true.

Used by the contract tests with few submissions and by the bench with many.
"""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import requests
import sqlalchemy as sa
from portal_support import Sealed, Served, Terminal, seal

from portal.store import read_store
from portal.tables.intake import effects, events, submissions, tasks

CLIENTS = 8
PAGE_BYTES = 30_000
_PATIENCE_S = 120.0
_AGAIN = {409, 500, 502, 503}


@dataclass
class Sent:
    """What the clients saw.

    Attributes:
        receipts: every receipt number that an id was answered with.
        first: how often an id was answered as new (201).
        latencies_s: of every PUT of a submission that was answered with an ack.
        seconds: from the first request to the last ack.
    """

    receipts: dict[str, set[str]] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    latencies_s: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def percentile_ms(self, share: float) -> float:
        """A percentile of the latencies in milliseconds."""
        ordered = sorted(self.latencies_s)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def sealed_many(url: str, count: int, *, page_every: int = 10) -> list[Sealed]:
    """That many submissions of as many cases; each so many-th has a page."""
    terminal = Terminal(url)
    try:
        key = terminal.key()
    finally:
        terminal.close()
    pages: list[dict[int, bytes]] = [
        {1: os.urandom(PAGE_BYTES)} if number % page_every == 0 else {} for number in range(count)
    ]
    return [seal(key, plain) for plain in pages]


def send_twice(
    urls: Sequence[str], sealed: Sequence[Sealed], seed: int, during: Callable[[int], None]
) -> Sent:
    """Send everything twice in random order by eight clients; each retries until it has the ack.

    Args:
        urls: the portals; each client speaks to one of them at a time.
        sealed: the submissions.
        seed: of the order.
        during: called with the number of acks after each one.
    """
    work = [*sealed, *sealed]
    random.Random(seed).shuffle(work)
    sent, lock, begun = Sent(), threading.Lock(), time.monotonic()

    def client(number: int) -> None:
        terminal = Terminal(urls[number % len(urls)])
        try:
            for one in work[number::CLIENTS]:
                answer, latency_s = _send(terminal, one)
                with lock:
                    sent.receipts.setdefault(one.id, set()).add(answer.json()["receipt_no"])
                    sent.first[one.id] = sent.first.get(one.id, 0) + (answer.status_code == 201)
                    sent.latencies_s.append(latency_s)
                    during(len(sent.latencies_s))
        finally:
            terminal.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(client, number) for number in range(CLIENTS)]:
            done.result()
    sent.seconds = time.monotonic() - begun
    return sent


def _send(terminal: Terminal, one: Sealed) -> tuple[requests.Response, float]:
    deadline, pause = time.monotonic() + _PATIENCE_S, threading.Event()
    while True:
        try:
            if one.pages:
                terminal.upload_rest(one)
            begun = time.monotonic()
            answer = terminal.submit(one)
            if answer.status_code in {200, 201}:
                return answer, time.monotonic() - begun
            assert answer.status_code in _AGAIN, answer.text
        except requests.RequestException:
            # a worker was killed: the same bytes again
            terminal.forget_connections()
        assert time.monotonic() < deadline, "no ack"
        pause.wait(0.05)


def worker_ids(served: Served) -> list[int]:
    """The processes of a `portal serve --workers`."""
    words = ["pgrep", "-P", str(served.process.pid)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=20)
    return [int(word) for word in done.stdout.split()]


def killing(served: Served, at: Iterable[int], seed: int) -> Callable[[int], None]:
    """Kills one of the workers at each of these numbers of acks."""
    moments, draw = set(at), random.Random(seed)

    def during(acks: int) -> None:
        if acks in moments:
            os.kill(draw.choice(worker_ids(served)), signal.SIGKILL)

    return during


def wait_until_concluded(folder: Path, within_s: float = _PATIENCE_S) -> None:
    """Wait until the office has nothing left to do."""
    pause, deadline = threading.Event(), time.monotonic() + within_s
    store = read_store(folder)
    try:
        while True:
            with store.transaction() as connection:
                left = connection.scalar(sa.select(sa.func.count()).select_from(tasks))
            if not left:
                return
            assert time.monotonic() < deadline, f"{left} cases are not concluded"
            pause.wait(0.1)
    finally:
        store.close()


def judge(folder: Path, sealed: Sequence[Sealed], sent: Sent) -> None:
    """Every submission is there once, with one receipt and each effect once.

    Raises:
        AssertionError: something is lost or twice.
    """
    ids, count = {one.id for one in sealed}, len(sealed)
    store = read_store(folder)
    try:
        with store.transaction() as connection:
            rows = connection.execute(
                sa.select(submissions.c.id, submissions.c.receipt_no, submissions.c.project_no)
            ).all()
            received = list(connection.scalars(sa.select(effects.c.id)))
            kinds = connection.execute(sa.select(events.c.kind, events.c.id)).all()
    finally:
        store.close()
    assert sorted(row.id for row in rows) == sorted(ids), "cases"
    assert len({row.receipt_no for row in rows}) == count, "receipts"
    assert len({row.project_no for row in rows}) == count, "project numbers"
    assert sorted(received) == sorted(ids), "effects"
    for kind in ("received", "accepted", "concluded"):
        of_kind = sorted(identity for name, identity in kinds if name == f"submission.{kind}")
        assert of_kind == sorted(ids), kind
    assert sent.receipts == {row.id: {row.receipt_no} for row in rows}, "acks"
    assert max(sent.first.values()) <= 1, "answered as new twice"
