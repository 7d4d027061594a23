"""What `put` and a staged page cost beside the raw loop that they cannot beat.

`python tests/bench/store_put.py [--rounds N] [--folder DIR]` prints one JSON document. Both
sides run interleaved in the same folder, since the same machine's disk varies forty-fold.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS.parent), str(_TESTS / "support")]

from store_support import SMALL, Store, intake  # noqa: E402 - needs the path above

from offline_cache.clock import SystemClock  # noqa: E402 - needs the path above
from offline_cache.documents import Draft  # noqa: E402 - needs the path above

PAGE = os.urandom(300 * 1024)
RECORD = os.urandom(4096)


def spent_ms(act: Callable[[], object]) -> float:
    """Wall milliseconds of one call."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def raw_append(descriptor: int) -> None:
    """The floor of `put`: 4 KiB and fdatasync."""
    os.write(descriptor, RECORD)
    os.fdatasync(descriptor)


def raw_file(folder: Path, number: int) -> None:
    """The floor of a page: write, fsync, rename, fsync of the folder."""
    part = folder / f"{number}.part"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT)
    os.write(descriptor, PAGE)
    os.fsync(descriptor)
    os.close(descriptor)
    part.rename(folder / str(number))
    directory = os.open(folder, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def measure(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each round: raw append, put, raw file, staged page."""
    times: dict[str, list[float]] = {"append": [], "put": [], "file": [], "page": []}
    raw = folder / "raw"
    raw.mkdir()
    log = os.open(raw / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Store(folder / "store", clock=SystemClock(), limits=SMALL) as store:
        for number in range(rounds):
            draft = store.draft(pages=0)
            times["append"].append(spent_ms(partial(raw_append, log)))
            times["file"].append(spent_ms(partial(raw_file, raw, number)))
            times["page"].append(spent_ms(partial(stage, draft)))
            times["put"].append(spent_ms(partial(store.outbox.put, draft, intake())))
    os.close(log)
    return times


def stage(draft: Draft) -> None:
    """One page of 300 KiB."""
    draft.add_page(PAGE, "image/jpeg", material="m1")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        times = measure(Path(folder), args.rounds)
    p50 = {name: statistics.median(values) for name, values in times.items()}
    result = {
        "rounds": args.rounds,
        "p50_ms": {name: round(value, 3) for name, value in p50.items()},
        "put_to_append": round(p50["put"] / p50["append"], 2),
        "page_to_file": round(p50["page"] / p50["file"], 2),
        "targets": {"put_to_append": 1.5, "page_to_file": 2.5},
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
