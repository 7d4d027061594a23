"""Comparing what a terminal remembers with what the portal holds, after one of them was set back.

What the terminal still stores and the portal does not know is sent again by the
terminal. What neither holds any more is written down in the table `lost` with the
receipt number that the resident was given: never silent.
"""

from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field

from portal.moments import WallClock, stamp
from portal.store import Store, emit, insert_if_new
from portal.tables import metadata
from portal.tables.intake import submissions
from portal.tables.upkeep import lost, restores, withdrawals
from portal.wire import Hex64, Strict, Uuid, checked, parse

Answer = dict[str, list[str]]


class ReconcileItem(Strict):
    """What a terminal remembers of one submission.

    Attributes:
        stored: the body and its pages are still there and can be sent again.
    """

    id: Uuid
    sha256: Hex64
    receipt_no: Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,32}$")] | None
    stored: bool


class ReconcileBody(Strict):
    """`POST /v1/submissions:reconcile`."""

    items: Annotated[list[ReconcileItem], Field(max_length=1000)]


class Reconciling:
    """Answers terminals that compare, and keeps the list of what is lost."""

    def __init__(self, store: Store, clock: WallClock) -> None:
        self._store = store
        self._clock = clock

    def compare(self, terminal: str, body: bytes) -> Answer:
        """Put every id of the body into `known`, `unknown` or `mismatch`.

        Raises:
            ProblemError: `malformed`, `schema`.
        """
        items = checked(ReconcileBody, parse(body)).items
        answer: Answer = {"known": [], "unknown": [], "mismatch": []}
        with self._store.transaction() as connection:
            held = _held(connection, terminal, [item.id for item in items])
            for item in {item.id: item for item in items}.values():
                answer[_verdict(item, held)].append(item.id)
                if item.id not in held and not item.stored:
                    self._remember(connection, terminal, item)
        return answer

    def lost(self) -> list[dict[str, Any]]:
        """What is lost, oldest first; what came back meanwhile is not in the list."""
        return lost_submissions(self._store)

    def _remember(self, connection: sa.Connection, terminal: str, item: ReconcileItem) -> None:
        at = stamp(self._clock())
        row: dict[str, Any] = {"terminal": terminal, "id": item.id, "sha256": item.sha256}
        generation = generation_of(connection)
        row |= {"receipt_no": item.receipt_no, "generation": generation, "named_at": at}
        if insert_if_new(connection, lost, row):
            detail = {"receipt_no": item.receipt_no, "generation": generation}
            emit(connection, "submission.lost", (terminal, item.id), at, detail)


def generation_of(connection: sa.Connection) -> int:
    """How often this portal was restored from a backup."""
    return int(connection.scalar(sa.select(sa.func.max(restores.c.generation))) or 0)


def lost_submissions(store: Store) -> list[dict[str, Any]]:
    """Every submission that a terminal once had a receipt for and nobody holds now."""
    here = sa.exists().where(
        submissions.c.terminal == lost.c.terminal, submissions.c.id == lost.c.id
    )
    query = sa.select(lost).where(~here).order_by(lost.c.named_at, lost.c.receipt_no, lost.c.id)
    with store.transaction() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _acts() -> list[sa.Table]:
    """Every table whose rows are acts that a terminal sent under an id of its own."""
    key, others = {"terminal", "id", "sha256"}, {lost.name, withdrawals.name}
    tables = metadata.sorted_tables
    return [each for each in tables if key <= set(each.c.keys()) and each.name not in others]


def _held(
    connection: sa.Connection, terminal: str, identities: list[str]
) -> dict[str, tuple[str | None, str | None]]:
    """Id -> digest and receipt number; None is anything (withdrawn before it arrived)."""
    query = sa.select(withdrawals.c.id).where(
        withdrawals.c.terminal == terminal, withdrawals.c.id.in_(identities)
    )
    held: dict[str, tuple[str | None, str | None]] = dict.fromkeys(
        connection.scalars(query), (None, None)
    )
    for table in _acts():
        receipt: Any = table.c.get("receipt_no", table.c.get("ack", sa.null()))
        found = sa.select(table.c.id, table.c.sha256, receipt).where(
            table.c.terminal == terminal, table.c.id.in_(identities)
        )
        for identity, sha256, told in connection.execute(found):
            number = told.get("receipt_no") if isinstance(told, dict) else told
            held[identity] = (sha256, number)
    return held


def _verdict(item: ReconcileItem, held: dict[str, tuple[str | None, str | None]]) -> str:
    if item.id not in held:
        return "unknown"
    sha256, receipt_no = held[item.id]
    digest_differs = sha256 is not None and sha256 != item.sha256
    receipt_differs = None not in (receipt_no, item.receipt_no) and receipt_no != item.receipt_no
    return "mismatch" if digest_differs or receipt_differs else "known"
