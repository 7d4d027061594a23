"""`kiosk audit`: the chain of the journal."""

import argparse
from dataclasses import asdict
from pathlib import Path

from kiosk.audit import verify
from kiosk.commands.output import Exit, common_flags, emit, failed
from kiosk.settings import SettingsError, load


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the parser of `audit verify`."""
    parser = subparsers.add_parser("audit", help="the journal of who did what")
    words = parser.add_subparsers(dest="audit_word", required=True, metavar="WORD")
    leaf = words.add_parser("verify", help="check the chain of the journal")
    leaf.add_argument("file", metavar="FILE", nargs="?", help="default: the terminal's own")
    common_flags(leaf)
    leaf.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the chain; 0 if it holds, 1 with the first bad line if not."""
    if args.file:
        file = Path(args.file)
        if not file.is_file():
            return failed("STORE_FAULT", "there is no such journal", as_json=args.json)
    else:
        try:
            file = load(args.config, args.state, files=False).state_dir / "audit.jsonl"
        except SettingsError as error:
            return failed("SETTING_INVALID", str(error), as_json=args.json)
    verdict = verify(file)
    if verdict.ok:
        emit(asdict(verdict), as_json=args.json)
        return Exit.DONE
    broken = {"failure": "STORE_FAULT", "message": f"line {verdict.first_bad} breaks the chain"}
    emit({**broken, **asdict(verdict)}, as_json=args.json)
    return Exit.NOT_DONE
