"""From a checked pack model to the frozen values that the visit uses."""

from collections.abc import Mapping

from kiosk.catalogue.items import (
    Choice,
    Condition,
    District,
    Exemption,
    GuideOption,
    GuideQuestion,
    Item,
    Material,
    Operator,
    PageRule,
    Question,
    Town,
)
from kiosk.catalogue.schema import (
    ChoiceRules,
    FieldModel,
    ItemModel,
    MaterialModel,
    PackModel,
    When,
)

_YES_NO = ("yes", "no")
_AREAS = ("city", "yrd", "national")


def condition(when: When | None) -> Condition | None:
    """A `when` as a value.

    Raises:
        ValueError: there is not exactly one source and one comparison.
    """
    if when is None:
        return None
    sources = [(name, key) for name, key in (("field", when.field), ("guide", when.guide)) if key]
    comparisons = [
        (operator, values)
        for operator, values in (
            (Operator.IS, None if when.is_ is None else (when.is_,)),
            (Operator.IN, None if when.in_ is None else tuple(when.in_)),
            (Operator.HAS, None if when.has is None else (when.has,)),
        )
        if values
    ]
    if len(sources) != 1 or len(comparisons) != 1:
        raise ValueError("a condition names one field or guide and one comparison")
    (source, key), (operator, values) = sources[0], comparisons[0]
    return Condition(source, key, operator, values)


def question(model: FieldModel, words: Mapping[str, str]) -> Question:
    """A field of a form; of the rules only those that the terminal knows."""
    rules = model.rules
    options: tuple[Choice, ...] = ()
    if model.type == "yes_no":
        options = tuple(Choice(each, str(rules.get(each, words[each]))) for each in _YES_NO)
    if model.type == "choice":
        options = tuple(
            Choice(
                each.value,
                each.label,
                text_required=each.text is not None and each.text.required,
                text_max=each.text.max_length if each.text else 0,
            )
            for each in ChoiceRules.model_validate(
                {"options": rules.get("options", [])}, strict=True
            ).options
        )
    return Question(
        key=model.key,
        label=model.label,
        kind=model.type,
        required=model.required,
        ask=model.ask or model.label,
        why=model.why,
        error=model.error or "",
        asked_in=model.asked_in or "form",
        when=condition(model.when),
        options=options,
        pattern=str(rules.get("pattern", "")),
        normalise=tuple(str(each) for each in rules.get("normalise", [])),
        max_length=int(rules.get("max_length", 0)),
        promise=str(rules.get("text", "")) if model.type == "promise" else "",
    )


def material(model: MaterialModel) -> Material:
    """A material; only pages can be scanned by this version."""
    scan = model.scan
    return Material(
        name=model.material_name,
        is_need=model.is_need,
        why=model.why,
        exempt_by=tuple(
            Exemption(each.way, each.certificate_name or "", each.field or "")
            for each in model.exempt_by
        ),
        scan=PageRule(scan.pages_min, scan.pages_max) if scan else None,
        when=condition(model.when),
        supplement_days=model.supplement_days,
    )


def item(model: ItemModel, words: Mapping[str, str]) -> Item:
    """An item as a frozen value; `words` are the pack's small ones."""
    return Item(
        id=model.id,
        name=model.task_name,
        short_name=model.short_name,
        summary=model.summary,
        ready=model.ready,
        task_code=model.task_code,
        task_handle_item=model.task_handle_item,
        task_version=model.task_version,
        immediate=model.project_type == "1",
        area=max(model.handle_area, key=_AREAS.index),
        legal_days=model.anticipate_day,
        promise_days=model.promise_day,
        conditions=tuple(model.accept_condition),
        flow=tuple(model.handle_flow),
        result_name=model.result_name,
        result_text=model.outcome.text,
        offline_policy=model.offline_policy,
        offline_text=model.offline_text,
        guide=tuple(
            GuideQuestion(
                each.key,
                each.question,
                tuple(GuideOption(one.value, one.label, one.then) for one in each.options),
            )
            for each in model.guide
        ),
        questions=tuple(question(each, words) for each in model.forms),
        materials=tuple(material(each) for each in model.materials),
        fee_fen=sum(int(each.amount.replace(".", "")) for each in model.fees),
        accept_expired=model.identity.accept_expired,
    )


def districts(model: PackModel) -> tuple[District, ...]:
    """The addresses of the pack."""
    return tuple(
        District(
            each.code,
            each.name,
            tuple(
                Town(town.name, tuple(town.committees), tuple(town.roads)) for town in each.towns
            ),
        )
        for each in model.districts
    )
