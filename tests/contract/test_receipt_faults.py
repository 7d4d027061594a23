"""Every fault at every moment of a job: nothing is `printed` without a cut, nothing twice."""

import itertools
import threading
from collections.abc import Callable

import pytest
from receipts_support import QUICK, a_job, config_of, receipt_layout

from devices.receipt.api import Outcome
from devices.receipt.escpos import driver_for, print_with
from devices.receipt.machine import Fault, Traits
from devices.receipt.peer import Pace, PrinterPeer
from devices.receipt.raster import render

_TRAITS = {
    "A": Traits(),
    "A without automatic status": Traits(automatic_status=False),
    "B": Traits(process_id=False),
    "C": Traits(process_id=False, stream_status=False),
}
_MOMENTS = {"idle": 0.0, "first byte": 0.001, "mid raster": 0.5, "before cut": 0.98, "after": 1.0}
_STAYING = (
    Fault.PAPER_OUT,
    Fault.COVER_OPEN,
    Fault.CUTTER_ERROR,
    Fault.DEVICE_ERROR,
    Fault.OVERHEATED,
    Fault.POWER_OFF,
    Fault.MUTE,
    Fault.GARBAGE,
)
_ACTS: dict[str, Callable[[PrinterPeer], None]] = {
    "reset": PrinterPeer.power_cycle,
    "unplugged": PrinterPeer.unplug,
}


def do(peer: PrinterPeer, fault: str) -> None:
    if fault in _ACTS:
        _ACTS[fault](peer)
    else:
        peer.set_fault(fault)


def check(tier: str, fault: str, moment: str) -> None:
    """Print once with the fault at the moment; compare the outcome with the peer's log."""
    total = len(render(receipt_layout())) * 72
    with PrinterPeer(_TRAITS[tier], pace=Pace(400.0)) as peer:
        if moment == "idle":
            do(peer, fault)
        at = max(1, int(total * _MOMENTS[moment]))
        strike = threading.Thread(
            target=lambda: do(peer, fault) if peer.wait_for_bytes(at, 8.0) else None
        )
        if moment != "idle":
            strike.start()
        driver = driver_for(config_of(f"escpos+tcp://127.0.0.1:{peer.port}"), QUICK)
        result = print_with(driver, a_job(layout=receipt_layout(), for_s=8.0))
        if moment != "idle":
            strike.join()
        cuts = peer.events.count("cut")

    assert cuts <= 1
    if result.outcome is Outcome.PRINTED:
        assert cuts == 1
    if result.outcome is Outcome.NOT_STARTED:
        assert cuts == 0
    if moment == "idle" and fault != "reset":
        assert result.outcome is Outcome.NOT_STARTED
    if result.outcome not in {Outcome.PRINTED, Outcome.SENT}:
        assert result.failure is not None
        assert result.proof is None


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*_STAYING, *_ACTS])
def test_a_fault_in_mid_raster_is_never_taken_for_paper(fault: str) -> None:
    check("A", fault, "mid raster")


@pytest.mark.slow
@pytest.mark.deep
@pytest.mark.parametrize(
    ("tier", "fault", "moment"),
    list(itertools.product(_TRAITS, [*_STAYING, *_ACTS], _MOMENTS)),
)
def test_the_outcome_agrees_with_the_printers_log(tier: str, fault: str, moment: str) -> None:
    check(tier, fault, moment)
