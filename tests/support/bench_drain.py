"""Emptying an outbox: ours, and a bare loop of `requests` that makes the very same calls."""

import base64
import hashlib
import random
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import requests
from portal_support import content_digest
from store_support import Store, intake
from sync_support import TERMINAL, open_store

from kiosk.sync.client import PATCH_LIMIT, PortalClient
from kiosk.sync.ports import Engine, Reports
from kiosk.sync.sender import Sender
from offline_cache.records import Submission

PAGE = random.Random(7).randbytes(300 * 1024)


@dataclass(frozen=True, slots=True)
class Drained:
    """One emptied backlog."""

    name: str
    items: int
    seconds: float
    cpu_ms: float

    @property
    def per_s(self) -> float:
        """Submissions a second."""
        return self.items / self.seconds


def fill(store: Store, items: int, pages: int) -> None:
    """Seal submissions with pages of 300 KiB."""
    for _ in range(items):
        draft = store.draft(pages=0)
        for _ in range(pages):
            draft.add_page(PAGE, "image/jpeg", material="m1")
        store.outbox.put(draft, intake())


def ours(folder: Path, url: str, items: int, pages: int) -> Drained:
    """The real sender over a real store, on one thread and one connection."""
    with open_store(folder, url) as store:
        fill(store, items, pages)
        client = PortalClient(url, TERMINAL)
        client.get_time()
        drained = send_all(store, client, items, random.Random(1))
        client.close()
    return drained


def send_all(store: Store, client: PortalClient, items: int, chance: random.Random) -> Drained:
    """Step the sender until everything is acknowledged."""
    received: set[str] = set()
    failed = threading.Event()
    reports = Reports(lambda ack: received.add(ack.id), lambda *_: failed.set(), lambda _: None)
    engine = Engine(time.monotonic, chance.random)
    sender = Sender((store.outbox, store.documents), client, reports, engine)
    started, cpu = time.perf_counter(), time.thread_time()
    while len(received) < items and not failed.is_set():
        sender.step(time.monotonic())
    took_s, cpu_s = time.perf_counter() - started, time.thread_time() - cpu
    if failed.is_set():
        raise RuntimeError("an alarm came up while draining")
    return Drained("Quanban, store and checks included", items, took_s, cpu_s / items * 1000)


def bare(folder: Path, url: str, items: int, pages: int) -> Drained:
    """The same requests with the same bytes, made as short as `requests` allows."""
    with open_store(folder, url) as store:
        fill(store, items, pages)
        waiting = waiting_in(store)
        contents = {
            page.id: store.documents.read_sealed(page) for one in waiting for page in one.documents
        }
    session = bare_session(url)
    started, cpu = time.perf_counter(), time.thread_time()
    for one in waiting:
        send_bare(session, url, one, contents)
    took_s, cpu_s = time.perf_counter() - started, time.thread_time() - cpu
    session.close()
    return Drained("requests, the same calls alone", items, took_s, cpu_s / items * 1000)


def bare_session(url: str) -> requests.Session:
    """One that is connected, without the environment's proxies."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Terminal-Id"] = TERMINAL
    session.get(f"{url}/v1/time", timeout=20)
    return session


def waiting_in(store: Store) -> list[Submission]:
    """Everything that is due, in its order."""
    found: list[Submission] = []
    while (due := store.next_due(*(one.id for one in found))) is not None:
        found.append(due)
    return found


def send_bare(
    session: requests.Session, url: str, one: Submission, contents: dict[str, bytes]
) -> None:
    """The calls that one submission takes."""
    tus = {"Tus-Resumable": "1.0.0"}
    for page in one.documents:
        names = {
            "submission": one.id,
            "ordinal": str(page.ordinal),
            "sha256": page.sha256_sealed,
            "filetype": page.media_type,
        }
        told = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in names.items()
        )
        announced = {**tus, "Upload-Length": str(page.size_sealed), "Upload-Metadata": told}
        path = session.post(f"{url}/v1/uploads", headers=announced, timeout=20).headers["Location"]
        place = path if path.startswith("http") else url + path
        _append(session, place, contents[page.id], tus)
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": f'"{one.id}"',
        "Content-Digest": content_digest(one.body),
    }
    answer = session.put(f"{url}/v1/submissions/{one.id}", one.body, headers=headers, timeout=20)
    answer.raise_for_status()
    if answer.json()["sha256"] != hashlib.sha256(one.body).hexdigest():
        raise RuntimeError("no acknowledgement")


def _append(session: requests.Session, place: str, content: bytes, tus: dict[str, str]) -> None:
    for start in range(0, len(content), PATCH_LIMIT):
        chunk = content[start : start + PATCH_LIMIT]
        headers = {
            **tus,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(start),
            "Content-Digest": content_digest(chunk),
        }
        session.patch(place, chunk, headers=headers, timeout=20).raise_for_status()
