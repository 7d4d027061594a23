import itertools
import struct

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from offline_cache.errors import SealBrokenError
from offline_cache.page_file import CHUNK_SIZE, open_page, seal_page, sealed_size

DEK = bytes(range(32))
ID = "0192f000-0000-7000-8000-000000000001"
OTHER_ID = "0192f000-0000-7000-8000-000000000002"
STEP = CHUNK_SIZE + 16


def page(size: int) -> bytes:
    return bytes(n % 251 for n in range(size))


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 307_200])
def test_a_page_of_any_size_opens_again(size: int) -> None:
    sealed = seal_page(DEK, ID, 3, page(size))
    assert len(sealed) == sealed_size(size)
    assert open_page(DEK, ID, 3, sealed) == page(size)


def test_a_page_of_300_kib_grows_by_144_bytes() -> None:
    assert sealed_size(307_200) == 307_200 + 144


def test_the_header_lies_as_documented() -> None:
    sealed = seal_page(DEK, ID, 258, b"x")
    fields = struct.unpack(">4sBBH16sHHI7s25s", sealed[:64])
    assert fields[:4] == (b"QBD1", 1, 1, 0)
    assert fields[4] == bytes.fromhex(ID.replace("-", ""))
    assert fields[5:8] == (258, 0, 65536)
    assert fields[9] == bytes(25)


def test_a_stranger_opens_the_file_by_the_document_alone() -> None:
    plain = page(70_000)
    sealed = seal_page(DEK, ID, 1, plain)
    header = sealed[:64]
    key = HKDF(SHA256(), 32, salt=None, info=b"quanban-blob-1" + header).derive(DEK)
    first = AESGCM(key).decrypt(header[32:39] + b"\0\0\0\0\0", sealed[64 : 64 + STEP], header)
    last = AESGCM(key).decrypt(header[32:39] + b"\0\0\0\1\1", sealed[64 + STEP :], header)
    assert first + last == plain


def test_the_same_page_never_looks_the_same_twice() -> None:
    assert seal_page(DEK, ID, 1, b"x") != seal_page(DEK, ID, 1, b"x")


@pytest.mark.parametrize(
    ("dek", "submission_id", "ordinal"), [(bytes(32), ID, 1), (DEK, OTHER_ID, 1), (DEK, ID, 2)]
)
def test_another_key_submission_or_ordinal_does_not_open(
    dek: bytes, submission_id: str, ordinal: int
) -> None:
    with pytest.raises(SealBrokenError):
        open_page(dek, submission_id, ordinal, seal_page(DEK, ID, 1, b"x"))


@pytest.mark.parametrize("ordinal", [-1, 65536])
def test_an_ordinal_that_does_not_fit_is_refused(ordinal: int) -> None:
    with pytest.raises(SealBrokenError):
        seal_page(DEK, ID, ordinal, b"x")


@pytest.mark.parametrize("at", [6, 7, 26, 27, *range(39, 64)])
def test_a_reserved_byte_that_is_not_zero_is_refused_even_when_sealed_that_way(at: int) -> None:
    header = bytearray(seal_page(DEK, ID, 1, b"")[:64])
    header[at] = 1
    key = HKDF(SHA256(), 32, salt=None, info=b"quanban-blob-1" + bytes(header)).derive(DEK)
    nonce = bytes(header[32:39]) + b"\0\0\0\0\1"
    forged = bytes(header) + AESGCM(key).encrypt(nonce, b"plain", bytes(header))
    with pytest.raises(SealBrokenError):
        open_page(DEK, ID, 1, forged)


def flips(sealed: bytes) -> list[bytes]:
    places = [*range(64), *range(64, len(sealed), len(sealed) // 180), len(sealed) - 1]
    made = []
    for at, bit in itertools.product(places, (0, 7)):
        changed = bytearray(sealed)
        changed[at] ^= 1 << bit
        made.append(bytes(changed))
    return made


def rearranged(sealed: bytes) -> list[bytes]:
    header, body = sealed[:64], sealed[64:]
    chunks = [body[at : at + STEP] for at in range(0, len(body), STEP)]
    orders = [order for order in itertools.permutations(chunks) if list(order) != chunks]
    dropped = [chunks[:at] + chunks[at + 1 :] for at in range(len(chunks))]
    repeated = [chunks[:at] + chunks[at - 1 : at] + chunks[at:] for at in range(1, len(chunks) + 1)]
    cuts = [sealed[:at] for at in (0, 1, 63, 64, 65, 79, 80, *range(100, len(sealed), 9000))]
    borders = [sealed[: 64 + STEP * n] for n in range(1, len(chunks))]
    tails = [sealed + b"\0", sealed + bytes(16), sealed + chunks[0], sealed + sealed]
    made = [header + b"".join(each) for each in (*orders, *dropped, *repeated)]
    return [*made, *cuts, *borders, *tails]


def test_no_mutation_of_a_page_file_is_accepted() -> None:
    sealed = seal_page(DEK, ID, 1, page(3 * CHUNK_SIZE + 1000))
    mutations = [*flips(sealed), *rearranged(sealed)]
    accepted = []
    for number, mutation in enumerate(mutations):
        try:
            open_page(DEK, ID, 1, mutation)
        except SealBrokenError:
            continue
        accepted.append(number)
    assert len(mutations) >= 372
    assert accepted == []
