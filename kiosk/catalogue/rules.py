"""Conditions and patterns of a pack: a closed set of comparisons, nothing is evaluated."""

import re
from collections.abc import Mapping

from kiosk.catalogue.items import Condition, Operator, Question

_DROPPED: dict[str, dict[int, None]] = {
    "strip_spaces": {0x20: None, 0x3000: None},
    "strip_dashes": {0x2D: None},
}


def holds(
    condition: Condition | None, answers: Mapping[str, str], guide: Mapping[str, str]
) -> bool:
    """Tell whether a question or material applies now.

    Args:
        condition: none always holds.
        answers: plain answers of the form by key; a list of choices is joined by commas.
        guide: answers of the item's guide by key.

    An answer that is not there yet makes every comparison false.
    """
    if condition is None:
        return True
    given = (answers if condition.source == "field" else guide).get(condition.key)
    if given is None:
        return False
    if condition.operator is Operator.HAS:
        return condition.values[0] in given.split(",")
    return given in condition.values


def normalise(question: Question, value: str) -> str:
    """Apply the question's own clean-up, in the order of the pack, and trim the ends."""
    plain = value
    for step in question.normalise:
        plain = plain.translate(_DROPPED[step])
    return plain.strip()


def accepts(question: Question, value: str) -> bool:
    """Tell whether a normalised value answers the question.

    An empty value answers an optional question only. A choice must be one of the
    options; a pattern must match the whole value.
    """
    if not value:
        return not question.required
    if question.kind == "yes_no":
        return value in {"yes", "no"}
    if question.kind == "choice":
        return any(option.value == value for option in question.options)
    if question.max_length and len(value) > question.max_length:
        return False
    return not question.pattern or _matches(question.pattern, value)


def _matches(pattern: str, value: str) -> bool:
    """ASCII only, since a full-width digit is no digit to the portal."""
    return re.fullmatch(pattern, value, re.ASCII) is not None
