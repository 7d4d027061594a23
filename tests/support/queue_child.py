"""A terminal's process as the queue commands meet it: it holds the store and goes on putting.

`queue_child.py FOLDER [POINT]`: prints the id of each submission once it is put, one for
each line that comes on its standard input. With a point it exports below FOLDER/stick and
is killed when that is reached.
"""

import os
import signal
import sys
from pathlib import Path

from store_support import SMALL, Store

from offline_cache.clock import SystemClock
from offline_cache.database import Database
from offline_cache.export import Exporter


def go_on(folder: Path) -> None:
    """Put until the input ends."""
    with Store(folder / "store", clock=SystemClock()) as store:
        for _line in sys.stdin:
            sys.stdout.write(store.put().id + "\n")
            sys.stdout.flush()
            store.retention.purge()


def die_exporting(folder: Path, point: str) -> None:
    """Export, and be killed on the way."""

    def reached(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    with Database.open(folder / "store", limits=SMALL, reached=reached) as database:
        Exporter(database, "SH-000001").write(folder / "stick")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        die_exporting(Path(sys.argv[1]), sys.argv[2])
    else:
        go_on(Path(sys.argv[1]))
