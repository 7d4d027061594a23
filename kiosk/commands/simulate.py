"""`kiosk simulate card|printer`: the peers that ship with the drivers, by hand."""

import argparse
import cmd
import json
import os
import signal
import stat
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

from devices.errors import DeviceError
from kiosk.commands.output import Exit, common_flags, emit, failed, message
from kiosk.commands.simulate_printer import add as add_printer

if TYPE_CHECKING:
    from devices.card.peer import ReaderPeer

_COMMANDS = {"status": "11FF", "find": "2001", "select": "2002", "read": "3001"}


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `simulate card` and `simulate printer`."""
    words = subparsers.add_parser("simulate", help="the other side of a device's wire")
    below = words.add_subparsers(dest="act", required=True, metavar="PEER")
    card = below.add_parser("card", help="an ID-card reader on a pty")
    card.add_argument("--card", metavar="FILE", help="a card as JSON, laid down at the start")
    card.add_argument("--link", metavar="PATH", help="a name that stays over re-plugging")
    card.add_argument("--delay", type=float, default=0.0, metavar="S", help="before each answer")
    common_flags(card)
    card.set_defaults(run=run)
    add_printer(below)


def run(args: argparse.Namespace) -> int:
    """Serve a reader until `quit` or the end of the input."""
    from devices.card.peer import Faults, ReaderPeer  # noqa: PLC0415 - keeps the start fast

    link = Path(args.link) if args.link else None
    with ReaderPeer(link, Faults(delay_s=args.delay)) as peer:
        if args.card:
            try:
                _insert(peer, args.card)
            except DeviceError as error:
                return failed(error.code, error.detail, as_json=args.json)
            except (OSError, ValueError) as error:
                message(f"--card: {type(error).__name__}")
                return Exit.USAGE
        emit({"event": "listening", "path": peer.path}, as_json=True)
        _serve(ReaderPrompt(peer, args.card or "", sys.stdin))
    return Exit.DONE


def _serve(prompt: "ReaderPrompt") -> None:
    """Take commands until `quit`; without a person or a pipe, serve until a signal ends it."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        prompt.cmdloop()
        if prompt.unattended:
            threading.Event().wait()
    except KeyboardInterrupt:
        message("ended")
    finally:
        signal.signal(signal.SIGTERM, before)


def _insert(peer: "ReaderPeer", file: str) -> None:
    from devices.card.document import from_document  # noqa: PLC0415 - keeps the start fast

    peer.insert(from_document(json.loads(Path(file).read_text("utf-8"))))


class ReaderPrompt(cmd.Cmd):
    """Commands of a person, or of a script through the standard input.

    Bad input is answered on standard error and never ends the reader.
    """

    intro = None
    prompt = ""

    def __init__(self, peer: "ReaderPeer", file: str, source: IO[str]) -> None:
        """Prepare.

        Args:
            peer: the running reader.
            file: the card that `insert` without a name lays down.
            source: where the lines come from.
        """
        super().__init__(stdin=source, stdout=sys.stderr)
        self.use_rawinput = False
        self.unattended = False
        self._peer = peer
        self._file = file

    def do_insert(self, file: str) -> None:
        """Lay a card down: insert [FILE]."""
        self._file = file or self._file
        try:
            _insert(self._peer, self._file)
        except (DeviceError, OSError, ValueError) as error:
            message(f"no card: {error if isinstance(error, DeviceError) else type(error).__name__}")
        else:
            message("inserted")

    def do_lift(self, _line: str) -> None:
        """Take the card away."""
        self._peer.lift()
        message("lifted")

    def do_mute(self, line: str) -> None:
        """Answer nothing: mute [off]."""
        self._peer.faults.mute = line != "off"
        message("mute" if self._peer.faults.mute else "answering")

    def do_sticky(self, line: str) -> None:
        """Find a lying card again and again: sticky [off]."""
        self._peer.faults.sticky = line != "off"
        message("sticky" if self._peer.faults.sticky else "found once")

    def do_delay(self, line: str) -> None:
        """Wait before each answer: delay SECONDS."""
        try:
            self._peer.faults.delay_s = max(0.0, float(line))
        except ValueError:
            message("delay SECONDS")
        else:
            message(f"delay {self._peer.faults.delay_s:g} s")

    def do_bad(self, line: str) -> None:
        """Send wrong checksums: bad [N]."""
        self._peer.faults.bad_frames = int(line) if line.isdecimal() else 1
        message(f"{self._peer.faults.bad_frames} bad frames")

    def do_sw3(self, line: str) -> None:
        """Force a status word: sw3 status|find|select|read HEX, or sw3 off."""
        name, _, value = line.partition(" ")
        try:
            if name == "off":
                self._peer.faults.sw3.clear()
            else:
                self._peer.faults.sw3[bytes.fromhex(_COMMANDS[name])] = int(value, 16) & 0xFF
        except (KeyError, ValueError):
            message("sw3 status|find|select|read HEX, or sw3 off")
        else:
            message("done")

    def do_cut(self, line: str) -> None:
        """Unplug after so many bytes of the next read answer: cut BYTES."""
        self._peer.faults.unplug_at = int(line) if line.isdecimal() else 0
        message(f"unplugs after {self._peer.faults.unplug_at} bytes")

    def do_unplug(self, _line: str) -> None:
        """Pull the reader's plug."""
        self._peer.unplug()
        message("unplugged")

    def do_plug(self, _line: str) -> None:
        """Plug the reader in again."""
        self._peer.plug()
        message(f"plugged in: {self._peer.path}")

    def do_quit(self, _line: str) -> bool:
        """End."""
        return True

    def do_EOF(self, _line: str) -> bool:  # noqa: N802 - the name that cmd.Cmd looks for
        """End of the input; nobody was ever there if it is the null device."""
        descriptor = self.stdin.fileno()
        device = stat.S_ISCHR(os.fstat(descriptor).st_mode)
        self.unattended = device and not os.isatty(descriptor)
        return True

    def default(self, line: str) -> None:
        """Say that nobody knows the word."""
        message(f"unknown: {line.split(maxsplit=1)[0]}; try help")

    def emptyline(self) -> bool:
        """Do nothing, instead of repeating the last command."""
        return False
