"""What is sealed, opened again with the portal's key: names, pages, promises, signature."""

import base64
import hashlib
import io
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from PIL import Image
from store_support import PRIVATE_BYTES
from visit_support import MOBILE, NAME, NUMBER, Stand

from kiosk.visit.signing import SIZE_PX, clean_stroke, draw, text_digest
from portal.opening import open_data_key, open_payload


def sealed(stand: Stand) -> tuple[dict[str, Any], dict[str, Any]]:
    submission = stand.store.next_due()
    assert submission is not None
    body = json.loads(submission.body)
    private = X25519PrivateKey.from_private_bytes(PRIVATE_BYTES)
    key = open_data_key(body["dek"], private, submission.id)
    return body, open_payload(body["payload"], key, submission.id)


def test_an_address_change_is_sealed_in_national_names(stand: Stand) -> None:
    stand.to_submit(unchanged=False)

    body, payload = sealed(stand)

    assert payload["applyer_name"] == NAME
    assert payload["applyer_page_code"] == NUMBER
    assert (payload["applyer_type"], payload["applyer_page_type"]) == ("1", "111")
    assert payload["contact_mobile"] == MOBILE
    assert payload["identity"] == {"method": "card", "assurance": "sam"}
    assert payload["demo"] is True
    assert payload["answers"]["unchanged"] == "no"
    assert payload["answers"]["live_address"]["text"] == (
        "上海市徐汇区漕河泾街道银杏苑居委会（演示）银杏路（演示）12弄3号402室"
    )
    assert (body["task_code"], body["pack_sha256"]) == (
        "SH-DEMO-S1-01",
        stand.ports().catalogue.sha256,
    )


def test_scanned_pages_are_named_by_ordinal_and_digest(stand: Stand) -> None:
    stand.to_submit(unchanged=False)

    _body, payload = sealed(stand)

    materials = {each["material_name"]: each for each in payload["materials"]}
    lease = materials["房屋租赁合同备案或居住登记凭证"]
    assert (lease["get_type"], lease["get_num"], lease["trust_level"]) == (3, 2, "C")
    assert lease["ordinals"] == [1, 2]
    assert lease["sha256"] == [each["sha256"] for each in stand.named("page")]
    assert materials["居民身份证"]["get_type"] == 1
    assert materials["居住证"]["get_type"] == 5
    assert payload["grants"] == [
        {"material_name": "居住证", "way": "e_licence", "certificate_name": "居住证"}
    ]
    assert payload["promises"] == []


def test_a_promise_is_bound_to_its_text_and_to_the_signature(stand: Stand) -> None:
    stand.to_submit(unchanged=True)

    _body, payload = sealed(stand)

    text = "我承诺现居住地址与上次签注一致。如与事实不符，签注可能被撤销，并计入信用记录。"
    signature = base64.b64decode(payload["signature"]["data"])
    digest = hashlib.sha256(signature).hexdigest()
    assert payload["promises"] == [
        {
            "key": "promise_unchanged",
            "text_sha256": text_digest(text),
            "read_to_end": True,
            "signature_sha256": digest,
            "material_names": ["房屋租赁合同备案或居住登记凭证"],
        }
    ]
    assert payload["signature"]["sha256"] == digest
    assert len(payload["materials"]) == 2


def test_a_paper_that_comes_later_is_named_with_its_days(stand: Stand) -> None:
    stand.to_materials(unchanged=False)
    stand.fill(unchanged=False)
    stand.acts.scan_later()
    stand.acts.go_on()
    stand.sign()
    stand.acts.submit()

    _body, payload = sealed(stand)

    later = payload["materials"][-1]
    assert (later["get_type"], later["get_num"], later["supplement_days"]) == (4, 0, 10)


def test_own_words_travel_beside_the_choice_and_an_empty_number_is_null(stand: Stand) -> None:
    stand.to_materials(unchanged=True)
    stand.acts.go_on()
    stand.acts.choose("other")
    stand.acts.type_text("陪读")
    stand.acts.confirm_answer()
    stand.acts.skip_answer()
    stand.acts.go_on()
    stand.sign()
    stand.acts.submit()

    _body, payload = sealed(stand)

    assert payload["answers"]["live_reason"] == {"value": "other", "text": "陪读"}
    assert payload["contact_mobile"] is None


def test_the_signature_is_drawn_where_the_hand_was() -> None:
    png = draw([((0.0, 0.0), (0.0, 1.0)), ((0.9, 0.5),)])

    image = Image.open(io.BytesIO(png))
    width, height = SIZE_PX
    assert (image.format, image.size) == ("PNG", SIZE_PX)
    assert image.getpixel((1, height // 2)) == 0
    assert image.getpixel((round(0.9 * (width - 1)), round(0.5 * (height - 1)))) == 0
    assert image.getpixel((width // 2, height // 2)) == 255


def test_points_that_are_none_or_outside_do_not_get_into_a_stroke() -> None:
    stroke = clean_stroke([(float("nan"), 0.5), (-3.0, 0.5), (0.5, 7.0), (float("inf"), 0.0)])

    assert stroke == ((0.0, 0.5), (0.5, 1.0))
    assert len(clean_stroke([(0.5, 0.5)] * 5000)) == 2000
