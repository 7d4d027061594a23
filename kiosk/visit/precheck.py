"""Everything that is still wrong, at once: before the check page, and before sealing."""

from kiosk.visit.form import Form
from kiosk.visit.materials import Resolved
from kiosk.visit.pages import Finding
from kiosk.visit.person import Person

SCAN = "scan"
SIGN = "sign"
_BLOCKING = frozenset({"missing", "invalid", "pages_missing", "promise_missing"})


def findings(
    form: Form, to_scan: tuple[Resolved, ...], *, with_signature: bool = False
) -> tuple[Finding, ...]:
    """List all gaps, in the order of the journey.

    Args:
        form: the form with its person.
        to_scan: the materials that are scanned in this visit.
        with_signature: the signature is due too.
    """
    person = form.person
    found: list[Finding] = []
    for question in form.questions():
        if not form.is_answered(question):
            code = "invalid" if person.answers.get(question.key) else "missing"
            found.append(Finding(code, question.key, question.label))
    for material in to_scan:
        found += _pages(material, person)
    if with_signature:
        found += _signature(form)
    return tuple(found)


def is_blocking(finding: Finding) -> bool:
    """Tell whether the visit cannot go on with it; a poor page is the resident's choice."""
    return finding.code in _BLOCKING


def _pages(material: Resolved, person: Person) -> list[Finding]:
    rule, name = material.material.scan, material.material.name
    if material.index in person.later or rule is None:
        return []
    pages = [page for page in person.pages if page.material == material.index]
    if len(pages) < rule.pages_min:
        return [Finding("pages_missing", SCAN, name)]
    return [Finding("page_poor", SCAN, name) for page in pages if page.verdict != "good"][:1]


def _signature(form: Form) -> list[Finding]:
    person, promises = form.person, form.promises()
    unread = [] if person.read_to_end else [each.label for each in promises]
    if not person.strokes:
        unread = [each.label for each in promises] or [form.item.short_name]
    return [Finding("promise_missing", SIGN, label) for label in unread]
