"""The `kiosk` command."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk import __version__
from kiosk.commands.output import Exit, broke, failed, message, refused

_WORDS = {
    "run": "kiosk.commands.run",
    "demo": "kiosk.commands.demo",
    "simulate": "kiosk.commands.simulate",
    "doctor": "kiosk.commands.doctor",
    "card": "kiosk.commands.card",
    "scan": "kiosk.commands.scan",
    "print": "kiosk.commands.print_receipt",
    "queue": "kiosk.commands.queue",
    "config": "kiosk.commands.config",
    "audit": "kiosk.commands.audit",
}
_LATER = {
    *((word,) for word in ("code", "read", "catalogue", "report", "update")),
    ("simulate", "scanner"),
    ("print", "pdf"),
}
"""Commands of later versions: whatever flags they will take, the answer is the same."""


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="Self-service terminal 圈办.")
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="word", required=True, metavar="COMMAND")
    for word in words:
        importlib.import_module(_WORDS[word]).add(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 not done, 2 usage, 3 environment).

    Whatever a command does not expect ends in a failure code as well, never in a traceback.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    unreadable = [each for each in arguments if not _is_text(each)]
    if unreadable:
        return refused(f"no UTF-8: {unreadable[0]!a}", as_json="--json" in arguments)
    try:
        return _run(arguments)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - told with its code
        return broke(error, as_json="--json" in arguments)


def _is_text(argument: str) -> bool:
    """Whether the bytes of an argument were UTF-8: no database takes anything else."""
    return not any("\ud800" <= each <= "\udfff" for each in argument)


def _run(arguments: Sequence[str]) -> int:
    typed = tuple(each for each in arguments if not each.startswith("-"))[:2]
    for later in (typed[:1], typed):
        if later in _LATER:
            message(f"kiosk {' '.join(later)}: not in this version")
            return Exit.USAGE
    words = list(typed[:1]) if typed and typed[0] in _WORDS else list(_WORDS)
    args = _parser(words).parse_args(arguments)
    fault = _unusable(args.config) if args.config else ""
    if fault:
        return failed("SETTING_INVALID", fault, as_json=args.json)
    return int(args.run(args))


def _unusable(config: str) -> str:
    """Why a named file cannot be used; many commands would never look at it."""
    from kiosk.settings import SettingsError, read  # noqa: PLC0415 - only where a file is named

    try:
        read(Path(config))
    except SettingsError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main())
