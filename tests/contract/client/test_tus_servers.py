"""Our upload client against foreign servers and our own, over a line that cuts."""

import contextlib
import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cutting_line import Crossed, CuttingLine
from judge_support import tus_server
from portal_support import serving
from store_support import Store, intake

from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered, Outcome, UploadState
from kiosk.sync.retry import Retry
from kiosk.sync.uploads import Note, PageSender

PAGE_BYTES = 300 * 1024
CUTS = 10
TURNS = 200
"""Turns of the uploader that one submission may take; far more than the cuts ask for."""

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Peer:
    """A server.

    Attributes:
        script: how it is started; empty for our own portal.
        keeps: it keeps what arrived of a cut PATCH.
        streams: what arrived is in its file before the PATCH ends.
    """

    name: str
    script: str
    keeps: bool = True
    streams: bool = False


PEERS = [
    Peer("the tus project's server", "tus_server.mjs", streams=True),
    Peer("tussi", "tussi_server.py", keeps=False),
    Peer("tuspyserver", "tuspyserver_server.py", streams=True),
    Peer("our portal", ""),
]


@contextmanager
def listening(peer: Peer, folder: Path) -> Iterator[str]:
    folder.mkdir()
    if peer.script:
        with tus_server(peer.script, folder) as url:
            yield url
    else:
        with serving(folder) as served:
            yield served.url


def filled(folder: Path, pages: int) -> Store:
    store = Store(folder)
    chance = random.Random(11)
    draft = store.documents.begin("0190a5c8-7b1e-7c3d-9e2f-0000000000aa", "application", "S1")
    for _ in range(pages):
        draft.add_page(chance.randbytes(PAGE_BYTES), "image/jpeg", material="m1")
    store.outbox.put(draft, intake())
    return store


def send_all(store: Store, client: PortalClient) -> set[str]:
    """Send every page as the uploader would, without its waits; digests of what was sent."""
    sender = PageSender(
        store.outbox, store.documents, client, lambda: 0.0, lambda _: None, lambda _: None
    )
    note = Note()
    try:
        for _ in range(TURNS * 100):
            submission = store.next_due()
            assert submission is not None
            verdict = sender.send(submission.documents, note, lambda: False)
            if verdict is None:
                return {document.sha256_sealed for document in submission.documents}
            assert isinstance(verdict, Retry), verdict
    finally:
        client.close()
    raise AssertionError("the pages never arrived")


def digests(folder: Path) -> set[str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def stored(folder: Path) -> int:
    """Bytes of all files; one may go away while they are counted."""
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += file.stat().st_size if file.is_file() else 0
    return total


def upload(
    peer: Peer, folder: Path, pages: int, client_type: type[PortalClient] = PortalClient
) -> Crossed:
    with (
        listening(peer, folder / "server") as url,
        filled(folder / "store", pages) as store,
        CuttingLine(
            url,
            CUTS,
            2 * PAGE_BYTES // (CUTS + 1),
            seed=7,
            kept=(lambda: stored(folder / "server")) if peer.streams else None,
        ) as line,
    ):
        sent = send_all(store, client_type(line.url, "SH-000001"))
        assert len(sent) == pages
        assert sent <= digests(folder / "server")
    assert sum(line.crossed.cuts.values()) >= pages * CUTS
    assert line.crossed.patched >= pages * PAGE_BYTES
    if peer.keeps:
        assert line.crossed.patched <= 1.5 * pages * PAGE_BYTES
    return line.crossed


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_pages_arrive_whole_over_a_line_that_cuts_each_ten_times(
    peer: Peer, tmp_path: Path
) -> None:
    crossed = upload(peer, tmp_path, 5)
    assert crossed.cuts.total() == 50


class Trusting(PortalClient):
    """The negative control: takes what it sent for what arrived."""

    sent = 0

    def append_upload(self, path: str, offset: int, chunk: bytes) -> Outcome[int]:
        """Send, and believe that it arrived."""
        self.sent = offset + len(chunk)
        return super().append_upload(path, offset, chunk)

    def ask_upload(self, path: str) -> Outcome[UploadState]:
        """Tell what was sent, whatever the server holds."""
        outcome = super().ask_upload(path)
        if isinstance(outcome, Answered):
            return Answered(UploadState(self.sent, outcome.value.length))
        return outcome


def test_a_client_that_takes_sent_for_arrived_would_be_found_out(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        upload(PEERS[-1], tmp_path, 1, Trusting)


@pytest.mark.deep
@pytest.mark.timeout(900)
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_hundred_pages_arrive_whole_over_a_line_that_cuts_each_ten_times(
    peer: Peer, tmp_path: Path
) -> None:
    crossed = upload(peer, tmp_path, 100)
    assert crossed.cuts.total() == 1000
