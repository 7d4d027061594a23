"""How much waits and for how long, for the heartbeat: numbers only, one read for each table."""

from dataclasses import dataclass

from offline_cache.database import Database
from offline_cache.states import TABLES

_ONE = """
SELECT state, count(*) AS n,
  coalesce(max(?1 - created_mono) FILTER (WHERE boot_id = ?2), 0) AS mono_s,
  coalesce(max(?3 - created_wall) FILTER (WHERE boot_id <> ?2), 0) AS wall_s
FROM {table} WHERE state NOT IN ('ACKED', 'PURGED') GROUP BY state
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is in one state.

    Attributes:
        oldest_s: age by the monotonic clock within this boot, else by the wall clock.
    """

    count: int
    oldest_s: float


def backlog(database: Database) -> dict[str, Waiting]:
    """What is not acknowledged, by the name of its state; submissions and messages together."""
    clock = database.clock
    now = (clock.monotonic(), clock.boot_id, clock.wall())
    found: dict[str, Waiting] = {}
    for table in TABLES:
        for state, count, mono_s, wall_s in database.read(_ONE.format(table=table), now):
            before = found.get(state, Waiting(0, 0.0))
            oldest_s = max(before.oldest_s, float(mono_s), float(wall_s), 0.0)
            found[str(state)] = Waiting(before.count + int(count), oldest_s)
    return found
