"""What the store costs beside what it cannot beat, and beside others that keep a blob durably.

`python tests/bench/store.py [--quick] [--folder DIR] [--svg FILE] [--json]` prints a table and
writes a plot. Everything runs in the same folder in blocks that take turns: the same machine's
disk varies forty-fold within a minute, so only the ratios tell something.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS.parent), str(_TESTS / "support")]

from bench_backlog import build, measured  # noqa: E402 - needs the path above
from bench_peers import PAGE_BYTES, RECORD_BYTES, enqueuers, stagers  # noqa: E402 - as above
from bench_plot import Bar, Chart, svg  # noqa: E402 - needs the path above
from bench_rounds import Timing, ratio, run  # noqa: E402 - needs the path above

TARGETS = {"put_to_append": 1.5, "page_to_file": 2.5, "backlog_ms": 50.0, "backlog_ratio": 2.0}
_STARTS = 7


@dataclass(frozen=True, slots=True)
class Start:
    """Starts with one size of backlog: medians over fresh processes."""

    rows: int
    ms: float
    peak_mib: float


def backlog(folder: Path, sizes: Sequence[int]) -> list[Start]:
    """Build a store of each size, then start them in turn; the first start only warms."""
    stores = [folder / f"backlog-{rows}" for rows in sizes]
    for store, rows in zip(stores, sizes, strict=True):
        build(store, rows)
    told = [[measured(store) for store in stores] for _ in range(_STARTS + 1)][1:]
    return [
        Start(
            rows,
            statistics.median(round_[place]["ms"] for round_ in told),
            statistics.median(round_[place]["peak_kib"] for round_ in told) / 1024,
        )
        for place, rows in enumerate(sizes)
    ]


def rows_of(timings: Sequence[Timing]) -> list[str]:
    """Lines of the table."""
    floor = timings[0].p50
    return [
        f"{timing.name:14} {timing.p50:9.3f} {timing.p99:9.3f} {timing.per_s:9.0f}"
        f" {timing.p50 / floor:7.2f}  {timing.durable_by}"
        for timing in timings
    ]


def table(puts: Sequence[Timing], pages: Sequence[Timing], starts: Sequence[Start]) -> str:
    """All that was measured, as text."""
    head = f"{'':14} {'p50 ms':>9} {'p99 ms':>9} {'per s':>9} {'to raw':>7}  durable by"
    lines = [f"Enqueue, {RECORD_BYTES} bytes", head, *rows_of(puts), ""]
    lines += [f"Staging, {PAGE_BYTES // 1024} KiB", head, *rows_of(pages), ""]
    lines += ["Open, resume, first item", f"{'rows':>14} {'ms':>9} {'peak MiB':>9}"]
    lines += [f"{start.rows:14,} {start.ms:9.2f} {start.peak_mib:9.1f}" for start in starts]
    return "\n".join(lines) + "\n"


def drawing(puts: Sequence[Timing], pages: Sequence[Timing], starts: Sequence[Start]) -> str:
    """The plot."""
    per_put = tuple(Bar(each.name, each.p50, _times(each, puts), _kind(each)) for each in puts)
    per_page = tuple(Bar(each.name, each.per_s, "", _kind(each)) for each in pages)
    opened = tuple(
        Bar(f"{each.rows:,} waiting", each.ms, f"ms ({each.peak_mib:.0f} MiB of memory)", "ours")
        for each in starts
    )
    charts = [
        Chart(
            "Commit one submission of 4 KiB",
            "milliseconds, median; less is better; Quanban seals and digests it as well",
            per_put,
            1.5 * puts[0].p50,
            "1.5 x raw",
        ),
        Chart("Keep one page of 300 KiB", "pages per second; more is better", per_page),
        Chart(
            "Start with a backlog: open, resume, first item",
            "milliseconds, median of fresh processes; less is better",
            opened,
            TARGETS["backlog_ms"],
            "50 ms",
        ),
    ]
    subtitle = "All durable at return, on the same disk, in blocks that take turns"
    return svg("The offline store beside others", subtitle, charts)


def _times(timing: Timing, timings: Sequence[Timing]) -> str:
    return f"({timing.p50 / timings[0].p50:.2f} x)"


def _kind(timing: Timing) -> str:
    if timing.name.startswith("Quanban"):
        return "ours"
    return "floor" if timing.name.startswith("raw") else "other"


def summary(
    puts: Sequence[Timing], pages: Sequence[Timing], starts: Sequence[Start]
) -> dict[str, object]:
    """The figures as one JSON object."""
    peers = {each.name: round(each.per_s, 1) for each in pages[3:]}
    return {
        "put_to_append": round(ratio(puts), 2),
        "page_to_file": round(ratio(pages), 2),
        "pages_per_s": round(pages[1].per_s, 1),
        "peers_per_s": peers,
        "ahead_of_all": all(pages[1].per_s > rate for rate in peers.values()),
        "backlog_ms": {str(start.rows): round(start.ms, 2) for start in starts},
        "backlog_ratio": round(starts[-1].ms / starts[0].ms, 2),
        "backlog_peak_mib": {str(start.rows): round(start.peak_mib, 1) for start in starts},
        "targets": TARGETS,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer rounds, 10,000 rows at most")
    parser.add_argument("--folder", type=Path, help="on the disk to measure")
    parser.add_argument("--svg", type=Path, default=Path("build/bench/store.svg"))
    parser.add_argument("--json", action="store_true", help="one JSON line instead of the table")
    args = parser.parse_args()
    blocks, sizes = (5, [1_000, 10_000]) if args.quick else (20, [1_000, 10_000, 100_000])
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        folder = Path(name)
        puts = run(enqueuers(folder / "puts"), RECORD_BYTES, blocks)
        pages = run(stagers(folder / "pages"), PAGE_BYTES, blocks)
        starts = backlog(folder, sizes)
    args.svg.parent.mkdir(parents=True, exist_ok=True)
    args.svg.write_text(drawing(puts, pages, starts), encoding="utf-8")
    figures = json.dumps(summary(puts, pages, starts))
    sys.stdout.write(figures + "\n" if args.json else table(puts, pages, starts) + figures + "\n")


if __name__ == "__main__":
    main()
