"""Whether the parts of a pack fit together: what a schema cannot say."""

import re
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from kiosk.catalogue import building
from kiosk.catalogue.schema import (
    AddressRules,
    ChoiceRules,
    FieldModel,
    ItemModel,
    MaterialModel,
    PackModel,
    PromiseRules,
    Strict,
    TelRules,
    When,
    YesNoRules,
)
from kiosk.catalogue.wording import banned, overclaims

Fault = tuple[str, str]

WORDS = (
    "yes",
    "no",
    "pages",
    "later",
    "by_card",
    "by_portal",
    "by_promise",
    "not_given",
    "lane",
    "number",
    "room",
)
"""The small words that every pack brings."""

_RULES: dict[str, type[Strict]] = {
    "choice": ChoiceRules,
    "tel": TelRules,
    "address": AddressRules,
    "promise": PromiseRules,
    "yes_no": YesNoRules,
}


def faults(model: PackModel) -> Iterator[Fault]:
    """Every fault as (path, reason)."""
    yield from _doubles("items", [each.id for each in model.items])
    yield from _doubles("districts", [each.code for each in model.districts])
    yield from ((f"words.{key}", "is missing") for key in WORDS if key not in model.words)
    known = {each.id for each in model.items}
    for index, each in enumerate(model.items):
        yield from _item(f"items.{index}", each, known)
    texts = dict(shown_texts(model))
    for text, path in texts.items():
        yield from ((path, f"banned word {word}") for word in banned(text))
        yield from ((path, f"says too much: {words}") for words in overclaims(text, "collected"))
    table = model.translations.get("en", {})
    yield from ((f"translations.en.{text}", "is missing") for text in texts if text not in table)


def _doubles(path: str, keys: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield path, f"{key} stands twice"
        seen.add(key)


def _item(path: str, item: ItemModel, known: set[str]) -> Iterator[Fault]:
    fields = {each.key: each for each in item.forms}
    guides = {each.key for each in item.guide}
    yield from _doubles(f"{path}.forms", [each.key for each in item.forms])
    yield from _doubles(f"{path}.guide", [each.key for each in item.guide])
    for index, guide in enumerate(item.guide):
        for option in guide.options:
            target = option.then.removeprefix("item:")
            if option.then.startswith("item:") and target not in known:
                yield f"{path}.guide.{index}", f"no such item: {target}"
    for index, field in enumerate(item.forms):
        where = f"{path}.forms.{index}"
        yield from _when(where, field.when, set(fields), guides)
        yield from _field(where, field, ready=item.ready)
    for index, material in enumerate(item.materials):
        where = f"{path}.materials.{index}"
        yield from _when(where, material.when, set(fields), guides)
        yield from _material(where, material, fields)


def _when(path: str, when: When | None, fields: set[str], guides: set[str]) -> Iterator[Fault]:
    try:
        condition = building.condition(when)
    except ValueError as error:
        yield f"{path}.when", str(error)
        return
    if condition and condition.key not in (fields if condition.source == "field" else guides):
        yield f"{path}.when", f"no such {condition.source}: {condition.key}"


def _field(path: str, field: FieldModel, *, ready: bool) -> Iterator[Fault]:
    rules = _RULES.get(field.type)
    if rules is None:
        if ready:
            yield f"{path}.type", f"this version cannot ask for {field.type}"
        return
    if ready:
        try:
            rules.model_validate(field.rules, strict=True)
        except ValidationError as error:
            for each in error.errors(include_input=False, include_url=False):
                inner = ".".join(str(part) for part in each["loc"])
                yield f"{path}.rules.{inner}", each["msg"]
    if field.type == "choice":
        options = [str(each.get("value")) for each in field.rules.get("options", [])]
        yield from _doubles(f"{path}.rules.options", options)
    if "pattern" in field.rules:
        yield from _pattern(f"{path}.rules.pattern", str(field.rules["pattern"]))


def _pattern(path: str, pattern: str) -> Iterator[Fault]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield path, f"no regular expression: {error.msg}"


def _material(path: str, material: MaterialModel, fields: dict[str, FieldModel]) -> Iterator[Fault]:
    for index, way in enumerate(material.exempt_by):
        where = f"{path}.exempt_by.{index}"
        if way.way == "e_licence" and way.certificate_name is None:
            yield where, "an e-licence needs certificate_name"
        if way.way == "promise":
            promise = fields.get(way.field or "")
            if promise is None or promise.type != "promise":
                yield where, f"no such promise: {way.field}"
    if material.scan and material.scan.pages_min > material.scan.pages_max:
        yield f"{path}.scan", "pages_min is more than pages_max"


def shown_texts(model: PackModel) -> Iterator[Fault]:
    """Every text that a screen can show, as (text, path): all need a translation.

    Of an item that is not ready only the tile and the notice are shown.
    """
    yield from ((text, f"words.{key}") for key, text in model.words.items())
    yield model.city, "city"
    for place in model.places:
        yield place.name, "places"
        yield place.address, "places"
    for field in model.pack.applicant_fields:
        yield str(field["label"]), "pack.applicant_fields"
    for index, item in enumerate(model.items):
        path = f"items.{index}"
        yield from ((text, path) for text in _notice_texts(item))
        if item.ready:
            yield from ((text, path) for text in _form_texts(item))
    for district in model.districts:
        yield district.name, "districts"
        for town in district.towns:
            yield from ((name, "districts") for name in (town.name, *town.committees, *town.roads))


def _notice_texts(item: ItemModel) -> Iterable[str]:
    yield from (item.task_name, item.short_name, item.summary, item.result_name)
    yield from (item.outcome.text, item.offline_text)
    yield from item.accept_condition
    yield from item.handle_flow
    for material in item.materials:
        yield from (material.material_name, material.why)
        yield from (each.certificate_name for each in material.exempt_by if each.certificate_name)


def _form_texts(item: ItemModel) -> Iterable[str]:
    for guide in item.guide:
        yield guide.question
        yield from (option.label for option in guide.options)
    for field in item.forms:
        yield from (field.label, field.why)
        if field.error:
            yield field.error
        if field.ask:
            yield field.ask
        if field.type == "yes_no":
            yield from (str(each) for each in field.rules.values())
        if field.type == "promise":
            yield str(field.rules.get("text", ""))
        yield from (str(each.get("label")) for each in field.rules.get("options", []))
