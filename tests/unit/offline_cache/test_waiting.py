import pytest

from offline_cache.waiting import Turn, Waiting


@pytest.fixture
def waiting() -> Waiting:
    made = Waiting()
    for turn in (Turn(5, 10.0, "a"), Turn(1, 30.0, "b"), Turn(5, 20.0, "c")):
        made.put(turn)
    return made


def first(waiting: Waiting, now: float, *skip: str) -> str | None:
    turn = waiting.first(now, skip, lambda _id: True)
    return turn.id if turn else None


def test_nothing_comes_before_its_time(waiting: Waiting) -> None:
    assert first(waiting, 9.9) is None
    assert first(waiting, 10.0) == "a"


def test_of_what_is_due_the_smallest_priority_comes_first_then_the_earliest(
    waiting: Waiting,
) -> None:
    assert [first(waiting, 25.0), first(waiting, 30.0)] == ["a", "b"]
    assert first(waiting, 30.0, "b") == "a"
    assert first(waiting, 30.0, "b", "a") == "c"


def test_asking_changes_nothing(waiting: Waiting) -> None:
    assert [first(waiting, 30.0) for _ in range(3)] == ["b"] * 3


def test_a_new_time_replaces_the_one_before(waiting: Waiting) -> None:
    waiting.put(Turn(5, 100.0, "a"))
    assert first(waiting, 50.0, "b", "c") is None
    assert first(waiting, 100.0, "b", "c") == "a"
    assert waiting.due_of("a") == 100.0


def test_what_is_woken_is_due_at_once(waiting: Waiting) -> None:
    waiting.wake("b")
    waiting.wake("stranger")
    assert first(waiting, 0.0) == "b"
    assert "stranger" not in waiting


def test_what_may_not_go_now_keeps_its_place_and_what_is_gone_is_forgotten(
    waiting: Waiting,
) -> None:
    answers = {"b": None, "a": False, "c": True}
    turn = waiting.first(30.0, (), answers.__getitem__)
    assert turn is not None
    assert turn.id == "c"
    assert sorted(waiting.ids()) == ["a", "c"]
    assert waiting.due_of("b") is None


def test_a_deep_backlog_is_asked_about_once_for_each_turn() -> None:
    waiting = Waiting()
    for number in range(20_000):
        waiting.put(Turn(number, 1.0, str(number)))
    asked: list[str] = []

    def may_go(key: str) -> bool:
        asked.append(key)
        return True

    assert [waiting.first(2.0, (), may_go) for _ in range(5)] == [Turn(0, 1.0, "0")] * 5
    assert asked == ["0"] * 5
