"""What becomes of a case after its submission was taken over.

A thread of its own opens the submission after the commit, keeps the opened copy for
the operator, decides the stage, and concludes 即办 items a moment later. What is to
be done stands in `tasks`, so a killed portal forgets nothing. Every process of a
portal has such a thread: a claim leases a few tasks to one of them, and the outcome
counts only while the lease is still its own, so one process concludes a case, and
another takes over what a killed one leaves.
"""

import logging
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from portal.archive import keep
from portal.contents import Contents, Gap, open_contents
from portal.demands import Demands
from portal.documents import Documents
from portal.faults import Faults
from portal.holders import Holders, person_secret
from portal.intake import RECEIVED, sealed_body
from portal.keys import Keyring
from portal.ledger import Money
from portal.moments import WallClock, milliseconds, office_date, stamp, working_days_after
from portal.register import IMMEDIATE, find
from portal.store import Store, emit, next_serial
from portal.tables.intake import documents, submissions, tasks
from portal.unpaid import AWAITED_MS, fee_of_case, look_in_ms

CONCLUDE_AFTER_MS: Final = 500
LEASE_MS: Final = 15_000
_SLOW_MS: Final = 5_000
_RETRY_MS: Final = 5_000
_POLL_S: Final = 1.0
_BATCH: Final = 16
# a due time further away than this comes from a clock that was wrong
_FAR_MS: Final = 3_600_000
_log = logging.getLogger("portal.cases")
# built once: building a statement costs more than running it
_DUE: Final = (
    sa.select(tasks.c.submission)
    .where(sa.or_(tasks.c.due_ms <= sa.bindparam("now"), tasks.c.due_ms > sa.bindparam("far_away")))
    .order_by(tasks.c.due_ms)
    .limit(_BATCH)
    .with_for_update(skip_locked=True)
)
_MINE: Final = sa.and_(
    tasks.c.submission == sa.bindparam("number"), tasks.c.owner == sa.bindparam("mine")
)
_END: Final = tasks.delete().where(_MINE)
_AGAIN: Final = tasks.update().where(_MINE).values(owner=None, due_ms=sa.bindparam("again_at"))
_PAGE: Final = (
    documents.update()
    .where(
        documents.c.submission == sa.bindparam("number"),
        documents.c.ordinal == sa.bindparam("place"),
    )
    .values(sha256=sa.bindparam("digest"), size=sa.bindparam("length"))
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the office found out about one submission, to be written in one transaction.

    Attributes:
        number: the row of the submission.
        before: the stage that the row must still have.
        stage: the new stage, None to leave it.
        values: further columns of the row.
        opened: what was inside, if it was opened.
        again_ms: look at it again after that time, None when nothing is left to do.
        unpaid: the case that is taken back unless money is here or may come.
    """

    number: int
    before: str
    stage: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    opened: Contents | None = None
    again_ms: int | None = None
    unpaid: str | None = None


class Office:
    """Opens, decides and concludes on its own thread, a few submissions at a time."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        keys: Keyring,
        pages: Documents,
        clock: WallClock,
        faults: Faults,
    ) -> None:
        self._folder = folder
        self._store = store
        self._keys = keys
        self._pages = pages
        self._clock = clock
        self._faults = faults
        self._demands = Demands(folder)
        self._holders = Holders(person_secret(folder))
        self._owner = secrets.token_hex(8)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="portal-office")

    def start(self) -> None:
        """Begin to work; what is left from before comes first."""
        if not self._store.shared:
            # nobody else can hold a lease here
            self._release(tasks.c.owner.is_not(None))
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the submissions in hand; the rest waits for whoever comes next."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def wake(self) -> None:
        """Tell that there may be something to do; returns at once."""
        self._wake.set()

    def advance(self) -> float:
        """Do what is due, at most a batch; returns after how many seconds to look again."""
        rows, wait_s = self._claim()
        if not rows:
            return wait_s
        outcomes = [self._outcome(row) for row in rows]
        numbers = [outcome.number for outcome in outcomes]
        # rows of submissions before rows of tasks, as a withdrawal takes them
        mine = sa.select(submissions.c.n).where(submissions.c.n.in_(numbers))
        with self._store.transaction() as connection:
            connection.execute(mine.order_by(submissions.c.n).with_for_update())
            for outcome in outcomes:
                self._write(connection, outcome)
        return 0.0

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                wait_s = self.advance()
            except Exception:  # noqa: BLE001 - a database that is away must not end the office
                _log.exception("the office waits")
                wait_s = _POLL_S
            if wait_s > 0 and not self._stopping.is_set():
                self._wake.wait(wait_s)

    def _claim(self) -> tuple[list[sa.RowMapping], float]:
        now = milliseconds(self._clock())
        with self._store.transaction() as connection:
            numbers = list(connection.scalars(_DUE, {"now": now, "far_away": now + _FAR_MS}))
            if not numbers:
                following = connection.scalar(sa.select(sa.func.min(tasks.c.due_ms)))
                left_s = _POLL_S if following is None else (following - now) / 1000
                return [], min(max(left_s, 0.01), _POLL_S)
            connection.execute(
                tasks.update()
                .where(tasks.c.submission.in_(numbers))
                .values(owner=self._owner, due_ms=now + LEASE_MS)
            )
            found = sa.select(submissions).where(submissions.c.n.in_(numbers))
            rows = connection.execute(found.order_by(submissions.c.n)).mappings().all()
        return list(rows), 0.0

    def _release(self, which: sa.ColumnElement[bool]) -> None:
        with self._store.transaction() as connection:
            connection.execute(tasks.update().where(which).values(owner=None, due_ms=0))

    def _outcome(self, row: sa.RowMapping) -> Outcome:
        try:
            if row["stage"] == RECEIVED:
                return self._decide(row)
            if row["stage"] == "accepted":
                return self._conclude(row)
            return self._late(row)
        except Exception:  # noqa: BLE001 - one bad case must not stop all others; it waits
            _log.exception("case %d waits", row["n"])
            return Outcome(row["n"], row["stage"], again_ms=_RETRY_MS)

    def _decide(self, row: sa.RowMapping) -> Outcome:
        number = row["n"]
        slow = not row["opened"] and self._faults.take("slow_acceptance") is not None
        contents = self._open(row)
        if slow:
            return Outcome(number, RECEIVED, opened=contents, again_ms=_SLOW_MS)
        if self._faults.take("not_accepted") is not None:
            result = _reasons([_played("not-accepted")])
            return Outcome(number, RECEIVED, "not_accepted", {"result": result}, contents)
        if self._faults.take("correction") is not None:
            result = _reasons([_played("page-missing")])
            return Outcome(number, RECEIVED, "correction", {"result": result}, contents)
        gaps = [*contents.gaps, *self._demanded(row, contents)]
        if gaps:
            return Outcome(number, RECEIVED, "correction", {"result": _reasons(gaps)}, contents)
        return self._accept(row, contents)

    def _demanded(self, row: sa.RowMapping, contents: Contents) -> list[Gap]:
        if not contents.payload:
            return []
        today = office_date(self._clock())
        return self._demands.gaps(sealed_body(row), contents.payload, today)

    def _open(self, row: sa.RowMapping) -> Contents:
        identity = row["id"]
        contents = open_contents(identity, sealed_body(row), self._keys, self._pages.get)
        keep(self._folder, row["terminal"], identity, contents)
        return contents

    def _accept(self, row: sa.RowMapping, contents: Contents) -> Outcome:
        item = find(row["task_code"])
        today = office_date(self._clock())
        promised = working_days_after(today, item.promise_days)
        values = {"accept_date": today.isoformat(), "promise_date": promised.isoformat()}
        again_ms = look_in_ms(row["task_code"], row["received_at"], self._clock())
        if item.project_type == IMMEDIATE:
            again_ms = CONCLUDE_AFTER_MS
        return Outcome(row["n"], RECEIVED, "accepted", values, contents, again_ms)

    def _conclude(self, row: sa.RowMapping) -> Outcome:
        if find(row["task_code"]).project_type != IMMEDIATE:
            return self._unpaid(row)
        today = office_date(self._clock()).isoformat()
        values = {"result": {"result_date": today}}
        return Outcome(row["n"], row["stage"], "concluded", values)

    def _unpaid(self, row: sa.RowMapping) -> Outcome:
        look_ms = look_in_ms(row["task_code"], row["received_at"], self._clock())
        if look_ms is None or look_ms > 0:
            return Outcome(row["n"], row["stage"], again_ms=look_ms)
        return Outcome(row["n"], row["stage"], "withdrawn", unpaid=row["case_id"])

    def _late(self, row: sa.RowMapping) -> Outcome:
        """A case that somebody else ended; the fault concludes a withdrawn one all the same."""
        withdrawn = row["stage"] == "withdrawn"
        if not withdrawn or self._faults.take("late_conclusion") is None:
            return Outcome(row["n"], row["stage"])
        today = office_date(self._clock()).isoformat()
        return Outcome(row["n"], "withdrawn", "concluded", {"result": {"result_date": today}})

    def _write(self, connection: sa.Connection, outcome: Outcome) -> None:
        now = self._clock()
        named: dict[str, Any] = {"number": outcome.number, "mine": self._owner}
        if outcome.again_ms is None:
            ended = connection.execute(_END, named)
        else:
            again_at = milliseconds(now) + outcome.again_ms
            ended = connection.execute(_AGAIN, {**named, "again_at": again_at})
        if ended.rowcount != 1:
            return
        if outcome.unpaid is not None:
            money = fee_of_case(connection, outcome.unpaid, now)
            if money is Money.AWAITED:
                later = {"submission": outcome.number, "due_ms": milliseconds(now) + AWAITED_MS}
                connection.execute(tasks.insert().values(**later))
            if money is not Money.NONE:
                return
        changes = dict(outcome.values)
        if outcome.opened is not None:
            changes["opened"] = True
            _write_pages(connection, outcome.number, outcome.opened)
            self._holders.note(connection, outcome.number, outcome.opened.payload)
        if outcome.stage is not None:
            changes["stage"] = outcome.stage
        if outcome.stage == "accepted":
            day = office_date(now)
            changes["project_no"] = f"SHDEMO{day:%y%m%d}{next_serial(connection):08d}"
        if changes:
            _change(connection, outcome, changes, stamp(now))


def _change(connection: sa.Connection, outcome: Outcome, changes: dict[str, Any], at: str) -> None:
    row = connection.execute(
        submissions.update()
        .where(submissions.c.n == outcome.number, submissions.c.stage == outcome.before)
        .values(**changes)
        .returning(submissions.c.terminal, submissions.c.id)
    ).one_or_none()
    if row is not None and outcome.stage is not None:
        emit(connection, f"submission.{outcome.stage}", (row.terminal, row.id), at)


def _write_pages(connection: sa.Connection, number: int, contents: Contents) -> None:
    for page in contents.pages:
        named = {"number": number, "place": page.ordinal}
        found = {"digest": page.sha256, "length": len(page.content)}
        connection.execute(_PAGE, {**named, **found})


def _reasons(gaps: Iterable[Gap]) -> dict[str, Any]:
    return {"reasons": list(gaps)}


def _played(reason: str) -> Gap:
    return {"material_name": None, "ordinal": None, "reason": reason}
