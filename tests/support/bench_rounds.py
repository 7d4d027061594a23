"""Runs engines side by side: blocks in turn, so that a busy disk hits all of them alike."""

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench_peers import Engine

BLOCK = 20
_WARM_UP = 5


@dataclass(slots=True)
class Timing:
    """What one engine needed, in milliseconds per call."""

    name: str
    durable_by: str
    ms: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return statistics.median(self.ms)

    @property
    def p99(self) -> float:
        return sorted(self.ms)[int(len(self.ms) * 0.99)]

    @property
    def per_s(self) -> float:
        return 1000 * len(self.ms) / sum(self.ms)


def run(engines: Sequence[Engine], blob_bytes: int, blocks: int) -> list[Timing]:
    """Time BLOCK calls of each engine in turn, `blocks` times; the order rotates."""
    timings = [Timing(engine.name, engine.durable_by) for engine in engines]
    blob = os.urandom(blob_bytes)
    for engine in engines:
        engine.prepare(_WARM_UP)
        for _ in range(_WARM_UP):
            engine.put(blob)
    for block in range(blocks):
        for place in range(len(engines)):
            chosen = (block + place) % len(engines)
            timings[chosen].ms += _block(engines[chosen], blob)
    for engine in engines:
        engine.close()
    return timings


def _block(engine: Engine, blob: bytes) -> list[float]:
    engine.prepare(BLOCK)
    spent = []
    for _ in range(BLOCK):
        start = time.perf_counter()
        engine.put(blob)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def ratio(timings: Sequence[Timing]) -> float:
    """The p50 of ours over that of the floor, which are the first two."""
    return timings[1].p50 / timings[0].p50
