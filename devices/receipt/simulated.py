"""A printer whose paper is a folder: `simulated:FOLDER`.

The job goes through the same driver, the same bytes and the same printer as over a wire;
only the wire is missing. Each receipt becomes `receipt-N.png`, the newest also
`receipt.png`. A file `printer.json` in the folder injects faults while it runs:

    {"fault": "PAPER_OUT" | any other `Fault` | "UNPLUGGED" | null,
     "near_end": false, "cover": false, "mute": false,
     "paper_rows": dots of paper left, "die_after_bytes": bytes until the line breaks}
"""

import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from devices.config import DeviceConfig
from devices.errors import DeviceError, FailureCode
from devices.receipt.api import PrinterStatus, PrintJob, PrintResult
from devices.receipt.driver import EscposDriver
from devices.receipt.escpos import EscposPrinter, print_with, status_with
from devices.receipt.machine import Fault, Machine, PaperPiece, Traits
from devices.receipt.raster import to_image
from devices.receipt.talk import Limits

_CONTROL = "printer.json"
_BUFFER_BYTES = 1 << 20
_MARGIN_DOTS = 24
_STEP_S = 0.02
_UNPLUGGED = "UNPLUGGED"


def open_printer(config: DeviceConfig, limits: Limits | None = None) -> EscposPrinter:
    """Build the simulated printer of a `[devices.receipt]` table.

    Raises:
        DeviceError: OPTION_REFUSED when the URI names no folder.
    """
    return EscposPrinter(config, driver_for(config, limits))


def driver_for(config: DeviceConfig, limits: Limits | None = None) -> EscposDriver:
    """The driver over a folder instead of a wire."""
    if not config.uri.target:
        raise DeviceError(FailureCode.OPTION_REFUSED, "simulated: names no folder")
    blind = config.uri.number("blind", 0) == 1
    return EscposDriver(FolderLink(Path(config.uri.target)), blind=blind, limits=limits)


def print_once(config: DeviceConfig, job: PrintJob) -> PrintResult:
    """Print one receipt into the folder; blocks the caller."""
    return print_with(driver_for(config), job)


def status_once(config: DeviceConfig) -> PrinterStatus:
    """The status that the folder's control file asks for; blocks the caller."""
    return status_with(driver_for(config))


@dataclass(frozen=True, slots=True)
class Control:
    """The control file's content."""

    faults: frozenset[Fault] = frozenset()
    unplugged: bool = False
    paper_rows: int | None = None
    die_after_bytes: int | None = None


class FolderLink:
    """A `Link` to a machine in this process that prints into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._machine = Machine(Traits(model="SIMULATED", buffer_bytes=_BUFFER_BYTES))
        self._control = Control()
        self._open = False
        self._taken = 0
        self._pause = threading.Event()

    @property
    def can_answer(self) -> bool:
        """A simulated printer answers unless it is told to be mute."""
        return True

    def open(self) -> None:
        """Make the folder and read the control file.

        Raises:
            DeviceError: NOT_CONNECTED while the control file says so or the folder cannot be made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DeviceError(FailureCode.NOT_CONNECTED, type(error).__name__) from error
        self._obey()
        if self._control.unplugged:
            raise DeviceError(FailureCode.NOT_CONNECTED, "unplugged by the control file")
        self._open = True
        self._taken = 0

    def close(self) -> None:
        """Let go; what the machine did not print yet is forgotten."""
        self._open = False
        self._machine.reset()

    def exchange(self, data: bytes, timeout_s: float) -> tuple[int, bytes]:
        """See `Link.exchange`; the engine prints at once."""
        self._obey()
        if self._control.unplugged or not self._open:
            self._open = False
            raise DeviceError(FailureCode.DISCONNECTED, "unplugged by the control file")
        taken = self._accept(data)
        self._print()
        replies = self._machine.take_replies()
        if not replies and not taken and timeout_s > 0:
            self._pause.wait(min(timeout_s, _STEP_S))
        return taken, replies

    def _accept(self, data: bytes) -> int:
        limit = self._control.die_after_bytes
        room = self._machine.free()
        if limit is not None and len(data) > 1 and self._taken >= limit:
            self._open = False
            raise DeviceError(FailureCode.DISCONNECTED, "line broken by the control file")
        if limit is not None:
            room = min(room, max(0, limit - self._taken))
        taken = min(room, len(data))
        self._machine.receive(data[:taken])
        self._taken += taken
        return taken

    def _print(self) -> None:
        before = len(self._machine.receipts)
        self._machine.advance(100_000)
        for piece in self._machine.receipts[before:]:
            self._save(piece)
        del self._machine.receipts[:]

    def _obey(self) -> None:
        control = read_control(self._folder / _CONTROL)
        if control == self._control:
            return
        before, self._control = self._control, control
        for fault in before.faults - control.faults:
            self._machine.set_fault(fault, present=False)
        for fault in control.faults - before.faults:
            self._machine.set_fault(fault)
        if control.paper_rows != before.paper_rows:
            self._machine.load_paper(control.paper_rows)

    def _save(self, piece: PaperPiece) -> None:
        paper = ImageOps.expand(to_image(piece.bitmap).convert("L"), _MARGIN_DOTS, 255)
        number = 1 + sum(1 for _ in self._folder.glob("receipt-*.png"))
        _write(paper, self._folder / f"receipt-{number}.png")
        _write(paper, self._folder / "receipt.png")


def read_control(path: Path) -> Control:
    """Read a control file; no file is no fault.

    Raises:
        DeviceError: OPTION_REFUSED naming the key that makes no sense.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Control()
    except (OSError, ValueError) as error:
        detail = f"{path.name}: {type(error).__name__}"
        raise DeviceError(FailureCode.OPTION_REFUSED, detail) from error
    if not isinstance(document, dict):
        raise DeviceError(FailureCode.OPTION_REFUSED, f"{path.name}: not an object")
    name = document.get("fault") or ""
    faults = {_fault(name)} if name and name != _UNPLUGGED else set()
    switches = {"near_end": Fault.NEAR_END, "cover": Fault.COVER_OPEN, "mute": Fault.MUTE}
    faults |= {fault for key, fault in switches.items() if document.get(key) is True}
    return Control(
        frozenset(faults),
        name == _UNPLUGGED,
        _count(document, "paper_rows"),
        _count(document, "die_after_bytes"),
    )


def _fault(name: object) -> Fault:
    try:
        return Fault(str(name))
    except ValueError:
        raise DeviceError(FailureCode.OPTION_REFUSED, f"{_CONTROL}: fault") from None


def _count(document: dict[str, Any], key: str) -> int | None:
    value = document.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise DeviceError(FailureCode.OPTION_REFUSED, f"{_CONTROL}: {key}")


def _write(paper: Image.Image, path: Path) -> None:
    """Write a picture so that nobody ever sees half of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}.part")
    paper.save(part, "PNG")
    part.replace(path)
