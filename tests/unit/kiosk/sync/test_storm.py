"""After an outage all terminals are full at once: the portal's hints spread them."""

import pytest
from storm import City, peak_to_mean, play


def _spread(terminals: int, submissions: int, drain_s: float, *, hinted: bool = True) -> float:
    city = City(terminals, submissions, drain_s, hinted=hinted)
    left = play(city, seed=20261122)
    assert set(left.values()) == {0}, "a terminal starved"
    assert len(city.taken) == terminals * submissions
    return peak_to_mean(city)


@pytest.mark.slow
def test_a_hundred_terminals_share_the_portal_evenly() -> None:
    assert _spread(100, 20, 720.0) <= 2.0


@pytest.mark.slow
def test_without_hints_the_same_city_comes_all_at_once() -> None:
    assert _spread(100, 20, 720.0, hinted=False) > 10.0


@pytest.mark.deep
@pytest.mark.timeout(1200)
def test_a_thousand_terminals_with_fifty_submissions_each() -> None:
    assert _spread(1000, 50, 1800.0) <= 2.0
