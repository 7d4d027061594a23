"""Serial lines, device files and plain files."""

import os
import select
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from receipts_support import QUICK, a_job, config_of, short_layout

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Outcome, PrinterStatus, Tier
from devices.receipt.escpos import driver_for, print_with, status_once, status_with
from devices.receipt.machine import Machine
from devices.receipt.raster import pack, render
from devices.receipt.transport import FileLink, SerialLink, link_for


@contextmanager
def printer_on_a_pty() -> Iterator[tuple[str, Machine]]:
    """A machine behind a pseudo terminal; its other end looks like a serial port."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    machine, done = Machine(), threading.Event()

    def serve() -> None:
        while not done.is_set():
            if machine.free() and select.select([ours], [], [], 0.01)[0]:
                machine.receive(os.read(ours, machine.free()))
            machine.advance(500)
            if replies := machine.take_replies():
                os.write(ours, replies)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield os.ttyname(theirs), machine
    finally:
        done.set()
        thread.join()
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize("scheme", ["escpos+serial", "escpos+file"])
def test_a_printer_on_a_serial_line_prints_with_proof(scheme: str) -> None:
    with printer_on_a_pty() as (path, machine):
        result = print_with(driver_for(config_of(f"{scheme}:{path}"), QUICK), a_job())

        assert (result.outcome, result.proof) == (Outcome.PRINTED, Tier.A)
        assert (machine.receipts[0].bitmap == render(short_layout())).all()


def test_a_plain_file_gets_the_job_and_ends_as_sent(tmp_path: Path) -> None:
    path = tmp_path / "receipt.bin"
    path.write_bytes(b"an older and longer content" * 9999)

    result = print_with(driver_for(config_of(f"escpos+file:{path}")), a_job())

    assert (result.outcome, result.proof) == (Outcome.SENT, Tier.D)
    assert path.read_bytes() == b"\x1b@" + pack(render(short_layout())) + b"\x1dVB\x00"
    assert result.sent_bytes == path.stat().st_size


def test_asking_a_plain_file_for_its_status_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "receipt.bin"
    path.write_bytes(b"kept")

    assert status_with(driver_for(config_of(f"escpos+file:{path}"))) == PrinterStatus()
    assert path.read_bytes() == b"kept"


def test_asking_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "none.bin"

    with pytest.raises(DeviceError) as caught:
        status_once(config_of(f"escpos+file:{path}"))

    assert caught.value.code is FailureCode.NOT_CONNECTED
    assert not path.exists()


def test_a_folder_that_is_not_there_is_not_connected(tmp_path: Path) -> None:
    link = FileLink(str(tmp_path / "none" / "file"))
    with pytest.raises(DeviceError) as caught:
        link.open()
    assert caught.value.code is FailureCode.NOT_CONNECTED


def test_a_serial_port_that_is_not_there_is_not_connected() -> None:
    link = SerialLink("/dev/serial/by-id/none", 9600, flow=True)
    with pytest.raises(DeviceError) as caught:
        link.open()
    assert caught.value.code is FailureCode.NOT_CONNECTED


def test_a_serial_line_that_is_pulled_is_disconnected() -> None:
    ours, theirs = os.openpty()
    link = SerialLink(os.ttyname(theirs), 115_200, flow=True)
    link.open()
    os.close(theirs)
    os.close(ours)

    with pytest.raises(DeviceError) as caught:
        link.exchange(b"x", 0.5)
    link.close()

    assert caught.value.code is FailureCode.DISCONNECTED


def test_a_closed_link_says_so_and_closes_again() -> None:
    link = link_for(config_of("escpos+tcp://127.0.0.1:9").uri)
    link.close()
    with pytest.raises(DeviceError) as caught:
        link.exchange(b"", 0.0)
    assert caught.value.code is FailureCode.DISCONNECTED
