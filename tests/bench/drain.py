"""How fast a backlog goes out, and whether the screen notices.

`python tests/bench/drain.py [--quick] [--outage N] [--svg FILE] [--json]`: our sender beside
a bare loop of `requests` that makes the same calls to the same portal, in rounds that take
turns, without pages and with two of 300 KiB; then the real terminal, off-screen, sends what
a 4-hour outage left while its main thread's gaps are measured.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS.parent), str(_TESTS / "support")]

from bench_drain import Drained, bare, fill, ours  # noqa: E402 - needs the path above
from bench_plot import Bar, Chart, svg  # noqa: E402 - needs the path above
from portal_support import serving  # noqa: E402 - needs the path above
from sync_support import open_store  # noqa: E402 - needs the path above

TARGETS = {"ratio": 0.8, "cpu_ms_per_item": 1.5, "gap_ms": 100, "gap_ms_in_ci": 250}
_RECEIVED = re.compile(r"application [0-9a-f-]{36} received")
_WORST = re.compile(r"heartbeat: worst gap (\d+) ms")
Rounds = list[tuple[Drained, Drained]]


def compare(items: int, pages: int, rounds: int) -> Rounds:
    """Ours and the bare loop in turns; each round on a fresh portal of its own."""
    done: Rounds = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            with serving(folder / "portal") as portal:
                calls = [(ours, "a"), (bare, "b")]
                pair = {
                    name: call(folder / name, portal.url, items, pages)
                    for call, name in (calls if number % 2 else reversed(calls))
                }
            done.append((pair["a"], pair["b"]))
    return done


def ratio(rounds: Rounds) -> float:
    """Median of the pairs' ratios: both sides of a pair had the same minute."""
    return statistics.median(one.per_s / other.per_s for one, other in rounds)


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
    """

    received: int
    seconds: float
    longest_pause_s: float
    alarms: int
    worst_gap_ms: float
    late_in: list[str]


def outage(items: int, pages: int) -> Outage:
    """The real terminal drains what an outage left; its own log tells the worst gap."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        with (
            serving(out / "portal") as portal,
            open_store(out / "state" / "store", portal.url) as store,
        ):
            fill(store, items, pages)
        command = ["demo", "--out", scratch, "--visits", "0", "--wait", "1800", "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", *command],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        log = (out / "state" / "logs" / "kiosk.jsonl").read_text(encoding="utf-8")
    drained = told_of(log)
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
        worst_gap_ms=max(gaps, default=-1.0),
        late_in=[text for _, text in events if text.startswith("heartbeat: late in")],
    )


def table(plain: Rounds, paged: Rounds, drained: Outage) -> str:
    """What was measured, for people."""
    lines = [
        "| backlog | ours/s | bare requests/s | ratio | our CPU | its CPU |",
        "|---|---|---|---|---|---|",
    ]
    for name, rounds in (("4 KiB bodies", plain), ("with two pages of 300 KiB", paged)):
        mine = statistics.median(one.per_s for one, _ in rounds)
        other = statistics.median(one.per_s for _, one in rounds)
        cpu = " | ".join(
            f"{statistics.median(pair[side].cpu_ms for pair in rounds):.2f} ms" for side in (0, 1)
        )
        lines.append(f"| {name} | {mine:.1f} | {other:.1f} | {ratio(rounds):.2f} | {cpu} |")
    lines.append(
        f"\n{drained.received} submissions after an outage in {drained.seconds:.0f} s: worst gap"
        f" {drained.worst_gap_ms:.0f} ms, longest pause {drained.longest_pause_s:.1f} s,"
        f" {drained.alarms} alarms"
    )
    return "\n".join(lines) + "\n"


def summary(plain: Rounds, paged: Rounds, drained: Outage) -> dict[str, object]:
    """The figures as one JSON object."""
    return {
        "ratio": round(ratio(plain), 2),
        "ratio_with_pages": round(ratio(paged), 2),
        "items_s": round(statistics.median(one.per_s for one, _ in plain), 1),
        "items_s_with_pages": round(statistics.median(one.per_s for one, _ in paged), 1),
        "cpu_ms_per_item": round(statistics.median(one.cpu_ms for one, _ in plain), 2),
        "bare_cpu_ms_per_item": round(statistics.median(one.cpu_ms for _, one in plain), 2),
        "outage": asdict(drained),
        "targets": TARGETS,
    }


def drawing(plain: Rounds, paged: Rounds) -> str:
    """The rates as bars."""
    charts = [
        Chart(
            title,
            "submissions a second, median; more is better",
            tuple(
                Bar(
                    rounds[0][side].name,
                    statistics.median(pair[side].per_s for pair in rounds),
                    f"({ratio(rounds):.2f} x)" if side == 0 else "",
                    "ours" if side == 0 else "floor",
                )
                for side in (0, 1)
            ),
        )
        for title, rounds in (("Bodies of 4 KiB", plain), ("With two pages of 300 KiB", paged))
    ]
    return svg("Emptying a backlog over one connection", "The same portal, in turns", charts)


def main() -> int:
    """Measure; exit 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer items and rounds")
    parser.add_argument("--outage", type=int, default=500, help="submissions of the outage")
    parser.add_argument("--svg", type=Path, default=Path("build/bench/drain.svg"))
    parser.add_argument("--json", action="store_true", help="one JSON line instead of the table")
    args = parser.parse_args()
    rounds, many, few = (3, 60, 15) if args.quick else (5, 200, 40)
    plain, paged = compare(many, 0, rounds), compare(few, 2, rounds)
    drained = outage(min(args.outage, 60) if args.quick else args.outage, 1)
    args.svg.parent.mkdir(parents=True, exist_ok=True)
    args.svg.write_text(drawing(plain, paged), encoding="utf-8")
    figures = summary(plain, paged, drained)
    line = json.dumps(figures) + "\n"
    sys.stdout.write(line if args.json else table(plain, paged, drained) + line)
    kept = min(ratio(plain), ratio(paged)) >= TARGETS["ratio"]
    quiet = drained.worst_gap_ms <= TARGETS["gap_ms"] and not drained.alarms
    return 0 if kept and quiet else 1


if __name__ == "__main__":
    sys.exit(main())
