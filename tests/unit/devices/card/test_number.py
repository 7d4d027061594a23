from datetime import date

import pytest

from devices.card import number
from devices.card.number import NumberFault

TODAY = date(2026, 11, 22)
GOOD = (
    "11010519491231002X",
    "440524188001010014",
    "310101199003070019",
    "931156198005050019",
    "810000198501010010",
)


def numbered(first17: str) -> str:
    return first17 + number.check_character(first17)


@pytest.mark.parametrize("text", GOOD)
def test_published_numbers_are_accepted(text: str) -> None:
    assert number.fault_of(text, TODAY) is None


@pytest.mark.parametrize("region", ["310229", "440524", "810000", "820000", "830000", "999999"])
def test_a_region_is_never_a_reason_to_refuse(region: str) -> None:
    assert number.fault_of(numbered(region + "19400229" + "001"), TODAY) is None


def test_a_lower_case_x_is_accepted() -> None:
    assert number.fault_of("11010519491231002x", TODAY) is None


def test_a_typed_number_is_normalised() -> None:
    assert number.normalised(" 110105 19491231 002x ") == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", NumberFault.LENGTH),
        ("110105491231002", NumberFault.LENGTH),
        ("11010519491231002XX", NumberFault.LENGTH),
        ("1101051949123100AX", NumberFault.CHARACTER),
        ("11010519491231002Y", NumberFault.CHARACTER),
        ("X1010519491231002X", NumberFault.CHARACTER),
        ("１1010519491231002X", NumberFault.CHARACTER),  # noqa: RUF001 - a full-width digit is the case
        ("110105194912310021", NumberFault.CHECK),
        ("11010519491231003X", NumberFault.CHECK),
        (numbered("11010519900230002"), NumberFault.DATE),
        (numbered("11010519901301002"), NumberFault.DATE),
        (numbered("11010500000101002"), NumberFault.DATE),
        (numbered("11010520261123002"), NumberFault.FUTURE),
    ],
)
def test_each_broken_rule_has_its_name(text: str, fault: NumberFault) -> None:
    assert number.fault_of(text, TODAY) is fault


def test_a_birth_today_is_accepted() -> None:
    assert number.fault_of(numbered("11010520261122002"), TODAY) is None


def test_without_a_trusted_clock_nothing_is_in_the_future() -> None:
    assert number.fault_of(numbered("11010529991231002")) is None


def test_fifteen_digits_become_eighteen() -> None:
    assert number.from_15("110105491231002") == "11010519491231002X"


@pytest.mark.parametrize("text", ["", "11010549123100", "11010549123100X", "1101054912310022"])
def test_what_is_no_old_number_is_not_converted(text: str) -> None:
    assert number.from_15(text) is None


def test_birth_and_sex_are_in_the_number() -> None:
    assert number.birth_of("11010519491231002X") == date(1949, 12, 31)
    assert number.birth_of("short") is None
    assert number.is_male("440524188001010014")
    assert not number.is_male("11010519491231002X")
