"""A process that works on a store until it is killed; every line it prints is a promise.

`store_child.py FOLDER [--die-at POINT --nth N] [--rounds N] [--normal] [--full]`

Each round puts one submission of one page, then takes the oldest one over as the portal
would, prints its receipt and purges. It prints `put ID`, `acked ID` and `purged N` only
after the store has returned.
"""

import argparse
import dataclasses
import os
import resource
import signal
import sys
from pathlib import Path

from store_support import IDENTITY, PAGE, PORTAL_KEY, intake

from offline_cache.clock import SystemClock
from offline_cache.database import Database, Limits
from offline_cache.documents import Documents
from offline_cache.errors import StoreError
from offline_cache.numbers import uuid7
from offline_cache.outbox import Outbox
from offline_cache.print_journal import PrintJournal
from offline_cache.records import Ack, PrintState, Stage, Submission
from offline_cache.retention import Retention


class Killer:
    """Sends SIGKILL to its own process when a point is reached for the n-th time."""

    def __init__(self, point: str, nth: int) -> None:
        self._point = point
        self._left = nth

    def __call__(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Worker:
    """One store and the rounds on it."""

    def __init__(self, folder: Path, killer: Killer) -> None:
        limits = Limits(ballast_bytes=512 * 1024, reserve_bytes=0, quota_share=1.0)
        self.database = Database.open(folder, limits=limits, reached=killer, clock=SystemClock())
        self.documents = Documents(self.database)
        self.documents.recover()
        self.journal = PrintJournal(self.database)
        self.outbox = Outbox(self.database, self.documents, IDENTITY, lambda: PORTAL_KEY)
        self.retention = Retention(self.database, self.documents)

    def put(self, pages: int = 1) -> None:
        draft = self.documents.begin(uuid7(self.database.clock.wall()), "application", "S1")
        for _ in range(pages):
            draft.add_page(PAGE, "image/jpeg", material="m1")
        say("put", self.outbox.put(draft, intake()).id)

    def take_over(self) -> None:
        due = self.outbox.next_due(self.database.clock.monotonic())
        if due is None:
            return
        self.acknowledge(due)
        self.journal.queue(f"job-{due.id}", due.id, "receipt")
        self.journal.sending(f"job-{due.id}", "printer-1")
        self.journal.settle(f"job-{due.id}", PrintState.PRINTED, "A")

    def acknowledge(self, due: Submission) -> None:
        self.outbox.mark_received(due.id, ack_of(due))
        say("acked", due.id)

    def acknowledge_all(self) -> None:
        """What the sender does without a network between."""
        while (due := self.outbox.next_due(self.database.clock.monotonic())) is not None:
            self.acknowledge(due)

    def purge_all(self) -> None:
        """As a day later, so that no receipt needs a printer."""
        self.database.limits = dataclasses.replace(self.database.limits, keep_s=0.0)
        say("purged", self.retention.purge())


def ack_of(due: Submission) -> Ack:
    """What an honest portal answers; the receipt number comes from the id alone."""
    return Ack(
        id=due.id,
        sha256=due.body_sha256,
        receipt_no=f"R-{due.id[-12:].upper()}",
        received_at="2026-11-22T10:00:00+08:00",
        case_id=due.case_id,
        case_seq=due.case_seq,
        stage=Stage.RECEIVED,
    )


def say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def fill_up(worker: Worker) -> None:
    """Put until the disk is full, then show that acknowledgements can still be recorded."""
    try:
        while True:
            worker.put()
    except StoreError as error:
        say("stopped", error.failure)
    while worker.outbox.next_due(worker.database.clock.monotonic()) is not None:
        worker.take_over()
    say("purged", worker.retention.purge())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--die-at", default="")
    parser.add_argument("--nth", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1_000_000)
    parser.add_argument("--normal", action="store_true")
    parser.add_argument("--puts-only", action="store_true")
    parser.add_argument("--pages", type=int, default=1)
    parser.add_argument("--then-ack", action="store_true")
    parser.add_argument("--then-purge", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--file-size", type=int, default=0)
    args = parser.parse_args()
    if args.file_size:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (args.file_size, args.file_size))
    worker = Worker(args.folder, Killer(args.die_at, args.nth))
    if args.normal:
        worker.database.read("PRAGMA synchronous=NORMAL")
    say("open")
    if args.full:
        fill_up(worker)
        return
    for _ in range(args.rounds):
        worker.put(args.pages)
        if not args.puts_only:
            worker.take_over()
            say("purged", worker.retention.purge())
    if args.then_ack:
        worker.acknowledge_all()
    if args.then_purge:
        worker.purge_all()
    worker.database.close()


if __name__ == "__main__":
    main()
