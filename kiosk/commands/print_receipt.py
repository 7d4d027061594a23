"""`kiosk print`: one receipt by hand, and what a printer tells about itself."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from devices.errors import DeviceError, FailureCode
from kiosk.commands.advice import told
from kiosk.commands.output import Exit, common_flags, emit, failed, refused

if TYPE_CHECKING:
    from devices.config import DeviceConfig
    from devices.receipt.api import PrinterStatus, PrintJob, PrintResult, ReceiptLayout

_DEADLINE_S = 75.0
_UNKNOWN = "unknown"


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `print receipt` and `print status`."""
    parser = subparsers.add_parser("print", help="print by hand, ask a printer")
    words = parser.add_subparsers(dest="print_word", required=True, metavar="WHAT")
    receipt = words.add_parser("receipt", help="print one receipt")
    receipt.add_argument("--to", required=True, metavar="URI", help="escpos+tcp://HOST:PORT ...")
    source = receipt.add_mutually_exclusive_group(required=True)
    source.add_argument("--text", metavar="FILE", help="plain text, UTF-8")
    source.add_argument("--layout", metavar="FILE", help="a layout as JSON")
    common_flags(receipt)
    receipt.set_defaults(run=run_receipt)
    status = words.add_parser("status", help="ask a printer for its status")
    status.add_argument("--to", required=True, metavar="URI")
    common_flags(status)
    status.set_defaults(run=run_status)


def run_receipt(args: argparse.Namespace) -> int:
    """Print one receipt; exit 0 when it was printed or, at least, sent."""
    from devices.receipt.api import Outcome, PrintJob, PrintResult  # noqa: PLC0415 - keeps the start fast

    nothing = _result_document(PrintResult(Outcome.NOT_STARTED))
    try:
        config = _config(args.to)
        layout = _layout(args)
        job = PrintJob(uuid4().hex, "technician", layout, time.monotonic() + _DEADLINE_S)
        result = _print(config, job)
    except DeviceError as error:
        if error.code is FailureCode.OPTION_REFUSED:
            return refused(error.detail, as_json=args.json, **nothing)
        result = PrintResult(Outcome.NOT_STARTED, failure=error.code, detail=error.detail)
    except (OSError, UnicodeError) as error:
        text = f"cannot read the file: {type(error).__name__}"
        return refused(text, as_json=args.json, **nothing)
    emit(_result_document(result), as_json=args.json)
    done = result.outcome in {Outcome.PRINTED, Outcome.SENT}
    return Exit.DONE if done else Exit.NOT_DONE


def run_status(args: argparse.Namespace) -> int:
    """Show the status; what the printer does not tell is `unknown`, never fine."""
    try:
        status = _status(_config(args.to))
    except DeviceError as error:
        if error.code is FailureCode.OPTION_REFUSED:
            return refused(error.detail, as_json=args.json)
        return failed(error.code, told(error.code, error.detail), as_json=args.json)
    emit(_status_document(status), as_json=args.json)
    return Exit.DONE


def _layout(args: argparse.Namespace) -> "ReceiptLayout":
    from devices.receipt.layout import layout_from_json, layout_from_text  # noqa: PLC0415 - as above

    if args.layout:
        return layout_from_json(Path(args.layout).read_text(encoding="utf-8"))
    return layout_from_text(Path(args.text).read_text(encoding="utf-8"))


def _result_document(result: "PrintResult") -> dict[str, object]:
    document: dict[str, object] = {
        "outcome": result.outcome,
        "proof": result.proof,
        "bytes": result.sent_bytes,
        "failure": result.failure,
    }
    if result.failure is not None:
        document["message"] = told(result.failure, result.detail)
    return document


def _status_document(status: "PrinterStatus") -> dict[str, object]:
    told = "dle_eot_3" in status.raw or "asb" in status.raw
    return {
        "online": _UNKNOWN if status.online is None else status.online,
        "paper": status.paper,
        "cover": _word(status.cover, "open", "closed"),
        "cutter": _word(status.cutter, "error", "ok"),
        "error": status.error or (None if told else _UNKNOWN),
        "raw": status.raw,
    }


def _word(flag: "bool | None", yes: str, no: str) -> str:
    if flag is None:
        return _UNKNOWN
    return yes if flag else no


def _config(address: str) -> "DeviceConfig":
    """The printer of an address.

    Raises:
        DeviceError: OPTION_REFUSED naming what nobody knows.
    """
    from devices.config import DeviceConfig, DeviceUri  # noqa: PLC0415 - as above
    from devices.registry import check_address  # noqa: PLC0415 - as above

    uri = DeviceUri.parse(address)
    check_address("receipt", uri)
    return DeviceConfig("receipt", uri)


def _print(config: "DeviceConfig", job: "PrintJob") -> "PrintResult":
    from devices.receipt import escpos, simulated  # noqa: PLC0415 - as above

    if config.uri.scheme == "simulated":
        return simulated.print_once(config, job)
    return escpos.print_once(config, job)


def _status(config: "DeviceConfig") -> "PrinterStatus":
    from devices.receipt import escpos, simulated  # noqa: PLC0415 - as above

    if config.uri.scheme == "simulated":
        return simulated.status_once(config)
    return escpos.status_once(config)
