"""How fast a backlog goes out, and whether the screen notices.

`python tests/bench/drain.py [--quick] [--outage N] [--svg FILE] [--json]`: our sender beside
a bare loop of `requests` that makes the same calls to the same portal, in rounds that take
turns, without pages and with two of 300 KiB; what an item costs the uploader's processor,
against a canned portal; then the real terminal, off-screen, sends what a 4-hour outage left
while its main thread's gaps are measured.
"""

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS.parent), str(_TESTS / "support")]

from bench_drain import Drained, bare, ours  # noqa: E402 - needs the path above
from bench_outage import Outage, outage  # noqa: E402 - needs the path above
from bench_plot import Bar, Chart, svg  # noqa: E402 - needs the path above
from bench_uploader import cost  # noqa: E402 - needs the path above
from portal_support import serving  # noqa: E402 - needs the path above

TARGETS = {"ratio": 0.8, "cpu_ms_per_item": 1.5, "gap_ms": 100, "gap_ms_in_ci": 250}
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


def cpu_ms(rounds: Rounds, side: int) -> float:
    """Median of the processor's milliseconds per item; side 0 is ours."""
    return statistics.median(pair[side].cpu_ms for pair in rounds)


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything of one run.

    Attributes:
        plain: bodies of 4 KiB, to the reference portal.
        paged: the same with two pages.
        canned: bodies of 4 KiB, to a portal that answers at once.
        drained: the real terminal after an outage.
    """

    plain: Rounds
    paged: Rounds
    canned: Rounds
    drained: Outage

    def kept(self) -> bool:
        """Whether every target is met."""
        return (
            min(ratio(self.plain), ratio(self.paged)) >= TARGETS["ratio"]
            and cpu_ms(self.canned, 0) <= TARGETS["cpu_ms_per_item"]
            and self.drained.worst_gap_ms <= TARGETS["gap_ms"]
            and not self.drained.alarms
        )


def table(run: Measured) -> str:
    """What was measured, for people."""
    lines = [
        "| backlog | ours/s | bare requests/s | ratio | our CPU | its CPU |",
        "|---|---|---|---|---|---|",
    ]
    named = {
        "4 KiB bodies": run.plain,
        "with two pages of 300 KiB": run.paged,
        "4 KiB bodies, canned portal": run.canned,
    }
    for name, rounds in named.items():
        mine = statistics.median(one.per_s for one, _ in rounds)
        other = statistics.median(one.per_s for _, one in rounds)
        cpu = " | ".join(f"{cpu_ms(rounds, side):.2f} ms" for side in (0, 1))
        lines.append(f"| {name} | {mine:.1f} | {other:.1f} | {ratio(rounds):.2f} | {cpu} |")
    lines.append(
        f"\n{run.drained.received} submissions after an outage in {run.drained.seconds:.0f} s:"
        f" worst gap {run.drained.worst_gap_ms:.0f} ms (of an idle process beside it"
        f" {run.drained.idle_gap_ms:.0f} ms), longest pause {run.drained.longest_pause_s:.1f} s,"
        f" {run.drained.alarms} alarms"
    )
    return "\n".join(lines) + "\n"


def summary(run: Measured) -> dict[str, object]:
    """The figures as one JSON object."""
    return {
        "ratio": round(ratio(run.plain), 2),
        "ratio_with_pages": round(ratio(run.paged), 2),
        "items_s": round(statistics.median(one.per_s for one, _ in run.plain), 1),
        "items_s_with_pages": round(statistics.median(one.per_s for one, _ in run.paged), 1),
        "cpu_ms_per_item": round(cpu_ms(run.canned, 0), 2),
        "bare_cpu_ms_per_item": round(cpu_ms(run.canned, 1), 2),
        "cpu_ms_per_item_real_portal": round(cpu_ms(run.plain, 0), 2),
        "bare_cpu_ms_per_item_real_portal": round(cpu_ms(run.plain, 1), 2),
        "outage": asdict(run.drained),
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
    run = Measured(
        compare(many, 0, rounds),
        compare(few, 2, rounds),
        cost(2 * many, rounds),
        outage(min(args.outage, 60) if args.quick else args.outage, 1),
    )
    args.svg.parent.mkdir(parents=True, exist_ok=True)
    args.svg.write_text(drawing(run.plain, run.paged), encoding="utf-8")
    line = json.dumps(summary(run)) + "\n"
    sys.stdout.write(line if args.json else table(run) + line)
    return 0 if run.kept() else 1


if __name__ == "__main__":
    sys.exit(main())
