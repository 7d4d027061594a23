"""The terminal's long-lived objects: built once in order, stopped in reverse."""

import logging
import random
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from devices.card.api import CardReader
from devices.errors import FailureCode
from devices.events import DeviceStateChanged
from devices.receipt.api import ReceiptPrinter
from devices.registry import Registry
from kiosk.assembly.adapters import Alone, Begin, Commit, NoPrinter, NoReader, Plate, portal_client
from kiosk.assembly.vitals import Vitals
from kiosk.audit import Audit
from kiosk.catalogue.pack import Catalogue, built_in
from kiosk.dispatch import Call, ThreadDispatcher
from kiosk.documents.scanning import PageScanner
from kiosk.documents.worker import Worker
from kiosk.settings import Settings
from kiosk.sync.client import PortalClient
from kiosk.sync.downloader import Downloader
from kiosk.sync.downloads import Downloads
from kiosk.sync.sealing_keys import SealingKeys
from kiosk.sync.uploader import Uploader
from kiosk.visit.desk import VisitDesk
from kiosk.visit.ports import Place, Ports, Surfaces
from offline_cache.arrivals import Arrivals
from offline_cache.clock import CHINA_TIME
from offline_cache.content import Content
from offline_cache.database import Database, Limits
from offline_cache.documents import Documents
from offline_cache.numbers import TerminalIdentity, uuid7
from offline_cache.outbox import Outbox
from offline_cache.print_journal import PrintJournal
from offline_cache.records import Ack
from offline_cache.recovery import Recovered
from offline_cache.retention import Retention

_log = logging.getLogger("kiosk")
_PURGE_EVERY_S = 30.0
_BUILT_YEAR = 2026
_FAULTS_TOLD = 5


