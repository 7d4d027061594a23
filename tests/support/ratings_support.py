"""Builders for tests of ratings: their body, their acknowledgement, what the portal kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from store_support import Store

from offline_cache.records import Ack, Stage, Ticket
from portal.store import read_store
from portal.tables.intake import effects
from portal.tables.ratings import evaluations

KIND = "evaluation"


def rating(ticket: Ticket, satisfaction: int = 5) -> dict[str, object]:
    """The body that a visit would hand over."""
    return {
        "collection_no": ticket.collection_no,
        "satisfaction": satisfaction,
        "reasons": [],
        "at": "2026-11-22T10:00:00+08:00",
        "channel": "KIOSK",
    }


def rate(store: Store, ticket: Ticket, satisfaction: int = 5) -> str:
    """Put a rating behind its case."""
    return store.outbox.put_message(KIND, ticket.case_id, rating(ticket, satisfaction))


def rating_ack(store: Store, message_id: str, **changes: Any) -> Ack:
    """What the reference portal answers: the case's own last turn, not one of the rating."""
    row = store.database.read(
        "SELECT body_sha256, case_id, after_seq FROM message WHERE id=?", (message_id,)
    )[0]
    values: dict[str, Any] = {
        "id": message_id,
        "sha256": row[0],
        "receipt_no": f"E-{message_id[:8].upper()}",
        "received_at": "2026-11-22T10:00:05+08:00",
        "case_id": row[1],
        "case_seq": row[2],
        "stage": Stage.RECEIVED,
    }
    return Ack(**{**values, **changes})


@dataclass(frozen=True)
class Kept:
    """What a portal's folder holds.

    Attributes:
        ratings: satisfaction by the id of the rating.
        effects: `(what, id)` in the order in which they happened.
    """

    ratings: dict[str, int]
    effects: list[tuple[str, str]]


def kept_by_portal(folder: Path) -> Kept:
    """Read the reference portal's store, also beside the running portal."""
    store = read_store(folder)
    try:
        with store.transaction() as connection:
            rated = connection.execute(sa.select(evaluations.c.id, evaluations.c.satisfaction))
            ratings = {row.id: row.satisfaction for row in rated}
            happened = connection.execute(
                sa.select(effects.c.what, effects.c.id).order_by(effects.c.n)
            )
            return Kept(ratings, [(row.what, row.id) for row in happened])
    finally:
        store.close()
