"""Taking a submission back by its id: before it arrived, while it arrives, after it arrived.

A withdrawal and a copy of the submission's PUT may be here at once, in different
processes: both take the lock of the id first, so one of them sees the other. After a
confirmed withdrawal no PUT of that id is taken and the office touches the case no more.
"""

from typing import Annotated, Any, Final, Literal

import sqlalchemy as sa
from pydantic import Field

from portal.intake import ack_of
from portal.moments import WallClock, stamp
from portal.problems import ProblemError
from portal.store import Store, emit, insert_if_new, lock_key, record_effect
from portal.tables.intake import submissions
from portal.tables.upkeep import withdrawals
from portal.wire import Strict, Uuid, Whole, checked, parse

Answer = dict[str, Any]
WITHDRAWN: Final = "withdrawn"
_OPEN: Final = ("received", "accepted", "correction")


class WithdrawalBody(Strict):
    """`PUT /v1/submissions/{id}/withdrawal`; case and turn count together only."""

    reason: Literal["validity", "resident", "staff"]
    case_id: Uuid | None = None
    case_seq: Annotated[Whole, Field(ge=1, le=1000)] | None = None


class Withdrawals:
    """The withdrawals of a portal."""

    def __init__(self, store: Store, clock: WallClock) -> None:
        self._store = store
        self._clock = clock

    def take(self, terminal: str, identity: str, body: bytes, sha256: str) -> tuple[Answer, bool]:
        """Withdraw a submission, or repeat that it is withdrawn.

        An unknown id is remembered, so that a late copy of the submission is refused; its turn
        of the case, if it is told, counts as over.

        Returns:
            the answer of the contract, and whether it is a replay.

        Raises:
            ProblemError: `malformed`, `schema`; `concluded` with the ack when the case
                came to its end before.
        """
        told = checked(WithdrawalBody, parse(body))
        turn = {"case_id": told.case_id, "case_seq": told.case_seq}
        with self._store.transaction() as connection:
            lock_submission(connection, terminal, identity)
            present = _find(connection, terminal, identity)
            if present is not None:
                return _answer(identity, sha256, known=present["known"]), True
            known = self._withdraw(connection, terminal, identity)
            row = {"terminal": terminal, "id": identity, "sha256": sha256, "known": known}
            insert_if_new(
                connection,
                withdrawals,
                {**row, **turn, "reason": told.reason, "at": stamp(self._clock())},
            )
        return _answer(identity, sha256, known=known), False

    def _withdraw(self, connection: sa.Connection, terminal: str, identity: str) -> bool:
        row = _submission(connection, terminal, identity)
        at = stamp(self._clock())
        if row is not None:
            changed = connection.execute(
                submissions.update()
                .where(submissions.c.n == row["n"], submissions.c.stage.in_(_OPEN))
                .values(stage=WITHDRAWN)
            ).rowcount
            if not changed:
                # the office may have ended it a moment ago: the ack of now
                now = _submission(connection, terminal, identity)
                ack = ack_of(now) if now is not None else ack_of(row)
                raise ProblemError("concluded", 409, extension={"ack": ack})
            record_effect(connection, terminal, identity, WITHDRAWN, at)
        detail = {"known": row is not None}
        emit(connection, "submission.withdrawn", (terminal, identity), at, detail)
        return row is not None


def lock_submission(connection: sa.Connection, terminal: str, identity: str) -> None:
    """Let one transaction at a time decide about an id; PUT and withdrawal both begin with it."""
    lock_key(connection, "submission", terminal, identity)


def refuse_withdrawn(
    connection: sa.Connection, terminal: str, identity: str, _submission: object
) -> None:
    """Refuse a new submission whose id was withdrawn: a gate of the intake, under the id's lock.

    Raises:
        ProblemError: `withdrawn` with the withdrawal that came before.
    """
    present = _find(connection, terminal, identity)
    if present is not None:
        ack = _answer(identity, present["sha256"], known=present["known"])
        raise ProblemError("withdrawn", 409, extension={"ack": ack})


def _find(connection: sa.Connection, terminal: str, identity: str) -> sa.RowMapping | None:
    query = sa.select(withdrawals).where(
        withdrawals.c.terminal == terminal, withdrawals.c.id == identity
    )
    return connection.execute(query).mappings().one_or_none()


def _submission(connection: sa.Connection, terminal: str, identity: str) -> sa.RowMapping | None:
    query = sa.select(submissions).where(
        submissions.c.terminal == terminal, submissions.c.id == identity
    )
    return connection.execute(query).mappings().one_or_none()


def _answer(identity: str, sha256: str, *, known: bool) -> Answer:
    return {"id": identity, "sha256": sha256, "state": WITHDRAWN, "known": known}
