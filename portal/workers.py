"""Several processes behind one port, for a portal whose rows several may write.

Every worker listens with a socket of its own on the same port (`SO_REUSEPORT`), so
the kernel spreads the connections; the parent only keeps the port, starts a worker
again that died, and passes the end on.
"""

import ctypes
import logging
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Final

Announce = Callable[[], None]
Work = Callable[[Announce], None]
_PR_SET_PDEATHSIG: Final = 1
_log = logging.getLogger("portal.workers")


class WorkersError(Exception):
    """A worker does not come up."""


class Workers:
    """The workers of one `portal serve`."""

    def __init__(self, count: int, work: Work) -> None:
        """`work` serves until a signal and calls its argument once it answers."""
        self._count = count
        self._work = work
        self._context = multiprocessing.get_context("fork")
        self._live: dict[int, ForkProcess] = {}
        self._stopping = False

    def run(self, announce: Announce) -> None:
        """Serve until SIGTERM or SIGINT; announces when all workers answer.

        The first one starts alone: it makes what the folder still lacks.

        Raises:
            WorkersError: a worker does not come up.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            for _ in range(self._count):
                self._start()
            if not self._stopping:
                announce()
            while not self._stopping:
                self._watch()
        finally:
            self._end()

    def _start(self) -> None:
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_worker, args=(self._work, sender))
        process.start()
        sender.close()
        self._live[process.sentinel] = process
        with receiver:
            wait([receiver, process.sentinel])
            if not receiver.poll() and not self._stopping:
                raise WorkersError("a worker did not come up")

    def _watch(self) -> None:
        for sentinel in wait(list(self._live)):
            if not isinstance(sentinel, int):
                continue
            process = self._live.pop(sentinel)
            process.join()
            if not self._stopping:
                _log.warning("worker %d ended with %s", process.pid, process.exitcode)
                self._start()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for process in self._live.values():
            process.terminate()

    def _end(self) -> None:
        for process in self._live.values():
            process.terminate()
        for process in self._live.values():
            process.join()


def _worker(work: Work, sender: Connection) -> None:
    # a worker does not outlive a killed parent
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    work(lambda: sender.send_bytes(b"1"))
