"""A terminal's store and uploader until it is killed; what it says is a promise.

`crash_sync_child.py FOLDER URL KEY --puts N [--die-at POINT --nth N] [--drain]` puts N
submissions, each case an application and up to two corrections, with 0 to 3 pages, while
the uploader sends. It says `put ID PAGES` and `acked ID`; with `--drain` it ends once
everything is acknowledged, else it works until it is killed.
"""

import argparse
import random
import threading
from pathlib import Path

from crash_child import LIMITS, Stop, page_of
from store_child import say
from store_support import Store, intake
from sync_support import QUICK, Heard

from kiosk.sync.client import PortalClient
from kiosk.sync.uploader import Uploader
from offline_cache.clock import SystemClock
from offline_cache.numbers import uuid7
from offline_cache.records import Ack
from offline_cache.sealing import PortalKey


def put_case(store: Store, chance: random.Random) -> int:
    """An application and its corrections; returns how many submissions that are."""
    case, turns = uuid7(store.clock.wall()), 1 + chance.randrange(3)
    for turn in range(turns):
        kind = "correction" if turn else "application"
        draft = store.documents.begin(case, kind, "S1")
        pages = chance.randrange(4)
        for ordinal in range(1, pages + 1):
            draft.add_page(page_of(draft.id, ordinal), "image/jpeg", material="m1")
        say("put", store.outbox.put(draft, intake(kind=kind)).id, pages)
    return turns


def portal_key_of(text: str) -> PortalKey:
    name, _, public = text.partition(":")
    return PortalKey(name, bytes.fromhex(public))


def acked(ack: Ack) -> None:
    say("acked", ack.id)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("key")
    parser.add_argument("--puts", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--die-at", default="")
    parser.add_argument("--nth", type=int, default=1)
    parser.add_argument("--drain", action="store_true")
    args = parser.parse_args()
    chance, heard = random.Random(args.seed), Heard()
    with Store(
        args.folder, clock=SystemClock(), limits=LIMITS, key=portal_key_of(args.key)
    ) as store:
        client = PortalClient(args.url, "SH-000001", limits=QUICK)
        uploader = Uploader(
            store.outbox,
            store.documents,
            client,
            on_ack=acked,
            on_alarm=heard.on_alarm,
            reached=Stop(args.die_at, args.nth, wait=False),
        )
        uploader.start()
        say("open")
        left = args.puts
        while left > 0:
            left -= put_case(store, chance)
        pause = threading.Event()
        while not args.drain or any(row.receipt_no is None for row in store.outbox.rows()):
            pause.wait(0.05)
        uploader.stop()
        client.close()
    say("end")


if __name__ == "__main__":
    main()
