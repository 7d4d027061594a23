"""What a technician reads at the keyboard when a device fails."""

import pytest

from devices.errors import FailureCode
from kiosk.commands.advice import told

_ELSEWHERE = ("STORE_", "PORTAL_", "PAGE_", "PACK_", "SETTING_", "SEALING_", "PROGRAM_", "NO_PRO")


@pytest.mark.parametrize(
    "code", [each for each in FailureCode if not each.value.startswith(_ELSEWHERE)]
)
def test_every_failure_of_a_device_has_words(code: FailureCode) -> None:
    assert " " in told(code) or told(code) == "cancelled"


def test_the_detail_of_the_driver_follows() -> None:
    assert told(FailureCode.PAPER_OUT, "0x7E") == "no paper: put in a new roll (0x7E)"


def test_a_code_of_another_room_stands_for_itself() -> None:
    assert told(FailureCode.STORE_FULL) == "STORE_FULL"
