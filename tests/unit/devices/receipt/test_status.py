import itertools

import pytest

from devices.errors import FailureCode
from devices.receipt.api import Paper, PrinterStatus
from devices.receipt.status import (
    Answer,
    Classifier,
    Kind,
    blocking,
    from_asb,
    from_realtime,
    reasons_of,
)

FINE = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


def kinds(data: bytes) -> list[Kind]:
    return [answer.kind for answer in Classifier().feed(data)]


def test_every_byte_is_classified_by_its_fixed_bits() -> None:
    for byte in range(256):
        found = kinds(bytes([byte]))
        if byte in {0x37, 0x3B, 0x3D, 0x5F} or byte & 0x93 == 0x10:
            assert found == [], f"{byte:02X} starts a group"
        elif byte in {0x11, 0x13}:
            assert found in ([Kind.XON], [Kind.XOFF])
        elif byte & 0x93 == 0x12:
            assert found == [Kind.REALTIME]
        elif byte & 0x90 == 0:
            assert found == [Kind.STREAM]
        else:
            assert found == [Kind.NOISE]


def test_an_automatic_status_is_told_from_four_bytes() -> None:
    assert Classifier().feed(b"\x18\x00\x0c\x00") == [Answer(Kind.ASB, b"\x18\x00\x0c\x00")]


def test_a_real_time_answer_inside_an_automatic_status_is_told_apart() -> None:
    for at in range(1, 4):
        data = b"\x10\x00\x03\x00"
        found = Classifier().feed(data[:at] + b"\x12" + data[at:])
        assert found == [Answer(Kind.REALTIME, b"\x12"), Answer(Kind.ASB, data)]


def test_a_real_time_answer_inside_a_process_id_is_told_apart() -> None:
    block = b"\x37\x22ABCO\x00"
    for at in range(1, len(block)):
        found = Classifier().feed(block[:at] + b"\x7e" + block[at:])
        assert found == [Answer(Kind.REALTIME, b"\x7e"), Answer(Kind.BLOCK, block)]


def test_printable_text_inside_an_information_block_stays_text() -> None:
    block = b"\x5fTM-T20III R2\x00"
    assert Classifier().feed(block) == [Answer(Kind.BLOCK, block)]


def test_answers_are_the_same_however_the_bytes_are_cut() -> None:
    data = b"\x12\x10\x00\x03\x00\x37\x22ABCD\x00\x00\x5fEPSON\x00\x7e\x11\x14\x20\x00\x00"
    whole = Classifier().feed(data)
    for first, second in itertools.combinations(range(len(data)), 2):
        classifier = Classifier()
        parts = (data[:first], data[first:second], data[second:])
        assert [answer for part in parts for answer in classifier.feed(part)] == whole


def test_a_block_without_an_end_becomes_noise() -> None:
    assert kinds(b"\x5f" + b"A" * 95) == [Kind.NOISE]


@pytest.mark.parametrize(
    ("number", "byte", "code"),
    [
        (2, 0x12 | 0x04, FailureCode.COVER_OPEN),
        (2, 0x12 | 0x20, FailureCode.PAPER_OUT),
        (3, 0x12 | 0x04, FailureCode.DEVICE_ERROR),
        (3, 0x12 | 0x08, FailureCode.CUTTER_ERROR),
        (3, 0x12 | 0x20, FailureCode.DEVICE_ERROR),
        (3, 0x12 | 0x40, FailureCode.OVERHEATED),
        (4, 0x7E, FailureCode.PAPER_OUT),
        (1, 0x1A, FailureCode.BUSY),
    ],
)
def test_each_status_bit_blocks_with_its_own_code(
    number: int, byte: int, code: FailureCode
) -> None:
    assert blocking(from_realtime(FINE | {number: byte})) is code


@pytest.mark.parametrize(
    ("group", "code"),
    [
        (b"\x18\x00\x00\x00", FailureCode.BUSY),
        (b"\x38\x00\x00\x00", FailureCode.COVER_OPEN),
        (b"\x18\x04\x00\x00", FailureCode.DEVICE_ERROR),
        (b"\x18\x0c\x00\x00", FailureCode.CUTTER_ERROR),
        (b"\x18\x20\x00\x00", FailureCode.DEVICE_ERROR),
        (b"\x18\x40\x00\x00", FailureCode.OVERHEATED),
        (b"\x18\x00\x0c\x00", FailureCode.PAPER_OUT),
    ],
)
def test_each_bit_of_the_automatic_status_blocks_with_its_own_code(
    group: bytes, code: FailureCode
) -> None:
    assert blocking(from_asb(group)) is code


def test_a_fine_printer_has_no_reasons() -> None:
    for status in (from_realtime(FINE), from_asb(b"\x10\x00\x00\x00")):
        assert reasons_of(status) == frozenset()
        assert blocking(status) is None
        assert status.paper is Paper.OK


def test_near_end_warns_and_does_not_block() -> None:
    for status in (from_realtime(FINE | {4: 0x1E}), from_asb(b"\x10\x00\x03\x00")):
        assert reasons_of(status) == {FailureCode.PAPER_LOW}
        assert blocking(status) is None


@pytest.mark.parametrize("answered", [(), (1,), (1, 2), (1, 2, 3)])
def test_what_was_not_answered_is_unknown_and_never_fine(answered: tuple[int, ...]) -> None:
    status = from_realtime(dict.fromkeys(answered, 18))

    assert status.paper is Paper.UNKNOWN
    assert FailureCode.STATUS_UNKNOWN in reasons_of(status)
    assert (status.cover is None) == (2 not in answered)
    assert (status.cutter is None) == (3 not in answered)


def test_a_silent_printer_tells_nothing_at_all() -> None:
    assert from_realtime({}) == PrinterStatus()
