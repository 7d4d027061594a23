"""Suite intl-1: the data key of a submission, who can open it, and the sealed payload.

A data key (DEK) is 32 random bytes per submission. The portal gets it by HPKE (RFC 9180:
X25519, HKDF-SHA256, AES-256-GCM) with info = `quanban-dek-1` + id; 32 bytes become 80.
Wherever `+ id` stands, it is the submission's UUID as its 36 lower-case ASCII characters,
with nothing between the two parts.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from offline_cache.errors import SealBrokenError
from offline_cache.files import write_durably

SUITE = "intl-1"
DEK_SIZE = 32
_NONCE_SIZE = 12
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_DEK_INFO = b"quanban-dek-1"
_PAYLOAD_INFO = b"quanban-payload-1"


@dataclass(frozen=True, slots=True)
class PortalKey:
    """A public sealing key of the portal.

    Attributes:
        id: its name in `portal_key_id`, such as `2026a`.
        public: the 32 raw bytes of an X25519 public key.
    """

    id: str
    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != 32:
            raise ValueError("public: 32 raw bytes of X25519")


class KeyVault(Protocol):
    """Keeps the terminal's own key (KEK) that lets a draft be read again here.

    Attributes:
        status: how well the key is protected, in words for `kiosk doctor`.
    """

    status: str

    def wrap(self, dek: bytes, submission_id: str) -> bytes:
        """Seal a data key for this terminal."""

    def unwrap(self, wrapped: bytes, submission_id: str) -> bytes:
        """Open it again; SealBrokenError if it is not this submission's."""


class FileKeyVault:
    """The weakest vault: a file that only its owner can read, made at the first start."""

    status = "not hardware protected"

    def __init__(self, file: Path) -> None:
        """Read the key, or make it.

        Raises:
            SealBrokenError: the file is not 32 bytes or others may read it.
        """
        if not file.exists():
            write_durably(file, secrets.token_bytes(DEK_SIZE), mode=0o600)
        key = file.read_bytes()
        if len(key) != DEK_SIZE or file.stat().st_mode & 0o077:
            raise SealBrokenError(f"{file.name}: wrong size or readable by others")
        self._cipher = AESGCM(key)

    def wrap(self, dek: bytes, submission_id: str) -> bytes:
        """AES-256-GCM, 12 nonce bytes in front, AAD = id."""
        nonce = os.urandom(_NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, dek, submission_id.encode())

    def unwrap(self, wrapped: bytes, submission_id: str) -> bytes:
        """The data key, or SealBrokenError."""
        return _open(self._cipher, wrapped, submission_id)


def new_dek() -> bytes:
    """A fresh data key."""
    return secrets.token_bytes(DEK_SIZE)


def wrap_for_portal(dek: bytes, key: PortalKey, submission_id: str) -> bytes:
    """Seal a data key to the portal: 80 bytes that this terminal cannot open again."""
    public = X25519PublicKey.from_public_bytes(key.public)
    return _suite().encrypt(dek, public, info=_DEK_INFO + submission_id.encode())


def unwrap_at_portal(wrapped: bytes, private: bytes, submission_id: str) -> bytes:
    """What the portal does with it; the terminal needs this in tests and in self-checks only.

    Raises:
        SealBrokenError: another key, another submission, or changed bytes.
    """
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        return _suite().decrypt(wrapped, key, info=_DEK_INFO + submission_id.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError("the data key does not open") from error


def seal_payload(dek: bytes, submission_id: str, payload: dict[str, Any]) -> bytes:
    """Seal the resident's data as UTF-8 JSON: 12 random nonce bytes, then ciphertext and tag.

    Key: HKDF-SHA256(DEK, no salt, info = `quanban-payload-1` + id). AAD = id.
    """
    return seal_with(payload_cipher(dek, submission_id), submission_id, payload)


def seal_with(cipher: AESGCM, submission_id: str, payload: dict[str, Any]) -> bytes:
    """As `seal_payload`, with the cipher that is already there."""
    text = _JSON.encode(payload)
    nonce = os.urandom(_NONCE_SIZE)
    return nonce + cipher.encrypt(nonce, text.encode(), submission_id.encode())


def open_payload(dek: bytes, submission_id: str, sealed: bytes) -> dict[str, Any]:
    """Open a payload, or SealBrokenError."""
    text = _open(payload_cipher(dek, submission_id), sealed, submission_id)
    payload: dict[str, Any] = json.loads(text)
    return payload


def _suite() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def payload_cipher(dek: bytes, submission_id: str) -> AESGCM:
    """The cipher of a submission's payload."""
    info = _PAYLOAD_INFO + submission_id.encode()
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=info).derive(dek))


def _open(cipher: AESGCM, sealed: bytes, submission_id: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:], submission_id.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError("sealed bytes do not open") from error
