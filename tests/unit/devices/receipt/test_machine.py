"""The printer that the peer and the simulated driver share."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from receipts_support import a_job, config_of, short_layout

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Outcome
from devices.receipt.machine import Fault, Machine, Traits
from devices.receipt.raster import pack, render
from devices.receipt.simulated import Control, print_once, read_control, status_once

ROWS = b"\x1dv0\x00\x02\x00\x03\x00" + b"\xff\x00" * 3
CUT = b"\x1dVB\x00"


def test_real_time_questions_are_answered_before_the_engine_moves() -> None:
    machine = Machine()
    for number in (1, 2, 3, 4):
        machine.receive(bytes([0x10, 0x04, number]))
    assert machine.take_replies() == b"\x12" * 4


def test_a_real_time_question_in_two_pieces_is_answered_once() -> None:
    machine = Machine()
    for piece in (b"\x10", b"\x04", b"\x01"):
        machine.receive(piece)
    machine.advance(10)
    assert machine.take_replies() == b"\x12"


def test_a_process_id_is_answered_only_when_all_before_it_is_on_paper() -> None:
    machine = Machine(paper_rows=2)
    machine.receive(ROWS + CUT + b"\x1d(H\x06\x0000ABCD")
    machine.advance(100)
    assert machine.take_replies() == b""

    machine.load_paper()
    machine.advance(100)

    assert machine.take_replies() == b"\x37\x22ABCD\x00"
    assert machine.receipts[0].bitmap.shape == (3, 16)


def test_the_engine_feeds_no_more_than_it_is_given() -> None:
    machine = Machine()
    machine.receive(ROWS)
    assert [machine.advance(2), machine.advance(2)] == [2, 1]


def test_the_end_of_the_roll_is_pushed_and_stops_the_engine() -> None:
    machine = Machine(paper_rows=2, near_end_rows=1)
    machine.receive(b"\x1da\x0e" + ROWS)
    machine.advance(100)

    assert machine.take_replies() == b"\x10\x00\x00\x00" + b"\x18\x00\x0f\x00"
    assert machine.idle()


def test_clearing_forgets_the_buffer_but_not_what_follows() -> None:
    machine = Machine(paper_rows=1)
    machine.receive(ROWS + b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08" + b"\x1dr\x01")
    machine.advance(100)

    assert machine.take_replies() == b"\x37\x25\x00\x03"
    assert machine.uncut().shape[0] == 0


def test_power_off_forgets_everything_but_the_paper() -> None:
    machine = Machine()
    machine.receive(ROWS[:10])
    machine.advance(100)
    machine.set_fault(Fault.POWER_OFF)
    machine.receive(b"\x10\x04\x01")
    assert machine.take_replies() == b""

    machine.set_fault(Fault.POWER_OFF, present=False)
    machine.receive(b"\x10\x04\x01")
    assert machine.take_replies() == b"\x12"
    assert machine.uncut().shape[0] == 1


def test_an_enquiry_recovers_from_a_cutter_error() -> None:
    machine = Machine(faults={Fault.CUTTER_ERROR})
    machine.receive(b"\x10\x05\x02\x10\x04\x03")
    assert machine.take_replies() == b"\x12"


def test_native_chinese_text_is_kept_as_text() -> None:
    machine = Machine()
    machine.receive(b"\x1b@\x1c&" + "收件凭条".encode("gb18030") + b"\n" + CUT)
    machine.advance(1000)
    assert machine.receipts[0].text == ("收件凭条",)
    assert machine.unknown == []


def test_settings_of_common_programs_are_passed_over() -> None:
    machine = Machine()
    machine.receive(
        b"\x1b@\x1ba\x01\x1d!\x11\x1b \x00\x1b3\x1e\x1b{\x00\x1b-\x00\x1bE\x01\x1b$\x10\x00"
        b"\x1c(A\x02\x0000\x1dL\x00\x00\x1dW\x40\x02\x1bp\x00\x19\x19\x1d(k\x03\x001CC\x1bd\x02"
    )
    machine.advance(1000)
    assert machine.unknown == []
    assert machine.uncut().shape[0] == 60


def test_an_unknown_command_is_recorded() -> None:
    machine = Machine()
    machine.receive(b"\x1b\x7f\x1d\x7f\x7f")
    machine.advance(10)
    assert machine.unknown == ["1b7f", "1d7f"]


def test_a_printer_that_lacks_a_command_stays_silent() -> None:
    machine = Machine(Traits(process_id=False, information=False, stream_status=False))
    machine.receive(b"\x1d(H\x06\x0000ABCD\x1dIB\x1dr\x01")
    machine.advance(10)
    assert machine.take_replies() == b""


def test_the_simulated_paper_is_our_picture_with_a_white_margin(tmp_path: Path) -> None:
    result = print_once(config_of(f"simulated:{tmp_path}"), a_job())

    assert result.outcome is Outcome.PRINTED
    paper = np.asarray(Image.open(tmp_path / "receipt.png")) < 128
    ours = render(short_layout())
    assert (paper[24:-24, 24:-24] == ours).all()
    assert paper.sum() == ours.sum()
    assert result.sent_bytes > len(pack(ours))


def test_simulated_receipts_are_numbered_and_nothing_else_is_left(tmp_path: Path) -> None:
    for _ in range(3):
        print_once(config_of(f"simulated:{tmp_path}"), a_job())

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["receipt-1.png", "receipt-2.png", "receipt-3.png", "receipt.png"]


def test_a_control_file_names_faults(tmp_path: Path) -> None:
    path = tmp_path / "printer.json"
    assert read_control(path) == Control()
    path.write_text(json.dumps({"fault": "PAPER_OUT", "cover": True, "paper_rows": 5}))
    assert read_control(path) == Control(
        frozenset({Fault.PAPER_OUT, Fault.COVER_OPEN}), paper_rows=5
    )


@pytest.mark.parametrize("text", ["{", "[]", '{"fault": "FIRE"}', '{"paper_rows": "x"}'])
def test_a_control_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "printer.json").write_text(text)
    with pytest.raises(DeviceError) as caught:
        status_once(config_of(f"simulated:{tmp_path}"))
    assert caught.value.code is FailureCode.OPTION_REFUSED


def test_a_command_is_carried_out_only_when_all_its_bytes_are_there() -> None:
    stream = (
        b"\x1b@\x1bJ\x05\x1bd\x01\x1ba\x01\x1c&\x1cS\x00\x00\x1c(A\x02\x0000\x1dV\x00\x1dVB\x00"
        b"\x1d!\x11\x1d(H\x06\x0000ABCD\x10\x04\x01\x10\x14\x01\x00\x00\x00\x00\x09\x18" + ROWS
    )
    whole, dripped = Machine(), Machine()

    whole.receive(stream)
    whole.advance(10_000)
    for byte in stream:
        dripped.receive(bytes([byte]))
        dripped.advance(10_000)

    assert dripped.unknown == whole.unknown == []
    assert dripped.events == whole.events == ["cut", "cut"]
    assert dripped.take_replies().count(b"\x37\x22ABCD\x00") == 1
    assert (dripped.uncut() == whole.uncut()).all()
    assert dripped.uncut().shape == (3, 16)
    assert len(dripped.receipts[0].bitmap) == 35
