"""The book of payments and refunds: one row per id, settled by the clock whenever it is read.

The reference portal plays the payer: the money comes `PAY_AFTER_S` after the code was
shown. A payment that holds money or may still get some keeps the key of its case and
fee, so there is never a second one beside it; money that comes for a closed payment
while another one holds the key goes back by itself.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from portal.acts import Row, rows_of
from portal.moments import stamp
from portal.store import emit, lock_key
from portal.tables.acts import payments, refunds

WAITING: Final = "WAITING"
PAID: Final = "PAID"
CLOSED: Final = "CLOSED"
REFUNDING: Final = "REFUNDING"
REFUNDED: Final = "REFUNDED"

CODE_LIFE_S: Final = 180
PAY_AFTER_S: Final = 2
REFUND_AFTER_S: Final = 1


def open_key(case_id: str, fee_name: str) -> str:
    """What at most one open payment of all terminals holds."""
    return f"{case_id}/{fee_name}"


def settle(connection: sa.Connection, row: Row, now_ms: int) -> Row:
    """Bring a payment to what it is now, and write that down."""
    changes: dict[str, Any] = {}
    came = row["money_ms"] is not None and row["money_ms"] <= now_ms and row["paid_at"] is None
    if row["state"] == WAITING and came and row["money_ms"] < row["expires_ms"]:
        changes = {"state": PAID, "paid_at": _at(row["money_ms"])}
    elif row["state"] == WAITING and now_ms >= row["expires_ms"]:
        changes = {"state": CLOSED, "open_key": None, "money_ms": None}
    elif row["state"] == CLOSED and came:
        changes = _late(connection, row)
    elif row["state"] == REFUNDING:
        changes = _refunded(connection, row, now_ms)
    return change(connection, row, changes, now_ms) if changes else row


def change(connection: sa.Connection, row: Row, changes: Mapping[str, Any], now_ms: int) -> Row:
    """Write changes of a payment, and an event when its state is another one."""
    connection.execute(payments.update().where(payments.c.n == row["n"]).values(**changes))
    state = changes.get("state", row["state"])
    if state != row["state"]:
        about = (row["terminal"], row["id"])
        emit(connection, f"payment.{state.lower()}", about, _at(now_ms))
    return {**row, **changes}


def held_key(connection: sa.Connection, case_id: str, fee_name: str, now_ms: int) -> Row | None:
    """The payment that holds the key of a case and fee now, or None."""
    query = sa.select(payments).where(payments.c.open_key == open_key(case_id, fee_name))
    query = query.with_for_update()
    holders = [settle(connection, row, now_ms) for row in rows_of(connection, query)]
    return next((row for row in holders if row["open_key"] is not None), None)


class Money(StrEnum):
    """Whether a case has its fee."""

    NONE = "none"
    AWAITED = "awaited"
    HERE = "here"


def money_of(connection: sa.Connection, case_id: str, now_ms: int) -> Money:
    """What the payments of a case hold, or may still get."""
    query = sa.select(payments).where(payments.c.case_id == case_id).with_for_update()
    rows = [settle(connection, row, now_ms) for row in rows_of(connection, query)]
    if any(row["state"] == PAID for row in rows):
        return Money.HERE
    late = any(row["state"] == CLOSED and row["money_ms"] is not None for row in rows)
    held = any(row["open_key"] is not None for row in rows)
    return Money.AWAITED if held or late else Money.NONE


def settle_refund(connection: sa.Connection, row: Row, now_ms: int) -> Row:
    """Bring a refund to what it is now; its payment follows when it is read."""
    if row["state"] == REFUNDED or row["done_ms"] > now_ms:
        return row
    changes = {"state": REFUNDED, "refunded_at": _at(row["done_ms"])}
    connection.execute(refunds.update().where(refunds.c.n == row["n"]).values(**changes))
    emit(connection, "refund.refunded", (row["terminal"], row["id"]), _at(now_ms))
    return {**row, **changes}


def _late(connection: sa.Connection, row: Row) -> dict[str, Any]:
    key = open_key(row["case_id"], row["fee_name"])
    lock_key(connection, "fee", row["case_id"], row["fee_name"])
    query = sa.select(payments.c.n).where(payments.c.open_key == key)
    paid_at = _at(row["money_ms"])
    if connection.scalar(query) is None:
        return {"state": PAID, "paid_at": paid_at, "open_key": key}
    return {"state": REFUNDED, "paid_at": paid_at, "refunded_fen": row["amount_fen"]}


def _refunded(connection: sa.Connection, row: Row, now_ms: int) -> dict[str, Any]:
    query = sa.select(refunds).where(refunds.c.payment == row["n"]).with_for_update()
    found = [settle_refund(connection, each, now_ms) for each in rows_of(connection, query)]
    if any(each["state"] == REFUNDING for each in found):
        return {}
    if row["refunded_fen"] < row["amount_fen"]:
        return {"state": PAID}
    return {"state": REFUNDED, "open_key": None}


def _at(moment_ms: int) -> str:
    return stamp(datetime.fromtimestamp(moment_ms / 1000, UTC))
