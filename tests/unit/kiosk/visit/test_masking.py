"""The masks of names, numbers, mobiles and addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.visit.masking import mask_address, mask_mobile, mask_name, mask_number


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张小三", "张*三"),
        ("李明", "李*"),
        ("欧阳小明", "欧**明"),
        ("张", "*"),
        ("", ""),
        ("ZHANG SAN", "Z**** S**"),
    ],
)
def test_a_name_keeps_its_ends_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_citizen_number_keeps_three_and_four_characters() -> None:
    assert mask_number("310104199001011234") == "310***********1234"


def test_a_mobile_keeps_three_and_four_digits() -> None:
    assert mask_mobile("13812345678") == "138****5678"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("上海市徐汇区漕河泾街道演示路1弄2号301室", "上海市徐汇区漕河泾街道***"),
        ("上海市徐汇区演示路12号", "上海市徐汇区演示路***"),
        ("演示省演示市12号", "演示省***"),
        ("某处", "***"),
    ],
)
def test_an_address_ends_at_its_street(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@given(st.text(st.characters(exclude_characters="*"), max_size=30))
def test_no_short_number_is_ever_shown_whole(number: str) -> None:
    plain = number.strip()

    masked = mask_number(plain)

    assert len(masked) == len(plain)
    assert masked != plain or not plain
