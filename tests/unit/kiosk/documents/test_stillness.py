"""When a page is taken by itself, and when it is not taken again."""

import pytest

from kiosk.documents.stillness import Stillness
from kiosk.documents.values import Corners

HERE: Corners = ((0.2, 0.1), (0.8, 0.1), (0.8, 0.9), (0.2, 0.9))
ONE, OTHER = bytes([100] * 816), bytes([130] * 816)


def moved(by: float) -> Corners:
    a, b, c, d = ((x + by, y) for x, y in HERE)
    return a, b, c, d


def lie(still: Stillness, corners: Corners | None, thumb: bytes, times: list[float]) -> list[bool]:
    return [still.add(corners, thumb, now) for now in times]


def test_a_page_is_ready_after_one_second_at_rest() -> None:
    assert lie(Stillness(), HERE, ONE, [0.0, 0.5, 0.9, 1.0]) == [False, False, False, True]


def test_a_move_starts_the_second_anew() -> None:
    still = Stillness()
    lie(still, HERE, ONE, [0.0, 0.9])

    assert lie(still, moved(0.05), ONE, [1.0, 1.9, 2.0]) == [False, False, True]


def test_a_taken_page_is_not_taken_again_while_it_lies() -> None:
    still = Stillness()
    lie(still, HERE, ONE, [0.0, 1.0])
    still.taken()

    assert not any(lie(still, HERE, ONE, [2.0, 3.0, 9.0]))
    assert still.waits_for_change


@pytest.mark.parametrize(("place", "thumb"), [(moved(0.04), ONE), (HERE, OTHER)])
def test_another_place_or_another_content_is_a_new_page(place: Corners, thumb: bytes) -> None:
    still = Stillness()
    lie(still, HERE, ONE, [0.0, 1.0])
    still.taken()

    assert lie(still, place, thumb, [2.0, 3.1])[-1]


def test_a_page_that_was_away_is_a_new_page() -> None:
    still = Stillness()
    lie(still, HERE, ONE, [0.0, 1.0])
    still.taken()
    lie(still, None, b"", [2.0, 2.1])

    assert lie(still, HERE, ONE, [3.0, 4.0]) == [False, True]


def test_one_missed_look_changes_nothing() -> None:
    still = Stillness()
    lie(still, HERE, ONE, [0.0, 1.0])
    still.taken()
    lie(still, None, b"", [1.2])

    assert not any(lie(still, HERE, ONE, [1.3, 3.0]))


def test_corners_are_the_median_of_the_last_looks() -> None:
    still = Stillness()
    for by in (0.0, 0.001, 0.009, 0.002, 0.001):
        still.add(moved(by), ONE, 0.0)

    corners = still.corners
    assert corners is not None
    assert corners[0][0] == pytest.approx(0.201)


def test_a_page_found_wanting_is_looked_at_again_a_second_later() -> None:
    still = Stillness()
    lie(still, HERE, ONE, [0.0, 1.0])
    still.put_off(1.0)

    assert lie(still, HERE, ONE, [1.5, 2.0]) == [False, True]
