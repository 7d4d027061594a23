"""The thread that keeps content current; it and the uploader never wait for each other."""

import logging
import threading
import time
from typing import Protocol

from kiosk.sync.ports import Clock
from offline_cache.errors import StoreError

_AFTER_TROUBLE_S = 60.0
_JOIN_S = 0.1
_log = logging.getLogger(__name__)


class Steps(Protocol):
    """What is done; `kiosk.sync.downloads.Downloads` is one."""

    def look(self) -> None:
        """Ask at the next step."""

    def heard(self, tag: str | None) -> None:
        """The portal told the tag of its list."""

    def step(self, now: float) -> float:
        """Do one thing; returns the seconds until the next."""


class Interruptible(Protocol):
    """A client whose requests can be cut."""

    def interrupt(self) -> None:
        """Cut every request in flight."""


class Downloader:
    """Asks and fetches by itself, for as long as the terminal runs."""

    def __init__(
        self, downloads: Steps, client: Interruptible, clock: Clock = time.monotonic
    ) -> None:
        """Prepare; nothing is asked before `start`.

        Args:
            downloads: what is done, one request at a time.
            client: cut when the terminal stops.
            clock: monotonic seconds.
        """
        self._downloads = downloads
        self._client = client
        self._clock = clock
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; a second call does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="downloads")
            self._thread.start()

    def stop(self) -> None:
        """Cut what is in flight and end the thread; a pack goes on where it was."""
        self._stop.set()
        self._wake.set()
        while self._thread is not None and self._thread.is_alive():
            self._client.interrupt()
            self._thread.join(_JOIN_S)

    def look(self) -> None:
        """The portal says that there is something new; from any thread."""
        self._downloads.look()
        self._wake.set()

    def heard(self, tag: str | None) -> None:
        """The portal's heartbeat told the tag of its list; from any thread."""
        self._downloads.heard(tag)
        self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                wait_s = self._downloads.step(self._clock())
            except StoreError as error:
                # content can wait: what the disk lacks belongs to residents' work
                _log.warning("downloads wait: %s", error.failure)
                wait_s = _AFTER_TROUBLE_S
            except Exception as error:  # noqa: BLE001 - the last good packs serve on; it is logged
                _log.error("downloads wait: %s", type(error).__name__)
                wait_s = _AFTER_TROUBLE_S
            if wait_s > 0 and not self._stop.is_set():
                self._wake.wait(wait_s)
