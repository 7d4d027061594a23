"""Malformed answers to every method of the client: typed values, no crash, no growth."""

import gc
import json
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import pytest
from client_samples import ID, SAMPLES, Sample
from malformed_answers import MUTATIONS, Mutation, draw, foreign_member

from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered, Garbled, Outcome, PortalNow, Refused, Unreachable
from kiosk.sync.transport import Limits, Request

SEED = 20261122
LIMITS = Limits(connect_s=20.0, receive_s=20.0, json_s=20.0, patch_s=20.0)
KINDS = (Answered, Refused, Garbled, Unreachable)
GROWTH_KIB = 24 * 1024
OBJECTS = 1_000


class Liar:
    """Gives to one client, one connection at a time, the answer that it is told to give."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.05)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="liar")
        self.answer = b""
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> "Liar":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)
        self._server.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._server.accept()
            except TimeoutError:
                continue
            # the client goes away when it has seen enough
            with connection, suppress(OSError):
                connection.settimeout(20)
                if self._heard(connection):
                    connection.sendall(self.answer)

    def _heard(self, connection: socket.socket) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            block = connection.recv(65536)
            if not block:
                return False
            data += block
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if b"content-length:" in line]
        missing = int(lengths[0].partition(b":")[2]) - len(body) if lengths else 0
        while missing > 0:
            block = connection.recv(65536)
            if not block:
                return False
            missing -= len(block)
        return True


@contextmanager
def lied_to(
    client_type: type[PortalClient] = PortalClient,
) -> Iterator[tuple[PortalClient, Liar]]:
    with Liar() as liar:
        client = client_type(liar.url, "SH-000001", limits=LIMITS)
        try:
            yield client, liar
        finally:
            client.close()


def ask(client: PortalClient, liar: Liar, sample: Sample, given: bytes) -> str:
    """One lie; the kind of value that it came to."""
    liar.answer = given
    outcome = sample.call(client)
    assert isinstance(outcome, KINDS), given[:300]
    if isinstance(outcome, Answered) and hasattr(outcome.value, "sha256"):
        assert getattr(outcome.value, "id", ID) == ID, given[:300]
    return type(outcome).__name__


def ask_often(client: PortalClient, liar: Liar, sample: Sample, chance: random.Random) -> None:
    for _ in range(100):
        ask(client, liar, sample, draw(chance, sample))


def resident_kib() -> int:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def measure() -> tuple[int, int]:
    gc.collect()
    return resident_kib(), len(gc.get_objects())


def lie(
    count: int, client_type: type[PortalClient] = PortalClient
) -> tuple[Counter[str], int, int]:
    """Lie `count` times; kinds of values, growth in KiB and in objects after the first fifth."""
    chance = random.Random(SEED)
    names = sorted(SAMPLES)
    seen: Counter[str] = Counter()
    start = (0, 0)
    with lied_to(client_type) as (client, liar):
        for number in range(count):
            if number == count // 5:
                start = measure()
            sample = SAMPLES[names[number % len(names)]]
            seen[ask(client, liar, sample, draw(chance, sample))] += 1
        end = measure()
    return seen, end[0] - start[0], end[1] - start[1]


def check(count: int) -> None:
    seen, kib, objects = lie(count)
    told = f"seed {SEED}: {count} lies, {dict(seen)}, growth {kib} KiB, {objects} objects"
    assert seen.total() == count, told
    assert all(seen[kind.__name__] for kind in KINDS), told
    assert kib < GROWTH_KIB, told
    assert objects < OBJECTS, told


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_each_way_to_lie_is_met_by_a_value(mutation: Mutation) -> None:
    chance = random.Random(SEED)
    with lied_to() as (client, liar):
        for sample in SAMPLES.values():
            assert ask(client, liar, sample, mutation(chance, sample))


@pytest.mark.slow
def test_malformed_answers_come_to_typed_values_without_growth() -> None:
    check(2_000)


class Credulous(PortalClient):
    """A negative control: takes a good status for a good answer."""

    def get_time(self) -> Outcome[PortalNow]:
        """Ask for the clock, and trust what comes."""
        reply = self._transport.ask(Request("GET", "/v1/time"))
        if isinstance(reply, Unreachable):
            return reply
        return Answered(PortalNow(json.loads(reply.body)["now"], "Asia/Shanghai"))


class Hoarding(PortalClient):
    """A negative control: forgets nothing."""

    kept: ClassVar[list[list[str]]] = []

    def get_time(self) -> Outcome[PortalNow]:
        """Ask for the clock, and keep what came."""
        outcome = super().get_time()
        self.kept.extend([str(outcome)] for _ in range(OBJECTS))
        return outcome


@pytest.mark.slow
def test_a_client_that_trusts_a_status_would_be_found_out() -> None:
    chance, sample = random.Random(SEED), SAMPLES["getTime"]
    with lied_to(Credulous) as (client, liar), pytest.raises((ValueError, KeyError, TypeError)):
        ask_often(client, liar, sample, chance)


@pytest.mark.slow
def test_a_client_that_keeps_answers_would_be_found_out() -> None:
    try:
        _, _, objects = lie(200, Hoarding)
    finally:
        Hoarding.kept.clear()
    assert objects > OBJECTS


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_a_hundred_thousand_malformed_answers_come_to_typed_values_without_growth() -> None:
    check(100_000)


def test_the_same_seed_draws_the_same_lies() -> None:
    sample = SAMPLES["searchCases"]
    first, second = random.Random(SEED), random.Random(SEED)
    assert [draw(first, sample) for _ in range(50)] == [draw(second, sample) for _ in range(50)]
    assert foreign_member(first, sample) != foreign_member(first, sample)
