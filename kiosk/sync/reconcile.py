"""Compares what was ever acknowledged with what the portal has, a page at a time.

Asked for by the portal after its own restore, and begun here when the portal does not know
something that it acknowledged. What it lost and this terminal still holds is sent again;
what is erased here is named by its receipt number, never passed over in silence.
"""

import logging
from collections.abc import Callable

from devices.errors import FailureCode
from kiosk.sync.outcomes import Answered, Outcome, Refused
from kiosk.sync.outcomes_terminal import Reconciled, ReconcileItem
from kiosk.sync.ports import PortalPort, Reports
from kiosk.sync.store import Compares, Known

PAGE = 1000
AGAIN_S = 15.0
NOT_OFFERED_S = 3600.0
_log = logging.getLogger(__name__)


class Reconciler:
    """Walks through everything acknowledged, in the order of ids; a restart begins anew.

    `want` may be called from any thread, the rest from one.
    """

    def __init__(
        self,
        outbox: Compares,
        client: PortalPort,
        reports: Reports,
        forget: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Prepare; nothing is compared before `want`.

        Args:
            outbox: what was acknowledged.
            client: the portal.
            reports: told of what is lost on both sides.
            forget: told of each id that is sent again.
        """
        self._outbox = outbox
        self._client = client
        self._reports = reports
        self._forget = forget
        self._wanted = False
        self._running = False
        self._after = ""
        self._at = float("-inf")
        self._named: set[str] = set()

    def want(self) -> None:
        """Compare everything soon; while a comparison runs, that one counts."""
        self._wanted = True

    def due(self, now: float) -> bool:
        """A page can be asked for now."""
        return (self._wanted or self._running) and now >= self._at

    def next_at(self) -> float:
        """Monotonic second of the next page, infinite when none is wanted."""
        return self._at if self._wanted or self._running else float("inf")

    def page(self, now: float) -> Outcome[object] | None:
        """Compare the next page; None when there is nothing left to compare."""
        if not self._running:
            self._running, self._wanted, self._after = True, False, ""
        rows = tuple(self._outbox.known(self._after, PAGE))
        if not rows:
            self._end()
            return None
        outcome = self._client.reconcile([_item(row) for row in rows])
        if isinstance(outcome, Answered):
            self._apply(rows, outcome.value)
            self._after = rows[-1].id
            if len(rows) < PAGE:
                self._end()
        else:
            # an older portal does not offer it
            absent = isinstance(outcome, Refused) and outcome.status in {404, 405}
            self._at = now + (NOT_OFFERED_S if absent else AGAIN_S)
        return outcome

    def _end(self) -> None:
        self._running, self._at = False, float("-inf")
        _log.info("reconciled with the portal")

    def _apply(self, rows: tuple[Known, ...], compared: Reconciled) -> None:
        """Act on what differs; ids that nobody asked for count as not said."""
        asked = {row.id: row for row in rows}
        for submission_id in compared.unknown:
            if submission_id in asked:
                self._lost(asked[submission_id])
        for submission_id in compared.mismatch:
            if submission_id in asked:
                self._differs(asked[submission_id])

    def _lost(self, row: Known) -> None:
        if self._outbox.forgotten(row.id):
            self._forget(row.id)
            _log.warning("%s is unknown to the portal and is sent again", row.id)
            return
        self._name(row, "lost by the portal and erased here")

    def _differs(self, row: Known) -> None:
        self._outbox.mark_mismatch(row.id)
        self._forget(row.id)
        self._name(row, "the portal has something else under this id")

    def _name(self, row: Known, text: str) -> None:
        """Tell staff once in the life of the process."""
        if row.id not in self._named:
            self._named.add(row.id)
            _log.warning("%s, receipt %s: %s", row.id, row.receipt_no, text)
            told = f"{row.id}: receipt {row.receipt_no}: {text}"
            self._reports.on_alarm(FailureCode.PORTAL_BAD_ANSWER, told)


def _item(row: Known) -> ReconcileItem:
    return ReconcileItem(row.id, row.sha256, row.receipt_no, row.stored)
