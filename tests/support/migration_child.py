"""Opens a store that an older version left, and is killed at a point on the way.

`migration_child.py FOLDER POINT NTH`: sends SIGKILL to itself when the point is reached for
the n-th time; prints the schema if it never is.
"""

import os
import signal
import sys
from pathlib import Path

from offline_cache.database import Database, Limits


def main(folder: str, point: str, nth: str) -> None:
    left = int(nth)

    def reached(name: str) -> None:
        nonlocal left
        left -= name == point
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    limits = Limits(ballast_bytes=64 * 1024, reserve_bytes=0)
    with Database.open(Path(folder), limits=limits, reached=reached) as database:
        (schema,) = database.read("PRAGMA user_version")[0]
    sys.stdout.write(f"schema {schema}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
