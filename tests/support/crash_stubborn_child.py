"""A process that goes on working on a store whose system calls fail now and then.

`crash_stubborn_child.py FOLDER OPERATIONS [--pages]` runs this many operations, puts and
acknowledgements in turn. It says `failed CODE` for each typed error and tries again, as a
terminal does; what it promises is said as in `crash_child.py`. Anything but a typed error
of the store ends it with a traceback.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from crash_child import Stop, Worker, page_of
from store_child import ack_of
from store_support import intake

from offline_cache.documents import Draft
from offline_cache.errors import StoreError
from offline_cache.numbers import uuid7

T = TypeVar("T")


def say(*words: object) -> None:
    """Standard output by a system call that no run breaks."""
    os.writev(1, [(" ".join(str(word) for word in words) + "\n").encode()])


class Stubborn:
    """Tries each act until it succeeds; a drained store is given the chance to recover."""

    def __init__(self, worker: Worker, operations: int) -> None:
        self._worker = worker
        self.left = operations

    def insist(self, act: Callable[[], T]) -> T:
        while True:
            self.left -= 1
            try:
                return act()
            except StoreError as error:
                say("failed", error.failure)
            if self._worker.database.drain_only:
                self._purge()

    def _purge(self) -> None:
        try:
            self._worker.retention.purge()
        except StoreError as error:
            say("failed", error.failure)

    def put(self, pages: int) -> None:
        worker = self._worker
        case = uuid7(worker.database.clock.wall())
        draft: Draft = self.insist(lambda: worker.documents.begin(case, "application", "S1"))
        for ordinal in range(1, pages + 1):
            page = page_of(draft.id, ordinal)
            self.insist(lambda page=page: draft.add_page(page, "image/jpeg", material="m1"))  # type: ignore[misc] # bound now - mypy sees no type for the default
        ticket = self.insist(lambda: worker.outbox.put(draft, intake()))
        say("put", ticket.id, pages)

    def take_over(self) -> None:
        worker = self._worker
        due = self.insist(lambda: worker.outbox.next_due(worker.database.clock.monotonic()))
        if due is not None:
            self.insist(lambda: worker.outbox.mark_received(due.id, ack_of(due)))
            say("acked", due.id)


def open_stubbornly(folder: Path) -> Worker:
    """The start may fail as well."""
    while True:
        try:
            return Worker(folder, Stop("", 0, wait=False), "", 1)
        except StoreError as error:
            say("failed", error.failure)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("operations", type=int)
    parser.add_argument("--pages", action="store_true")
    args = parser.parse_args()
    worker = open_stubbornly(args.folder)
    stubborn = Stubborn(worker, args.operations)
    number = 0
    while stubborn.left > 0:
        stubborn.put(number % 3 if args.pages else 0)
        if number % 2:
            stubborn.take_over()
        number += 1
    worker.database.close()
    say("end")


if __name__ == "__main__":
    main()
