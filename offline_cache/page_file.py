"""The page file, version 1: how one sealed page lies on the disk and travels to the portal.

64 header bytes: magic `QBD1`, version 1, suite (1 = intl-1), 2 zero bytes, 16 bytes
of the submission's UUID, ordinal u16, 2 zero bytes, chunk size u32 (65536), 7 bytes of
nonce prefix, 25 zero bytes; numbers are big endian. Then chunks of at most 65536
ciphertext bytes plus a 16-byte tag; an empty page has one empty chunk.

File key: HKDF-SHA256(DEK, no salt, info = `quanban-blob-1` + header), 32 bytes. Nonce of
chunk i: prefix + i as u32 + one byte that is 1 for the last chunk. AAD: the header.
The last-chunk byte makes a cut at a chunk's border fail, the index makes a swap fail.
"""

import io
import secrets
import struct
import uuid
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from offline_cache.errors import SealBrokenError

CHUNK_SIZE = 65536
HEADER_SIZE = 64
TAG_SIZE = 16
MAX_ORDINAL = 0xFFFF
_HEADER = struct.Struct(">4sBB2s16sH2sI7s25s")
_MAGIC = b"QBD1"
_VERSION = 1
_SUITE_INTL_1 = 1
_BLOB_INFO = b"quanban-blob-1"


def seal_page(dek: bytes, submission_id: str, ordinal: int, plain: bytes) -> bytes:
    """Seal one page under the submission's data key; every call makes other bytes.

    The chunks are sealed where they will lie: a second copy of the page would cost more
    than its encryption, since the C library gives so large a block back each time.
    """
    prefix = secrets.token_bytes(7)
    header = _header(submission_id, ordinal, prefix)
    sealed = io.BytesIO(bytes(sealed_size(len(plain))))
    with memoryview(plain) as source, sealed.getbuffer() as target:
        target[:HEADER_SIZE] = header
        _seal_chunks(_cipher(dek, header), source, target)
    return sealed.getvalue()


def open_page(dek: bytes, submission_id: str, ordinal: int, sealed: bytes) -> bytes:
    """Open a page that must be this page of this submission.

    Raises:
        SealBrokenError: any byte differs, is missing or is too many, or it is another page.
    """
    header = sealed[:HEADER_SIZE]
    prefix = header[32:39]
    if header != _header(submission_id, ordinal, prefix):
        raise SealBrokenError("the header is not that of this page")
    cipher = _cipher(dek, header)
    plain = []
    for index, start, last in _sealed_chunks(len(sealed)):
        chunk = sealed[start : start + CHUNK_SIZE + TAG_SIZE]
        try:
            plain.append(cipher.decrypt(_nonce(prefix, index, last=last), chunk, header))
        except InvalidTag as error:
            raise SealBrokenError(f"chunk {index} does not open") from error
    return b"".join(plain)


def sealed_size(plain_size: int) -> int:
    """Bytes on the disk for a page of `plain_size` bytes."""
    return HEADER_SIZE + plain_size + TAG_SIZE * max(1, -(-plain_size // CHUNK_SIZE))


def _seal_chunks(cipher: AESGCM, source: memoryview, target: memoryview) -> None:
    header = bytes(target[:HEADER_SIZE])
    prefix = header[32:39]
    at = HEADER_SIZE
    for index, start, last in _plain_chunks(len(source)):
        chunk = source[start : start + CHUNK_SIZE]
        end = at + len(chunk) + TAG_SIZE
        cipher.encrypt_into(_nonce(prefix, index, last=last), chunk, header, target[at:end])
        at = end


def _header(submission_id: str, ordinal: int, prefix: bytes) -> bytes:
    try:
        return _HEADER.pack(
            _MAGIC,
            _VERSION,
            _SUITE_INTL_1,
            bytes(2),
            uuid.UUID(submission_id).bytes,
            ordinal,
            bytes(2),
            CHUNK_SIZE,
            prefix,
            bytes(25),
        )
    except struct.error as error:
        raise SealBrokenError("ordinal out of range") from error


def _cipher(dek: bytes, header: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=_BLOB_INFO + header).derive(dek))


def _nonce(prefix: bytes, index: int, *, last: bool) -> bytes:
    return prefix + index.to_bytes(4, "big") + bytes([last])


def _plain_chunks(size: int) -> Iterator[tuple[int, int, bool]]:
    count = max(1, -(-size // CHUNK_SIZE))
    for index in range(count):
        yield index, index * CHUNK_SIZE, index == count - 1


def _sealed_chunks(size: int) -> Iterator[tuple[int, int, bool]]:
    step = CHUNK_SIZE + TAG_SIZE
    count = max(1, -(-(size - HEADER_SIZE) // step))
    for index in range(count):
        yield index, HEADER_SIZE + index * step, index == count - 1
