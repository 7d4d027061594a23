"""Conditions and patterns: a closed set of comparisons."""

import pytest

from kiosk.catalogue.items import Choice, Condition, Operator, Question
from kiosk.catalogue.rules import accepts, holds, normalise

TEL = Question(
    "tel",
    "电话",
    "tel",
    required=False,
    pattern=r"^1[3-9]\d{9}$",
    normalise=("strip_spaces", "strip_dashes"),
)


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        (None, True),
        (Condition("field", "a", Operator.IS, ("1",)), True),
        (Condition("field", "a", Operator.IS, ("2",)), False),
        (Condition("field", "a", Operator.IN, ("2", "1")), True),
        (Condition("field", "list", Operator.HAS, ("y",)), True),
        (Condition("field", "list", Operator.HAS, ("x,y",)), False),
        (Condition("guide", "g", Operator.IS, ("yes",)), True),
        (Condition("guide", "a", Operator.IS, ("1",)), False),
        (Condition("field", "none", Operator.IS, ("1",)), False),
    ],
)
def test_a_condition_compares_one_answer(condition: Condition | None, *, result: bool) -> None:
    assert holds(condition, {"a": "1", "list": "x,y"}, {"g": "yes"}) is result


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("13812345678", True),
        (" 138-1234 5678　", True),
        ("138123456789", False),
        ("", True),
        ("13812345678\n", True),
        ("1381234567\uff18", False),
    ],
)
def test_a_number_is_cleaned_and_must_match_as_a_whole(typed: str, *, good: bool) -> None:
    assert accepts(TEL, normalise(TEL, typed)) is good


def test_a_choice_takes_its_own_options_only() -> None:
    choice = Question("c", "选", "choice", required=True, options=(Choice("a", "甲"),))

    assert accepts(choice, "a")
    assert not accepts(choice, "b")
    assert not accepts(choice, "")


def test_a_text_has_a_longest_length() -> None:
    text = Question("t", "写", "text", required=True, max_length=3)

    assert accepts(text, "三个字")
    assert not accepts(text, "四个字了")
