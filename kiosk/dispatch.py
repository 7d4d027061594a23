"""How slow work leaves the main thread and how results come back to it."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")
Call = Callable[[], None]


class Dispatcher(Protocol):
    """The one way between threads; state lives on the main thread."""

    def to_main(self, call: Call) -> None:
        """Run `call` on the main thread soon; order is kept. Any thread may ask."""

    def in_background(
        self,
        job: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Run `job` on a worker thread; exactly one of the callbacks follows on the main thread."""


class ThreadDispatcher:
    """Worker threads plus a way to the main thread that the caller hands in."""

    def __init__(self, to_main: Callable[[Call], None], workers: int = 4) -> None:
        """Prepare.

        Args:
            to_main: posts a call to the main thread; in the terminal one queued Qt signal.
            workers: threads for slow work.
        """
        self._to_main = to_main
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="background")
        self._closed = threading.Event()

    def to_main(self, call: Call) -> None:
        """Post a call to the main thread."""
        self._to_main(call)

    def in_background(
        self,
        job: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Run a job on a worker thread; after `close` nothing is started any more."""

        def run() -> None:
            try:
                value = job()
            except Exception as error:  # noqa: BLE001 - handed to on_error, never swallowed
                fault = error
                self._to_main(lambda: on_error(fault))
            else:
                self._to_main(lambda: on_done(value))

        if not self._closed.is_set():
            self._pool.submit(run)

    def close(self) -> None:
        """Finish what runs and take no more."""
        self._closed.set()
        self._pool.shutdown(wait=True)


class InOrder:
    """Background jobs of one owner, one after the other: a pool lets them overtake each other.

    Main thread only; a job begins once the callback of the one before has returned.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        """Hand the jobs on to a dispatcher."""
        self._dispatcher = dispatcher
        self._waiting: deque[Call] = deque()
        self._busy = False

    def in_background(
        self,
        job: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Run `job` after all jobs before it."""
        self._waiting.append(
            lambda: self._dispatcher.in_background(
                job,
                lambda value: self._ended(lambda: on_done(value)),
                lambda error: self._ended(lambda: on_error(error)),
            )
        )
        self._next()

    def _next(self) -> None:
        if self._waiting and not self._busy:
            self._busy = True
            self._waiting.popleft()()

    def _ended(self, callback: Call) -> None:
        self._busy = False
        try:
            callback()
        finally:
            self._next()


class ImmediateDispatcher:
    """Runs everything at once on the caller's thread: for tests and for commands."""

    def to_main(self, call: Call) -> None:
        """Run the call now."""
        call()

    def in_background(
        self,
        job: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Run the job now, then its callback."""
        try:
            value = job()
        except Exception as error:  # noqa: BLE001 - handed to on_error, never swallowed
            on_error(error)
        else:
            on_done(value)
