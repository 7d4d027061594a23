"""A process that works on a store until it is killed; every line it says is a promise.

Each round puts one submission of 0 to 3 pages, every third a correction of the case
before it. With `--work all` the oldest one is then taken over as an honest portal would,
its receipt is printed, the case is rated, and now and then what is done is purged.

`--die-at` and `--wait-at` name a crash point of the product, or one of the database's file
system (`crash_vfs.py`); at the n-th time the process kills itself, or says `at POINT` and
stands still. `--broken` makes a build that a suite must catch.
"""

import argparse
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from crash_vfs import PointedVfs
from store_child import ack_of, say
from store_support import IDENTITY, PORTAL_KEY, intake

from offline_cache.clock import SystemClock
from offline_cache.content import Content
from offline_cache.database import Database, Limits
from offline_cache.documents import Documents
from offline_cache.errors import NoRoomError, StoreError
from offline_cache.export import Exporter
from offline_cache.numbers import uuid7
from offline_cache.outbox import Outbox
from offline_cache.print_journal import PrintJournal
from offline_cache.records import PrintState, State
from offline_cache.retention import Retention

LIMITS = Limits(ballast_bytes=512 * 1024, reserve_bytes=0, queue_items=1_000_000, quota_share=1.0)
RATING = {"schema": 1, "level": 5, "channel": "KIOSK"}


def page_of(submission_id: str, ordinal: int) -> bytes:
    """The plain page: whoever knows the id can tell what it must hold."""
    marker = f"MARKER-PAGE {submission_id} {ordinal};".encode()
    return marker * (1 + int(submission_id[-3:], 16) % 700)


class Stop:
    """What happens when a crash point is reached for the n-th time."""

    def __init__(self, point: str, nth: int, *, wait: bool) -> None:
        self.point = point
        self._left = nth
        self._wait = wait

    def __call__(self, point: str) -> None:
        if point != self.point:
            return
        self._left -= 1
        if self._left:
            return
        if not self._wait:
            os.kill(os.getpid(), signal.SIGKILL)
        say("at", point)
        sys.stdin.read()


class UnsyncedDocuments(Documents):
    """The broken build: pages are written and never waited for."""

    def stage(self, document_id: str, sealed: bytes, *then: Callable[[], None]) -> None:
        self.path(document_id).write_bytes(sealed)
        for each in then:
            each()


class Worker:
    """One store and the rounds on it."""

    def __init__(self, folder: Path, stop: Callable[[str], None], broken: str, seed: int) -> None:
        pages = UnsyncedDocuments if broken == "no-fsync" else Documents
        self.chance = random.Random(seed)
        self.database = Database.open(folder, limits=LIMITS, reached=stop, clock=SystemClock())
        if broken == "normal":
            self.database.read("PRAGMA synchronous=NORMAL")
        try:
            self._begin(pages)
        except BaseException:
            self.database.close()
            raise
        self.case_id = ""
        self.turn = 0
        self.stick: Path | None = None

    def _begin(self, pages: type[Documents]) -> None:
        self.documents = pages(self.database)
        self.documents.recover()
        self.journal = PrintJournal(self.database)
        self.outbox = Outbox(self.database, self.documents, IDENTITY, lambda: PORTAL_KEY)
        self.retention = Retention(self.database, self.documents)
        self.content = Content(self.database)

    def round(self, number: int, work: str) -> None:
        """One submission, and what becomes of another."""
        self.put()
        if self.stick is not None:
            self.export(self.stick)
        if work == "puts":
            return
        if number % 4 == 3:
            say("message", self.outbox.put_message("evaluation", self.case_id, RATING))
        for _ in range(2):
            self.take_over()
        if number % 3 == 1:
            self.take_back()
        if number % 3 == 2:
            say("purged", self.retention.purge())
            self.keep_pack()

    def put(self) -> str:
        if self.turn % 3 == 0:
            self.case_id, self.turn = uuid7(self.database.clock.wall()), 0
        kind = "correction" if self.turn else "application"
        draft = self.documents.begin(self.case_id, kind, "S1")
        pages = self.chance.randrange(4)
        for ordinal in range(1, pages + 1):
            draft.add_page(page_of(draft.id, ordinal), "image/jpeg", material="m1")
        ticket = self.outbox.put(draft, intake(kind=kind))
        self.turn += 1
        say("put", ticket.id, pages)
        return ticket.id

    def take_back(self) -> None:
        """The resident changes their mind, and the portal confirms it."""
        name = self.put()
        self.turn = 0
        self.outbox.withdraw(name, "demo", "changed their mind")
        say("withdrawing", name)
        self.outbox.mark_withdrawn(name)
        say("withdrawn", name)

    def keep_pack(self) -> None:
        """The next edition of a pack; the one before may be of an earlier life."""
        before = self.content.pack("items")
        edition = before.version + 1 if before else 1
        self.content.keep("items", edition, f"edition {edition}".encode())
        say("kept", edition)

    def export(self, folder: Path) -> None:
        """Staff carry the queue away; what has the final name is whole."""
        folder.mkdir(exist_ok=True)
        Exporter(self.database, "SH-000001").write(folder)
        say("exported")

    def take_over(self) -> None:
        due = self.outbox.next_due(self.database.clock.monotonic())
        if due is None:
            return
        if due.state is State.WITHDRAWING:
            self.outbox.mark_withdrawn(due.id)
            say("withdrawn", due.id)
            return
        self.outbox.mark_received(due.id, ack_of(due))
        say("acked", due.id)
        if due.kind == "evaluation":
            return
        self.journal.queue(f"job-{due.id}", due.id, "receipt")
        self.journal.sending(f"job-{due.id}", "printer-1")
        self.journal.settle(f"job-{due.id}", PrintState.PRINTED, "A")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", choices=("puts", "all"), default="all")
    parser.add_argument("--die-at", default="")
    parser.add_argument("--wait-at", default="")
    parser.add_argument("--nth", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--export", type=Path)
    parser.add_argument("--broken", choices=("", "normal", "no-fsync"), default="")
    args = parser.parse_args()
    stop = Stop(args.die_at or args.wait_at, args.nth, wait=bool(args.wait_at))
    # SQLite's own calls are looked at only where they matter: it costs time
    files = PointedVfs(stop) if stop.point.startswith("vfs.") else None
    try:
        worker = Worker(args.folder, stop, args.broken, args.seed)
        worker.stick = args.export
        say("open")
        for number in range(args.rounds):
            worker.round(number, args.work)
        worker.database.close()
    except NoRoomError as error:
        say("stopped", error.why)
    except StoreError as error:
        say("stopped", error.failure, error)
    finally:
        if files is not None:
            files.unregister()


if __name__ == "__main__":
    main()
