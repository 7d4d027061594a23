"""Signs requests as RFC 9421 wants it: who speaks, where a gateway ends TLS.

Covered are the method, the whole address and, where they are sent, `Content-Digest`
and `Idempotency-Key`. Every request gets its own time and nonce, so a retry is a new
signature over the same body.
"""

import base64
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LABEL = "sig1"
_IF_SENT = ("content-digest", "idempotency-key")


class SigningKeyError(Exception):
    """The key file cannot be used; the text names neither path nor content."""


def _nonce() -> str:
    return secrets.token_hex(16)


class Signer:
    """One terminal's key (Ed25519); safe from any thread."""

    def __init__(
        self,
        key: Ed25519PrivateKey,
        key_id: str,
        now: Callable[[], float],
        nonce: Callable[[], str] = _nonce,
    ) -> None:
        """Prepare.

        Args:
            key: the terminal's private key.
            key_id: the terminal's id; the portal knows the public key under it.
            now: seconds since 1970 as the portal counts them; its window is 300 s wide.
            nonce: at least 64 random bits, another one at each call.
        """
        self._key = key
        self._key_id = key_id
        self._now = now
        self._nonce = nonce

    def sign(self, method: str, uri: str, headers: Mapping[str, str]) -> dict[str, str]:
        """The two headers that sign a request.

        Args:
            method: in capitals.
            uri: the whole address, as it is sent.
            headers: of the request; names in any case.
        """
        sent = {name.lower(): value for name, value in headers.items()}
        covered = {"@method": method, "@target-uri": uri}
        covered |= {name: sent[name] for name in _IF_SENT if name in sent}
        parameters = self._parameters(tuple(covered))
        base = signature_base(covered, parameters)
        signature = base64.b64encode(self._key.sign(base)).decode()
        return {
            "Signature-Input": f"{LABEL}={parameters}",
            "Signature": f"{LABEL}=:{signature}:",
        }

    def _parameters(self, covered: tuple[str, ...]) -> str:
        names = " ".join(f'"{name}"' for name in covered)
        told = f'created={int(self._now())};nonce="{self._nonce()}"'
        return f'({names});{told};keyid="{self._key_id}";alg="ed25519"'


def signature_base(covered: Mapping[str, str], parameters: str) -> bytes:
    """The bytes that are signed: one line per covered part and the parameters last."""
    lines = [f'"{name}": {value.strip()}' for name, value in covered.items()]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()


def load_key(path: Path) -> Ed25519PrivateKey:
    """Read the terminal's private key (PEM, Ed25519, without a password).

    Raises:
        SigningKeyError: no such file, another kind of key, or locked.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise SigningKeyError(error.strerror or type(error).__name__) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningKeyError("no private key that can be read") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError("no Ed25519 key")
    return key
