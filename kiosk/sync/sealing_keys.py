"""The portal's public keys that submissions are sealed to: last known, durable."""

import json
import threading
from pathlib import Path
from typing import Protocol

from devices.errors import FailureCode
from kiosk.sync import wire
from kiosk.sync.outcomes import Answered, KeySet, Outcome
from offline_cache.errors import StoreError
from offline_cache.files import as_store_error, write_durably
from offline_cache.sealing import PortalKey


class KeySource(Protocol):
    """Where newer keys come from; the portal's client is one."""

    def get_keys(self, etag: str | None = None) -> Outcome[KeySet | None]:
        """Ask for the keys."""


class SealingKeys:
    """Knows the newest sealing key, with and without a network; safe from any thread.

    What the portal said last wins over the file that the terminal was set up with.
    """

    def __init__(self, state: Path, delivered: Path | None = None) -> None:
        """Read what is known; a broken or missing file is as if it were not there.

        Args:
            state: folder of the terminal's state; `keys.json` lies there.
            delivered: the public key that came with the settings: JSON with `id` and `public`.
        """
        self._path = state / "keys.json"
        self._lock = threading.Lock()
        self._etag: str | None = None
        self._stored = _stored(self._path)
        self._keys = self._stored or _delivered(delivered)

    def current(self) -> PortalKey | None:
        """The newest key, or None: then nothing can be sealed (SEALING_KEY_MISSING)."""
        with self._lock:
            return self._keys[0] if self._keys else None

    def refresh(self, source: KeySource) -> FailureCode | None:
        """Ask for newer keys and keep them durably; the old ones stay if that fails.

        Returns:
            None when the keys are right now, else why not. Keys that the disk does not take
            are used all the same, until the terminal stops.
        """
        outcome = source.get_keys(self._etag)
        if not isinstance(outcome, Answered):
            return getattr(outcome, "failure", FailureCode.PORTAL_BAD_ANSWER)
        try:
            if outcome.value is not None:
                self._keep(outcome.value)
        except StoreError as error:
            return FailureCode(error.failure)
        return None

    def _keep(self, known: KeySet) -> None:
        with self._lock:
            self._keys = known.keys
            if known.keys != self._stored:
                _write(self._path, known.keys)
                self._stored = known.keys
            self._etag = known.etag


def _stored(path: Path) -> tuple[PortalKey, ...]:
    return wire.keys_of(path.read_bytes()) if path.is_file() else ()


def _delivered(path: Path | None) -> tuple[PortalKey, ...]:
    """Read `sealing.pub`: one key, or a list of them as the portal answers it."""
    if path is None or not path.is_file():
        return ()
    text = path.read_bytes()
    return wire.keys_of(b'{"sealing":[' + text.strip() + b"]}") or wire.keys_of(text)


def _write(path: Path, keys: tuple[PortalKey, ...]) -> None:
    """Replace the file so that a power cut leaves the old or the new one."""
    document = {"sealing": [{"id": key.id, "public": wire.public_text(key.public)} for key in keys]}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise as_store_error(error) from error
    write_durably(path, json.dumps(document).encode())
