"""Driver `simulated`: cards as JSON files in a folder.

A file `card.json` in the folder is a card that lies on the reader; another process
inserts it by writing the file elsewhere and renaming it (`insert` does so), and lifts
it by removing the file. Its keys are those that `kiosk card read --reveal --json`
prints, and beside them:

- `fault`: a failure code; the read ends with it instead of a record.
- `delay_s`: seconds that the read takes.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from devices.card.api import IdentityRecord
from devices.card.document import from_document, to_document
from devices.card.request import OwnedReader, Today
from devices.config import DeviceConfig
from devices.errors import TRAITS, DeviceError, FailureCode, Level
from devices.supervision import LOST

CARD_FILE = "card.json"
_STEP_S = 0.02
_LONGEST_DELAY_S = 30.0


class SimulatedCards:
    """Blocking code of the simulated reader; only the owner thread calls it."""

    def __init__(self, folder: Path) -> None:
        """Prepare; the folder is looked for by `open`."""
        self._folder = folder
        self._card = folder / CARD_FILE
        self._reasons: frozenset[FailureCode] = frozenset()

    def open(self) -> None:
        """Look for the folder.

        Raises:
            DeviceError: NOT_CONNECTED where there is none.
        """
        if not self._folder.is_dir():
            raise DeviceError(FailureCode.NOT_CONNECTED, str(self._folder))

    def poll(self) -> frozenset[FailureCode]:
        """A folder that went away is a reader that was unplugged."""
        self._look()
        if not self._card.exists():
            self._reasons = frozenset()
        return self._reasons

    def close(self) -> None:
        """Nothing is held."""

    def find(self) -> bool:
        """Whether a card file lies in the folder."""
        self._look()
        return self._card.exists()

    def read(self) -> IdentityRecord:
        """Read the card file; a file that is removed meanwhile is a card lifted early."""
        document = self._load()
        self._hold(document)
        fault = document.get("fault")
        if fault:
            raise self._fault(fault)
        return from_document(document)

    def _look(self) -> None:
        if not self._folder.is_dir():
            raise DeviceError(FailureCode.DISCONNECTED, str(self._folder))

    def _load(self) -> Mapping[str, Any]:
        try:
            document = json.loads(self._card.read_text("utf-8"))
        except OSError:
            raise DeviceError(FailureCode.CARD_LIFTED, CARD_FILE) from None
        except (ValueError, RecursionError):
            raise DeviceError(FailureCode.BAD_CARD_DATA, "json") from None
        if not isinstance(document, dict):
            raise DeviceError(FailureCode.BAD_CARD_DATA, "json")
        return document

    def _hold(self, document: Mapping[str, Any]) -> None:
        delay = document.get("delay_s", 0)
        if not isinstance(delay, (int, float)) or not 0 <= delay <= _LONGEST_DELAY_S:
            raise DeviceError(FailureCode.BAD_CARD_DATA, "delay_s")
        until = time.monotonic() + delay
        never = threading.Event()
        while (left := until - time.monotonic()) > 0:
            never.wait(min(left, _STEP_S))
            self._look()
            if not self._card.exists():
                raise DeviceError(FailureCode.CARD_LIFTED, CARD_FILE)

    def _fault(self, name: object) -> DeviceError:
        try:
            code = FailureCode(str(name))
        except ValueError:
            return DeviceError(FailureCode.BAD_CARD_DATA, "fault")
        if TRAITS[code].level is Level.BLOCK and code not in LOST:
            self._reasons = frozenset({code})
        return DeviceError(code, "simulated")


def insert(folder: Path, record: IdentityRecord, *, delay_s: float = 0.0, fault: str = "") -> Path:
    """Lay a card on the simulated reader, as another process does it: whole or not at all."""
    document = to_document(record) | {"delay_s": delay_s}
    if fault:
        document["fault"] = fault
    fresh = folder / f".{CARD_FILE}.{os.getpid()}"
    fresh.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return fresh.replace(folder / CARD_FILE)


def lift(folder: Path) -> None:
    """Take the card away; nothing happens if none lies there."""
    (folder / CARD_FILE).unlink(missing_ok=True)


def open_reader(
    config: DeviceConfig,
    *,
    today: Today | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> OwnedReader:
    """Build the reader of a `simulated:FOLDER` address.

    Raises:
        DeviceError: OPTION_REFUSED without a folder.
    """
    if not config.uri.target:
        raise DeviceError(FailureCode.OPTION_REFUSED, str(config.uri))
    folder = Path(config.uri.target)
    driver = SimulatedCards(folder)
    return OwnedReader(config, driver, present=folder.is_dir, today=today, clock=clock)
