from pathlib import Path

from store_support import ScriptedClock, Store

from offline_cache.database import Database
from offline_cache.portal_clock import PortalClock

WALL_S = 1_795_312_800.0


def test_the_portals_time_is_not_known_before_it_spoke(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert store.outbox.portal_now() is None


def test_within_a_boot_it_runs_on_whatever_the_wall_clock_does(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        store.outbox.set_clock_offset(5.0)
        clock.mono += 100
        clock.wall_s = 0.0
        assert store.outbox.portal_now() == WALL_S + 105
        with Database.open_second(tmp_path, clock=clock) as second:
            assert PortalClock(second).exact() == WALL_S + 105


def test_after_a_boot_the_last_offset_is_a_label_and_no_exact_time(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.outbox.set_clock_offset(-30.0)
    with Store(tmp_path, clock=ScriptedClock(boot="boot-2", wall_s=WALL_S + 50)) as store:
        assert store.outbox.portal_now() == WALL_S + 20
        assert PortalClock(store.database).exact() is None


def test_an_offset_that_tells_nothing_new_is_not_written_again(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        store.outbox.set_clock_offset(5.0)
        before = store.database.read("SELECT value FROM meta WHERE key='portal_clock'")
        clock.pass_s(1)
        store.outbox.set_clock_offset(5.4)
        assert store.database.read("SELECT value FROM meta WHERE key='portal_clock'") == before
        store.outbox.set_clock_offset(9.0)
        assert store.outbox.portal_now() == WALL_S + 10


def test_an_offset_never_moves_a_due_time(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put()
        store.outbox.mark_retry(ticket.id, "PORTAL_SLOW", store.clock.monotonic() + 60)
        store.outbox.set_clock_offset(1e9)
        assert store.next_id() is None
        assert store.outbox.row(ticket.id).next_due_s == 60.0
