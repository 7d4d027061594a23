"""One paper on its way: journal before the first byte, outcome after it, doubt is asked.

`PrintState` follows the printer's outcome; only `printed` says that paper came out.
What may lie half in the slot is never printed again by itself.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from devices.errors import FailureCode
from devices.receipt.api import (
    Outcome,
    PrintJob,
    PrintResult,
    PrintSettled,
    ReceiptLayout,
)
from kiosk.dispatch import InOrder
from kiosk.visit import receipt
from kiosk.visit.pages import PaperStage
from kiosk.visit.session import Session, failure_of
from offline_cache.records import PrintState

RECEIPT = "receipt"
NOTICE = "notice"
PRINT_S = 10.0
_STATES = {
    Outcome.PRINTED: PrintState.PRINTED,
    Outcome.SENT: PrintState.SENT,
    Outcome.NOT_STARTED: PrintState.NOT_STARTED,
    Outcome.PARTIAL: PrintState.PARTIAL,
    Outcome.UNKNOWN: PrintState.UNKNOWN,
}
_STAGES = {
    Outcome.PRINTED: PaperStage.PRINTED,
    Outcome.SENT: PaperStage.SENT,
    Outcome.NOT_STARTED: PaperStage.NOT_PRINTED,
    Outcome.PARTIAL: PaperStage.DOUBT,
    Outcome.UNKNOWN: PaperStage.DOUBT,
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One paper under one id, for the first try and all others."""

    job_id: str
    submission: str | None
    layout: ReceiptLayout


class Paper:
    """The one paper of a kind that a visit prints."""

    def __init__(self, session: Session, kind: str, settled: Callable[[], None]) -> None:
        """Prepare; `settled` follows each change of the paper's stage."""
        self._session = session
        self._writes = InOrder(session.ports.dispatcher)
        self._kind = kind
        self._settled = settled
        self._sheet: _Sheet | None = None
        self._reprint = 0
        self._visit = ""
        self.stage: PaperStage | None = None
        self.failure = ""
        self._sent: dict[str, str | None] = {}

    @property
    def busy(self) -> bool:
        """It is being printed."""
        return self.stage is PaperStage.PRINTING

    @property
    def printed(self) -> bool:
        """The printer took it, as far as it can tell."""
        return self.stage in {PaperStage.PRINTED, PaperStage.SENT}

    def forget(self) -> None:
        """Another paper follows; a job that still runs is settled in the journal only."""
        self._sheet = None
        self._reprint = 0
        self.stage = None
        self.failure = ""

    def print_notice(self) -> None:
        """Print the notice of the present item."""
        session = self._session
        item, ports = session.item, session.ports
        if item is not None:
            site, demo = ports.place.site, ports.catalogue.demo
            self.begin(
                receipt.notice(item, session.materials(), ports.wall(), site, demo=demo),
                ports.new_id(),
                None,
            )

    def begin(self, layout: ReceiptLayout, business_id: str, submission: str | None) -> None:
        """Print a paper for the first time.

        Args:
            layout: what is printed.
            business_id: of the case, or of this notice; the job's id starts with it.
            submission: whose receipt it is.
        """
        digest = hashlib.sha256(repr(layout).encode()).hexdigest()[:16]
        self._sheet = _Sheet(f"{business_id}-{digest}", submission, layout)
        self._reprint = 0
        self._send()

    def again(self) -> None:
        """Print after nothing came out: the same paper, not marked as a second one."""
        if self.stage is PaperStage.NOT_PRINTED and self._sheet is not None:
            self._send()

    def answer(self, *, complete: bool) -> None:
        """Whether it came out whole: no further one is owed, or a second one is printed, marked."""
        if self.stage is not PaperStage.DOUBT:
            return
        if complete:
            self.decline()
            self._change(PaperStage.PRINTED, "")
        elif self._sheet is not None:
            self._reprint += 1
            self._send()

    def decline(self) -> None:
        """The resident goes; a paper that did not come out is not owed any more."""
        sheet, journal = self._sheet, self._session.ports.journal
        if sheet is not None and self.stage in {PaperStage.NOT_PRINTED, PaperStage.DOUBT}:
            self._write(lambda: journal.decline(sheet.job_id))

    def on_settled(self, event: PrintSettled) -> None:
        """A job ended: the journal hears of it even when its visit is over."""
        if event.job_id not in self._sent:
            return
        submission = self._sent.pop(event.job_id)
        result, journal = event.result, self._session.ports.journal
        state = _STATES[result.outcome]
        proof = result.proof.value if result.proof else None
        sheet = self._sheet
        wanted = sheet is not None and sheet.job_id == event.job_id and self._visit == event.visit
        owed = _STAGES[result.outcome] in {PaperStage.NOT_PRINTED, PaperStage.DOUBT}

        def note() -> None:
            journal.settle(event.job_id, state, proof)
            if owed and not wanted:
                journal.decline(event.job_id)

        self._write(note)
        self._tell(submission, result)
        if wanted:
            failure = result.failure.value if result.failure else ""
            self._change(_STAGES[result.outcome], failure)

    def _send(self) -> None:
        session, sheet = self._session, self._sheet
        if sheet is None:
            return
        self._visit = session.visit
        self.failure = ""
        self.stage = PaperStage.PRINTING
        journal, printer = session.ports.journal, session.ports.printer
        printer_id, kind = printer.snapshot().device_id, self._kind
        job = PrintJob(sheet.job_id, session.visit, sheet.layout, 0.0, self._reprint)

        def note() -> None:
            journal.queue(sheet.job_id, sheet.submission, kind)
            journal.sending(sheet.job_id, printer_id)

        self._writes.in_background(
            note, lambda _none: self._start(job, sheet.submission), self._not_noted
        )
        self._settled()

    def _start(self, job: PrintJob, submission: str | None) -> None:
        ports = self._session.ports
        self._sent[job.id] = submission
        deadline = ports.now() + PRINT_S
        ports.printer.begin(PrintJob(job.id, job.visit, job.layout, deadline, job.reprint))

    def _not_noted(self, error: Exception) -> None:
        """Without a row in the journal no byte may go out."""
        _log.error("the print journal took no record: %s", type(error).__name__)
        failure = FailureCode(failure_of(error))
        self._tell(None, PrintResult(Outcome.NOT_STARTED, failure=failure))
        self._change(PaperStage.NOT_PRINTED, failure.value)

    def _change(self, stage: PaperStage, failure: str) -> None:
        self.stage = stage
        self.failure = failure
        self._settled()

    def _tell(self, submission: str | None, result: PrintResult) -> None:
        self._session.tell(
            "printed",
            id=submission,
            outcome=result.outcome.value,
            proof=result.proof.value if result.proof else None,
            what=self._kind,
        )

    def _write(self, job: Callable[[], object]) -> None:
        self._writes.in_background(job, lambda _row: None, self._write_failed)

    def _write_failed(self, error: Exception) -> None:
        _log.error("the print journal took no outcome: %s", type(error).__name__)
        self._session.tell("failed", failure=failure_of(error))