class Terminal:
    """Everything but the screens. `build` may run on any thread; `start` runs on the main one.

    Attributes:
        desk: the visit.
        outbox: for the demo and the queue's numbers.
        uploader: None where the settings name no portal.
        ack_listeners: called on the main thread with every acknowledgement, before the visit.
    """

    def __init__(
        self, settings: Settings, to_main: Callable[[Call], None], surfaces: Surfaces
    ) -> None:
        """Open store, pack, portal client and devices; nothing runs yet.

        Raises:
            StoreError: the store cannot be used; carries its failure code.
            PackInvalidError: the built-in pack is damaged.
            DeviceError: a device's address names no driver.
        """
        self.settings = settings
        self.ack_listeners: list[Callable[[Ack], None]] = []
        self.dispatcher = ThreadDispatcher(to_main)
        state = settings.state_dir
        self.audit = Audit(state / "audit.jsonl")
        self._open_store(state)
        self._open_portal()
        self.registry = Registry(settings.devices, self._device_reported, today=_today)
        self._stand_ins()
        self.worker = Worker()
        self.scanner = PageScanner(self.registry.open_camera, self.worker)
        self.catalogue: Catalogue = built_in()
        self.desk = VisitDesk(self._ports(surfaces))
        self._purged_at = time.monotonic()
        self._damage_told: tuple[str, ...] = ()

    def _open_store(self, state: Path) -> None:
        limits = self.settings.limits
        self.database = Database.open(
            state / "store",
            limits=Limits(queue_items=limits.queue_items, queue_days=limits.queue_days),
            old_library_allowed=self.settings.old_sqlite == "rollback",
        )
        self.documents = Documents(self.database)
        self.documents.shred_drafts()
        self.keys = SealingKeys(state, self.settings.portal.sealing_key)
        terminal = self.settings.terminal
        identity = TerminalIdentity(terminal.region, terminal.code)
        self.outbox = Outbox(self.database, self.documents, identity, self.keys.current)
        self.journal = PrintJournal(self.database)
        self.retention = Retention(self.database, self.documents)

    def _open_portal(self) -> None:
        self.client: PortalClient | None = None
        self.uploader: Uploader | None = None
        self.downloader: Downloader | None = None
        if not self.settings.portal.url:
            return
        self.client = portal_client(self.settings)
        downloader = self._open_content(self.client)
        self.uploader = Uploader(
            self.outbox,
            self.documents,
            self.client,
            on_ack=self._acked,
            on_alarm=self._alarmed,
            on_online=self._onlined,
            on_look=lambda name: downloader.look() if name == "catalogue" else None,
            on_tag=downloader.heard,
            keys=self.keys,
            vitals=Vitals(
                self.settings, self.database, lambda: self.registry, self.audit, self.client.time
            ),
        )

    def _open_content(self, client: PortalClient) -> Downloader:
        """Packs are fetched and kept; what is shown is the built-in one until they are signed."""
        stores = (Content(self.database), Arrivals(self.database))
        state, chance = self.settings.state_dir, random.random
        downloads = Downloads(client, stores, state, self._alarmed, chance)
        self.downloader = Downloader(downloads, client)
        return self.downloader

    def _stand_ins(self) -> None:
        """A terminal without a reader or a printer runs, and says so on the page that needs it."""
        self.reader: CardReader = self.registry.card or NoReader()
        self.printer: ReceiptPrinter = self.registry.receipt or NoPrinter(time.monotonic)

    def _ports(self, surfaces: Surfaces) -> Ports:
        terminal = self.settings.terminal
        return Ports(
            catalogue=self.catalogue,
            dispatcher=self.dispatcher,
            reader=self.reader,
            scanning=Plate(self.scanner, self.registry),
            printer=self.printer,
            drafts=Begin(self.documents, self.keys.current),
            outbox=Commit(self.outbox),
            journal=self.journal,
            follow=self.uploader or Alone(),
            audit=self.audit,
            surfaces=surfaces,
            mark=self.registry,
            place=Place(terminal.region, terminal.site),
            now=time.monotonic,
            wall=lambda: datetime.now(CHINA_TIME),
            new_id=lambda: uuid7(time.time()),
        )

    def start(self) -> None:
        """Start devices and sending; call on the main thread, once."""
        self.registry.start()
        # the first scan must not wait for a fresh interpreter and its libraries
        self.dispatcher.in_background(self.worker.warm, lambda _: None, _upkeep_failed)
        self.dispatcher.in_background(self.database.verify, self._tell_damage, self._check_failed)
        self.dispatcher.in_background(self.documents.sweep, self._tell_swept, _upkeep_failed)
        if isinstance(self.printer, NoPrinter):
            self.printer.start(self._device_reported)
        if self.uploader is not None:
            self.uploader.start()
        else:
            self._onlined(up=False)
        if self.downloader is not None:
            self.downloader.start()

    def tick(self) -> None:
        """Called four times a second on the main thread: time-outs, and the upkeep of the store."""
        self.desk.tick()
        if time.monotonic() - self._purged_at > _PURGE_EVERY_S:
            self._purged_at = time.monotonic()
            self.dispatcher.in_background(self._purge, self._tell_damage, _upkeep_failed)

    def stop(self) -> None:
        """Stop everything in reverse order; what is in the outbox goes on at the next start."""
        self.scanner.close()
        if self.uploader is not None:
            self.uploader.stop()
        if self.downloader is not None:
            self.downloader.stop()
        self.registry.stop()
        self.dispatcher.close()
        self.worker.close()
        if self.client is not None:
            self.client.close()
        self.database.close()

    def _purge(self) -> int:
        return self.retention.purge()

    def _tell_damage(self, _done: object) -> None:
        """A damaged store takes nothing new; what it holds is sent as far as it can be read."""
        new = [fault for fault in self.database.damage if fault not in self._damage_told]
        if not new:
            return
        self._damage_told = self.database.damage
        for fault in new[:_FAULTS_TOLD]:
            self._alarmed(FailureCode.STORE_FAULT, f"quick_check: {fault}")
        self.dispatcher.in_background(
            lambda: self.audit.append("store.damaged", {"faults": len(new)}),
            lambda _: None,
            _upkeep_failed,
        )

    def _tell_swept(self, found: Recovered) -> None:
        """Pages that are gone can be scanned again only if somebody knows."""
        for submission_id in found.rejected:
            self._alarmed(FailureCode.STORE_FAULT, f"a page is lost: {submission_id}")

    def _check_failed(self, error: Exception) -> None:
        self._alarmed(FailureCode.STORE_FAULT, f"quick_check: {type(error).__name__}")
        self._tell_damage(None)

    def _device_reported(self, event: object) -> None:
        """On a device's thread; the visit hears of it on the main one."""
        if isinstance(event, DeviceStateChanged):
            snapshot = event.snapshot
            self.dispatcher.to_main(lambda: self.desk.device_changed(snapshot))
        else:
            self.dispatcher.to_main(lambda: self.desk.device_event(event))

    def _acked(self, ack: Ack) -> None:
        self.dispatcher.to_main(lambda: self._hear(ack))

    def _hear(self, ack: Ack) -> None:
        for listener in self.ack_listeners:
            listener(ack)
        self.desk.acked(ack)

    def _onlined(self, up: bool) -> None:  # noqa: FBT001 - the uploader's callback has one value
        self.dispatcher.to_main(lambda: self.desk.online(up))

    def _alarmed(self, failure: FailureCode, detail: str) -> None:
        """An alarm is for staff: logged with its code, counted by the audit journal."""
        _log.warning("alarm %s: %s", failure, detail)


def _upkeep_failed(error: Exception) -> None:
    """The next use of the store or of the worker reports with its own code."""
    _log.error("upkeep failed: %s", type(error).__name__)


def _today() -> date | None:
    """The day for expired documents; None while the clock is plainly wrong."""
    today = datetime.now(CHINA_TIME).date()
    return today if today.year >= _BUILT_YEAR else None
