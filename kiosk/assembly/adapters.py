"""Small steps between what the visit asks for and what the rooms offer."""

from collections.abc import Callable, Mapping
from pathlib import Path

from devices.card.api import DocType
from devices.errors import FailureCode
from devices.events import DeviceState, Phase, Report, Snapshot
from devices.receipt.api import Outcome, PrinterStatus, PrintJob, PrintResult, PrintSettled
from devices.registry import Registry
from kiosk.documents.scanning import PageScanner, ScanEvent, ScanFailed
from kiosk.settings import Settings
from kiosk.sync.client import PortalClient
from offline_cache.documents import Documents, Draft
from offline_cache.errors import SealingKeyMissingError
from offline_cache.outbox import Outbox
from offline_cache.records import Intake, Ticket
from offline_cache.sealing import PortalKey


class Commit:
    """The outbox in the visit's words: a draft is always one of the same store."""

    def __init__(self, outbox: Outbox) -> None:
        """Remember the outbox."""
        self._outbox = outbox

    def put(self, draft: object, intake: Intake) -> Ticket:
        """Commit the draft.

        Raises:
            TypeError: the draft comes from elsewhere: a mistake of the wiring.
        """
        if not isinstance(draft, Draft):
            raise TypeError(type(draft).__name__)
        return self._outbox.put(draft, intake)

    def put_message(self, kind: str, case_id: str, body: Mapping[str, object]) -> str:
        """Commit a message about a case."""
        return self._outbox.put_message(kind, case_id, body)


class Begin:
    """Drafts that can be sealed in the end: without a key the resident would work in vain."""

    def __init__(self, documents: Documents, key: Callable[[], PortalKey | None]) -> None:
        """Remember the sealed pages, and who knows the portal's newest public key."""
        self._documents = documents
        self._key = key

    def begin(self, case_id: str, kind: str, task_code: str) -> Draft:
        """Start a submission.

        Raises:
            SealingKeyMissingError: no public key of the portal is known.
            NoRoomError, StoreFaultError: as `Documents.begin`.
        """
        if self._key() is None:
            raise SealingKeyMissingError("no public key of the portal is known")
        return self._documents.begin(case_id, kind, task_code)


class Plate:
    """The page scanner, with the camera's state noted as each scan shows it."""

    def __init__(self, scanner: PageScanner, registry: Registry) -> None:
        """Remember both."""
        self._scanner = scanner
        self._registry = registry

    def open(self, visit: str, report: Callable[[ScanEvent], None]) -> None:
        """Start the camera for a visit."""

        def pass_on(event: ScanEvent) -> None:
            failure = event.failure if isinstance(event, ScanFailed) else None
            self._registry.note_camera(failure)
            report(event)

        self._scanner.open(visit, pass_on)

    def capture(self) -> None:
        """Take the page now."""
        self._scanner.capture()

    def resume(self) -> None:
        """Go on with live pictures."""
        self._scanner.resume()

    def close(self) -> None:
        """Let the camera go."""
        self._scanner.close()


class Alone:
    """Stands where the settings name no portal: everything is collected and waits."""

    def follow(self, submission_id: str) -> None:
        """Nobody answers."""

    def unfollow(self, submission_id: str) -> None:
        """Nobody answers."""

    def wake(self) -> None:
        """Nothing to wake."""


def _absent(kind: str) -> Snapshot:
    return Snapshot(
        device_id=kind, kind=kind, driver="none", state=DeviceState.DISABLED, phase=Phase.STOPPED
    )


class NoReader:
    """Stands where the settings name no card reader: every request ends at once."""

    def start(self, report: Report) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""

    def begin(self, visit: str, accept: frozenset[DocType], deadline: float) -> None:
        """The visit sees the snapshot and offers other ways."""

    def cancel(self) -> None:
        """Nothing runs."""

    def snapshot(self) -> Snapshot:
        """Switched off."""
        return _absent("card")


class NoPrinter:
    """Stands where the settings name no receipt printer: every job is NOT_STARTED."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Remember the clock for the events."""
        self._now = now
        self._report: Report | None = None
        self._seq = 0

    def start(self, report: Report) -> None:
        """Remember who is told."""
        self._report = report

    def stop(self) -> None:
        """Nothing to stop."""

    def begin(self, job: PrintJob) -> None:
        """Settle the job as not started."""
        self._seq += 1
        result = PrintResult(Outcome.NOT_STARTED, failure=FailureCode.NOT_CONNECTED)
        if self._report is not None:
            self._report(PrintSettled("receipt", job.visit, self._seq, self._now(), job.id, result))

    def cancel(self) -> None:
        """Nothing runs."""

    def status(self) -> PrinterStatus:
        """Nothing is known."""
        return PrinterStatus()

    def snapshot(self) -> Snapshot:
        """Switched off."""
        return _absent("receipt")


def portal_client(settings: Settings) -> PortalClient:
    """The client of the portal that the settings name, with the terminal's way to prove itself."""
    portal = settings.portal
    return PortalClient(
        portal.url,
        settings.terminal.id,
        ca=portal.ca,
        cert=portal.tls_pair,
        signing_key=portal.signing_key,
    )


def identity_files(folder: Path) -> tuple[Path | None, tuple[Path, Path] | None]:
    """Find CA certificate and client certificate in a folder made for one terminal.

    Args:
        folder: holds `ca.pem`, and `terminal.pem` with `terminal.key`; any may be missing.

    Returns:
        The CA file and the pair of certificate and key, None for what is missing.
    """
    ca, cert, key = (folder / name for name in ("ca.pem", "terminal.pem", "terminal.key"))
    pair = (cert, key) if cert.is_file() and key.is_file() else None
    return (ca if ca.is_file() else None), pair
