import json
from datetime import date
from typing import Any

import cards_support as cards
import pytest

from devices.card.api import Assurance, IdentityRecord
from devices.card.document import china_today, expired_on, from_document, to_document
from devices.errors import DeviceError, FailureCode

KEYS = {
    *("doc_type", "number", "name", "name_latin", "sex", "nation", "birth", "valid_from"),
    *("valid_to", "address", "issuer", "permit_no", "issues", "country", "expired", "assurance"),
}


@pytest.mark.parametrize("record", cards.ALL, ids=lambda each: str(each.doc_type))
def test_a_record_survives_json(record: IdentityRecord) -> None:
    document = json.loads(json.dumps(to_document(record)))
    assert set(document) == KEYS
    assert from_document(document) == record


def test_for_ever_is_null() -> None:
    assert to_document(cards.fresh(cards.RESIDENT, valid_to=None))["valid_to"] is None


def test_a_document_that_claims_nothing_is_unverified() -> None:
    document = to_document(cards.RESIDENT)
    del document["assurance"], document["issuer"]
    record = from_document(document)
    assert (record.assurance, record.issuer) == (Assurance.UNVERIFIED, "")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("doc_type", "library card"),
        ("number", 5),
        ("name", None),
        ("birth", None),
        ("birth", "1949-02-30"),
        ("valid_from", 20200101),
        ("valid_to", "for ever"),
        ("assurance", "sure"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_key(key: str, value: Any) -> None:
    with pytest.raises(DeviceError) as caught:
        from_document(to_document(cards.RESIDENT) | {key: value})
    assert (caught.value.code, caught.value.detail) == (FailureCode.BAD_CARD_DATA, key)


@pytest.mark.parametrize("key", ["doc_type", "number", "name", "birth", "valid_to"])
def test_a_missing_key_is_refused(key: str) -> None:
    document = to_document(cards.RESIDENT)
    del document[key]
    with pytest.raises(DeviceError, match=key):
        from_document(document)


@pytest.mark.parametrize(
    ("valid_to", "today", "answer"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), False),
        (date(2026, 11, 21), date(2026, 11, 22), True),
        (None, date(2026, 11, 22), False),
        (date(2000, 1, 1), None, None),
    ],
)
def test_the_last_day_counts_and_an_untrusted_clock_decides_nothing(
    valid_to: date | None, today: date | None, *, answer: bool | None
) -> None:
    record = cards.fresh(cards.RESIDENT, valid_to=valid_to)
    assert expired_on(record, today) is answer


def test_the_day_in_china_is_a_day() -> None:
    assert china_today() >= date(2025, 1, 1)


def test_a_wiped_record_holds_nothing() -> None:
    record = cards.fresh(cards.RESIDENT, photo_raw=b"photo")
    record.wipe()
    texts = "".join(str(value) for value in to_document(record).values())
    for secret in (cards.RESIDENT.name, cards.RESIDENT.number, cards.RESIDENT.address):
        assert secret not in texts
    assert record.photo_raw == b""
    assert cards.RESIDENT.name not in repr(record)
