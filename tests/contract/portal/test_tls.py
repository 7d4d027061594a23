"""Mutual TLS: only a terminal with a certificate in force has any effect, and only as itself."""

import json
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from portal_support import Sealed, Served, listed, new_id, portal_command, seal, serving
from tls_support import Papers, papers_for, run_portal

from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered, Refused, Unreachable
from portal.authority import ensure_authority
from portal.moments import wall_clock


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls") / "p"


@pytest.fixture(scope="module")
def papers(folder: Path) -> dict[str, Papers]:
    return {name: papers_for(folder, name) for name in ("SH-000001", "SH-000002", "SH-000003")}


@pytest.fixture(scope="module")
def served_tls(folder: Path, papers: dict[str, Papers]) -> Iterator[Served]:
    assert papers
    with serving(folder, "--tls", str(folder)) as portal:
        yield portal


def key_of(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "sealing.pub").read_text())
    return found


def client(portal: Served, papers: Papers, terminal: str | None = None) -> PortalClient:
    name = terminal or papers.terminal
    return PortalClient(portal.url, name, ca=papers.ca, cert=(papers.cert, papers.key))


def taken(folder: Path, sealed: Sealed) -> list[str]:
    return [line["terminal"] for line in listed(folder) if line["id"] == sealed.id]


def test_a_terminal_with_a_certificate_is_served_under_the_name_in_it(
    served_tls: Served, papers: dict[str, Papers]
) -> None:
    sealed = seal(key_of(served_tls.folder))
    speaker = client(served_tls, papers["SH-000001"])
    outcome = speaker.put_submission(sealed.id, sealed.body)
    speaker.close()
    assert served_tls.url.startswith("https://")
    assert isinstance(outcome, Answered)
    assert taken(served_tls.folder, sealed) == ["SH-000001"]


def test_two_terminals_with_the_same_id_do_not_meet(
    served_tls: Served, papers: dict[str, Papers]
) -> None:
    identity = new_id()
    first = seal(key_of(served_tls.folder), identity=identity)
    second = seal(key_of(served_tls.folder), identity=identity)
    receipts = []
    for name, sealed in (("SH-000001", first), ("SH-000002", second)):
        speaker = client(served_tls, papers[name])
        outcome = speaker.put_submission(identity, sealed.body)
        speaker.close()
        assert isinstance(outcome, Answered)
        receipts.append((outcome.value.sha256, outcome.value.receipt_no))
    assert [sha256 for sha256, _ in receipts] == [first.sha256, second.sha256]
    assert len({number for _, number in receipts}) == 2
    assert sorted(taken(served_tls.folder, first)) == ["SH-000001", "SH-000002"]


def test_a_header_that_names_another_terminal_has_no_effect(
    served_tls: Served, papers: dict[str, Papers]
) -> None:
    mine = papers["SH-000001"]
    answer = requests.get(
        f"{served_tls.url}/v1/submissions/{new_id()}",
        headers={"Terminal-Id": "SH-000002"},
        cert=(str(mine.cert), str(mine.key)),
        verify=str(mine.ca),
        timeout=20,
    )
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:quanban:problem:forbidden")


def test_a_revoked_certificate_counts_no_more_from_the_next_request_on(
    served_tls: Served, papers: dict[str, Papers]
) -> None:
    speaker = client(served_tls, papers["SH-000003"])
    assert isinstance(speaker.get_time(), Answered)
    revoked = run_portal("certificates", "revoke", "SH-000003", "--dir", str(served_tls.folder))
    sealed = seal(key_of(served_tls.folder))
    outcome = speaker.put_submission(sealed.id, sealed.body)
    speaker.close()
    assert revoked == [{"terminal": "SH-000003", "revoked": 1}]
    assert isinstance(outcome, Refused)
    assert outcome.problem is not None
    assert (outcome.status, outcome.problem.name) == (403, "terminal-suspended")
    assert taken(served_tls.folder, sealed) == []


def foreign_papers(tmp_path: Path, ca: Path) -> Papers:
    authority = ensure_authority(tmp_path / "foreign", wall_clock())
    made = authority.issue("SH-000001", wall_clock())
    return Papers("SH-000001", made.certificate_path, made.key_path, ca)


def test_a_certificate_of_a_foreign_authority_has_no_effect(
    served_tls: Served, papers: dict[str, Papers], tmp_path: Path
) -> None:
    sealed = seal(key_of(served_tls.folder))
    speaker = client(served_tls, foreign_papers(tmp_path, papers["SH-000001"].ca))
    outcome = speaker.put_submission(sealed.id, sealed.body)
    speaker.close()
    assert isinstance(outcome, Unreachable)
    assert taken(served_tls.folder, sealed) == []


