"""RFC 9421: the contract's vector, a foreign verifier, and a new signature with each request."""

import hashlib
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from canned_portal import CannedPortal, Seen, answer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)
from http_message_signatures import (
    InvalidSignature as ForeignInvalid,
)

from devices.errors import FailureCode
from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Garbled, Unreachable
from kiosk.sync.portal_time import PortalTime
from kiosk.sync.signing import Signer, SigningKeyError, load_key, signature_base
from kiosk.sync.wire import digest_header

TERMINAL = "SH-000001"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ID = "0190a5c8-7b1e-7c3d-9e2f-000000000001"
URI = f"https://portal.example/v1/submissions/{ID}"
BODY = b'{"schema":1}'
HEADERS = {"Content-Digest": digest_header(BODY), "Idempotency-Key": f'"{ID}"'}


def signer(created: float = 1767225600, nonce: str = "5f0d1c2b3a495867") -> Signer:
    return Signer(KEY, TERMINAL, lambda: created, lambda: nonce)


def key_file(path: Path) -> Path:
    path.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def test_the_contracts_vector_comes_out_byte_for_byte() -> None:
    made = signer().sign("PUT", URI, HEADERS)
    assert made["Signature-Input"] == (
        'sig1=("@method" "@target-uri" "content-digest" "idempotency-key");created=1767225600;'
        'nonce="5f0d1c2b3a495867";keyid="SH-000001";alg="ed25519"'
    )
    assert made["Signature"] == (
        "sig1=:4ULCP0Kthd6rxwG6bOqRmDH9vLzfMRYMyaps44HP7RBovy4rplb9zLDPPGKvlsqhK++DaAJTZ0pBGWBfm4RUCg==:"
    )


def test_what_is_not_sent_is_not_covered() -> None:
    made = signer().sign("GET", URI, {"Accept": "application/json"})
    assert made["Signature-Input"].startswith('sig1=("@method" "@target-uri");')


class Resolver(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        assert key_id == TERMINAL
        return KEY.public_key()


def foreign_verdict(**changes: str) -> bool:
    """Whether another implementation takes our signature after a change."""
    now = datetime.now(UTC).timestamp()
    headers = {**HEADERS, **signer(now, "0011223344556677").sign("PUT", URI, HEADERS)}
    headers |= {name: value for name, value in changes.items() if name[0].isupper()}
    method, uri = changes.get("method", "PUT"), changes.get("uri", URI)
    request = requests.Request(method, uri, headers, data=BODY).prepare()
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Resolver())
    try:
        return bool(verifier.verify(request))
    except ForeignInvalid:
        return False


def test_a_foreign_verifier_takes_it_and_refuses_what_was_changed_on_the_way() -> None:
    assert foreign_verdict()
    assert not foreign_verdict(method="POST")
    assert not foreign_verdict(uri=URI + "1")
    assert not foreign_verdict(**{"Content-Digest": digest_header(b"x")})
    assert not foreign_verdict(**{"Idempotency-Key": '"x"'})
    assert not foreign_verdict(Signature=f"sig1=:{b64encode(bytes(64)).decode()}:")


def verified(seen: Seen, url: str) -> tuple[str, int]:
    """Check a request as it arrived; its nonce and time."""
    told = seen.headers["signature-input"].removeprefix("sig1=")
    names = re.findall(r'"([^"]+)"', told.partition(")")[0])
    parts = {"@method": seen.method, "@target-uri": url + seen.path, **seen.headers}
    base = signature_base({name: parts[name] for name in names}, told)
    raw = seen.headers["signature"].removeprefix("sig1=:").rstrip(":")
    KEY.public_key().verify(b64decode(raw), base)
    nonce = re.search(r'nonce="([0-9a-f]+)"', told)
    created = re.search(r"created=(\d+)", told)
    assert nonce is not None
    assert created is not None
    return nonce[1], int(created[1])


def test_each_retry_signs_anew_over_the_same_body_and_shows_no_other_credential(
    tmp_path: Path,
) -> None:
    with CannedPortal(lambda _: answer(b"{}")) as portal:
        client = PortalClient(portal.url, TERMINAL, signing_key=key_file(tmp_path / "t.key"))
        for _ in range(2):
            assert isinstance(client.put_submission(ID, BODY), Garbled)
        client.close()
    told = [verified(seen, portal.url) for seen in portal.seen]
    assert told[0][0] != told[1][0]
    assert len(told[0][0]) >= 16
    assert {hashlib.sha256(seen.body).digest() for seen in portal.seen} == {
        hashlib.sha256(BODY).digest()
    }
    assert all("terminal-id" not in seen.headers for seen in portal.seen)


def test_the_time_of_a_signature_follows_the_portals_last_answer(tmp_path: Path) -> None:
    """The terminal's clock is an hour wrong; the answer that says so heals the next request."""
    skewed = {"Date": "Sun, 22 Nov 2020 01:02:03 GMT"}
    with CannedPortal(lambda _: answer(b"", status=401, headers=skewed)) as portal:
        client = PortalClient(portal.url, TERMINAL, signing_key=key_file(tmp_path / "t.key"))
        for _ in range(2):
            client.get_time()
        client.close()
    first, second = (verified(seen, portal.url)[1] for seen in portal.seen)
    assert abs(first - datetime.now(UTC).timestamp()) < 60
    assert abs(second - datetime(2020, 11, 22, 1, 2, 3, tzinfo=UTC).timestamp()) < 60


def test_the_newest_offset_counts_even_when_the_answer_was_slow() -> None:
    clock = PortalTime()
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    clock.saw(moment, moment, 5.0)
    assert clock.newest_s() == 2.5
    assert clock.offset_s() is None


@pytest.mark.parametrize("content", [b"", b"no key", None])
def test_a_key_that_cannot_be_used_is_a_fault_of_the_settings(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "t.key"
    if content is not None:
        path.write_bytes(content)
    client = PortalClient("http://127.0.0.1:9", TERMINAL, signing_key=path)
    outcome = client.get_time()
    client.close()
    assert isinstance(outcome, Unreachable)
    assert outcome.failure is FailureCode.SETTING_INVALID
    assert str(tmp_path) not in outcome.detail


def test_a_key_of_another_kind_or_behind_a_word_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.key"
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SigningKeyError, match="Ed25519"):
        load_key(path)
    word = BestAvailableEncryption(b"demo")
    path.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, word))
    with pytest.raises(SigningKeyError):
        load_key(path)


def test_a_changed_base_does_not_verify() -> None:
    base = signature_base({"@method": "PUT"}, "()")
    signature = KEY.sign(base)
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(signature, base + b" ")
