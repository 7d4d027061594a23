"""What every receipt printer keeps, simulated or on a wire."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest
from receipts_support import (
    QUICK,
    FolderRig,
    Listener,
    Rig,
    TcpRig,
    a_job,
    receipt_layout,
    short_layout,
)

from devices.errors import FailureCode
from devices.events import DeviceState
from devices.receipt.api import Line, Outcome, Paper, ReceiptLayout, Tier
from devices.receipt.escpos import EscposPrinter
from devices.receipt.machine import Fault


class ReceiptPrinterContract(ABC):
    """One printer, one listener, one rig per test."""

    @abstractmethod
    def make_rig(self, folder: Path) -> Rig:
        """A printer that is fine."""

    @pytest.fixture
    def rig(self, tmp_path: Path) -> Iterator[Rig]:
        rig = self.make_rig(tmp_path)
        yield rig
        rig.close()

    @pytest.fixture
    def printer(self, rig: Rig) -> Iterator[EscposPrinter]:
        printer = rig.printer(QUICK)
        yield printer
        printer.stop()

    @pytest.fixture
    def listener(self) -> Listener:
        return Listener()

    def test_a_receipt_is_printed_with_proof_and_cut_once(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        printer.start(listener)
        listener.await_state(DeviceState.OK)

        printer.begin(a_job(layout=receipt_layout()))

        result = listener.result()
        assert (result.outcome, result.proof, result.failure) == (Outcome.PRINTED, Tier.A, None)
        assert result.sent_bytes > 50_000
        assert rig.cuts() == 1

    def test_the_status_tells_what_the_sensors_say(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        printer.start(listener)
        listener.await_state(DeviceState.OK)
        assert printer.status().paper is Paper.OK

        rig.set_fault(Fault.NEAR_END)
        listener.await_state(DeviceState.WARN)

        assert printer.status().paper is Paper.NEAR_END
        assert printer.snapshot().failure is FailureCode.PAPER_LOW

    def test_without_a_device_a_job_is_not_started_and_a_late_arrival_prints(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        rig.unplug()
        printer.start(listener)
        listener.await_reason(FailureCode.NOT_CONNECTED)
        assert printer.status().paper is Paper.UNKNOWN

        printer.begin(a_job("early"))
        assert listener.result(1).outcome is Outcome.NOT_STARTED
        assert listener.result(1).failure is FailureCode.NOT_CONNECTED

        rig.plug_in()
        listener.await_state(DeviceState.OK)
        printer.begin(a_job("late"))
        assert listener.result(2).outcome is Outcome.PRINTED

    def test_unplugging_at_rest_is_noticed_and_replugging_heals(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        printer.start(listener)
        listener.await_state(DeviceState.OK)

        rig.unplug()
        listener.await_state(DeviceState.FAULT)
        rig.plug_in()
        listener.await_state(DeviceState.OK)

        printer.begin(a_job())
        assert listener.result().outcome is Outcome.PRINTED

    def test_a_printer_gone_in_mid_receipt_never_ends_as_printed(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        printer.start(listener)
        listener.await_state(DeviceState.OK)
        rig.break_after(9_000)

        printer.begin(a_job(layout=receipt_layout()))

        result = listener.result()
        assert result.outcome is Outcome.PARTIAL
        assert result.failure is FailureCode.DISCONNECTED
        assert rig.cuts() == 0

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            (Fault.PAPER_OUT, FailureCode.PAPER_OUT),
            (Fault.COVER_OPEN, FailureCode.COVER_OPEN),
            (Fault.CUTTER_ERROR, FailureCode.CUTTER_ERROR),
            (Fault.DEVICE_ERROR, FailureCode.DEVICE_ERROR),
            (Fault.OVERHEATED, FailureCode.OVERHEATED),
        ],
    )
    def test_a_faulty_printer_starts_nothing(
        self,
        rig: Rig,
        printer: EscposPrinter,
        listener: Listener,
        fault: Fault,
        code: FailureCode,
    ) -> None:
        printer.start(listener)
        listener.await_state(DeviceState.OK)
        rig.set_fault(fault)
        listener.await_reason(code)

        printer.begin(a_job())

        result = listener.result()
        assert (result.outcome, result.failure) == (Outcome.NOT_STARTED, code)
        assert (result.sent_bytes, result.proof, rig.cuts()) == (0, None, 0)

    def test_a_printer_that_was_found_without_paper_prints_after_the_refill(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        rig.set_fault(Fault.PAPER_OUT)
        printer.start(listener)
        listener.await_reason(FailureCode.PAPER_OUT)

        rig.set_fault(Fault.PAPER_OUT, present=False)
        listener.await_state(DeviceState.OK)
        printer.begin(a_job())

        assert listener.result().proof is Tier.A

    def test_paper_that_ends_in_a_job_holds_it_until_the_refill(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        rig.load_paper(600)
        printer.start(listener)
        listener.await_state(DeviceState.OK)

        printer.begin(a_job(layout=receipt_layout()))
        listener.await_reason(FailureCode.PAPER_OUT)
        assert not listener.settled
        rig.load_paper(None)

        assert listener.result().outcome is Outcome.PRINTED
        assert rig.cuts() == 1
        listener.await_state(DeviceState.OK)

    def test_paper_that_stays_out_ends_as_partial_and_the_rest_never_appears(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        rig.load_paper(600)
        printer.start(listener)
        listener.await_state(DeviceState.OK)

        printer.begin(a_job(layout=short_layout("一行\n" * 12)))
        result = listener.result()
        rig.load_paper(None)
        listener.await_state(DeviceState.OK)
        printer.begin(a_job("next"))

        assert (result.outcome, result.failure) == (Outcome.PARTIAL, FailureCode.PAPER_OUT)
        assert listener.result(2).outcome is Outcome.PRINTED
        assert rig.cuts() == 1

    def test_the_deadline_ends_a_hold(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        rig.load_paper(600)
        printer.start(listener)
        listener.await_state(DeviceState.OK)

        printer.begin(a_job(layout=receipt_layout(), for_s=0.9))

        result = listener.result()
        assert (result.outcome, result.failure) == (Outcome.PARTIAL, FailureCode.PAPER_OUT)

    def test_a_cancel_in_a_hold_stays_partial(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        rig.load_paper(600)
        printer.start(listener)
        listener.await_state(DeviceState.OK)
        printer.begin(a_job(layout=receipt_layout()))
        listener.await_reason(FailureCode.PAPER_OUT)

        printer.cancel()

        result = listener.result()
        assert (result.outcome, result.failure) == (Outcome.PARTIAL, FailureCode.CANCELLED)

    def test_a_job_whose_time_is_over_is_not_started(
        self, printer: EscposPrinter, listener: Listener
    ) -> None:
        printer.start(listener)
        listener.await_state(DeviceState.OK)

        printer.begin(a_job(for_s=-1.0))

        result = listener.result()
        assert (result.outcome, result.failure) == (Outcome.NOT_STARTED, FailureCode.BUSY)

    def test_two_jobs_at_once_are_printed_one_after_the_other(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        printer.start(listener)
        listener.await_state(DeviceState.OK)
        threads = [
            threading.Thread(target=printer.begin, args=(a_job(name),)) for name in ("a", "b")
        ]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [listener.result(n).outcome for n in (1, 2)] == [Outcome.PRINTED] * 2
        assert {event.job_id for event in listener.settled} == {"a", "b"}
        assert rig.cuts() == 2

    def test_a_character_without_a_glyph_is_refused_by_its_code_point_alone(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        printer.start(listener)
        listener.await_state(DeviceState.OK)

        printer.begin(a_job(layout=ReceiptLayout((Line("张\ue123三"),))))

        result = listener.result()
        assert result.outcome is Outcome.NOT_STARTED
        assert result.failure is FailureCode.UNPRINTABLE_TEXT
        assert result.detail == "U+E123"
        assert rig.cuts() == 0

    def test_a_mute_printer_starts_nothing(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        rig.set_fault(Fault.MUTE)
        printer.start(listener)
        listener.await_reason(FailureCode.NO_REPLY)

        printer.begin(a_job())

        result = listener.result()
        assert (result.outcome, result.failure) == (Outcome.NOT_STARTED, FailureCode.NO_REPLY)
        assert rig.cuts() == 0

    def test_a_wrong_device_at_the_address_is_a_fault(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        rig.set_fault(Fault.GARBAGE)

        printer.start(listener)

        listener.await_reason(FailureCode.PROTOCOL_ERROR)

    def test_stopping_twice_and_in_a_job_leaves_nothing_behind(
        self, rig: Rig, printer: EscposPrinter, listener: Listener
    ) -> None:
        rig.load_paper(600)
        printer.start(listener)
        listener.await_state(DeviceState.OK)
        printer.begin(a_job(layout=receipt_layout()))
        listener.await_reason(FailureCode.PAPER_OUT)

        printer.stop()
        printer.stop()

        assert listener.result().failure is FailureCode.CANCELLED
        printer.begin(a_job("after"))
        assert listener.result(2).outcome is Outcome.NOT_STARTED


class TestSimulatedPrinter(ReceiptPrinterContract):
    def make_rig(self, folder: Path) -> Rig:
        return FolderRig(folder)


class TestEscposOverTcp(ReceiptPrinterContract):
    def make_rig(self, folder: Path) -> Rig:
        del folder
        return TcpRig()
