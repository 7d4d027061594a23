"""What the office knows of its own items: how they end and what they cost.

The reference portal carries the nine demo items; a city's portal asks its own
register. An unknown item is treated as 承诺件, unless `portal/demands.py` refuses it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

IMMEDIATE: Final = 1
PROMISED: Final = 2


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the register.

    Attributes:
        project_type: 1 concluded at once (即办件), 2 within `promise_days` (承诺件).
        promise_days: working days from the acceptance.
        fees: `fee_name` -> amount in fen.
        unpaid_hours: without the fee for so long the portal takes the case back; None: never.
    """

    project_type: int
    promise_days: int
    fees: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    unpaid_hours: int | None = None


_UNKNOWN: Final = Item(PROMISED, 20)

ITEMS: Final[Mapping[str, Item]] = {
    "SH-DEMO-S1-01": Item(IMMEDIATE, 0),
    "SH-DEMO-S2-01": Item(IMMEDIATE, 0),
    "SH-DEMO-S3-01": Item(PROMISED, 15),
    "SH-DEMO-S4-01": Item(PROMISED, 3),
    "SH-DEMO-S5-01": Item(PROMISED, 10),
    "SH-DEMO-S6-01": Item(IMMEDIATE, 0),
    "SH-DEMO-S7-01": Item(IMMEDIATE, 0),
    "SH-DEMO-S8-01": Item(PROMISED, 10, {"工本费": 2000}, unpaid_hours=72),
    "SH-DEMO-S9-01": Item(PROMISED, 3),
}


def find(task_code: str) -> Item:
    """The item of a task code."""
    return ITEMS.get(task_code, _UNKNOWN)


def fee_of(task_code: str | None, fee_name: str) -> int | None:
    """What a fee costs in fen, None when there is no such fee.

    Args:
        task_code: the case's item; None while the portal does not know the case.
        fee_name: as the catalogue spells it.
    """
    items = ITEMS.values() if task_code is None else [find(task_code)]
    return next((item.fees[fee_name] for item in items if fee_name in item.fees), None)
