"""What one submission of 4 KiB costs the uploader's processor, beside bare `requests`.

The portal is a canned one in a process of its own: with the real one each request waits so
long that other programs empty the processor's caches, and both sides pay for that.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bench_drain import Drained, bare_session, fill, send_all, send_bare, waiting_in
from canned_portal import CannedPortal, Seen, answer
from scripted_portal import ack_for
from store_support import Store
from sync_support import TERMINAL

from kiosk.sync.client import PortalClient
from offline_cache.clock import SystemClock

_NOW = json.dumps({"now": "2026-11-22T01:02:03Z", "zone": "Asia/Shanghai"}).encode()


def serve() -> None:
    """Acknowledge every submission until standard input ends."""

    def play(seen: Seen) -> bytes:
        if seen.method != "PUT":
            return answer(_NOW)
        ack = ack_for(seen.path.rpartition("/")[2], seen.body)
        return answer(json.dumps(asdict(ack)).encode(), status=201)

    with CannedPortal(play) as portal:
        sys.stdout.write(portal.url + "\n")
        sys.stdout.flush()
        sys.stdin.read()


@contextmanager
def acknowledging() -> Iterator[str]:
    """The canned portal's address until the block ends."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.stdin.close()


def cost(items: int, rounds: int) -> list[tuple[Drained, Drained]]:
    """The sender with its store, and the bare loop; the same submissions, in turns."""
    done = []
    with acknowledging() as url:
        for _ in range(rounds):
            with (
                tempfile.TemporaryDirectory() as scratch,
                Store(Path(scratch), clock=SystemClock()) as store,
            ):
                fill(store, items, 0)
                done.append((_bare(store, url), _ours(store, url))[::-1])
    return done


def _bare(store: Store, url: str) -> Drained:
    waiting = waiting_in(store)
    session = bare_session(url)
    started, cpu = time.perf_counter(), time.thread_time()
    for one in waiting:
        send_bare(session, url, one, {})
    took_s, cpu_s = time.perf_counter() - started, time.thread_time() - cpu
    session.close()
    return Drained("requests", len(waiting), took_s, cpu_s / len(waiting) * 1000)


def _ours(store: Store, url: str) -> Drained:
    items = len(waiting_in(store))
    client = PortalClient(url, TERMINAL)
    client.get_time()
    try:
        return send_all(store, client, items, random.Random(1))
    finally:
        client.close()


if __name__ == "__main__":
    serve()
