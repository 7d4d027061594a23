"""The portal's sealing keys: made at the first start, private halves never leave `DIR/keys/`."""

import base64
import errno
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from portal.files import write_durably

_KEY_NAME = re.compile(r"sealing-([0-9A-Za-z-]{1,32})\.key")


@dataclass(frozen=True, slots=True)
class SealingKey:
    """One X25519 key pair; `identity` is the `portal_key_id` of the contract."""

    identity: str
    private: X25519PrivateKey

    @property
    def public(self) -> str:
        """The 32 raw bytes of the public key in base64."""
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode()


class Keyring:
    """All sealing keys of a portal; the newest stands first."""

    def __init__(self, keys: Mapping[str, SealingKey]) -> None:
        self._keys = dict(keys)

    @property
    def identities(self) -> tuple[str, ...]:
        """Ids of the keys whose private half is still here, newest first."""
        return tuple(sorted(self._keys, reverse=True))

    @property
    def tag(self) -> str:
        """A strong ETag: of the keys, since another portal may have another key of the same id."""
        told = json.dumps(self.published()).encode()
        return f'"{hashlib.sha256(told).hexdigest()[:32]}"'

    def find(self, identity: str) -> SealingKey | None:
        """The key of that id, or None when it is gone."""
        return self._keys.get(identity)

    def published(self) -> list[dict[str, str]]:
        """What `GET /v1/keys` and `sealing.pub` tell: never a private half."""
        return [{"id": name, "public": self._keys[name].public} for name in self.identities]


def load_keys(folder: Path) -> Keyring:
    """Read every private key below `folder/keys`; an empty ring when there is none.

    Raises:
        OSError: one cannot be read, or holds no key.
    """
    keys: dict[str, SealingKey] = {}
    for path in sorted((folder / "keys").glob("sealing-*.key")):
        match = _KEY_NAME.fullmatch(path.name)
        if match:
            keys[match.group(1)] = SealingKey(match.group(1), _private(path))
    return Keyring(keys)


def _private(path: Path) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(path.read_bytes())
    except ValueError as error:
        raise OSError(errno.EBADMSG, "holds no sealing key", str(path)) from error


def ensure_keys(folder: Path) -> Keyring:
    """Read the keys, or make the first one; `sealing.pub` is written again when it is gone."""
    directory = folder / "keys"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    # two processes that start at once must not make two keys of one name
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return _ensure(folder, directory)
    finally:
        os.close(handle)


def _ensure(folder: Path, directory: Path) -> Keyring:
    ring = load_keys(folder)
    if not ring.identities:
        identity = f"{datetime.now(UTC):%Y}a"
        private = X25519PrivateKey.generate()
        raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        write_durably(directory / f"sealing-{identity}.key", raw)
        ring = Keyring({identity: SealingKey(identity, private)})
    public = folder / "sealing.pub"
    if not public.exists():
        write_durably(public, json.dumps(ring.published()[0]).encode() + b"\n")
        public.chmod(0o644)
    return ring
