"""The opening side of the sealed formats: data key, payload and page files (suite `intl-1`).

Written from the published formats alone (`docs/integration.md`), not from the
terminal's code, so that each side is a check of the other. Nothing is returned
before every authentication tag was checked.
"""

import base64
import json
import struct
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

WRAPPED_KEY_BYTES: Final = 80
_DEK_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_HEADER: Final = struct.Struct(">4sBBH16sHHI7s25s")
_MAGIC: Final = b"QBD1"
_CHUNK_BYTES: Final = 65536


class OpeningError(Exception):
    """Sealed bytes that do not open: cut, changed, or made for another id or key."""


@dataclass(frozen=True, slots=True)
class Header:
    """The 64 bytes in front of a page file."""

    submission: UUID
    ordinal: int
    nonce_prefix: bytes = field(repr=False)
    raw: bytes = field(repr=False)


def open_data_key(wrapped: str, private: X25519PrivateKey, submission_id: str) -> bytes:
    """Unwrap the data key of a submission (HPKE base mode, X25519, AES-256-GCM).

    Args:
        wrapped: base64 of 80 bytes: 32 encapsulated, 32 sealed, 16 tag.
        private: the portal key that `portal_key_id` names.
        submission_id: bound through `info`; a key moved to another id does not open.

    Raises:
        OpeningError: wrong length, wrong key, wrong id or changed bytes.
    """
    sealed = _decoded(wrapped)
    if len(sealed) != WRAPPED_KEY_BYTES:
        raise OpeningError("data key: wrong length")
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    info = b"quanban-dek-1" + submission_id.encode()
    try:
        key = suite.decrypt(sealed, private, info=info)
    except (InvalidTag, ValueError) as error:
        raise OpeningError("data key: does not open") from error
    if len(key) != _DEK_BYTES:
        raise OpeningError("data key: wrong size inside")
    return key


def open_payload(sealed_base64: str, data_key: bytes, submission_id: str) -> dict[str, Any]:
    """Open the payload and parse its JSON object.

    Raises:
        OpeningError: changed, made for another submission, or no JSON object inside.
    """
    sealed = _decoded(sealed_base64)
    if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
        raise OpeningError("payload: too short")
    identity = submission_id.encode()
    key = _derive(data_key, b"quanban-payload-1" + identity)
    try:
        plain = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], identity)
    except InvalidTag as error:
        raise OpeningError("payload: does not open") from error
    try:
        document = json.loads(plain)
        # a lone surrogate or an infinite number is read but can neither be kept nor told
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise OpeningError("payload: no JSON inside") from error
    if not isinstance(document, dict):
        raise OpeningError("payload: no object inside")
    return document


def read_header(sealed: bytes) -> Header:
    """Read the header of a page file; every byte that must be 0 is checked.

    Raises:
        OpeningError: too short, another magic, version, suite or chunk size, or a
            reserved byte that is set.
    """
    if len(sealed) < _HEADER.size + _TAG_BYTES:
        raise OpeningError("page: too short")
    magic, version, suite, zero1, submission, ordinal, zero2, chunk, prefix, zero3 = (
        _HEADER.unpack_from(sealed)
    )
    if (magic, version, suite, chunk) != (_MAGIC, 1, 1, _CHUNK_BYTES):
        raise OpeningError("page: unknown format")
    if zero1 or zero2 or any(zero3):
        raise OpeningError("page: a reserved byte is set")
    return Header(UUID(bytes=submission), ordinal, prefix, bytes(sealed[: _HEADER.size]))


def open_page(sealed: bytes, data_key: bytes, submission_id: str, ordinal: int) -> bytes:
    """Open one page file that must belong to this submission and ordinal.

    Raises:
        OpeningError: another page's file, or any chunk cut, changed, moved,
            repeated, dropped or appended.
    """
    header = read_header(sealed)
    if header.submission != UUID(submission_id) or header.ordinal != ordinal:
        raise OpeningError("page: belongs to another place")
    cipher = AESGCM(_derive(data_key, b"quanban-blob-1" + header.raw))
    step = _CHUNK_BYTES + _TAG_BYTES
    starts = range(_HEADER.size, len(sealed), step)
    plain = bytearray()
    for index, start in enumerate(starts):
        last = index == len(starts) - 1
        nonce = header.nonce_prefix + struct.pack(">IB", index, last)
        try:
            plain += cipher.decrypt(nonce, sealed[start : start + step], header.raw)
        except InvalidTag as error:
            raise OpeningError(f"page: chunk {index} does not open") from error
    return bytes(plain)


def _derive(data_key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(data_key)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise OpeningError("no base64") from error
