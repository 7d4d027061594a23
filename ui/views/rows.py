"""Values of the screens as QML reads them: maps, groups, sentences."""

import re
from collections.abc import Sequence

from kiosk.visit.pages import MaterialRow, Option, QuestionKind, QuestionModel
from ui.input import pads
from ui.views.stage import Stage

_ID_KEYS = frozenset({"id_number", "delegate_id_number"})
_TEL_DIGITS = 11
_TEL_GROUPS = (3, 7)
_TEXT_LENGTH = 40
_PART_DIGITS = 5


def material_rows(rows: Sequence[MaterialRow], stage: Stage) -> list[object]:
    """Give materials as maps; names, reasons and certificates in the resident's language."""
    return [
        {
            "name": stage.say(row.name),
            "why": stage.say(row.why),
            "way": row.way.value,
            "by": row.by,
            "certificate": stage.say(row.certificate),
            "pagesMin": row.pages_min,
            "pagesMax": row.pages_max,
            "supplementDays": row.supplement_days,
        }
        for row in rows
    ]


def options_of(options: Sequence[Option], stage: Stage) -> list[object]:
    """Give options as maps with value, label and hint."""
    return [
        {"value": row.value, "label": stage.say(row.label), "hint": stage.say(row.hint)}
        for row in options
    ]


def places_of(places: Sequence[tuple[str, str]], stage: Stage) -> list[object]:
    """Give offices as maps with name and address."""
    return [{"name": stage.say(name), "address": stage.say(address)} for name, address in places]


def sentences_of(texts: Sequence[str], stage: Stage) -> list[object]:
    """Split texts behind each full stop or semicolon, so that they can be paged.

    The joined sentences are the text again, but for the spaces between them.
    """
    return [
        part.strip()
        for text in texts
        for part in re.split(r"(?<=[。；])|(?<=[.;])\s+", stage.say(text))
        if part.strip()
    ]


def grouped(number: str) -> str:
    """Give a number in groups of four, as it stands on the paper."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def points_of(points: Sequence[object]) -> list[tuple[float, float]]:
    """Give a stroke as pairs; an entry that is no pair of numbers is left out."""
    return [
        (float(point["x"]), float(point["y"]))
        for point in points
        if isinstance(point, dict) and {"x", "y"} <= point.keys()
    ]


def pad_for(model: QuestionModel) -> str:
    """Say which pad types the answer."""
    if model.kind is not QuestionKind.TEXT:
        return "digits"
    return "id" if model.key in _ID_KEYS else "letters"


def text_after(model: QuestionModel, key: str) -> str:
    """Give what is typed after one key: the active part's text in an address detail."""
    if pad_for(model) == "id":
        return pads.after_id(model.value, key)
    return pads.after(_typed(model), key, _limit_of(model))


def _typed(model: QuestionModel) -> str:
    if model.kind is not QuestionKind.DETAIL:
        return model.value
    return next((part.value for part in model.parts if part.key == model.active_part), "")


def _limit_of(model: QuestionModel) -> int:
    if model.max_length:
        return model.max_length
    if model.kind is QuestionKind.TEXT:
        return _TEXT_LENGTH
    return _TEL_DIGITS if model.kind is QuestionKind.TEL else _PART_DIGITS


def shown_value(model: QuestionModel) -> str:
    """Give a typed value as it is read: a telephone number as 3-4-4."""
    if model.kind is not QuestionKind.TEL:
        return model.value
    first, second = _TEL_GROUPS
    groups = (model.value[:first], model.value[first:second], model.value[second:])
    return " ".join(group for group in groups if group)
