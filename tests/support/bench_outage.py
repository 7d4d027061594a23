"""A terminal that empties what an outage left, as its own log tells it."""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from bench_drain import fill
from idle_gaps import beside
from portal_support import serving
from sync_support import open_store

_RECEIVED = re.compile(r"application [0-9a-f-]{36} received")
_WORST = re.compile(r"heartbeat: worst gap (\d+) ms")


@dataclass(frozen=True, slots=True)
class Outage:
    """How the terminal emptied what an outage left.

    Attributes:
        received: submissions that the portal has.
        seconds: from the first acknowledgement to the last one.
        longest_pause_s: between two acknowledgements.
        alarms: what staff were told; none is expected.
        worst_gap_ms: of the main thread, from the first page that is ready to the end.
        late_in: where the main thread stood in gaps of more than 100 ms.
        idle_gap_ms: the worst gap of a process beside it that does nothing else.
    """

    received: int
    seconds: float
    longest_pause_s: float
    alarms: int
    worst_gap_ms: float
    late_in: list[str]
    idle_gap_ms: float = 0.0

    @property
    def own_gap_ms(self) -> float:
        """The worst gap without what the machine alone costs a beat in the same minutes."""
        return max(0.0, self.worst_gap_ms - self.idle_gap_ms)


def outage(items: int, pages: int) -> Outage:
    """The real terminal, off-screen, drains what an outage left.

    Raises:
        RuntimeError: not all of it arrived.
    """
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        with (
            serving(out / "portal") as portal,
            open_store(out / "state" / "store", portal.url) as store,
        ):
            fill(store, items, pages)
        command = ["demo", "--out", scratch, "--visits", "0", "--wait", "1800", "--json"]
        with beside() as idle:
            done = subprocess.run(
                [sys.executable, "-m", "kiosk", *command],
                check=False,
                capture_output=True,
                text=True,
                env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            )
        log = (out / "state" / "logs" / "kiosk.jsonl").read_text(encoding="utf-8")
    drained = replace(told_of(log), idle_gap_ms=idle.worst_ms)
    if done.returncode or drained.received < items:
        raise RuntimeError(f"{drained.received} of {items} received: {done.stdout[-300:]}")
    return drained


def told_of(log: str) -> Outage:
    """What the terminal's own log tells of a drain."""
    lines = [json.loads(line) for line in log.splitlines()]
    events = [(datetime.fromisoformat(line["timestamp"]), str(line["event"])) for line in lines]
    at = sorted(moment for moment, text in events if _RECEIVED.fullmatch(text))
    gaps = [float(found[1]) for _, text in events if (found := _WORST.fullmatch(text))]
    return Outage(
        received=len({text for _, text in events if _RECEIVED.fullmatch(text)}),
        seconds=(at[-1] - at[0]).total_seconds() if at else 0.0,
        longest_pause_s=max(
            ((later - sooner).total_seconds() for sooner, later in pairwise(at)), default=0.0
        ),
        alarms=sum(text.startswith("alarm ") for _, text in events),
        worst_gap_ms=max(gaps, default=float("inf")),
        late_in=[text for _, text in events if text.startswith("heartbeat: late in")],
    )
