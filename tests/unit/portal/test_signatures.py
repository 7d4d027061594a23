"""RFC 9421 at the portal: the contract's vector, the ten changes, time and nonces."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from starlette.datastructures import Headers
from tls_support import sign

from portal.credentials import digest_of_body
from portal.problems import ProblemError
from portal.signatures import Message, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = "SH-000001"
ID = "0190a5c8-7b1e-7c3d-9e2f-000000000001"
URI = f"https://portal.example/v1/submissions/{ID}"
BODY = b'{"schema":1}'
DIGEST = f"sha-256=:{base64.b64encode(hashlib.sha256(BODY).digest()).decode()}:"
CREATED = 1767225600
PARTS = {
    "@method": "PUT",
    "@target-uri": URI,
    "content-digest": DIGEST,
    "idempotency-key": f'"{ID}"',
}
VECTOR = {
    "signature-input": (
        'sig1=("@method" "@target-uri" "content-digest" "idempotency-key");created=1767225600;'
        'nonce="5f0d1c2b3a495867";keyid="SH-000001";alg="ed25519"'
    ),
    "signature": (
        "sig1=:4ULCP0Kthd6rxwG6bOqRmDH9vLzfMRYMyaps44HP7RBovy4rplb9zLDPPGKvlsqhK++DaAJTZ0pBGWBfm4RUCg==:"
    ),
    "content-digest": DIGEST,
    "idempotency-key": f'"{ID}"',
}
MESSAGE = Message("PUT", URI, VECTOR, has_body=True)


@dataclass
class Judge:
    """A portal's verifier with its own clock and nonces."""

    now: datetime = field(default_factory=lambda: datetime.fromtimestamp(CREATED, UTC))
    used: set[tuple[str, str]] = field(default_factory=set)

    def keys(self, terminal: str) -> Sequence[Ed25519PublicKey]:
        return [KEY.public_key()] if terminal == NAME else []

    def new_nonce(self, terminal: str, nonce: str, _expires_s: int) -> bool:
        known = (terminal, nonce) in self.used
        self.used.add((terminal, nonce))
        return not known

    def verdict(self, message: Message, body: bytes = BODY) -> str:
        """The terminal, or the problem's name; the digest of the body comes first."""
        try:
            digest_of_body(Headers(dict(message.headers)), body)
            return verify(message, self.keys, self.new_nonce, lambda: self.now)
        except ProblemError as problem:
            return problem.name


def with_headers(**changes: str | None) -> Message:
    headers: dict[str, str | None] = dict(VECTOR)
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    kept = {name: value for name, value in headers.items() if value is not None}
    return replace(MESSAGE, headers=kept)


def test_the_contracts_vector_is_taken() -> None:
    assert Judge().verdict(MESSAGE) == NAME
    assert base64.b64encode(KEY.public_key().public_bytes_raw()).decode() == (
        "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
    )


OTHER_SIGNATURE = "sig1=:" + base64.b64encode(bytes(64)).decode() + ":"
CHANGED = {
    "method": (replace(MESSAGE, method="POST"), BODY),
    "path": (replace(MESSAGE, uri=URI.replace("submissions", "evaluations")), BODY),
    "query": (replace(MESSAGE, uri=URI + "?x=1"), BODY),
    "digest": (with_headers(content_digest=DIGEST.replace("Z9", "Z8")), BODY),
    "key header": (with_headers(idempotency_key=f'"{ID[:-1]}2"'), BODY),
    "signature": (with_headers(signature=OTHER_SIGNATURE), BODY),
    "created": (
        with_headers(signature_input=VECTOR["signature-input"].replace("5600;", "5601;")),
        BODY,
    ),
    "nonce": (
        with_headers(signature_input=VECTOR["signature-input"].replace("5867", "5868")),
        BODY,
    ),
    "missing": (with_headers(signature=None), BODY),
    "body": (MESSAGE, BODY.replace(b"1", b"2")),
}