@pytest.mark.parametrize("name", ["nobody", "SH-000004"])
def test_a_certificate_of_ours_that_the_register_does_not_know_has_no_effect(
    served_tls: Served, papers: dict[str, Papers], tmp_path: Path, name: str
) -> None:
    """The right authority, but another common name than any terminal that was let in."""
    authority = ensure_authority(served_tls.folder / "tls", wall_clock())
    made = _issued(authority.folder, tmp_path, name)
    sealed = seal(key_of(served_tls.folder))
    speaker = client(served_tls, Papers(name, *made, papers["SH-000001"].ca), "SH-000001")
    outcome = speaker.put_submission(sealed.id, sealed.body)
    speaker.close()
    assert isinstance(outcome, Refused)
    assert outcome.status == 403
    assert taken(served_tls.folder, sealed) == []


def _issued(authority: Path, target: Path, name: str) -> tuple[Path, Path]:
    """A certificate with any name, signed by the authority's key behind the register's back."""
    issuer = x509.load_pem_x509_certificate((authority / "ca.pem").read_bytes())
    signer = load_pem_private_key((authority / "ca.key").read_bytes(), None)
    assert isinstance(signer, Ed25519PrivateKey)
    key = Ed25519PrivateKey.generate()
    now = wall_clock()
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(signer, None)
    )
    paths = (target / "c.pem", target / "c.key")
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def raw_exchange(portal: Served, context: ssl.SSLContext) -> bytes:
    """What a hand-made TLS connection hears after one request; empty when it is cut."""
    parts = urlsplit(portal.url)
    heard = b""
    try:
        with (
            socket.create_connection((str(parts.hostname), parts.port or 0), timeout=20) as line,
            context.wrap_socket(line, server_hostname="127.0.0.1") as wrapped,
        ):
            wrapped.sendall(b"GET /v1/time HTTP/1.1\r\nHost: x\r\nTerminal-Id: SH-000001\r\n\r\n")
            while chunk := wrapped.recv(4096):
                heard += chunk
                if b"\r\n\r\n" in heard:
                    break
    except OSError:
        return heard
    return heard


def context_for(papers: Papers, *, shown: bool) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=papers.ca)
    if shown:
        context.load_cert_chain(papers.cert, papers.key)
    return context


def test_without_a_certificate_a_connection_hears_nothing(
    served_tls: Served, papers: dict[str, Papers]
) -> None:
    mine = papers["SH-000001"]
    assert raw_exchange(served_tls, context_for(mine, shown=True)).startswith(b"HTTP/1.1 200")
    assert raw_exchange(served_tls, context_for(mine, shown=False)) == b""


def test_a_protocol_older_than_tls_1_2_is_refused(
    served_tls: Served, papers: dict[str, Papers]
) -> None:
    context = context_for(papers["SH-000001"], shown=True)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    assert raw_exchange(served_tls, context) == b""


def test_plain_http_hears_nothing(served_tls: Served) -> None:
    url = served_tls.url.replace("https:", "http:")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/v1/time", timeout=20)


def test_the_keys_are_readable_by_their_owner_only(
    served_tls: Served, papers: dict[str, Papers]
) -> None:
    assert papers
    tls = served_tls.folder / "tls"
    modes = {path.name: path.stat().st_mode & 0o777 for path in tls.rglob("*.key")}
    assert set(modes) >= {"ca.key", "server.key", "SH-000001.key"}
    assert set(modes.values()) == {0o600}


def test_a_second_certificate_leaves_the_first_in_force_and_its_files_aside(
    tmp_path: Path,
) -> None:
    first, second = papers_for(tmp_path, "SH-000009"), papers_for(tmp_path, "SH-000009")
    assert first.cert == second.cert
    assert len(list(first.cert.parent.glob("SH-000009-*.key"))) == 1
    rows = run_portal("certificates", "list", "--dir", str(tmp_path))
    assert [(row["terminal"], row["revoked_at"]) for row in rows] == [("SH-000009", None)] * 2


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--host", "0.0.0.0"),  # noqa: S104 - refused, that is the test
        ("serve", "--host", "192.0.2.1"),
        ("certificates", "new"),
        ("certificates", "list", "SH-000001"),
    ],
)
def test_what_is_not_allowed_is_a_usage_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        portal_command(*words, "--dir", str(tmp_path)), capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 2


def test_with_tls_any_address_may_be_served(tmp_path: Path) -> None:
    mine = papers_for(tmp_path, "SH-000001")
    with serving(tmp_path, "--tls", str(tmp_path / "tls"), "--host", "0.0.0.0") as portal:  # noqa: S104 - with --tls
        url = portal.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - as told
        speaker = PortalClient(url, "SH-000001", ca=mine.ca, cert=(mine.cert, mine.key))
        assert isinstance(speaker.get_time(), Answered)
        speaker.close()


def test_a_name_that_is_no_terminals_gets_no_certificate(tmp_path: Path) -> None:
    (told,) = run_portal(
        *("certificates", "new", "../etc", "--dir", str(tmp_path), "--json"), code=1
    )
    assert told["failure"] == "SETTING_INVALID"
