"""Whatever a printer says and whatever stands in a layout file, the answer is a typed one."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Paper, ReceiptLayout
from devices.receipt.layout import layout_from_json
from devices.receipt.machine import Machine
from devices.receipt.status import Classifier, Kind, blocking, from_asb, from_realtime, reasons_of

_KEYS = st.sampled_from(
    ["kind", "text", "label", "value", "data", "caption", "size_pt", "size_mm", "height_mm"]
)
_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(["line", "pair", "rule", "space", "qr", "left", "centre"]),
    st.text(max_size=8),
    st.integers(-5, 100),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.integers(), max_size=2),
)
_BLOCKS = st.lists(st.dictionaries(_KEYS, _VALUES, max_size=6) | _VALUES, max_size=4)


def read_or_refused(text: str) -> ReceiptLayout | DeviceError:
    try:
        return layout_from_json(text)
    except DeviceError as error:
        return error


@given(st.binary(max_size=300))
def test_no_byte_of_a_printer_is_lost_or_invented(data: bytes) -> None:
    answers = Classifier().feed(data)

    told = sum(len(answer.data) for answer in answers)
    assert told <= len(data)
    for answer in answers:
        if answer.kind is Kind.ASB:
            assert len(answer.data) == 4
            assert from_asb(answer.data).paper is not Paper.UNKNOWN
        if answer.kind is Kind.BLOCK:
            assert answer.data.endswith(b"\x00")


@given(st.binary(max_size=200), st.integers(0, 200))
def test_cutting_the_bytes_elsewhere_changes_no_answer(data: bytes, at: int) -> None:
    classifier = Classifier()
    parts = classifier.feed(data[:at]) + classifier.feed(data[at:])
    assert parts == Classifier().feed(data)


@given(st.dictionaries(st.integers(1, 4), st.integers(0, 255)))
def test_a_status_with_a_missing_answer_is_never_fine(answers: dict[int, int]) -> None:
    status = from_realtime(answers)

    if 1 not in answers or 4 not in answers:
        fine = not reasons_of(status) and blocking(status) is None
        assert not fine


@given(_BLOCKS)
def test_a_layout_is_read_or_refused_with_its_place(blocks: list[Any]) -> None:
    read = read_or_refused(json.dumps({"blocks": blocks}))

    if isinstance(read, ReceiptLayout):
        assert len(read.blocks) == len(blocks)
    else:
        assert read.code is FailureCode.RENDER_ERROR
        assert read.detail.startswith("$")


@given(st.text(max_size=200))
def test_a_file_that_is_no_layout_is_refused(text: str) -> None:
    read = read_or_refused(text)

    if isinstance(read, ReceiptLayout):
        assert "blocks" in json.loads(text)
    else:
        assert read.code is FailureCode.RENDER_ERROR


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_the_simulated_printer_survives_any_bytes(pieces: list[bytes]) -> None:
    machine = Machine(paper_rows=2000)

    for piece in pieces:
        machine.receive(piece)
        assert machine.advance(500) <= 70_000
        machine.take_replies()

    assert machine.paper_rows is not None
    assert 0 <= machine.paper_rows <= 2000
