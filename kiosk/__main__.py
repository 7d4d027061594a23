"""The `kiosk` command."""

import argparse
import importlib
import sys
from collections.abc import Sequence

from kiosk import __version__
from kiosk.commands.output import Exit, message

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
_LATER = ("code", "read", "catalogue", "report", "update")


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="Self-service terminal 圈办.")
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(dest="word", required=True, metavar="COMMAND")
    for word in words:
        importlib.import_module(_WORDS[word]).add(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 not done, 2 usage, 3 environment)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = next((each for each in arguments if not each.startswith("-")), "")
    if first in _LATER:
        message(f"kiosk {first}: not in this version")
        return Exit.USAGE
    words = [first] if first in _WORDS else list(_WORDS)
    args = _parser(words).parse_args(arguments)
    return int(args.run(args))


if __name__ == "__main__":
    sys.exit(main())
