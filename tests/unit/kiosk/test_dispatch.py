"""Slow work leaves the main thread, and exactly one callback comes back to it."""

import queue
import threading
from collections.abc import Callable

from kiosk.dispatch import ImmediateDispatcher, InOrder, ThreadDispatcher

Posts = queue.SimpleQueue[Callable[[], None]]


def test_a_result_comes_back_through_the_main_thread() -> None:
    posted: Posts = queue.SimpleQueue()
    dispatcher = ThreadDispatcher(posted.put)
    seen: list[object] = []
    dispatcher.in_background(threading.get_ident, seen.append, seen.append)
    posted.get(timeout=5)()
    dispatcher.close()
    assert seen != [threading.get_ident()]
    assert len(seen) == 1


def test_an_exception_comes_back_as_a_value() -> None:
    posted: Posts = queue.SimpleQueue()
    dispatcher = ThreadDispatcher(posted.put)
    seen: list[Exception] = []

    def fail() -> None:
        raise LookupError("gone")

    dispatcher.in_background(fail, lambda _: seen.append(RuntimeError()), seen.append)
    posted.get(timeout=5)()
    dispatcher.close()
    assert [type(each) for each in seen] == [LookupError]


def test_nothing_starts_after_close() -> None:
    posted: Posts = queue.SimpleQueue()
    dispatcher = ThreadDispatcher(posted.put)
    dispatcher.close()
    dispatcher.in_background(lambda: 1, lambda _: None, lambda _: None)
    assert posted.empty()


def test_the_immediate_one_does_the_same_on_the_spot() -> None:
    seen: list[object] = []
    dispatcher = ImmediateDispatcher()
    dispatcher.in_background(lambda: 1, seen.append, seen.append)
    dispatcher.to_main(lambda: seen.append(2))
    dispatcher.in_background(lambda: int("x"), seen.append, lambda e: seen.append(type(e)))
    assert seen == [1, 2, ValueError]


def test_jobs_in_order_never_overtake_each_other_even_after_a_failure() -> None:
    posted: Posts = queue.SimpleQueue()
    dispatcher = ThreadDispatcher(posted.put)
    in_order = InOrder(dispatcher)
    gate = threading.Event()
    seen: list[object] = []

    def slow() -> None:
        gate.wait(5)
        seen.append("slow ran")
        raise LookupError("gone")

    in_order.in_background(slow, seen.append, lambda error: seen.append(type(error)))
    in_order.in_background(lambda: seen.append("quick ran"), lambda _: None, seen.append)
    dispatcher.in_background(gate.set, lambda _: None, seen.append)
    for _ in range(3):
        posted.get(timeout=5)()
    dispatcher.close()

    assert seen == ["slow ran", LookupError, "quick ran"]
