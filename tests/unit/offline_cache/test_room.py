"""Whether a visit may start; no wrong clock ever says no."""

from pathlib import Path

import pytest
from store_support import SMALL, ScriptedClock, Store

from offline_cache.database import Limits
from offline_cache.errors import NoRoomError
from offline_cache.files import disk_bytes

DAY_S = 86400
MIB = 1024 * 1024


def test_no_visit_starts_without_room_on_the_disk(tmp_path: Path) -> None:
    with Store(tmp_path, limits=Limits(ballast_bytes=0, reserve_bytes=1 << 60)) as store:
        with pytest.raises(NoRoomError) as raised:
            store.draft()
        assert raised.value.why == store.retention.room().why == "disk"


def test_no_visit_starts_at_the_cap_of_items(tmp_path: Path) -> None:
    limits = Limits(ballast_bytes=0, reserve_bytes=0, queue_items=2)
    with Store(tmp_path, limits=limits) as store:
        ticket = store.put()
        store.put()
        with pytest.raises(NoRoomError) as raised:
            store.draft()
        assert raised.value.why == "items"
        store.outbox.mark_received(ticket.id, store.ack(ticket.id))
        assert store.retention.room().why is None


def test_no_visit_starts_once_the_oldest_work_is_too_old(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        store.put()
        clock.pass_s(7 * DAY_S - 1)
        assert store.retention.room().why is None
        clock.pass_s(1)
        with pytest.raises(NoRoomError) as raised:
            store.draft()
        assert raised.value.why == "age"


def test_a_wrong_wall_clock_alone_never_makes_work_too_old(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        store.put()
        clock.wall_s += 365 * DAY_S
        assert store.retention.room().why is None


@pytest.mark.parametrize("years", [10, -10, 100])
def test_no_jump_of_the_wall_clock_over_a_restart_makes_work_too_old(
    tmp_path: Path, years: int
) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        store.put()
    later = ScriptedClock(wall_s=clock.wall_s + years * 365 * DAY_S, mono=5.0, boot="boot-2")
    with Store(tmp_path, clock=later) as store:
        assert store.retention.room().why is None
        store.draft().discard()


def test_what_the_machine_ran_in_all_its_boots_makes_work_too_old(tmp_path: Path) -> None:
    """Eight nights switched off count for nothing; eight days of work do, in any boots."""
    with Store(tmp_path, clock=ScriptedClock()) as store:
        store.put()
    found = []
    for day in range(8):
        clock = ScriptedClock(mono=10.0, boot=f"day-{day}")
        with Store(tmp_path, clock=clock) as store:
            clock.mono += DAY_S - 1
            store.retention.purge()
            clock.mono += 1  # forgotten: it was not noted
            found.append(store.retention.room().why)
    assert found == [None] * 7 + ["age"]


def test_the_portals_clock_makes_work_too_old_as_well(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        ticket = store.put()
        store.outbox.set_clock_offset(0.0)
        assert store.retention.room().why is None
    with Store(tmp_path, clock=ScriptedClock(boot="boot-2")) as store:
        store.outbox.set_clock_offset(7 * DAY_S + 1.0)
        assert store.retention.room().why == "age"
        store.outbox.mark_received(ticket.id, store.ack(ticket.id))
        assert store.retention.room().why is None


def test_no_visit_starts_once_the_store_has_its_share_of_the_disk(tmp_path: Path) -> None:
    limits = Limits(ballast_bytes=0, reserve_bytes=0, quota_bytes=2 * MIB)
    with Store(tmp_path, limits=limits) as store:
        tickets = []
        while store.retention.room().why is None:
            tickets.append(store.put(pages=9))
        assert 1 <= len(tickets) <= 4
        for ticket in tickets:
            store.outbox.mark_received(ticket.id, store.ack(ticket.id))
            store.journal.queue(ticket.id, ticket.id, "receipt")
            store.journal.decline(ticket.id)
        assert store.retention.room().why == "disk"
        store.retention.purge()
        assert store.retention.room().why is None


def test_a_small_disk_gives_a_fifth_of_itself(tmp_path: Path) -> None:
    share = 4096 / disk_bytes(tmp_path)
    limits = Limits(SMALL.ballast_bytes, SMALL.reserve_bytes, quota_share=share)
    with Store(tmp_path, limits=limits) as store:
        assert store.retention.room().why == "disk"
    assert (Limits().quota_bytes, Limits().quota_share) == (4096 * MIB, 0.2)
