from hypothesis import given
from hypothesis import strategies as st

from devices.receipt.wrapping import wrap, wrap_balanced


def cells(text: str) -> float:
    """Han characters are two cells wide, the rest one."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def test_han_text_breaks_at_the_width() -> None:
    assert wrap("收件凭条尚未受理", 8, cells) == ["收件凭条", "尚未受理"]


def test_a_number_or_a_latin_word_is_not_broken() -> None:
    assert wrap("最晚 2026-11-24 通知", 12, cells) == ["最晚", "2026-11-24", "通知"]
    assert wrap("Huiju residence permit", 12, cells) == ["Huiju", "residence", "permit"]


def test_closing_punctuation_never_starts_a_line() -> None:
    assert wrap("请拨打一二。好", 10, cells) == ["请拨打一", "二。好"]


def test_opening_punctuation_never_ends_a_line() -> None:
    assert wrap("请看随（申办）", 8, cells) == ["请看随", "（申办）"]


def test_a_word_wider_than_the_paper_is_cut() -> None:
    assert wrap("ABCDEFGHIJ", 4, cells) == ["ABCD", "EFGH", "IJ"]


def test_a_newline_always_breaks() -> None:
    assert wrap("一\n\n二", 10, cells) == ["一", "", "二"]


def test_a_centred_number_is_broken_into_equal_halves() -> None:
    number = "3101 1500 17B2 2611 2100 0423"
    assert wrap_balanced(number, 20, cells) == ["3101 1500 17B2", "2611 2100 0423"]


@given(st.text(alphabet="收件凭条abc 12。，（）“”", max_size=60), st.integers(4, 40))
def test_no_character_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    for lines in (wrap(text, width, cells), wrap_balanced(text, width, cells)):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(cells(line) <= width for line in lines)
