"""Questions that guessed wrong: five in ten minutes, and a terminal must wait."""

from typing import Final

import sqlalchemy as sa

from portal.moments import WallClock, milliseconds
from portal.problems import ProblemError
from portal.store import Store, lock_key
from portal.tables.results import misses

MOST: Final = 5
WINDOW_S: Final = 600


class Misses:
    """The count of each terminal, the same for all workers."""

    def __init__(self, store: Store, clock: WallClock) -> None:
        self._store = store
        self._clock = clock

    def begin(self, terminal: str) -> int:
        """Count a guess as a miss until `forgive`, so that many at once get no more tries.

        What is older than the window is forgotten.

        Returns:
            the guess.

        Raises:
            ProblemError: `rate` with the wait until the oldest miss is forgotten.
        """
        now = milliseconds(self._clock())
        since = now - WINDOW_S * 1000
        mine = misses.c.terminal == terminal
        query = sa.select(sa.func.count(), sa.func.min(misses.c.at_ms)).where(mine)
        with self._store.transaction() as connection:
            lock_key(connection, "misses", terminal)
            connection.execute(misses.delete().where(misses.c.at_ms <= since))
            count, oldest = connection.execute(query).one()
            if count >= MOST:
                wait_s = max(1, -(-(oldest - since) // 1000))
                raise ProblemError("rate", 429, headers={"Retry-After": str(wait_s)})
            made = connection.execute(misses.insert().values(terminal=terminal, at_ms=now))
            return int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0

    def forgive(self, guess: int) -> None:
        """It was right after all."""
        with self._store.transaction() as connection:
            connection.execute(misses.delete().where(misses.c.n == guess))
