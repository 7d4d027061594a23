"""`collect_unpaid`: a case whose fee nobody paid in time is taken back by the portal.

The office asks here when to look, and once more inside the transaction that takes the
case back: whoever opens a payment holds the same lock, so a case is never both paid
and taken back.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from portal import ledger
from portal.moments import milliseconds
from portal.register import find
from portal.store import lock_key

_HOUR_MS: Final = 3_600_000
# the office takes a time that is further away than an hour for a wrong clock
_LOOK_MS: Final = 1_800_000
AWAITED_MS: Final = 300_000


def look_in_ms(task_code: str, received_at: str, now: datetime) -> int | None:
    """When to look whether the fee came, 0 when its time is over, None where none is due."""
    hours = find(task_code).unpaid_hours
    if hours is None:
        return None
    begun_ms = milliseconds(datetime.fromisoformat(received_at))
    left_ms = begun_ms + hours * _HOUR_MS - milliseconds(now)
    return min(max(left_ms, 0), _LOOK_MS)


def fee_of_case(connection: sa.Connection, case_id: str, now: datetime) -> ledger.Money:
    """Whether the fee is here or may still come; payments of the case wait until the end."""
    lock_case(connection, case_id)
    return ledger.money_of(connection, case_id, milliseconds(now))


def lock_case(connection: sa.Connection, case_id: str) -> None:
    """Let one transaction at a time decide whether the case is paid or taken back."""
    lock_key(connection, "case-fee", case_id)
