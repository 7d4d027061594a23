"""Keys of the pads."""

import pytest

from ui.input.pads import CLEAR, DIGIT_KEYS, ERASE, ID_KEYS, SPACE, after, after_id


def _typed(keys: list[str], limit: int = 18) -> str:
    text = ""
    for key in keys:
        text = after(text, key, limit)
    return text


def test_digits_are_appended_up_to_the_limit() -> None:
    assert _typed(list("138000056789"), limit=11) == "13800005678"


def test_erase_takes_one_and_clear_takes_all() -> None:
    assert after("123", ERASE, 5) == "12"
    assert after("", ERASE, 5) == ""
    assert after("123", CLEAR, 5) == ""


def test_erase_and_clear_work_at_the_limit() -> None:
    assert after("12345", ERASE, 5) == "1234"
    assert after("12345", CLEAR, 5) == ""


def test_a_space_is_neither_first_nor_doubled() -> None:
    assert _typed([SPACE, "A", SPACE, SPACE, "B"]) == "A B"


@pytest.mark.parametrize("key", ["a", "ä", "张", "", "AB", "\n"])
def test_an_unknown_key_changes_nothing(key: str) -> None:
    assert after("12", key, 5) == "12"


def test_x_is_taken_only_as_the_last_character_of_an_id() -> None:
    assert after_id("3101051949123100", "X") == "3101051949123100"
    assert after_id("31010519491231002", "X") == "31010519491231002X"
    assert after_id("31010519491231002X", "1") == "31010519491231002X"


def test_each_pad_has_every_key_once() -> None:
    for keys in (DIGIT_KEYS, ID_KEYS):
        assert len(set(keys)) == len(keys) == 12
        assert set("0123456789") < set(keys)
