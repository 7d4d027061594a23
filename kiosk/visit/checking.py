"""提交前请核对: every value in one list, masked, each with the way to change it."""

from kiosk.catalogue.items import Question
from kiosk.visit import address
from kiosk.visit.form import Form
from kiosk.visit.masking import mask_address, mask_mobile, mask_name, mask_number
from kiosk.visit.materials import Resolved
from kiosk.visit.pages import CheckModel, CheckRow, MaterialWay
from kiosk.visit.person import Person

CARD = "card_chip"


def model(form: Form, materials: tuple[Resolved, ...]) -> CheckModel:
    """The check page."""
    rows = [*_card_rows(form)]
    rows += [_guide_row(form, each) for each in form.guide_fields()]
    rows += [_answer_row(form, each) for each in form.questions()]
    rows += [_material_row(form, each) for each in materials]
    return CheckModel(form.item.name, tuple(rows))


def shown_answer(form: Form, question: Question) -> str:
    """An answer as it may be shown: choices in words, numbers and addresses masked."""
    person, words = form.person, form.catalogue.words
    value = person.answers.get(question.key, "")
    if not value:
        return words["not_given"]
    if question.kind == "tel":
        return mask_mobile(value)
    if question.kind == "address":
        parts = person.addresses.get(question.key, {})
        return address.street(form.catalogue, parts) + "***"
    option = form.option(question)
    return person.texts.get(question.key) or (option.label if option else value)


def _card_rows(form: Form) -> list[CheckRow]:
    record, labels = form.person.record, form.catalogue.labels
    if record is None:
        return []
    rows = [
        CheckRow(labels["name"], mask_name(record.name), "", CARD),
        CheckRow(labels["id_no"], mask_number(record.number), "", CARD),
    ]
    if record.address:
        rows.append(CheckRow(labels["address"], mask_address(record.address), "", CARD))
    return rows


def _guide_row(form: Form, question: Question) -> CheckRow:
    value = form.person.guide.get(question.key, "")
    shown = next((each.label for each in question.options if each.value == value), value)
    return CheckRow(
        question.label, shown, question.key, changed=question.key in form.person.changed
    )


def _answer_row(form: Form, question: Question) -> CheckRow:
    return CheckRow(
        question.label,
        shown_answer(form, question),
        question.key,
        changed=question.key in form.person.changed,
    )


def _material_row(form: Form, resolved: Resolved) -> CheckRow:
    words, person = form.catalogue.words, form.person
    name = resolved.material.name
    if resolved.way is MaterialWay.PROMISE:
        return CheckRow(name, words["by_promise"], "")
    if resolved.way is MaterialWay.EXEMPT:
        badge = _badge(resolved)
        word = "by_card" if badge == CARD else "by_portal"
        return CheckRow(name, words[word], "", badge)
    if resolved.index in person.later:
        days = str(resolved.material.supplement_days)
        return CheckRow(name, words["later"].replace("{n}", days), "scan")
    return CheckRow(name, words["pages"].replace("{n}", str(_pages(person, resolved))), "scan")


def _badge(resolved: Resolved) -> str:
    return resolved.exemption.way if resolved.exemption else ""


def _pages(person: Person, resolved: Resolved) -> int:
    return sum(1 for page in person.pages if page.material == resolved.index)
