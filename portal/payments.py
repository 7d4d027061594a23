"""统一公共支付: opening, asking, closing and giving back, each idempotent by its id.

One open payment per case and fee, whatever terminal opened it; the amount is the
register's. Money is integer fen everywhere.
"""

import secrets
from typing import Any, Final

import sqlalchemy as sa

from portal import ledger
from portal.acts import Act, Row, find_row, known_row, refused
from portal.bodies import PaymentBody, PaymentClosingBody, RefundBody
from portal.faults import Faults
from portal.ledger import CLOSED, PAID, REFUNDING, WAITING
from portal.moments import WallClock, milliseconds, stamp
from portal.problems import ProblemError
from portal.register import fee_of
from portal.store import Store, emit, lock_key, record_effect
from portal.tables.acts import payments, refunds
from portal.tables.intake import submissions
from portal.unpaid import lock_case

_LATE_MS: Final = 1000
_OVER: Final = frozenset({"withdrawn", "not_accepted"})
_MOST_FEN: Final = 100_000_000
_WRONG_BY_FEN: Final = 100

State = dict[str, Any]


class Payments:
    """The cashier of a portal."""

    def __init__(self, store: Store, clock: WallClock, faults: Faults) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults

    def open(self, act: Act, path: str = "") -> tuple[State, bool]:
        """Open a payment, or tell how the one of that id stands; and whether it is a replay.

        Raises:
            ProblemError: `id-reuse`, `malformed`, `schema`, `refused`; `in-progress` while
                another payment of the same case and fee holds or awaits money.
        """
        with self._store.transaction() as connection:
            lock_key(connection, "payment", act.terminal, act.identity)
            row = known_row(connection, payments, act)
            if row is not None:
                row = ledger.settle(connection, row, self._now_ms())
                return self._told(row, row["sha256"], path), True
            row = self._insert(connection, act, self._checked(connection, act), path)
        return self._told(row, act.sha256, path), False

    def ask(self, terminal: str, identity: str, path: str = "") -> State:
        """Where a payment stands.

        Raises:
            ProblemError: `unknown-id`.
        """
        silent = self._faults.take("paid_no_answer", path) is not None
        with self._store.transaction() as connection:
            row = self._found(connection, terminal, identity, paid=silent)
        _answer_or_not(silent=silent)
        return self._told(row, row["sha256"], path)

    def close(self, act: Act, path: str = "") -> tuple[State, bool]:
        """Close a payment that nobody waits for; PAID when the money came first.

        Raises:
            ProblemError: `malformed`, `schema`, `unknown-id`.
        """
        act.read(PaymentClosingBody)
        silent = self._faults.take("paid_no_answer", path) is not None
        with self._store.transaction() as connection:
            row = self._found(connection, act.terminal, act.identity, paid=silent)
            replayed = row["closing_sha256"] is not None
            changes: dict[str, Any] = {} if replayed else {"closing_sha256": act.sha256}
            if row["state"] == WAITING:
                late = self._faults.take("paid_after_close", path) is not None
                money_ms = self._now_ms() + _LATE_MS if late else None
                changes |= {"state": CLOSED, "open_key": None, "money_ms": money_ms}
            if changes and not silent:
                row = ledger.change(connection, row, changes, self._now_ms())
        _answer_or_not(silent=silent)
        return self._told(row, act.sha256, path), replayed

    def refund(self, act: Act, path: str = "") -> tuple[State, bool]:
        """Give money back, or tell how the refund of that id stands; and whether it is a replay.

        Raises:
            ProblemError: `id-reuse`, `malformed`, `schema`, `unknown-id` of the payment,
                `refused` when it is not paid or less is left.
        """
        with self._store.transaction() as connection:
            lock_key(connection, "refund", act.terminal, act.identity)
            row = known_row(connection, refunds, act)
            replayed = row is not None
            if row is None:
                row = self._give_back(connection, act, act.read(RefundBody))
            return self._refund_told(connection, row, path), replayed

    def ask_refund(self, terminal: str, identity: str, path: str = "") -> State:
        """Where a refund stands.

        Raises:
            ProblemError: `unknown-id`.
        """
        with self._store.transaction() as connection:
            row = find_row(connection, refunds, terminal, identity)
            if row is None:
                raise ProblemError("unknown-id", 404)
            return self._refund_told(connection, row, path)

    def _checked(self, connection: sa.Connection, act: Act) -> PaymentBody:
        wanted = act.read(PaymentBody)
        lock_case(connection, wanted.case_id)
        query = (
            sa.select(submissions.c.task_code, submissions.c.stage)
            .where(submissions.c.terminal == act.terminal)
            .where(submissions.c.case_id == wanted.case_id)
            .order_by(submissions.c.n.desc())
            .limit(1)
        )
        case = connection.execute(query).one_or_none()
        amount_fen = fee_of(None if case is None else case.task_code, wanted.fee_name)
        if case is not None and case.stage in _OVER:
            raise refused("case-over")
        if amount_fen is None:
            raise refused("fee-unknown")
        if amount_fen != wanted.amount_fen:
            raise refused("amount-differs")
        lock_key(connection, "fee", wanted.case_id, wanted.fee_name)
        if ledger.held_key(connection, wanted.case_id, wanted.fee_name, self._now_ms()):
            raise ProblemError("in-progress", 409, "another payment of this fee is open")
        return wanted

    def _insert(self, connection: sa.Connection, act: Act, wanted: PaymentBody, path: str) -> Row:
        now_ms = self._now_ms()
        never = self._faults.take("never_paid", path) is not None
        held_back = never or self._faults.show("paid_after_close") is not None
        row = {
            **act.key,
            "sha256": act.sha256,
            "case_id": wanted.case_id,
            "fee_name": wanted.fee_name,
            "amount_fen": wanted.amount_fen,
            "refunded_fen": 0,
            "state": WAITING,
            "pay_token": secrets.token_urlsafe(16),
            "open_key": ledger.open_key(wanted.case_id, wanted.fee_name),
            "expires_ms": now_ms + ledger.CODE_LIFE_S * 1000,
            "money_ms": None if held_back else now_ms + ledger.PAY_AFTER_S * 1000,
            "paid_at": None,
        }
        connection.execute(payments.insert().values(**row))
        at = stamp(self._clock())
        record_effect(connection, act.terminal, act.identity, "payment", at)
        emit(connection, "payment.opened", (act.terminal, act.identity), at)
        return row

    def _found(self, connection: sa.Connection, terminal: str, identity: str, *, paid: bool) -> Row:
        row = find_row(connection, payments, terminal, identity)
        if row is None:
            raise ProblemError("unknown-id", 404)
        now_ms = self._now_ms()
        if paid and row["state"] == WAITING:
            row = ledger.change(
                connection, row, {"money_ms": min(now_ms, row["expires_ms"] - 1)}, now_ms
            )
        return ledger.settle(connection, row, now_ms)

    def _give_back(self, connection: sa.Connection, act: Act, wanted: RefundBody) -> Row:
        payment = self._found(connection, act.terminal, wanted.payment_id, paid=False)
        if payment["state"] != PAID:
            raise refused("not-paid")
        if wanted.amount_fen > payment["amount_fen"] - payment["refunded_fen"]:
            raise refused("less-is-left")
        now_ms = self._now_ms()
        row = {
            **act.key,
            "sha256": act.sha256,
            "payment": payment["n"],
            "amount_fen": wanted.amount_fen,
            "reason": wanted.reason,
            "state": REFUNDING,
            "done_ms": now_ms + ledger.REFUND_AFTER_S * 1000,
            "refunded_at": None,
        }
        connection.execute(refunds.insert().values(**row))
        left = {"state": REFUNDING, "refunded_fen": payment["refunded_fen"] + wanted.amount_fen}
        ledger.change(connection, payment, left, now_ms)
        at = stamp(self._clock())
        record_effect(connection, act.terminal, act.identity, "refund", at)
        emit(connection, "refund.begun", (act.terminal, act.identity), at)
        stored = find_row(connection, refunds, act.terminal, act.identity)
        return row if stored is None else stored

    def _refund_told(self, connection: sa.Connection, row: Row, path: str) -> State:
        if self._faults.take("refund_stuck", path) is None:
            row = ledger.settle_refund(connection, row, self._now_ms())
        query = sa.select(payments.c.id).where(payments.c.n == row["payment"])
        names = ("id", "sha256", "amount_fen", "state", "refunded_at")
        return {name: row[name] for name in names} | {"payment_id": connection.scalar(query)}

    def _told(self, row: Row, sha256: str, path: str) -> State:
        waiting = row["state"] == WAITING
        left_s = max(0, row["expires_ms"] - self._now_ms() + 999) // 1000
        names = ("id", "state", "case_id", "fee_name", "amount_fen", "paid_at")
        state = {name: row[name] for name in names} | {
            "sha256": sha256,
            "pay_url": f"https://pay.example/q/{row['pay_token']}" if waiting else None,
            "expires_in": min(left_s, ledger.CODE_LIFE_S) if waiting else 0,
        }
        if self._faults.take("wrong_amount", path) is not None:
            more = row["amount_fen"] + _WRONG_BY_FEN
            state["amount_fen"] = more if more <= _MOST_FEN else row["amount_fen"] - 1
        if waiting and self._faults.take("pay_url_empty", path) is not None:
            state["pay_url"] = ""
        return state

    def _now_ms(self) -> int:
        return milliseconds(self._clock())


def _answer_or_not(*, silent: bool) -> None:
    if silent:
        raise ProblemError("overloaded", 503, headers={"Retry-After": "1"})
