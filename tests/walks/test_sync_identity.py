"""Who the terminal is: a submission over mutual TLS and over signatures, and a refused terminal."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from portal_support import listed, serving
from store_support import Store
from sync_support import QUICK, Heard
from tls_support import Papers, papers_for, run_portal

from devices.errors import FailureCode
from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Unreachable
from kiosk.sync.sealing_keys import SealingKeys
from kiosk.sync.uploader import Uploader
from offline_cache.clock import SystemClock


@contextmanager
def uploading_as(store: Store, client: PortalClient) -> Iterator[Heard]:
    """A running uploader with that client."""
    heard = Heard()
    uploader = Uploader(
        store.outbox,
        store.documents,
        client,
        on_ack=heard.on_ack,
        on_alarm=heard.on_alarm,
        on_online=heard.on_online,
        chance=lambda: 0.1,
    )
    uploader.start()
    try:
        yield heard
    finally:
        uploader.stop()
        client.close()


def sealed_store(folder: Path, portal: Path) -> Store:
    """A store that seals to the key that the portal wrote beside itself."""
    key = SealingKeys(folder, portal / "sealing.pub").current()
    return Store(folder / "store", clock=SystemClock(), key=key)


def shown(url: str, papers: Papers) -> PortalClient:
    return PortalClient(
        url, papers.terminal, ca=papers.ca, cert=(papers.cert, papers.key), limits=QUICK
    )


@pytest.mark.slow
@pytest.mark.expects_log
@pytest.mark.parametrize("way", ["certificate", "signature"])
def test_a_submission_with_a_page_arrives_and_a_revoked_terminal_keeps_what_it_has(
    tmp_path: Path, way: str
) -> None:
    folder = tmp_path / "portal"
    papers = papers_for(folder, "SH-000001")
    flags = ("--tls", str(folder)) if way == "certificate" else ()
    with serving(folder, *flags) as portal, sealed_store(tmp_path, folder) as store:
        signing = PortalClient(portal.url, papers.terminal, signing_key=papers.key, limits=QUICK)
        client = shown(portal.url, papers) if way == "certificate" else signing
        with uploading_as(store, client) as heard:
            one = store.put(pages=1).id
            assert heard.wait(lambda: one in heard.ids(), 60.0)
            run_portal("certificates", "revoke", papers.terminal, "--dir", str(folder))
            later = store.put(pages=0).id
            assert heard.wait(lambda: FailureCode.PORTAL_PAUSED in heard.codes(), 60.0)
        row = store.outbox.row(later)
        signing.close()
    assert (row.state.value, row.attempts) == ("SEALED", 0)
    assert [(line["id"], line["terminal"]) for line in listed(folder)] == [(one, "SH-000001")]


@contextmanager
def closing_after_the_handshake(folder: Path) -> Iterator[str]:
    """A TLS server of the portal's own authority that never says a word."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls" / "server.pem", folder / "tls" / "server.key")
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)

        def serve() -> None:
            while not stop.is_set():
                try:
                    opened, _ = server.accept()
                    with context.wrap_socket(opened, server_side=True) as tls:
                        tls.recv(65536)
                except (TimeoutError, OSError):
                    continue

        thread = threading.Thread(target=serve, name="mute")
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.getsockname()[1]}"
        finally:
            stop.set()
            thread.join(10)


@pytest.mark.slow
def test_three_connections_without_a_word_under_tls_count_as_a_refused_certificate(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "portal"
    papers = papers_for(folder, "SH-000001")
    with serving(folder, "--tls", str(folder)):
        pass  # its first start makes the server's certificate
    with closing_after_the_handshake(folder) as url:
        client = shown(url, papers)
        told = [client.get_time() for _ in range(4)]
        client.close()
    refused = [isinstance(one, Unreachable) and one.certificate for one in told]
    assert refused == [False, False, True, True]
