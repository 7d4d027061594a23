"""What becomes of a case after its submission was taken over.

A thread of its own opens the submission after the commit, keeps the opened
copy for the operator, decides the stage, and concludes 即办 items a moment
later. At the start everything that was not opened or concluded is taken up
again, so a killed portal forgets nothing.
"""

import heapq
import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from portal.archive import keep
from portal.contents import Contents, Gap, open_contents
from portal.faults import Faults
from portal.intake import RECEIVED, sealed_body
from portal.keys import Keyring
from portal.moments import WallClock, office_date, stamp, working_days_after
from portal.register import IMMEDIATE, find
from portal.store import Store, emit, next_serial
from portal.tables.intake import documents, submissions

CONCLUDE_AFTER_S: Final = 0.5
_SLOW_S: Final = 5.0
_RETRY_S: Final = 5.0
_log = logging.getLogger("portal.cases")


class Office:
    """Opens, decides and concludes, one submission at a time on its own thread."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        keys: Keyring,
        page_path: Callable[[str], Path],
        clock: WallClock,
        faults: Faults,
    ) -> None:
        self._folder = folder
        self._store = store
        self._keys = keys
        self._page_path = page_path
        self._clock = clock
        self._faults = faults
        self._due: list[tuple[float, int]] = []
        self._wake = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="portal-office")

    def start(self) -> None:
        """Take up what is left from before and begin to work."""
        for number in self._unfinished():
            self.take_up(number)
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the submission in hand; the rest waits for the next start."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join()

    def take_up(self, number: int, after_s: float = 0.0) -> None:
        """Look at the submission with that number; returns at once."""
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + after_s, number))
            self._wake.notify()

    def _run(self) -> None:
        while True:
            number = self._next()
            if number is None:
                return
            try:
                self._advance(number)
            except Exception:  # noqa: BLE001 - one bad case must not stop all others; it waits
                _log.exception("case %d waits", number)
                self.take_up(number, _RETRY_S)

    def _next(self) -> int | None:
        with self._wake:
            while not self._stopping:
                if not self._due:
                    self._wake.wait()
                elif (left := self._due[0][0] - time.monotonic()) > 0:
                    self._wake.wait(left)
                else:
                    return heapq.heappop(self._due)[1]
        return None

    def _advance(self, number: int) -> None:
        with self._store.transaction() as connection:
            query = sa.select(submissions).where(submissions.c.n == number)
            row = connection.execute(query).mappings().one()
        if row["stage"] == "accepted":
            self._conclude(number)
        elif row["stage"] == RECEIVED:
            self._decide(number, row)

    def _decide(self, number: int, row: sa.RowMapping) -> None:
        if not row["opened"] and self._faults.take("slow_acceptance") is not None:
            self._open(number, row)
            self.take_up(number, _SLOW_S)
            return
        contents = self._open(number, row)
        if self._faults.take("not_accepted") is not None:
            self._set(number, "not_accepted", result=_reasons([_played("not-accepted")]))
        elif self._faults.take("correction") is not None:
            self._set(number, "correction", result=_reasons([_played("page-missing")]))
        elif contents.gaps:
            self._set(number, "correction", result=_reasons(contents.gaps))
        else:
            self._accept(number, row["task_code"])

    def _open(self, number: int, row: sa.RowMapping) -> Contents:
        identity = row["id"]
        contents = open_contents(identity, sealed_body(row), self._keys, self._page_path)
        keep(self._folder, row["terminal"], identity, contents)
        with self._store.transaction() as connection:
            for page in contents.pages:
                connection.execute(
                    documents.update()
                    .where(documents.c.submission == number, documents.c.ordinal == page.ordinal)
                    .values(sha256=page.sha256, size=len(page.content))
                )
            connection.execute(
                submissions.update().where(submissions.c.n == number).values(opened=True)
            )
        return contents

    def _accept(self, number: int, task_code: str) -> None:
        item = find(task_code)
        today = office_date(self._clock())
        promised = working_days_after(today, item.promise_days)
        with self._store.transaction() as connection:
            serial = next_serial(connection)
        self._set(
            number,
            "accepted",
            project_no=f"SHDEMO{today:%y%m%d}{serial:08d}",
            accept_date=today.isoformat(),
            promise_date=promised.isoformat(),
        )
        if item.project_type == IMMEDIATE:
            self.take_up(number, CONCLUDE_AFTER_S)

    def _conclude(self, number: int) -> None:
        today = office_date(self._clock()).isoformat()
        self._set(number, "concluded", result={"result_date": today})

    def _set(self, number: int, stage: str, **values: object) -> None:
        with self._store.transaction() as connection:
            connection.execute(
                submissions.update().where(submissions.c.n == number).values(stage=stage, **values)
            )
            query = sa.select(submissions.c.terminal, submissions.c.id)
            row = connection.execute(query.where(submissions.c.n == number)).one()
            emit(connection, f"submission.{stage}", (row.terminal, row.id), stamp(self._clock()))

    def _unfinished(self) -> list[int]:
        query = sa.select(submissions.c.n, submissions.c.stage, submissions.c.task_code).where(
            submissions.c.stage.in_((RECEIVED, "accepted"))
        )
        with self._store.transaction() as connection:
            rows = connection.execute(query).all()
        return [
            row.n
            for row in rows
            if row.stage == RECEIVED or find(row.task_code).project_type == IMMEDIATE
        ]


def _reasons(gaps: Iterable[Gap]) -> dict[str, Any]:
    return {"reasons": list(gaps)}


def _played(reason: str) -> Gap:
    return {"material_name": None, "ordinal": None, "reason": reason}
