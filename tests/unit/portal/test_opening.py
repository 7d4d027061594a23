import base64
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from portal_support import CHUNK, new_id, seal_page, seal_payload, wrap_key

from portal.opening import OpeningError, open_data_key, open_page, open_payload

HEADER = 64
TAG = 16


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_page_of_any_size_opens_to_the_same_bytes(size: int) -> None:
    dek, identity, plain = os.urandom(32), new_id(), os.urandom(size)
    assert open_page(seal_page(dek, identity, 3, plain), dek, identity, 3) == plain


def test_no_flipped_header_bit_is_taken() -> None:
    dek, identity = os.urandom(32), new_id()
    sealed = seal_page(dek, identity, 1, b"page")
    for bit in range(HEADER * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(OpeningError):
            open_page(bytes(changed), dek, identity, 1)


@pytest.mark.parametrize("kind", ["cut", "cut_chunk", "swapped", "repeated", "appended", "flipped"])
def test_no_rearranged_page_is_taken(kind: str) -> None:
    dek, identity = os.urandom(32), new_id()
    sealed = seal_page(dek, identity, 1, os.urandom(2 * CHUNK + 10))
    step = CHUNK + TAG
    head, first, second, last = (
        sealed[:HEADER],
        sealed[HEADER : HEADER + step],
        sealed[HEADER + step : HEADER + 2 * step],
        sealed[HEADER + 2 * step :],
    )
    changed = {
        "cut": sealed[:-1],
        "cut_chunk": head + first + second,
        "swapped": head + second + first + last,
        "repeated": head + first + first + second + last,
        "appended": sealed + last,
        "flipped": sealed[:-1] + bytes([sealed[-1] ^ 1]),
    }[kind]
    with pytest.raises(OpeningError):
        open_page(changed, dek, identity, 1)


def test_a_page_of_another_ordinal_or_submission_is_refused() -> None:
    dek, identity = os.urandom(32), new_id()
    sealed = seal_page(dek, identity, 1, b"page")
    with pytest.raises(OpeningError, match="another place"):
        open_page(sealed, dek, identity, 2)
    with pytest.raises(OpeningError, match="another place"):
        open_page(sealed, dek, new_id(), 1)


def test_a_data_key_opens_only_for_its_own_submission_and_key() -> None:
    private, dek, identity = X25519PrivateKey.generate(), os.urandom(32), new_id()
    public = b64(private.public_key().public_bytes_raw())
    wrapped = wrap_key(dek, public, identity)
    assert len(wrapped) == 80
    assert open_data_key(b64(wrapped), private, identity) == dek
    with pytest.raises(OpeningError):
        open_data_key(b64(wrapped), private, new_id())
    with pytest.raises(OpeningError):
        open_data_key(b64(wrapped), X25519PrivateKey.generate(), identity)
    with pytest.raises(OpeningError, match="length"):
        open_data_key(b64(wrapped[:-1]), private, identity)


def test_a_payload_opens_only_unchanged_and_for_its_own_submission() -> None:
    dek, identity = os.urandom(32), new_id()
    sealed = seal_payload(dek, identity, {"answers": {"a": 1}})
    assert open_payload(b64(sealed), dek, identity) == {"answers": {"a": 1}}
    with pytest.raises(OpeningError):
        open_payload(b64(sealed), dek, new_id())
    with pytest.raises(OpeningError):
        open_payload(b64(sealed[:-1]), dek, identity)
    with pytest.raises(OpeningError, match="short"):
        open_payload(b64(b"x"), dek, identity)
    with pytest.raises(OpeningError, match="base64"):
        open_payload("*", dek, identity)
