"""What it takes to seal one submission, made ready while the resident still reads.

Sealing a key to the portal costs more than the whole commit, so it is done when the
draft begins and again only if the portal has named another key since.
"""

import threading
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache.sealing import PortalKey, payload_cipher, seal_with, wrap_for_portal


class Envelope:
    """The data key of one draft with what is made from it; thread-safe.

    Attributes:
        dek: the data key, 32 bytes.
    """

    def __init__(self, dek: bytes, submission_id: str) -> None:
        self.dek = dek
        self._id = submission_id
        self._cipher: AESGCM = payload_cipher(dek, submission_id)
        self._lock = threading.Lock()
        self._wrapped: tuple[PortalKey, bytes] | None = None

    def dek_for(self, key: PortalKey) -> bytes:
        """The data key under `key`: 80 bytes, made once for each key."""
        with self._lock:
            if self._wrapped is None or self._wrapped[0] != key:
                self._wrapped = (key, wrap_for_portal(self.dek, key, self._id))
            return self._wrapped[1]

    def seal(self, payload: dict[str, Any]) -> bytes:
        """The payload sealed; every call makes other bytes. See `sealing.seal_payload`."""
        return seal_with(self._cipher, self._id, payload)
