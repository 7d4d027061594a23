"""Negative control: a portal whose workers remember ids in their own memory only.

Started like the portal itself (`python portal_forgetful.py serve ...`). Unique keys
and locks between processes are gone; a check that cannot tell this from the real
portal proves nothing.
"""

import sys
from typing import Any

import sqlalchemy as sa

from portal import intake
from portal.__main__ import main
from portal.tables.intake import effects, submissions

_REMEMBERED: dict[tuple[str, str], intake.Ack] = {}


def _replay(_connection: sa.Connection, incoming: Any) -> intake.Ack | None:
    return _REMEMBERED.get((incoming.terminal, incoming.identity))


def _check_order(_connection: sa.Connection, _terminal: str, _submission: object) -> None:
    """No order is known."""


class _Forgetful(intake.Intake):
    def _insert(self, connection: sa.Connection, row: dict[str, Any], submission: Any) -> None:
        super()._insert(connection, row, submission)
        _REMEMBERED[(row["terminal"], row["id"])] = intake.ack_of(row)


def _drop_unique_keys() -> None:
    for table in (submissions, effects):
        for constraint in list(table.constraints):
            if isinstance(constraint, sa.UniqueConstraint):
                table.constraints.discard(constraint)


if __name__ == "__main__":
    _drop_unique_keys()
    vars(intake).update(_replay=_replay, _check_order=_check_order, Intake=_Forgetful)
    sys.exit(main())
