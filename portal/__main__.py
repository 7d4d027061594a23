"""The `portal` command: the reference central portal and its operator's tools."""

import argparse
import ipaddress
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

DONE: Final = 0
NOT_DONE: Final = 1
USAGE: Final = 2
_LATER: Final = ("certificates", "enrol", "import", "backup", "restore", "release")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0 done, 1 did not work, 2 wrong usage)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in _LATER:
        return _not_in_this_version(given[0])
    parsed = _parser().parse_args(given)
    run = {"serve": _serve, "list": _list, "faults": _faults}[parsed.command]
    return run(parsed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portal", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the contract on loopback")
    serve.add_argument("--host", default="127.0.0.1", help="a loopback address")
    serve.add_argument("--port", type=int, default=0, help="0: any free port")
    serve.add_argument("--database", help="not in this version")
    serve.add_argument("--documents", help="not in this version")
    serve.add_argument("--tls", metavar="DIR", help="not in this version")
    listing = commands.add_parser("list", help="one line per submission")
    faults = commands.add_parser("faults", help="switch a fault, or show what is on")
    faults.add_argument("group", nargs="?")
    faults.add_argument("fault", nargs="?")
    faults.add_argument("switch", nargs="?", choices=("on", "off"))
    for command in (serve, listing, faults):
        command.add_argument("--dir", type=Path, required=True, help="the portal's folder")
        command.add_argument("--json", action="store_true", help="JSON on standard output")
    for name in _LATER:
        commands.add_parser(name, help="not in this version")
    return parser


def _serve(arguments: argparse.Namespace) -> int:
    for name in ("database", "documents", "tls"):
        if getattr(arguments, name) is not None:
            return _not_in_this_version(f"--{name}")
    if not _is_loopback(arguments.host):
        _say("portal: without --tls only a loopback address is served")
        return USAGE
    from portal.serving import serve  # noqa: PLC0415 - only this command pays for it
    from portal.store import StoreError  # noqa: PLC0415 - only this command pays for it

    _say(
        "portal: WITHOUT --tls: any process of this machine may speak as any terminal"
        " (header Terminal-Id); for development and tests only"
    )
    try:
        serve(arguments.dir, arguments.host, arguments.port)
    except (OSError, StoreError) as error:
        return _failed("STORE_FAULT", str(error), as_json=arguments.json)
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    from portal.listing import list_submissions  # noqa: PLC0415 - only this command pays for it
    from portal.store import StoreError  # noqa: PLC0415 - only this command pays for it

    try:
        for line in list_submissions(arguments.dir):
            _print(line if arguments.json else _readable(line))
    except StoreError as error:
        return _failed("STORE_FAULT", str(error), as_json=arguments.json)
    return DONE


def _faults(arguments: argparse.Namespace) -> int:
    from portal.fault_names import NAMES, switch_of  # noqa: PLC0415 - only this command pays for it
    from portal.faults import Faults  # noqa: PLC0415 - only this command pays for it

    if not arguments.dir.is_dir():
        return _failed("STORE_FAULT", "no such folder", as_json=arguments.json)
    faults = Faults(arguments.dir)
    if arguments.group is not None:
        group, name = arguments.group, arguments.fault
        if name not in NAMES.get(group, ()) or arguments.switch is None:
            found = (
                f"faults of {group}: {sorted(NAMES[group])}" if group in NAMES else sorted(NAMES)
            )
            _say(f"portal: GROUP FAULT on|off; {found}")
            return USAGE
        faults.switch(switch_of(group, name), {} if arguments.switch == "on" else None)
    elif not faults.enabled:
        faults.clear()
    _print(faults.all())
    return DONE


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _readable(line: Mapping[str, Any]) -> str:
    names = ("id", "terminal", "item", "stage", "collection_no", "receipt_no", "project_no")
    return "  ".join(str(line[name] or "-") for name in names)


def _not_in_this_version(what: str) -> int:
    _say(f"portal: {what}: not in this version")
    return USAGE


def _failed(failure: str, text: str, *, as_json: bool) -> int:
    if as_json:
        _print({"failure": failure, "message": text})
    else:
        _say(f"{failure}: {text}")
    return NOT_DONE


def _print(result: Mapping[str, Any] | str) -> None:
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
