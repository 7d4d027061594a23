"""`kiosk card read`: one card, masked unless `--reveal`."""

import argparse
import queue
import time
from typing import Any

from devices.card.api import CardRead, CardReader, CardReadFailed, DocType, IdentityRecord
from devices.errors import DeviceError, FailureCode
from devices.events import DeviceStateChanged
from kiosk.commands.advice import told
from kiosk.commands.output import Exit, common_flags, emit, failed, message, refused

_TECHNICIAN = "technician"
_GRACE_S = 12.0
_LATER = ("pcsc", "sdt")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `card read`."""
    words = subparsers.add_parser("card", help="read an identity card")
    below = words.add_subparsers(dest="act", required=True, metavar="ACT")
    read = below.add_parser("read", help="read one card")
    read.add_argument(
        "--port", required=True, metavar="URI", help="sam:/dev/ttyUSB0?baud=115200, simulated:DIR"
    )
    read.add_argument("--timeout", type=float, default=20.0, metavar="S", help="default 20")
    read.add_argument("--reveal", action="store_true", help="unmasked; goes into the audit journal")
    common_flags(read)
    read.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read one card; the first failure about a card ends the command with its code."""
    from devices.config import DeviceConfig, DeviceUri  # noqa: PLC0415 - keeps the start fast
    from devices.registry import check_address, opener  # noqa: PLC0415 - keeps the start fast

    if args.timeout <= 0:
        return refused("--timeout must be more than 0", as_json=args.json)
    if args.port.partition(":")[0] in _LATER:
        text = f"kiosk card read --port {args.port}: not in this version"
        return refused(text, as_json=args.json)
    try:
        uri = DeviceUri.parse(args.port)
        check_address("card", uri)
        reader = opener("card", uri.scheme)(DeviceConfig("card", uri))
    except DeviceError as error:
        return refused(error.detail, as_json=args.json)
    end, detail = _read(reader, args.timeout)
    if isinstance(end, CardReadFailed):
        text = told(end.failure, end.detail or detail or args.port)
        return failed(end.failure, text, as_json=args.json)
    document = shown(end.record, reveal=args.reveal) | {"ms": round(end.read_ms, 1)}
    if args.reveal and not _audited(args, end.record.doc_type):
        end.record.wipe()
        return Exit.ENVIRONMENT
    end.record.wipe()
    emit(document, as_json=args.json)
    return Exit.DONE


def shown(record: IdentityRecord, *, reveal: bool) -> dict[str, Any]:
    """The record as the command prints it; without `reveal` nothing that names a person."""
    from devices.card.document import to_document  # noqa: PLC0415 - keeps the start fast
    from kiosk.visit.masking import (  # noqa: PLC0415 - keeps the start fast
        mask_address,
        mask_name,
        mask_number,
    )

    document = to_document(record)
    if reveal:
        return document
    for key, mask in (
        ("number", mask_number),
        ("name", mask_name),
        ("name_latin", mask_name),
        ("address", mask_address),
        ("permit_no", mask_number),
    ):
        document[key] = mask(document[key]) if document[key] else ""
    return document


def _read(reader: CardReader, timeout_s: float) -> tuple[CardRead | CardReadFailed, str]:
    """Ask once; the first failure is the answer, since a technician wants to see it.

    Returns:
        The end, and what the reader last told about itself.
    """
    ends: queue.SimpleQueue[CardRead | CardReadFailed] = queue.SimpleQueue()
    details = [""]

    def report(event: object) -> None:
        if isinstance(event, (CardRead, CardReadFailed)):
            ends.put(event)
        elif isinstance(event, DeviceStateChanged) and event.snapshot.detail:
            details.append(event.snapshot.detail)

    reader.start(report)
    try:
        reader.begin(_TECHNICIAN, frozenset(DocType), time.monotonic() + timeout_s)
        return ends.get(timeout=timeout_s + _GRACE_S), details[-1]
    except queue.Empty:
        hung = CardReadFailed("card", _TECHNICIAN, 0, time.monotonic(), FailureCode.HUNG)
        return hung, details[-1]
    finally:
        reader.stop()


def _audited(args: argparse.Namespace, doc_type: DocType) -> bool:
    """Write the reveal into the journal first; without the journal nothing is revealed."""
    from kiosk.audit import Audit  # noqa: PLC0415 - keeps the start fast
    from kiosk.settings import SettingsError, load  # noqa: PLC0415 - keeps the start fast

    try:
        state = load(args.config, args.state, files=False).state_dir
        state.mkdir(parents=True, exist_ok=True)
        Audit(state / "audit.jsonl").append("card_revealed", {"doc_type": doc_type.value})
    except (OSError, SettingsError) as error:
        message(f"not revealed, the audit journal cannot be written: {type(error).__name__}")
        return False
    return True
