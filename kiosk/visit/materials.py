"""How each material is dealt with: the three groups of the materials page.

The order of ways is the item's: what the card or the government already tells comes
first, then a promise, and scanning comes last. A government paper without a scan
rule is never demanded from the resident: the office fetches it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.catalogue.items import Exemption, Item, Material
from kiosk.catalogue.rules import holds
from kiosk.visit.pages import MaterialRow, MaterialsModel, MaterialWay

ADMIN_ASSIST = Exemption("admin_assist")


@dataclass(frozen=True, slots=True)
class Resolved:
    """One material with its way in this visit.

    Attributes:
        index: its place in the item's list, from 0.
        exemption: how it is replaced; none where it is scanned.
    """

    index: int
    material: Material
    way: MaterialWay
    exemption: Exemption | None = None


def resolve(
    item: Item, answers: Mapping[str, str], guide: Mapping[str, str]
) -> tuple[Resolved, ...]:
    """All materials that apply, each with its way."""
    return tuple(
        _one(item, index, material, answers, guide)
        for index, material in enumerate(item.materials)
        if holds(material.when, answers, guide)
    )


def _one(
    item: Item,
    index: int,
    material: Material,
    answers: Mapping[str, str],
    guide: Mapping[str, str],
) -> Resolved:
    for exemption in material.exempt_by:
        if exemption.way != "promise":
            return Resolved(index, material, MaterialWay.EXEMPT, exemption)
        promise = item.question(exemption.field)
        if promise is not None and holds(promise.when, answers, guide):
            return Resolved(index, material, MaterialWay.PROMISE, exemption)
    if material.scan is None:
        return Resolved(index, material, MaterialWay.EXEMPT, ADMIN_ASSIST)
    return Resolved(index, material, MaterialWay.SCAN)


def row(resolved: Resolved) -> MaterialRow:
    """The row of the materials page."""
    material, exemption = resolved.material, resolved.exemption
    scans = resolved.way is MaterialWay.SCAN
    rule = material.scan if scans else None
    # the pack says why the paper is needed, which is no longer so where a promise stands for it
    promised = resolved.way is MaterialWay.PROMISE
    return MaterialRow(
        name=material.name,
        why="" if promised else material.why,
        way=resolved.way,
        by=exemption.way if exemption and resolved.way is MaterialWay.EXEMPT else "",
        certificate=exemption.certificate if exemption else "",
        pages_min=rule.pages_min if rule else 0,
        pages_max=rule.pages_max if rule else 0,
        supplement_days=material.supplement_days if scans else 0,
    )


def model(resolved: tuple[Resolved, ...]) -> MaterialsModel:
    """The materials page, with the counter of what need not be brought."""
    return MaterialsModel(
        rows=tuple(row(each) for each in resolved),
        exempt_count=sum(1 for each in resolved if each.way is MaterialWay.EXEMPT),
        to_scan=any(each.way is MaterialWay.SCAN for each in resolved),
    )
