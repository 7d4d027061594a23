"""A terminal's store and uploader in a process whose wall clock somebody turns.

`crash_clock_child.py FOLDER URL KEY` puts six submissions of three cases (none if there
are some already) and sends them. It says `wall YEAR` when the year changes, `acked ID`,
`tried N` with the attempts so far, `late ID` for what waits longer than the cap, and
`state ID STATE` for a state that no clock may bring about. It ends once everything is
acknowledged.
"""

import argparse
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from store_child import say
from store_support import SMALL, Store
from sync_support import QUICK, Heard

from kiosk.sync.client import PortalClient
from kiosk.sync.retry import CAP_S
from kiosk.sync.uploader import Uploader
from offline_cache.clock import SystemClock
from offline_cache.numbers import uuid7
from offline_cache.sealing import PortalKey

USUAL = {"SEALED", "ACKED"}


class WallScheduled(SystemClock):
    """The broken build: what is due counts on the wall clock."""

    def monotonic(self) -> float:
        return time.time()


class Course:
    """What happens, and what is said of it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._year = 0
        self._tried = -1
        self._said: set[str] = set()

    def look(self) -> bool:
        """Say what is new; True once everything is acknowledged."""
        year = datetime.fromtimestamp(self._store.clock.wall(), UTC).year
        if year != self._year:
            self._year = year
            say("wall", year)
        rows = self._store.outbox.rows()
        tried = sum(row.attempts for row in rows)
        if tried != self._tried:
            self._tried = tried
            say("tried", tried)
        states = {row.id: row.state.value for row in rows}
        for name, state in states.items():
            if state not in USUAL:
                self._once("state", name, state)
            if state == "ACKED":
                self._once("acked", name)
            elif self._is_late(name):
                self._once("late", name)
        return set(states.values()) <= {"ACKED"}

    def _once(self, *words: str) -> None:
        line = " ".join(words)
        if line not in self._said:
            self._said.add(line)
            say(line)

    def _is_late(self, name: str) -> bool:
        due = self._store.outbox._schedule.due_of(name)
        return due is not None and due - self._store.clock.monotonic() > CAP_S


def put_six(store: Store) -> None:
    for _ in range(3):
        case = uuid7(store.clock.wall())
        for kind in ("application", "correction"):
            store.put(pages=1, case_id=case, kind=kind)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("key")
    parser.add_argument("--broken", choices=("", "wall"), default="")
    args = parser.parse_args()
    clock = WallScheduled() if args.broken else SystemClock()
    name, _, public = args.key.partition(":")
    key = PortalKey(name, bytes.fromhex(public))
    heard = Heard()
    with Store(args.folder, clock=clock, limits=SMALL, key=key) as store:
        if not store.outbox.rows():
            put_six(store)
        client = PortalClient(args.url, "SH-000001", limits=QUICK)
        uploader = Uploader(
            store.outbox,
            store.documents,
            client,
            on_ack=heard.on_ack,
            on_alarm=heard.on_alarm,
            clock=clock.monotonic,
        )
        uploader.start()
        pause, course = threading.Event(), Course(store)
        while not course.look():
            pause.wait(0.02)
        uploader.stop()
        client.close()
    say("end")


if __name__ == "__main__":
    main()
