"""Questions that guessed wrong: five in ten minutes, and a terminal must wait."""

from typing import Final

import sqlalchemy as sa

from portal.moments import WallClock, milliseconds
from portal.problems import ProblemError
from portal.store import Store
from portal.tables.results import misses

MOST: Final = 5
WINDOW_S: Final = 600


class Misses:
    """The count of each terminal, the same for all workers."""

    def __init__(self, store: Store, clock: WallClock) -> None:
        self._store = store
        self._clock = clock

    def check(self, terminal: str) -> None:
        """Refuse a terminal that guessed too often.

        Raises:
            ProblemError: `rate` with the wait until the oldest miss is forgotten.
        """
        since = milliseconds(self._clock()) - WINDOW_S * 1000
        mine = (misses.c.terminal == terminal) & (misses.c.at_ms > since)
        query = sa.select(sa.func.count(), sa.func.min(misses.c.at_ms)).where(mine)
        with self._store.transaction() as connection:
            count, oldest = connection.execute(query).one()
        if count >= MOST:
            wait_s = max(1, -(-(oldest - since) // 1000))
            raise ProblemError("rate", 429, headers={"Retry-After": str(wait_s)})

    def note(self, terminal: str) -> None:
        """Count one more; what is older than the window is forgotten."""
        now = milliseconds(self._clock())
        with self._store.transaction() as connection:
            connection.execute(misses.delete().where(misses.c.at_ms <= now - WINDOW_S * 1000))
            connection.execute(misses.insert().values(terminal=terminal, at_ms=now))
