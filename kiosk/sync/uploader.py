"""The thread that empties the outbox, and the one that looks after it."""

import logging
import random
import threading
import time
import traceback
from collections.abc import Callable
from typing import Protocol

from devices.errors import FailureCode
from kiosk.sync.actions import Rested
from kiosk.sync.heartbeat import Vitals
from kiosk.sync.ports import Clock, Engine, Keys, PortalPort, Reports
from kiosk.sync.retry import Chance
from kiosk.sync.sender import Sender
from kiosk.sync.store import Outbox, Pages
from offline_cache.errors import StoreError
from offline_cache.records import Ack

NO_PROGRESS_S = 60.0
_WATCH_S = 1.0
_JOIN_S = 0.1
_log = logging.getLogger(__name__)


class InterruptiblePortal(PortalPort, Protocol):
    """A client whose requests can be cut."""

    def interrupt(self) -> None:
        """Cut every request in flight."""


class Uploader:
    """Sends what is in the outbox by itself, for as long as the terminal runs.

    One worker thread does everything; a second one starts it again within 2 s if it
    dies and raises the alarm if nothing moves for 60 s although something is due.
    All methods may be called from any thread; callbacks come on the worker's.
    """

    def __init__(  # noqa: PLR0913 - keywords of the one place that wires
        self,
        outbox: Outbox,
        documents: Pages,
        client: InterruptiblePortal,
        *,
        on_ack: Callable[[Ack], None],
        on_alarm: Callable[[FailureCode, str], None],
        on_online: Callable[[bool], None] = lambda _: None,
        on_look: Callable[[str], None] = lambda _: None,
        on_tag: Callable[[str | None], None] = lambda _: None,
        keys: Keys | None = None,
        vitals: Vitals | None = None,
        clock: Clock = time.monotonic,
        chance: Chance = random.random,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Prepare; nothing is sent before `start`.

        Args:
            outbox: submissions on their way.
            documents: their sealed pages.
            client: the portal.
            on_ack: an acknowledgement or a new stage, after it is on the disk.
            on_alarm: what staff should know; the text holds ids and types only.
            on_online: the portal came (True) or went (False).
            on_look: the portal says that there is something new to look at.
            on_tag: the tag of the portal's catalogue.
            keys: sealing keys to keep fresh.
            vitals: what a heartbeat tells; without it there is none.
            clock: monotonic seconds.
            chance: jitter, uniform in [0, 1).
            reached: crash points for tests; does nothing in the product.
        """
        self._client = client
        self._clock = clock
        self._on_alarm = on_alarm
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._watch_stop = threading.Event()
        self._worker: threading.Thread | None = None
        self._watcher: threading.Thread | None = None
        self._sender = Sender(
            (outbox, documents),
            client,
            Reports(on_ack, on_alarm, on_online, on_look, on_tag),
            Engine(clock, chance, self._stop.is_set, reached),
            keys,
            vitals,
        )
        self._step_at: float | None = None
        self.restarts = 0

    @property
    def online(self) -> bool | None:
        """The portal answered lately; None before the first try."""
        return self._sender.presence.online

    @property
    def paused_why(self) -> str:
        """Why the portal does not take anything from this terminal, or nothing."""
        return self._sender.channel.paused_why

    def start(self) -> None:
        """Begin; a second call does nothing."""
        if self._watcher is None:
            self._spawn()
            self._watcher = threading.Thread(target=self._watch, name="uploader-watch")
            self._watcher.start()

    def stop(self) -> None:
        """Cut what is in flight and end both threads; what was not acknowledged goes on later."""
        self._watch_stop.set()
        self._stop.set()
        self._wake.set()
        if self._watcher is not None:
            self._watcher.join()
        while self._worker is not None and self._worker.is_alive():
            self._client.interrupt()
            self._worker.join(_JOIN_S)

    def wake(self) -> None:
        """Look now: something was put, or the network is back."""
        self._wake.set()

    def follow(self, submission_id: str) -> None:
        """Ask often what became of it, until its stage is final or `unfollow`."""
        self._sender.follower.follow(submission_id, self._clock())
        self._wake.set()

    def unfollow(self, submission_id: str) -> None:
        """Nobody waits for it any more."""
        self._sender.follower.unfollow(submission_id)

    def _spawn(self) -> None:
        self._worker = threading.Thread(target=self._run, name="uploader")
        self._worker.start()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._wake.clear()
                self._step_at = self._clock()
                action = self._sender.step(self._clock())
                self._step_at = None
                if isinstance(action, Rested):
                    self._wake.wait(action.seconds)
        except BaseException as error:
            # the type and the places alone: a message could quote what was being sent
            places = "".join(traceback.format_tb(error.__traceback__))
            _log.error("uploader died: %s\n%s", type(error).__name__, places)
            if not isinstance(error, Exception | SystemExit):
                raise
            if isinstance(error, Exception) and not isinstance(error, StoreError):
                # a disk that fails is no fault of what is being sent
                self._sender.died()

    def _watch(self) -> None:
        alarmed_for: float | None = None
        while not self._watch_stop.wait(_WATCH_S):
            worker = self._worker
            if worker is not None and not worker.is_alive():
                self.restarts += 1
                self._tell(FailureCode.PROGRAM_FAULT, "uploader died and is started again")
                self._spawn()
            stuck_since = self._stuck_since()
            if stuck_since is not None and stuck_since != alarmed_for:
                alarmed_for = stuck_since
                self._tell(FailureCode.NO_PROGRESS, "nothing moved for 60 s")

    def _tell(self, code: FailureCode, text: str) -> None:
        """Raise an alarm; a listener that fails may not end the one who looks after it all."""
        try:
            self._on_alarm(code, text)
        except Exception as error:  # noqa: BLE001 - logged; the watch must go on
            _log.error("alarm %s was not heard: %s", code, type(error).__name__)

    def _stuck_since(self) -> float | None:
        """Since when nothing moved although something was due or was being done, if too long."""
        is_open = self._sender.channel.is_open_for_work
        began = (self._step_at, self._sender.due_since if is_open else None)
        known = [since for since in began if since is not None]
        if not known:
            return None
        since = max(min(known), self._sender.delivery.moved_at)
        return since if self._clock() - since >= NO_PROGRESS_S else None
