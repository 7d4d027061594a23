"""What is sealed: the resident's data in national field names (portal contract, section 5)."""

import base64
import hashlib
from typing import Any

from devices.card.api import DocType, IdentityRecord
from kiosk.catalogue.items import Question
from kiosk.visit import address
from kiosk.visit.form import Form
from kiosk.visit.materials import Resolved
from kiosk.visit.pages import MaterialWay
from kiosk.visit.signing import text_digest

NATURAL_PERSON = "1"
PAGE_TYPES = {
    DocType.RESIDENT: "111",
    DocType.HMT: "810",
    DocType.PRC2017: "553",
    DocType.PRC2023: "553",
}
"""National codes of the kind of identity document; 111 is the resident identity card."""

_PAPER, _SCANNED, _LATER, _LICENCE = 1, 3, 4, 5
GRANTED = frozenset({"e_licence", "data_sharing"})
"""Ways that need the resident's consent: the portal fetches with it."""

_FROM_PLATFORM = frozenset({"e_licence", "data_sharing", "archive_photo", "admin_assist"})


def build(form: Form, materials: tuple[Resolved, ...]) -> dict[str, Any]:
    """Everything that a submission says but the signature; see `sign`.

    Raises:
        ValueError: nobody was identified.
    """
    record = form.person.record
    if record is None:
        raise ValueError("nobody was identified")
    mobile = form.person.answers.get("contact_mobile", "")
    return {
        **_applicant(record),
        "contact_mobile": mobile or None,
        "answers": _answers(form),
        "materials": [
            _material(form, each) for each in materials if each.way is not MaterialWay.PROMISE
        ],
        "promises": [_promise(form, each, materials) for each in form.promises()],
        "grants": [_grant(each) for each in materials if _is_granted(each)],
        "identity": {"method": "card", "assurance": record.assurance.value},
        "demo": form.catalogue.demo,
    }


def sign(plain: dict[str, Any], signature_png: bytes) -> dict[str, Any]:
    """Add the signature, and bind every promise to it."""
    digest = hashlib.sha256(signature_png).hexdigest()
    return {
        **plain,
        "promises": [{**each, "signature_sha256": digest} for each in plain["promises"]],
        "signature": {
            "media_type": "image/png",
            "sha256": digest,
            "data": base64.b64encode(signature_png).decode(),
        },
    }


def _applicant(record: IdentityRecord) -> dict[str, Any]:
    return {
        "applyer_name": record.name or record.name_latin,
        "applyer_type": NATURAL_PERSON,
        "applyer_page_type": PAGE_TYPES[record.doc_type],
        "applyer_page_code": record.number,
    }


def _answers(form: Form) -> dict[str, Any]:
    answers: dict[str, Any] = dict(form.person.guide)
    for question in form.questions():
        value = form.person.answers.get(question.key)
        if value:
            answers[question.key] = _answer(form, question, value)
    return answers


def _answer(form: Form, question: Question, value: str) -> object:
    if question.kind == "address":
        parts = form.person.addresses.get(question.key, {})
        return {**parts, "text": address.text(form.catalogue, parts)}
    own_words = form.person.texts.get(question.key)
    return {"value": value, "text": own_words} if own_words else value


def _material(form: Form, resolved: Resolved) -> dict[str, Any]:
    person = form.person
    pages = [page for page in person.pages if page.material == resolved.index]
    named = {"material_name": resolved.material.name}
    if resolved.way is MaterialWay.EXEMPT:
        way = resolved.exemption.way if resolved.exemption else ""
        platform = way in _FROM_PLATFORM
        get_type = _LICENCE if platform else (_LATER if way == "later_step" else _PAPER)
        trust = "A" if platform else "B"
        return {**named, "get_type": get_type, "get_num": 1, "trust_level": trust, "by": way}
    if resolved.index in person.later:
        return {
            **named,
            "get_type": _LATER,
            "get_num": 0,
            "trust_level": "D",
            "supplement_days": resolved.material.supplement_days,
        }
    return {
        **named,
        "get_type": _SCANNED,
        "get_num": len(pages),
        "trust_level": "C",
        "ordinals": [page.ordinal for page in pages],
        "sha256": [page.sha256 for page in pages],
    }


def _promise(form: Form, question: Question, materials: tuple[Resolved, ...]) -> dict[str, Any]:
    replaced = [
        each.material.name
        for each in materials
        if each.exemption is not None and each.exemption.field == question.key
    ]
    return {
        "key": question.key,
        "text_sha256": text_digest(question.promise),
        "read_to_end": form.person.read_to_end,
        "material_names": replaced,
    }


def _is_granted(resolved: Resolved) -> bool:
    way = resolved.exemption.way if resolved.exemption else ""
    return way in GRANTED


def _grant(resolved: Resolved) -> dict[str, Any]:
    exemption = resolved.exemption
    return {
        "material_name": resolved.material.name,
        "way": exemption.way if exemption else "",
        "certificate_name": (exemption.certificate if exemption else "") or None,
    }
