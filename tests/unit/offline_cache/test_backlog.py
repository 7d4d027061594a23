"""What waits, in numbers."""

from pathlib import Path

from ratings_support import rate
from store_support import ScriptedClock, Store

from offline_cache.backlog import backlog


def test_each_state_has_its_count_and_the_age_of_the_oldest(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        acked, _ = store.acked(pages=0)
        old, held = store.put(pages=0), store.put(pages=0)
        rate(store, acked)
        store.outbox.hold(held.id, "staff-7", "looks odd")
        clock.pass_s(100.0)
        store.put(pages=0)
        found = backlog(store.database)
        assert set(found) == {"SEALED", "HELD"}
        assert (found["SEALED"].count, found["HELD"].count) == (3, 1)
        assert 100.0 <= found["SEALED"].oldest_s <= 101.0
        assert store.state(old.id) == "SEALED"


def test_after_a_boot_the_wall_clock_tells_the_age_and_never_less_than_nothing(
    tmp_path: Path,
) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        store.put(pages=0)
    clock.boot, clock.mono, clock.wall_s = "boot-2", 5.0, clock.wall_s + 3600.0
    with Store(tmp_path, clock=clock) as store:
        assert 3599.0 <= backlog(store.database)["SEALED"].oldest_s <= 3601.0
        clock.wall_s -= 10 * 365 * 86400
        assert backlog(store.database)["SEALED"].oldest_s == 0.0