@pytest.mark.parametrize("change", sorted(CHANGED))
def test_each_of_the_ten_changes_is_refused_and_uses_up_no_nonce(change: str) -> None:
    judge = Judge()
    message, body = CHANGED[change]
    assert judge.verdict(message, body) in {"unauthenticated", "digest-mismatch"}
    assert judge.used == set()
    assert judge.verdict(MESSAGE) == NAME


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"content_digest": None}, "unauthenticated"),
        ({"idempotency_key": None}, "unauthenticated"),
        ({"signature_input": None}, "unauthenticated"),
        ({"signature_input": ""}, "unauthenticated"),
        ({"signature_input": VECTOR["signature-input"] + ', sig2=("@method")'}, "unauthenticated"),
        ({"signature_input": VECTOR["signature-input"] + ';alg="ed25519"'}, "unauthenticated"),
        ({"signature_input": VECTOR["signature-input"] + ';tag="x"'}, "unauthenticated"),
        ({"signature": VECTOR["signature"].replace("sig1", "sig2")}, "unauthenticated"),
        ({"content_digest": "sha-512=:AAAA:"}, "malformed"),
    ],
)
def test_what_is_not_the_form_of_the_contract_is_refused(
    change: dict[str, str | None], name: str
) -> None:
    assert Judge().verdict(with_headers(**change)) == name


@pytest.mark.parametrize(
    "left_out", ["@method", "@target-uri", "content-digest", "idempotency-key"]
)
def test_a_signature_that_leaves_something_out_is_refused(left_out: str) -> None:
    parts = {name: value for name, value in PARTS.items() if name != left_out}
    signed = sign(KEY, parts, created=CREATED)
    headers = {**VECTOR, **{name.lower(): value for name, value in signed.items()}}
    assert Judge().verdict(replace(MESSAGE, headers=headers)) == "unauthenticated"


def test_a_short_nonce_is_refused() -> None:
    signed = sign(KEY, PARTS, created=CREATED, nonce="1234567")
    headers = {**VECTOR, **{name.lower(): value for name, value in signed.items()}}
    assert Judge().verdict(replace(MESSAGE, headers=headers)) == "unauthenticated"


def test_an_unknown_terminal_is_refused() -> None:
    signed = sign(KEY, PARTS, created=CREATED, terminal="SH-000002")
    headers = {**VECTOR, **{name.lower(): value for name, value in signed.items()}}
    assert Judge().verdict(replace(MESSAGE, headers=headers)) == "unauthenticated"


def test_a_nonce_counts_once() -> None:
    judge = Judge()
    assert [judge.verdict(MESSAGE) for _ in range(2)] == [NAME, "nonce-replayed"]


@pytest.mark.parametrize(
    ("skew_s", "verdict"), [(-301, "clock-skew"), (-300, NAME), (300, NAME), (301, "clock-skew")]
)
def test_the_window_is_300_seconds_wide_on_both_sides(skew_s: int, verdict: str) -> None:
    judge = Judge()
    judge.now += timedelta(seconds=skew_s)
    assert judge.verdict(MESSAGE) == verdict


def test_clock_skew_tells_the_portals_time() -> None:
    now = datetime.fromtimestamp(CREATED, UTC) + timedelta(hours=1)
    with pytest.raises(ProblemError) as caught:
        verify(MESSAGE, Judge().keys, Judge().new_nonce, lambda: now)
    assert (caught.value.status, caught.value.extension) == (
        401,
        {"now": "2026-01-01T01:00:00.000Z"},
    )


class Resolver(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        assert key_id == NAME
        return KEY.public_key()


def foreign_verdict(message: Message, body: bytes) -> bool:
    """Another implementation of the standard; it does not look at the body."""
    headers = {name.title(): value for name, value in message.headers.items()}
    request = requests.Request(message.method, message.uri, headers, data=body).prepare()
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Resolver())
    try:
        return bool(verifier.verify(request, max_age=timedelta(days=36500)))
    except InvalidSignature:
        return False


@pytest.mark.parametrize("change", sorted(CHANGED))
def test_the_second_judge_agrees_but_for_the_body_that_it_does_not_check(change: str) -> None:
    message, body = CHANGED[change]
    assert foreign_verdict(MESSAGE, BODY)
    assert foreign_verdict(message, body) == (change == "body")
