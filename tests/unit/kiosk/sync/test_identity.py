"""Certificates that cannot be used: a value with its setting, never a dead uploader."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from canned_portal import CannedPortal, Seen, answer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from scripted_portal import ack_for
from store_support import Store
from sync_support import TERMINAL, Heard

from devices.errors import FailureCode
from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered, Outcome, PortalNow, Unreachable
from kiosk.sync.uploader import Uploader
from offline_cache.clock import SystemClock

_END = datetime(2036, 1, 1, tzinfo=UTC)
NOW = answer(json.dumps({"now": "2026-11-22T01:02:03Z", "zone": "Asia/Shanghai"}).encode())


def authority(path: Path) -> Path:
    """A file with a certificate of an invented authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Demo authority")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, _END)
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return path


def locked_key(path: Path) -> Path:
    """A key that asks for a word nobody can type at a terminal."""
    key = ec.generate_private_key(ec.SECP256R1())
    words = BestAvailableEncryption(b"demo")
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, words))
    return path


def asked(
    url: str, ca: Path | None = None, cert: tuple[Path, Path] | None = None
) -> Outcome[PortalNow]:
    client = PortalClient(url, TERMINAL, ca=ca, cert=cert)
    try:
        return client.get_time()
    finally:
        client.close()


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_an_authority_that_cannot_be_used_is_a_fault_of_the_settings(
    tmp_path: Path, content: str | None
) -> None:
    ca = tmp_path / "ca.pem"
    if content is not None:
        ca.write_text(content)
    outcome = asked("https://127.0.0.1:9", ca)
    assert isinstance(outcome, Unreachable)
    assert outcome.failure is FailureCode.SETTING_INVALID
    assert outcome.detail.startswith("portal.ca: ")
    assert str(tmp_path) not in outcome.detail


def test_a_certificate_or_key_that_cannot_be_used_is_one_too(tmp_path: Path) -> None:
    ca = authority(tmp_path / "ca.pem")
    nothing = tmp_path / "none.pem"
    locked = locked_key(tmp_path / "locked.key")
    for pair in ((nothing, nothing), (ca, nothing), (ca, locked)):
        outcome = asked("https://127.0.0.1:9", ca, pair)
        assert isinstance(outcome, Unreachable)
        assert outcome.failure is FailureCode.SETTING_INVALID
        assert "portal.key" in outcome.detail


def test_the_next_request_looks_at_the_files_again(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"

    def play(_: Seen) -> bytes:
        return NOW

    with CannedPortal(play) as portal:
        client = PortalClient(portal.url, TERMINAL, ca=ca)
        before = client.get_time()
        authority(ca)
        after = client.get_time()
        client.close()
    assert isinstance(before, Unreachable)
    assert isinstance(after, Answered)


def receive(seen: Seen) -> bytes:
    """Answer as the portal does when all is well."""
    if seen.method != "PUT":
        return NOW
    ack = ack_for(seen.path.rpartition("/")[2], seen.body)
    return answer(json.dumps(asdict(ack), default=str).encode(), status=201)


@pytest.mark.slow
def test_the_uploader_says_it_once_collects_on_and_sends_when_it_is_mended(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    heard = Heard()
    with CannedPortal(receive) as portal, Store(tmp_path / "s", clock=SystemClock()) as store:
        client = PortalClient(portal.url, TERMINAL, ca=ca)
        uploader = Uploader(
            store.outbox,
            store.documents,
            client,
            on_ack=heard.on_ack,
            on_alarm=heard.on_alarm,
            on_online=heard.on_online,
            chance=lambda: 0.0,
        )
        one = store.put(pages=0).id
        uploader.start()
        alarmed = heard.wait(lambda: bool(heard.alarms))
        tried = heard.wait(lambda: uploader.online is False)
        kept = store.state(one)
        authority(ca)
        arrived = heard.wait(lambda: one in heard.ids())
        uploader.stop()
        client.close()
    assert (alarmed, tried, arrived) == (True, True, True)
    assert kept == "SEALED"
    assert [code for code, _ in heard.alarms] == [FailureCode.SETTING_INVALID]
    assert uploader.restarts == 0
