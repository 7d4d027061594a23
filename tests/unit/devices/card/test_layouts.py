"""Four kinds of cards x {for ever, empty, full, surrogate pair, middle dot, small x}."""

from datetime import date
from typing import Any

import cards_support as cards
import pytest

from devices.card import layouts
from devices.card.api import DocType, IdentityRecord
from devices.errors import DeviceError, FailureCode

_FULL_LATIN = {DocType.PRC2017: "A" * 60, DocType.PRC2023: "B" * 34 + " " + "C" * 11}


def full(record: IdentityRecord) -> dict[str, Any]:
    """Every text as long as its place on the card."""
    fields = next(e for e in layouts.LAYOUTS.values() if e.doc_type is record.doc_type).fields
    sizes = {name: sum(length for _, length in spans) // 2 for name, spans in fields.items()}
    chinese = sizes.keys() & {"name", "address", "issuer"}
    texts: dict[str, Any] = {name: "演" * sizes[name] for name in chinese}
    if "name_latin" in sizes:
        texts["name_latin"] = _FULL_LATIN[record.doc_type]
    return texts


def variant(record: IdentityRecord, case: str) -> IdentityRecord:
    cases: dict[str, dict[str, Any]] = {
        "for ever": {"valid_to": None},
        "empty": dict.fromkeys(
            ("name", "name_latin", "sex", "nation", "address", "issuer", "permit_no", "issues"), ""
        )
        | {"country": "", "valid_from": None},
        "full": full(record),
        "surrogate pair": {"name": "演\U00020bb7示"},
        "middle dot": {"name": "阿·演示"},
        "small x": {"number": "11010519491231002x"},
    }
    changes = cases[case]
    if case == "small x" and record.doc_type is DocType.PRC2017:
        changes = {}  # its numbers have no check character
    return cards.fresh(record, **changes)


@pytest.mark.parametrize("record", cards.ALL, ids=lambda each: str(each.doc_type))
@pytest.mark.parametrize(
    "case", ["for ever", "empty", "full", "surrogate pair", "middle dot", "small x"]
)
def test_a_card_comes_back_as_it_was_written(record: IdentityRecord, case: str) -> None:
    written = variant(record, case)
    text = layouts.encode(written)
    assert len(text) == 256
    assert layouts.decode(text) == written


@pytest.mark.parametrize("layout", layouts.LAYOUTS.values(), ids=lambda each: str(each.doc_type))
def test_no_two_fields_share_a_byte_and_all_lie_inside_the_card(layout: layouts.Layout) -> None:
    taken = [
        byte
        for spans in layout.fields.values()
        for start, length in spans
        for byte in range(start, start + length)
    ]
    assert len(taken) == len(set(taken))
    assert max(taken) < 256
    assert not {248, 249} & set(taken)


def test_the_resident_card_is_laid_out_as_ga_t_490_says() -> None:
    text = layouts.encode(cards.RESIDENT)
    assert text[0:8].decode("utf-16-le") == "演示张三"
    assert text[30:32] == b"2\0"
    assert text[122:158].decode("utf-16-le") == "11010519491231002X"
    assert text[188:220].decode("utf-16-le") == "2020010120400101"


def test_for_ever_is_written_in_words() -> None:
    text = layouts.encode(cards.fresh(cards.RESIDENT, valid_to=None))
    assert text[204:220].decode("utf-16-le").rstrip() == "长期"


def test_fields_that_are_padded_with_nul_are_read_too() -> None:
    text = bytearray(layouts.encode(cards.RESIDENT))
    text[8:30] = bytes(22)
    text[248:250] = bytes(2)
    assert layouts.decode(bytes(text)) == cards.RESIDENT


@pytest.mark.parametrize("letter", ["A", "j", "K", "0", "演"])
def test_an_unknown_letter_is_never_guessed(letter: str) -> None:
    text = bytearray(layouts.encode(cards.RESIDENT))
    text[248:250] = letter.encode("utf-16-le")
    with pytest.raises(DeviceError) as caught:
        layouts.decode(bytes(text))
    assert caught.value.code is FailureCode.CARD_UNSUPPORTED


@pytest.mark.parametrize(
    ("at", "raw", "field"),
    [
        (0, b"\x00\xd8\x20\x00", "name"),
        (30, "x".encode("utf-16-le"), "sex"),
        (36, "19490230".encode("utf-16-le"), "birth"),
        (36, " ".encode("utf-16-le") * 8, "birth"),
        (52, b"\x00\xdc", "address"),
        (122, "11010519491231002".encode("utf-16-le") + b"1\0", "number"),
        (188, "2020 101".encode("utf-16-le"), "valid_from"),
        (204, " ".encode("utf-16-le") * 8, "valid_to"),
        (204, "２0400101".encode("utf-16-le"), "valid_to"),  # noqa: RUF001 - a full-width digit is the case
    ],
)
def test_damaged_data_names_the_field_and_never_its_content(
    at: int, raw: bytes, field: str
) -> None:
    text = bytearray(layouts.encode(cards.RESIDENT))
    text[at : at + len(raw)] = raw
    with pytest.raises(DeviceError) as caught:
        layouts.decode(bytes(text))
    assert (caught.value.code, caught.value.detail) == (FailureCode.BAD_CARD_DATA, field)


def test_a_wrong_number_of_the_2017_card_is_refused() -> None:
    text = layouts.encode(cards.fresh(cards.PRC2017, number="CHN31009001010"))
    with pytest.raises(DeviceError, match="number"):
        layouts.decode(text)


@pytest.mark.parametrize("size", [0, 255, 257, 512])
def test_a_text_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(DeviceError, match="length"):
        layouts.decode(bytes(size))


def test_what_does_not_fit_on_the_card_is_refused_by_name() -> None:
    with pytest.raises(DeviceError, match="name"):
        layouts.encode(cards.fresh(cards.RESIDENT, name="演" * 16))
    with pytest.raises(DeviceError, match="name"):
        layouts.encode(cards.fresh(cards.RESIDENT, name="\ud800"))


def test_the_photo_is_kept_as_it_is() -> None:
    assert layouts.decode(layouts.encode(cards.RESIDENT), b"photo").photo_raw == b"photo"


def test_years_before_1000_are_written_with_four_digits() -> None:
    record = cards.fresh(cards.RESIDENT, valid_from=date(999, 1, 1))
    assert layouts.decode(layouts.encode(record)).valid_from == date(999, 1, 1)
