"""Whole visits with a printer that fails: the case is safe, the paper is honest."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from terminal_support import Gear, Office, Stage, gear, office

from devices.errors import FailureCode
from devices.events import DeviceState
from devices.receipt.api import Align, Line, ReceiptLayout
from devices.receipt.machine import Fault
from devices.receipt.raster import render
from kiosk.commands.examination import examine
from kiosk.visit.pages import PaperStage
from kiosk.visit.screens import Screen
from offline_cache.records import PrintState

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
_SECOND = Line("【补打 第1次】", size_pt=14, bold=True, align=Align.CENTRE)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One portal for all visits of this file."""
    with office(tmp_path_factory.mktemp("portal")) as made:
        yield made


@pytest.fixture
def around(tmp_path: Path, there: Office) -> Iterator[Gear]:
    with gear(tmp_path / "at", portal=there.url, key=there.key) as made:
        yield made


def _ink(picture: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The rows between the first and the last with ink."""
    rows = np.flatnonzero(picture.any(axis=1))
    return picture[rows[0] : rows[-1] + 1]


def _is_marked(paper: NDArray[np.bool_]) -> bool:
    """Say whether the words of a second print stand on the paper."""
    words = _ink(np.asarray(render(ReceiptLayout((_SECOND,)), paper.shape[1])) > 0)
    places = range(len(paper) - len(words) + 1)
    return any(np.array_equal(paper[at : at + len(words)], words) for at in places)


def _code(paper: NDArray[np.bool_]) -> str:
    """The number in the code on the paper."""
    grey = np.where(paper, 0, 255).astype(np.uint8)
    framed = np.pad(grey, 40, constant_values=255)
    (found,) = zxingcpp.read_barcodes(framed)
    return found.text


def _states(stage: Stage) -> list[tuple[PrintState, bool]]:
    return [(each.state, each.declined) for each in stage.papers()]


def _usable(stage: Stage) -> None:
    stage.until(lambda: stage.device("receipt").state is DeviceState.OK, "printer is back")


def _whole_paper(stage: Stage, *, marked: bool) -> None:
    """One whole receipt came out, with the right number and the right mark."""
    paper = stage.gear.printer.picture()
    assert _code(paper) == stage.model.number
    assert _is_marked(paper) is marked
    stage.until(lambda: _states(stage) == [(PrintState.PRINTED, False)], "journal")


@pytest.mark.parametrize("fault", [Fault.PAPER_OUT, Fault.COVER_OPEN])
def test_a_printer_that_cannot_print_is_told_and_prints_once_it_can(
    fault: Fault, around: Gear, there: Office
) -> None:
    around.printer.set_fault(fault)
    with Stage(around) as stage:
        stage.to_check()
        stage.to_done()
        assert stage.stands(PaperStage.NOT_PRINTED, fault.value)
        stage.until(lambda: FailureCode(fault.value) in stage.device("receipt").reasons, "reason")
        assert stage.model.number
        around.printer.set_fault(fault, present=False)
        _usable(stage)
        stage.acts.print_again()
        stage.until_stands(PaperStage.PRINTED)
        assert len(around.printer.receipts) == 1
        _whole_paper(stage, marked=False)
        stage.leave()
        stage.until_received(there)


def test_who_goes_without_paper_has_a_case_and_no_paper_is_owed(
    around: Gear, there: Office
) -> None:
    around.printer.set_fault(Fault.PAPER_OUT)
    with Stage(around) as stage:
        stage.to_check()
        stage.to_done()
        assert stage.stands(PaperStage.NOT_PRINTED, "PAPER_OUT")
        stage.leave()
        stage.until(lambda: _states(stage) == [(PrintState.NOT_STARTED, True)], "journal")
        stage.until_received(there)
        assert around.printer.receipts == []
    told = {each["name"]: each for each in examine(around.settings())["devices"]}
    assert (told["receipt"]["failure"], told["card"]["failure"]) == ("PAPER_OUT", None)


def test_a_printer_gone_in_the_middle_is_a_doubt_and_the_second_print_is_marked(
    around: Gear, there: Office
) -> None:
    with Stage(around) as stage:
        stage.to_check()
        _usable(stage)
        around.printer.cut_line_after(12_000)
        stage.to_done()
        assert stage.shows(Screen.DONE)
        assert stage.model.paper is PaperStage.DOUBT
        assert stage.model.paper_failure == "DISCONNECTED"
        stage.until(lambda: _states(stage) == [(PrintState.PARTIAL, False)], "journal")
        _usable(stage)
        stage.acts.paper_complete(complete=False)
        stage.until_stands(PaperStage.PRINTED)
        _whole_paper(stage, marked=True)
        stage.leave()
        stage.until_received(there)


def test_a_printer_that_stays_away_leaves_the_doubt_to_the_resident(
    around: Gear, there: Office
) -> None:
    with Stage(around) as stage:
        stage.to_check()
        _usable(stage)
        around.printer.cut_line_after(12_000)
        stage.submit()
        stage.until(lambda: around.printer.received_bytes > 11_000, "half a receipt")
        around.printer.unplug()
        stage.until(lambda: stage.stands(PaperStage.DOUBT, "DISCONNECTED"), "doubt")
        gone = FailureCode.NOT_CONNECTED
        stage.until(lambda: gone in stage.device("receipt").reasons, "gone")
        stage.acts.paper_complete(complete=False)
        stage.until(lambda: stage.model.paper is PaperStage.NOT_PRINTED, "no second print")
        assert stage.model.paper_failure == "NOT_CONNECTED"
        stage.leave()
        stage.until(lambda: [declined for _, declined in _states(stage)] == [True], "declined")
        stage.until_received(there)


def test_a_mute_printer_prints_nothing_until_it_answers(around: Gear, there: Office) -> None:
    around.printer.set_fault(Fault.MUTE)
    with Stage(around) as stage:
        stage.to_check()
        stage.to_done()
        assert stage.stands(PaperStage.NOT_PRINTED, "NO_REPLY")
        stage.until(lambda: FailureCode.NO_REPLY in stage.device("receipt").reasons, "reason")
        assert around.printer.receipts == []
        around.printer.set_fault(Fault.MUTE, present=False)
        _usable(stage)
        stage.acts.print_again()
        stage.until_stands(PaperStage.PRINTED)
        _whole_paper(stage, marked=False)
        stage.leave()
        stage.until_received(there)


@pytest.mark.deep
def test_a_printer_that_falls_silent_in_the_middle_is_a_doubt(around: Gear, there: Office) -> None:
    with Stage(around) as stage:
        stage.to_check()
        _usable(stage)
        before = around.printer.received_bytes
        stage.submit()
        stage.until(lambda: around.printer.received_bytes > before + 4000, "first bytes")
        around.printer.set_fault(Fault.MUTE)
        stage.until_shown(Screen.DONE)
        stage.until(lambda: stage.model.paper is PaperStage.DOUBT, "doubt")
        assert stage.model.paper_failure == "OUTCOME_UNKNOWN"
        stage.acts.paper_complete(complete=True)
        assert stage.stands(PaperStage.PRINTED)
        assert len(around.printer.receipts) == 1
        stage.until(lambda: _states(stage) == [(PrintState.UNKNOWN, True)], "no paper is owed")
        stage.leave()
        stage.until_received(there)
