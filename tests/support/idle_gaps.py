"""How late a process is woken that does nothing else: what the machine itself costs a beat.

As a program it beats each 10 ms until standard input ends, then writes its worst gap.
"""

import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_BEAT_S = 0.01


class Idle:
    """The worst gap of the idle process in ms, once the block ended."""

    worst_ms = 0.0


@contextmanager
def beside() -> Iterator[Idle]:
    """Let the idle process beat while the block runs."""
    idle = Idle()
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield idle
        finally:
            idle.worst_ms = float(process.communicate()[0])


def _worst_ms() -> float:
    worst, last = 0.0, time.monotonic()
    while not select.select([sys.stdin], [], [], _BEAT_S)[0]:
        now = time.monotonic()
        worst, last = max(worst, now - last - _BEAT_S), now
    return worst * 1000


if __name__ == "__main__":
    sys.stdout.write(str(_worst_ms()))
