"""The last sign of life of each terminal, and what the portal tells it in return.

A terminal is told to reconcile when the portal was restored since it last did, or when
its own boot counter went back (its disk was set back). It is told again until a
reconcile came, its last page is 30 s ago, and the terminal's process has not started
anew since the order.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import sqlalchemy as sa
from pydantic import Field

from portal.moments import WallClock, stamp
from portal.rates import Rates
from portal.reconcile import generation_of
from portal.store import Store, insert_if_new, lock_key
from portal.tables.upkeep import heartbeats, restores
from portal.wire import Clock, Strict, Whole, checked, parse

# pages of one comparison follow each other within seconds
QUIET: Final = timedelta(seconds=30)
Count = Annotated[Whole, Field(ge=0, le=2**53 - 1)]
# a century: what is subtracted from a date must stay one
Seconds = Annotated[Whole, Field(ge=0, le=3_000_000_000)]
CountAge = Annotated[list[Count], Field(min_length=2, max_length=2)]
Version = Annotated[str, Field(max_length=64)]


class OutboxState(Strict):
    """Per state a pair: how many, and the age of the oldest in seconds."""

    draft: CountAge | None = None
    sealed: CountAge | None = None
    acked: CountAge | None = None
    withdrawing: CountAge | None = None
    held: CountAge | None = None
    rejected: CountAge | None = None
    expired: CountAge | None = None
    drain_only: bool | None = None
    next_due_s: Annotated[float, Field(ge=0)] | None = None


class HeartbeatBody(Strict):
    """`POST /v1/heartbeat`: numbers and states, at most 2 KiB, no personal data."""

    terminal: Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{6}$")]
    app: Version
    versions: Annotated[dict[str, Version], Field(max_length=16)] | None = None
    catalogue: Annotated[str, Field(max_length=80)] | None = None
    boot: Count
    install: Version | None = None
    up_s: Seconds
    clock: Clock
    outbox: OutboxState
    devices: dict[str, Annotated[Whole, Field(ge=-1, le=4)]]
    paper: dict[str, Literal["ok", "low", "out", "unknown"]] | None = None
    counters: dict[str, Count] | None = None
    disk_free_mb: Count
    temperature_c: float | None = None
    audit_head: Annotated[str, Field(max_length=80)] | None = None
    cert_days: Whole | None = None
    kek: Annotated[str, Field(max_length=32)] | None = None
    update: Annotated[str, Field(max_length=80)] | None = None


class Heartbeats:
    """Keeps the last heartbeat per terminal and answers it."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        clock: WallClock,
        catalogue_tag: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`catalogue_tag` is told in every answer, so that terminals ask for the list in time."""
        self._catalogue_tag = catalogue_tag
        self._store = store
        self._clock = clock
        self._rates = Rates(folder)

    def read(self, body: bytes) -> HeartbeatBody:
        """The body, checked.

        Raises:
            ProblemError: `malformed`, `schema`.
        """
        return checked(HeartbeatBody, parse(body))

    def note(self, beat: HeartbeatBody) -> dict[str, Any]:
        """Keep a heartbeat and say how fast the terminal may send and what it should look at."""
        now, tag = self._clock(), self._catalogue_tag()
        with self._store.transaction() as connection:
            lock_key(connection, "heartbeat", beat.terminal)
            before = _row(connection, beat.terminal)
            generation = generation_of(connection)
            wanted = _wanted(connection, beat, before, now)
            _keep(connection, beat, {**wanted, "generation": generation, "at": stamp(now)})
            restored_at = _restored_at(connection)
        compare = wanted["asked_at"] is not None
        other = None not in (tag, beat.catalogue) and tag != beat.catalogue
        reply = {
            "now": stamp(now),
            "rate": self._rates.hint(now, restored_at),
            "etags": {"catalogue": tag},
            "look": [*(["reconcile"] if compare else []), *(["catalogue"] if other else [])],
        }
        return {**reply, "since": wanted["since"]} if compare else reply

    def reconciled(self, terminal: str) -> None:
        """A terminal compared a page; once it is quiet a heartbeat settles the order to look."""
        with self._store.transaction() as connection:
            connection.execute(
                heartbeats.update()
                .where(heartbeats.c.terminal == terminal)
                .values(reconciled_at=stamp(self._clock()))
            )

    def all(self) -> list[dict[str, Any]]:
        """The last heartbeat of each terminal."""
        query = sa.select(heartbeats).order_by(heartbeats.c.terminal)
        with self._store.transaction() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def _wanted(
    connection: sa.Connection, beat: HeartbeatBody, before: sa.RowMapping | None, now: datetime
) -> dict[str, str | None]:
    """Whether the terminal has to reconcile: since when it is asked to, and what for."""
    asked_at = before["asked_at"] if before is not None else None
    since = before["since"] if before is not None else None
    reconciled_at = before["reconciled_at"] if before is not None else None
    if before is not None and beat.boot < before["boot"]:
        # the terminal's disk was set back: nothing it remembers has a date to trust
        asked_at, since, reconciled_at = stamp(now), None, None
    known = before["generation"] if before is not None else 0
    restored = _oldest_since(connection, known)
    if restored is not None:
        open_since = since if asked_at is not None else restored
        asked_at, reconciled_at = stamp(now), None
        since = min(open_since, restored) if open_since is not None else None
    if asked_at is not None and _settled(beat, asked_at, reconciled_at, now):
        asked_at = since = reconciled_at = None
    return {"asked_at": asked_at, "since": since, "reconciled_at": reconciled_at}


def _settled(beat: HeartbeatBody, asked_at: str, reconciled_at: str | None, now: datetime) -> bool:
    if reconciled_at is None or now - datetime.fromisoformat(reconciled_at) < QUIET:
        return False
    # a process that began after the order may have stopped half way through its pages
    began = now - timedelta(seconds=beat.up_s)
    return began <= datetime.fromisoformat(asked_at)


def _oldest_since(connection: sa.Connection, known: int) -> str | None:
    query = sa.select(sa.func.min(restores.c.since)).where(restores.c.generation > known)
    found = connection.scalar(query)
    return None if found is None else str(found)


def _restored_at(connection: sa.Connection) -> datetime | None:
    found = connection.scalar(sa.select(sa.func.max(restores.c.at)))
    return None if found is None else datetime.fromisoformat(found)


def _keep(connection: sa.Connection, beat: HeartbeatBody, values: dict[str, Any]) -> None:
    body = beat.model_dump(exclude_none=True)
    row = {**values, "terminal": beat.terminal, "boot": beat.boot, "up_s": beat.up_s, "body": body}
    if not insert_if_new(connection, heartbeats, row):
        connection.execute(
            heartbeats.update().where(heartbeats.c.terminal == beat.terminal).values(**row)
        )


def _row(connection: sa.Connection, terminal: str) -> sa.RowMapping | None:
    query = sa.select(heartbeats).where(heartbeats.c.terminal == terminal)
    return connection.execute(query).mappings().one_or_none()
