"""`kiosk simulate printer`: a receipt printer on a TCP port, with faults typed by hand."""

import argparse
import os
import select
import signal
import stat
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands.output import Exit, common_flags, emit, message

if TYPE_CHECKING:
    from devices.receipt.peer import PrinterPeer

_HELP = (
    "faults: NAME (on), -NAME (off), with PAPER_OUT COVER_OPEN CUTTER_ERROR RECOVERABLE "
    "DEVICE_ERROR OVERHEATED NEAR_END MUTE GARBAGE POWER_OFF; paper [ROWS], cycle, unplug, plug, "
    "status, quit"
)
_WAIT_S = 0.2


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the parser `printer`."""
    parser = subparsers.add_parser("printer", help="a receipt printer on a TCP port")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--out", metavar="DIR", help="write each receipt as a PNG")
    parser.add_argument("--speed", type=float, default=150.0, metavar="MM_PER_S")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=["process_id", "information", "stream_status", "automatic_status", "realtime"],
        help="what this printer does not know",
    )
    common_flags(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until `quit`, a signal, or the end of an input that somebody was at."""
    from devices.receipt.machine import Traits  # noqa: PLC0415 - drivers load when they are needed
    from devices.receipt.peer import Pace, PrinterPeer  # noqa: PLC0415 - as above

    out = Path(args.out) if args.out else None
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
        traits = Traits(
            process_id="process_id" not in args.without,
            information="information" not in args.without,
            stream_status="stream_status" not in args.without,
            automatic_status="automatic_status" not in args.without,
            realtime="realtime" not in args.without,
        )
        with PrinterPeer(traits, port=args.port, pace=Pace(args.speed)) as peer:
            emit({"event": "listening", "port": peer.port}, as_json=True)
            message(_HELP)
            _serve(peer, out)
    except OSError as error:
        message(f"port or folder: {error.strerror}")
        return Exit.ENVIRONMENT
    except KeyboardInterrupt:
        message("ended")
    finally:
        signal.signal(signal.SIGTERM, before)
    return Exit.DONE


def _serve(peer: "PrinterPeer", out: Path | None) -> None:
    keyboard = _Keyboard()
    seen = 0
    told = 0
    going = True
    while going:
        for line in keyboard.lines():
            going = going and _obey(peer, line)
        for piece in peer.receipts[seen:]:
            seen += 1
            _tell_receipt(seen, piece.bitmap, out)
        events = peer.events
        for event in events[told:]:
            emit({"event": event}, as_json=True)
        told = len(events)


class _Keyboard:
    """Lines typed by a person or written by a script, without waiting long for them."""

    def __init__(self) -> None:
        self._descriptor = sys.stdin.fileno()
        self._typed = b""
        # The null device's end means that nobody was ever there: serve until a signal.
        device = stat.S_ISCHR(os.fstat(self._descriptor).st_mode)
        self._unattended = device and not os.isatty(self._descriptor)

    def lines(self) -> list[str]:
        """What was typed since the last call; the end of the input reads as `quit`."""
        if self._unattended:
            threading.Event().wait(_WAIT_S)
            return []
        ready, _, _ = select.select([self._descriptor], [], [], _WAIT_S)
        if not ready:
            return []
        typed = os.read(self._descriptor, 4096)
        if not typed:
            return ["quit"]
        *lines, self._typed = (self._typed + typed).split(b"\n")
        return [line.decode("utf-8", "replace") for line in lines]


def _obey(peer: "PrinterPeer", line: str) -> bool:
    """Do what was typed; False ends the peer."""
    word, _, rest = line.strip().partition(" ")
    match word:
        case "quit":
            return False
        case "":
            pass
        case "paper":
            peer.load_paper(int(rest) if rest.isdecimal() else None)
        case "cycle":
            peer.power_cycle()
        case "unplug":
            peer.unplug()
        case "plug":
            peer.plug_in()
        case "status":
            emit({"event": "status", "faults": sorted(peer.faults)}, as_json=True)
        case _:
            _set_fault(peer, word)
    return True


def _set_fault(peer: "PrinterPeer", word: str) -> None:
    try:
        peer.set_fault(word.removeprefix("-").upper(), present=not word.startswith("-"))
    except ValueError:
        message(_HELP)


def _tell_receipt(number: int, bitmap: object, out: Path | None) -> None:
    import numpy as np  # noqa: PLC0415 - drivers load when they are needed

    from devices.receipt.raster import to_image  # noqa: PLC0415 - as above

    rows = np.asarray(bitmap, dtype=np.bool_)
    document: dict[str, object] = {"event": "receipt", "number": number, "rows": len(rows)}
    if out is not None and rows.size:
        path = out / f"receipt-{number}.png"
        to_image(rows).save(path, "PNG")
        document["file"] = str(path)
    emit(document, as_json=True)
