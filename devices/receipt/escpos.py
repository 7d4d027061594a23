"""Receipt printers that speak ESC/POS, as the rest of the terminal sees them.

URIs: `escpos+tcp://HOST:PORT?blind=0`, `escpos+serial:///dev/...?baud=115200`,
`escpos+file:PATH`.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from devices.config import DeviceConfig
from devices.errors import DeviceError, FailureCode
from devices.events import DeviceStateChanged, Phase, Report, Snapshot, state_of
from devices.receipt.api import (
    Outcome,
    PrinterStatus,
    PrintJob,
    PrintResult,
    PrintSettled,
)
from devices.receipt.driver import EscposDriver
from devices.receipt.status import reasons_of
from devices.receipt.talk import Clock, Limits
from devices.receipt.transport import link_for
from devices.supervision import Owner


def open_printer(config: DeviceConfig, limits: Limits | None = None) -> "EscposPrinter":
    """Build the printer of a `[devices.receipt]` table; nothing is opened before `start`.

    Raises:
        DeviceError: OPTION_REFUSED for an address or option that makes no sense.
    """
    return EscposPrinter(config, driver_for(config, limits), present=_presence(config))


def driver_for(
    config: DeviceConfig, limits: Limits | None = None, *, make: bool = True
) -> EscposDriver:
    """The blocking driver of a table; with `make` a plain file that is not there is made."""
    blind = config.uri.number("blind", 0) == 1
    return EscposDriver(link_for(config.uri, make=make), blind=blind, limits=limits)


def print_with(driver: EscposDriver, job: PrintJob) -> PrintResult:
    """Open, print once, close; blocks the caller. A printer that is absent is `not_started`."""
    try:
        driver.open()
        return driver.print(job, threading.Event())
    except DeviceError as error:
        return PrintResult(Outcome.NOT_STARTED, failure=error.code, detail=error.detail)
    finally:
        driver.close()


def status_with(driver: EscposDriver) -> PrinterStatus:
    """Open, ask the status once, close; blocks the caller. Unknown items stay unknown.

    Raises:
        DeviceError: the printer cannot be reached.
    """
    try:
        driver.open()
        return driver.read_status()
    except DeviceError as error:
        if error.code is FailureCode.NO_REPLY:
            return PrinterStatus()
        raise
    finally:
        driver.close()


def print_once(config: DeviceConfig, job: PrintJob) -> PrintResult:
    """`print_with` for an ESC/POS address."""
    return print_with(driver_for(config), job)


def status_once(config: DeviceConfig) -> PrinterStatus:
    """`status_with` for an ESC/POS address; a question leaves no file behind."""
    return status_with(driver_for(config, make=False))


class EscposPrinter:
    """A `ReceiptPrinter`: one owner thread, one callback, jobs one after the other."""

    def __init__(
        self,
        config: DeviceConfig,
        driver: EscposDriver,
        *,
        present: Callable[[], bool] | None = None,
        clock: Clock = time.monotonic,
        poll_s: float = 2.0,
    ) -> None:
        self._owner: Owner[EscposDriver] = Owner(
            config, "receipt", driver, poll_s=poll_s, present=present, clock=clock
        )
        self._clock = clock
        self._device_id = config.device_id
        self._report: Report | None = None
        self._status = PrinterStatus()
        self._running = False
        self._shown: Snapshot | None = None
        self._lock = threading.Lock()
        self._seq = 0
        self._open_jobs: deque[_Request] = deque()
        driver.on_status = self._on_status

    def start(self, report: Report) -> None:
        """See `ReceiptPrinter.start`."""
        self._report = report
        self._owner.start(self._pass_on)

    def stop(self) -> None:
        """See `ReceiptPrinter.stop`; a running job is cancelled."""
        with self._lock:
            for request in self._open_jobs:
                request.cancelled.set()
        self._owner.stop()

    def begin(self, job: PrintJob) -> None:
        """See `ReceiptPrinter.begin`."""
        request = _Request(job, self)
        with self._lock:
            self._open_jobs.append(request)
        self._owner.submit(request)

    def cancel(self) -> None:
        """See `ReceiptPrinter.cancel`; the oldest job that has not ended is the one."""
        with self._lock:
            if self._open_jobs:
                self._open_jobs[0].cancelled.set()

    def status(self) -> PrinterStatus:
        """See `ReceiptPrinter.status`; unknown while the printer is not connected."""
        return self._status if self._owner.snapshot().phase is Phase.UP else PrinterStatus()

    def snapshot(self) -> Snapshot:
        """See `ReceiptPrinter.snapshot`; a hold inside a job shows its reason at once."""
        return self._shown or self._owner.snapshot()

    def working(self, *, running: bool) -> None:
        """Note that a job runs; its end gives the word back to the supervision."""
        self._running = running
        self._shown = None

    def settle(self, request: "_Request", result: PrintResult) -> None:
        """End a job with its one event."""
        with self._lock:
            self._open_jobs.remove(request)
            self._seq += 1
            seq = self._seq
        job = request.job
        self._tell(PrintSettled(self._device_id, job.visit, seq, self._clock(), job.id, result))

    def _on_status(self, status: PrinterStatus) -> None:
        self._status = status
        if not self._running:
            return
        reasons = reasons_of(status)
        now = self.snapshot()
        if reasons != now.reasons:
            state = state_of(
                enabled=True, phase=now.phase, busy=True, reasons=reasons, status_stale=False
            )
            self._shown = replace(now, reasons=reasons, state=state, since=self._clock())
            self._tell(DeviceStateChanged(self._shown))

    def _pass_on(self, event: object) -> None:
        self._tell(event)

    def _tell(self, event: object) -> None:
        if self._report is not None:
            self._report(event)


class _Request:
    """One job on its way through the owner thread."""

    def __init__(self, job: PrintJob, printer: EscposPrinter) -> None:
        self.job = job
        self.cancelled = threading.Event()
        self._printer = printer

    def run(self, driver: EscposDriver) -> None:
        """Print and settle; a lost link is raised afterwards, so that the owner opens it anew."""
        self._printer.working(running=True)
        try:
            result = self._printed(driver)
        finally:
            self._printer.working(running=False)
        self._printer.settle(self, result)
        driver.reopen_if_closed(result)

    def refuse(self, failure: FailureCode) -> None:
        """See `devices.supervision.Job`."""
        code = FailureCode.CANCELLED if self.cancelled.is_set() else failure
        self._printer.settle(self, PrintResult(Outcome.NOT_STARTED, failure=code))

    def _printed(self, driver: EscposDriver) -> PrintResult:
        try:
            return driver.print(self.job, self.cancelled)
        except DeviceError as error:
            self._printer.settle(
                self, PrintResult(Outcome.NOT_STARTED, failure=error.code, detail=error.detail)
            )
            raise
        except Exception as error:
            # A bug, not a device: how far it came is not known, so nobody may print by itself.
            detail = type(error).__name__
            result = PrintResult(Outcome.UNKNOWN, failure=FailureCode.DRIVER_CRASHED, detail=detail)
            self._printer.settle(self, result)
            raise


def _presence(config: DeviceConfig) -> Callable[[], bool] | None:
    """Paths come and go; a network address can only be tried."""
    if config.uri.scheme == "escpos+tcp":
        return None
    path = Path(config.uri.target)
    return path.exists
