"""What only a wire shows: proof tiers, silence, power, and what is left in a printer."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from receipts_support import (
    QUICK,
    Listener,
    TcpRig,
    a_job,
    config_of,
    layouts,
    receipt_layout,
    short_layout,
)

from devices.errors import DeviceError, FailureCode
from devices.events import DeviceState
from devices.receipt.api import Outcome, Paper, PrinterStatus, PrintJob, PrintResult, Tier
from devices.receipt.escpos import driver_for, print_once, print_with, status_once, status_with
from devices.receipt.machine import Fault, Traits
from devices.receipt.peer import Pace, PrinterPeer
from devices.receipt.raster import render

PLAIN = Traits(process_id=False, information=False, automatic_status=False)
FAST = Pace(2000.0)


@pytest.fixture
def peer() -> Iterator[PrinterPeer]:
    with PrinterPeer(pace=FAST) as peer:
        yield peer


def address(peer: PrinterPeer, options: str = "") -> str:
    return f"escpos+tcp://127.0.0.1:{peer.port}{options}"


def printed(peer: PrinterPeer, job: PrintJob | None = None, options: str = "") -> PrintResult:
    return print_with(driver_for(config_of(address(peer, options)), QUICK), job or a_job())


def when_received(peer: PrinterPeer, count: int, act: Callable[[], None]) -> threading.Thread:
    """Do something to the printer as soon as it has taken so many bytes."""

    def wait() -> None:
        if peer.wait_for_bytes(count, 10.0):
            act()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def status(peer: PrinterPeer) -> PrinterStatus:
    return status_with(driver_for(config_of(address(peer)), QUICK))


@pytest.mark.slow
def test_the_peers_paper_shows_our_picture_dot_by_dot(peer: PrinterPeer) -> None:
    for number, layout in enumerate(layouts(), start=1):
        result = print_once(config_of(address(peer)), a_job(layout=layout))

        assert result.outcome is Outcome.PRINTED
        assert len(peer.receipts) == number
        assert (peer.picture() == render(layout)).all()
    assert peer.unknown == []


@pytest.mark.parametrize(
    ("traits", "outcome", "proof"),
    [
        (Traits(), Outcome.PRINTED, Tier.A),
        (Traits(information=False), Outcome.PRINTED, Tier.A),
        (Traits(automatic_status=False), Outcome.PRINTED, Tier.A),
        (Traits(process_id=False), Outcome.PRINTED, Tier.B),
        (PLAIN, Outcome.PRINTED, Tier.B),
        (replace(PLAIN, stream_status=False), Outcome.SENT, Tier.C),
    ],
)
def test_a_printer_reaches_the_tier_of_what_it_answers(
    traits: Traits, outcome: Outcome, proof: Tier
) -> None:
    with PrinterPeer(traits, pace=FAST) as peer:
        started = time.monotonic()
        result = printed(peer)

        assert (result.outcome, result.proof, result.failure) == (outcome, proof, None)
        assert time.monotonic() - started < 6.0
        assert peer.wait_for_receipts(1, 5.0)


@pytest.mark.slow
def test_the_probe_of_a_printer_that_answers_nothing_ends_within_four_seconds() -> None:
    silent = replace(PLAIN, stream_status=False)
    for traits in (silent, replace(silent, realtime=False)):
        with PrinterPeer(traits, pace=FAST) as peer:
            driver = driver_for(config_of(address(peer, "?blind=1")))
            started = time.monotonic()

            driver.open()
            took = time.monotonic() - started
            driver.close()

            assert took < 4.0


def test_maker_and_model_come_from_the_printer(peer: PrinterPeer) -> None:
    driver = driver_for(config_of(address(peer)), QUICK)
    driver.open()
    driver.close()

    found = driver.probed.capabilities
    assert (found.maker, found.model, found.width_dots) == ("QUANBAN", "PEER-80", 576)


@pytest.mark.slow
def test_a_mute_printer_is_used_only_when_its_address_says_blind(peer: PrinterPeer) -> None:
    peer.set_fault(Fault.MUTE)

    refused = printed(peer)
    sent = printed(peer, options="?blind=1")

    assert (refused.outcome, refused.proof) == (Outcome.NOT_STARTED, None)
    assert refused.failure is FailureCode.NO_REPLY
    assert (sent.outcome, sent.proof) == (Outcome.SENT, Tier.D)
    assert peer.wait_for_receipts(1, 5.0)
    assert len(peer.receipts) == 1


def test_a_mute_printer_tells_no_item_of_its_status(peer: PrinterPeer) -> None:
    peer.set_fault(Fault.MUTE)
    assert status(peer) == PrinterStatus()


@pytest.mark.parametrize(
    ("fault", "paper", "cover", "cutter"),
    [
        (Fault.PAPER_OUT, Paper.OUT, False, False),
        (Fault.NEAR_END, Paper.NEAR_END, False, False),
        (Fault.COVER_OPEN, Paper.OK, True, False),
        (Fault.CUTTER_ERROR, Paper.OK, False, True),
    ],
)
def test_the_status_of_each_fault(
    peer: PrinterPeer, fault: Fault, paper: Paper, *, cover: bool, cutter: bool
) -> None:
    peer.set_fault(fault)

    found = status(peer)

    assert (found.paper, found.cover, found.cutter) == (paper, cover, cutter)
    assert found.online is (fault is Fault.NEAR_END)


def test_nobody_at_the_address_is_not_connected() -> None:
    with PrinterPeer() as peer:
        gone = address(peer)

    assert print_once(config_of(gone), a_job()).failure is FailureCode.NOT_CONNECTED
    with pytest.raises(DeviceError):
        status_once(config_of(gone))


@pytest.mark.slow
def test_a_silent_loss_of_power_ends_as_unknown() -> None:
    with PrinterPeer(pace=Pace(40.0)) as peer:
        late = when_received(peer, 12_000, lambda: peer.set_fault(Fault.POWER_OFF))
        result = printed(peer, a_job(layout=receipt_layout()))
        late.join()

        assert (result.outcome, result.failure) == (Outcome.UNKNOWN, FailureCode.OUTCOME_UNKNOWN)
        assert result.proof is None
        assert "cut" not in peer.events


def test_a_reset_in_mid_receipt_ends_as_partial() -> None:
    with PrinterPeer(pace=Pace(40.0)) as peer:
        late = when_received(peer, 12_000, peer.power_cycle)
        result = printed(peer, a_job(layout=receipt_layout()))
        late.join()

        assert (result.outcome, result.failure) == (Outcome.PARTIAL, FailureCode.DISCONNECTED)
        assert "cut" not in peer.events


def test_a_line_lost_after_the_last_byte_ends_as_unknown() -> None:
    # The last byte of the proof's question never arrives: paper and cut may well have come out.
    with PrinterPeer(pace=Pace(40.0)) as peer:
        total = len(render(short_layout())) * 72
        late = when_received(peer, total, peer.unplug)
        result = printed(peer, a_job())
        late.join()

        assert (result.outcome, result.failure) == (Outcome.UNKNOWN, FailureCode.DISCONNECTED)


@pytest.mark.slow
def test_a_cancel_in_mid_raster_ends_as_partial_and_the_next_receipt_is_whole() -> None:
    rig = TcpRig(mm_per_s=40.0)
    printer, listener = rig.printer(), Listener()
    printer.start(listener)
    listener.await_state(DeviceState.OK)
    printer.begin(a_job(layout=receipt_layout()))
    assert rig.peer.wait_for_bytes(12_000, 5.0)

    printer.cancel()
    first = listener.result(1)
    listener.await_state(DeviceState.OK)
    printer.begin(a_job("next"))
    second = listener.result(2)
    printer.stop()
    rig.close()

    assert (first.outcome, first.failure) == (Outcome.PARTIAL, FailureCode.CANCELLED)
    assert second.outcome is Outcome.PRINTED
    ours = render(short_layout())
    assert (rig.peer.picture()[-len(ours) :] == ours).all()


def test_a_printer_left_inside_a_picture_is_freed_before_the_next_job(peer: PrinterPeer) -> None:
    peer.machine.receive(b"\x1dv0\x00\x48\x00\x2c\x01" + b"\x55" * 7200)

    result = printed(peer)

    assert result.outcome is Outcome.PRINTED
    ours = render(short_layout())
    assert (peer.picture()[-len(ours) :] == ours).all()


def test_a_deadline_in_mid_raster_ends_as_partial() -> None:
    with PrinterPeer(pace=Pace(10.0)) as peer:
        result = printed(peer, a_job(layout=receipt_layout(), for_s=1.0))

    assert (result.outcome, result.failure) == (Outcome.PARTIAL, FailureCode.OUTCOME_UNKNOWN)


@pytest.mark.slow
def test_a_slow_printer_is_waited_for_as_long_as_it_lives() -> None:
    with PrinterPeer(pace=Pace(15.0)) as peer:
        patient = replace(QUICK, silence_s=5.0)
        result = print_with(driver_for(config_of(address(peer)), patient), a_job())

    assert result.outcome is Outcome.PRINTED


def test_a_flood_of_automatic_status_does_not_disturb_a_job(peer: PrinterPeer) -> None:
    done = threading.Event()

    def flood() -> None:
        while not done.wait(0.002):
            for present in (True, False):
                peer.set_fault(Fault.NEAR_END, present=present)

    noise = threading.Thread(target=flood)
    noise.start()
    results = [printed(peer, a_job(f"job-{n}")) for n in range(3)]
    done.set()
    noise.join()

    assert [result.outcome for result in results] == [Outcome.PRINTED] * 3
    assert peer.events.count("cut") == 3


def test_a_printer_without_automatic_status_still_holds_for_paper() -> None:
    rows = len(render(short_layout())) - 20
    with PrinterPeer(Traits(automatic_status=False), pace=FAST, paper_rows=rows) as peer:
        result = printed(peer, a_job())

        assert (result.outcome, result.failure) == (Outcome.PARTIAL, FailureCode.PAPER_OUT)
        assert result.detail == "buffer cleared"
        assert "cut" not in peer.events


@pytest.mark.slow
def test_a_printer_whose_full_buffer_hides_its_status_ends_in_doubt() -> None:
    with PrinterPeer(Traits(automatic_status=False), pace=FAST, paper_rows=20) as peer:
        result = printed(peer, a_job())

        assert result.outcome in {Outcome.PARTIAL, Outcome.UNKNOWN}
        assert result.failure is FailureCode.OUTCOME_UNKNOWN
        assert result.detail == "may still appear"
        assert "cut" not in peer.events


def test_a_buffer_that_cannot_be_cleared_is_named() -> None:
    with PrinterPeer(Traits(clear=False), pace=FAST, paper_rows=150) as peer:
        assert printed(peer, a_job()).detail == "may still appear"


def test_a_second_print_carries_its_mark(peer: PrinterPeer) -> None:
    job = a_job("0123456789")

    printed(peer, job)
    printed(peer, replace(job, reprint=1, deadline=time.monotonic() + 15))

    original, second = peer.receipts
    assert len(second.bitmap) > len(original.bitmap) + 80
    assert (second.bitmap[-200:] == original.bitmap[-200:]).all()


@pytest.mark.parametrize(
    "uri", ["escpos+tcp://", "escpos+tcp://h:0", "escpos+tcp://h:x", "ipp://h:1", "escpos+file:"]
)
def test_an_address_that_makes_no_sense_is_refused(uri: str) -> None:
    with pytest.raises(DeviceError) as caught:
        driver_for(config_of(uri))
    assert caught.value.code is FailureCode.OPTION_REFUSED
