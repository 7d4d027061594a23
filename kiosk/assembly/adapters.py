"""Small steps between what the visit asks for and what the rooms offer."""

import json
from collections.abc import Callable
from pathlib import Path

from devices.card.api import DocType
from devices.errors import FailureCode
from devices.events import DeviceState, Phase, Report, Snapshot
from devices.receipt.api import Outcome, PrinterStatus, PrintJob, PrintResult, PrintSettled
from kiosk.audit import Audit
from offline_cache.print_journal import PrintJournal
from offline_cache.records import PrintState

_STATES = {
    Outcome.PRINTED: PrintState.PRINTED,
    Outcome.SENT: PrintState.SENT,
    Outcome.NOT_STARTED: PrintState.NOT_STARTED,
    Outcome.PARTIAL: PrintState.PARTIAL,
    Outcome.UNKNOWN: PrintState.UNKNOWN,
}


class Journal:
    """The print journal in the visit's words: the printer's name is filled in here."""

    def __init__(self, journal: PrintJournal, printer: str) -> None:
        """Remember the journal and the name of the one receipt printer."""
        self._journal = journal
        self._printer = printer

    def queue(self, job_id: str, submission_id: str) -> None:
        """Note a job before it goes to the printer; an empty submission is a notice."""
        self._journal.queue(job_id, submission_id or None, "receipt" if submission_id else "notice")

    def sending(self, job_id: str) -> None:
        """Note durably that the first byte may follow."""
        self._journal.sending(job_id, self._printer)

    def settle(self, job_id: str, result: PrintResult) -> None:
        """Note the outcome with its proof."""
        self._journal.settle(job_id, _STATES[result.outcome], result.proof)

    def decline(self, submission_id: str) -> None:
        """The resident goes without paper: every open job of the submission is settled."""
        for job in self._journal.jobs():
            if job.submission_id == submission_id:
                self._journal.decline(job.id)


class AuditTrail:
    """The audit journal in the visit's words; only short facts pass."""

    def __init__(self, audit: Audit) -> None:
        """Remember the journal."""
        self._audit = audit

    def record(self, act: str, details: dict[str, object]) -> None:
        """Append one entry; what is no plain value is written as JSON."""
        facts = {
            key: value if isinstance(value, (str, int, float, bool)) else json.dumps(value)
            for key, value in details.items()
        }
        self._audit.append(act, facts)


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
