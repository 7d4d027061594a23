from datetime import UTC, datetime, timedelta

from kiosk.sync.portal_time import PortalTime

LOCAL = datetime(2026, 11, 22, tzinfo=UTC)


def test_nothing_is_known_before_the_first_answer() -> None:
    assert PortalTime().offset_s() is None
    assert PortalTime().state() == "unknown"


def test_half_the_round_trip_belongs_to_the_way_back() -> None:
    clock = PortalTime()
    clock.saw(LOCAL + timedelta(seconds=10), LOCAL, 1.0)
    assert clock.offset_s() == 10.5


def test_a_slow_round_trip_says_nothing() -> None:
    clock = PortalTime()
    clock.saw(LOCAL + timedelta(hours=1), LOCAL, 2.0)
    assert clock.offset_s() is None


def test_one_wild_answer_of_five_does_not_move_the_offset() -> None:
    clock = PortalTime()
    for seconds in (0, 1, 86400, 1, 0):
        clock.saw(LOCAL + timedelta(seconds=seconds), LOCAL, 0.0)
    assert clock.offset_s() == 1.0
