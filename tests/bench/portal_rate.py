"""How many submissions a portal takes per second: PostgreSQL and S3 beside SQLite and files.

    python tests/bench/portal_rate.py [--count 10000] [--kills 3] [--json]

Eight clients send the same submissions twice in random order, every tenth with a
page of 30,000 bytes; at scale two workers serve and some are killed on the way.
Afterwards everything must be there exactly once. Servers and clients share the machine.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from portal_engines import engines
from portal_load import (
    judge,
    killing,
    sealed_many,
    send_twice,
    wait_until_concluded,
)
from portal_support import Served, serving

SEED = 20261122
_NAMES = ("portal", "workers", "killed", "submissions", "requests_per_s", "p50_ms", "p99_ms")


def measure(served: Served, count: int, kills: int) -> dict[str, Any]:
    """One portal under load; raises when anything is lost or twice."""
    sealed = sealed_many(served.url, count)
    moments = [2 * count * (number + 1) // (kills + 1) for number in range(kills)]
    sent = send_twice([served.url], sealed, SEED, killing(served, moments, SEED))
    wait_until_concluded(served.folder, within_s=600)
    judge(served.folder, sealed, sent)
    return {
        "submissions": count,
        "requests_per_s": round(2 * count / sent.seconds, 1),
        "p50_ms": round(sent.percentile_ms(0.5), 1),
        "p99_ms": round(sent.percentile_ms(0.99), 1),
    }


@contextmanager
def at_scale(folder: Path) -> Iterator[Served]:
    """Two workers on PostgreSQL (fsync on) and S3."""
    with engines() as found:
        words = ("--database", found.postgres.database(), "--documents", found.s3.bucket())
        with serving(folder, *words, "--workers", "2") as served:
            yield served


def main() -> int:
    """Measure both and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory(prefix="portal-rate-") as name:
        folder = Path(name)
        with serving(folder / "one") as served:
            about = {"portal": "SQLite and files", "workers": 1, "killed": 0}
            results.append(about | measure(served, arguments.count, 0))
        with at_scale(folder / "scale") as served:
            about = {"portal": "PostgreSQL and S3", "workers": 2, "killed": arguments.kills}
            results.append(about | measure(served, arguments.count, arguments.kills))
    if arguments.json:
        sys.stdout.write(json.dumps({"portal_rate": results}) + "\n")
        return 0
    rows: list[list[object]] = [list(_NAMES)]
    rows += [[result[name] for name in _NAMES] for result in results]
    for line in rows:
        sys.stdout.write("  ".join(f"{cell!s:>17}" for cell in line) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
