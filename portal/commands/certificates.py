"""`portal certificates new|revoke TERMINAL` and `portal certificates list`."""

import argparse
from dataclasses import asdict

from portal.authority import AuthorityError, ensure_authority
from portal.certificates import opened_register
from portal.commands.output import DONE, USAGE, failed, say, show
from portal.moments import wall_clock
from portal.places import PlacesError
from portal.store import StoreError


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the word."""
    parser.add_argument("act", choices=("new", "revoke", "list"))
    parser.add_argument("terminal", nargs="?", metavar="TERMINAL", help="such as SH-000001")


def run(arguments: argparse.Namespace) -> int:
    """Make, take back or list client certificates; JSON lines, returns the exit code."""
    if (arguments.terminal is None) != (arguments.act == "list"):
        say("portal: certificates new TERMINAL, certificates revoke TERMINAL, certificates list")
        return USAGE
    try:
        return {"new": _new, "revoke": _revoke, "list": _list}[arguments.act](arguments)
    except (AuthorityError, PlacesError) as error:
        return failed("SETTING_INVALID", str(error), as_json=arguments.json)
    except (StoreError, OSError) as error:
        return failed("STORE_FAULT", str(error), as_json=arguments.json)


def _new(arguments: argparse.Namespace) -> int:
    arguments.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = ensure_authority(arguments.dir / "tls", wall_clock())
    with opened_register(arguments.dir) as register:
        issued = authority.issue(arguments.terminal, wall_clock())
        known = register.add(issued.terminal, issued.certificate)
    show(
        {
            "terminal": issued.terminal,
            "cert": str(issued.certificate_path.resolve()),
            "key": str(issued.key_path.resolve()),
            "ca": str(authority.certificate.resolve()),
            "serial": known.serial,
            "fingerprint": known.fingerprint,
            "not_after": known.not_after,
        }
    )
    return DONE


def _revoke(arguments: argparse.Namespace) -> int:
    with opened_register(arguments.dir) as register:
        count = register.revoke(arguments.terminal)
    if not count:
        text = "no certificate of this terminal is in force"
        return failed("SETTING_INVALID", text, as_json=arguments.json)
    show({"terminal": arguments.terminal, "revoked": count})
    return DONE


def _list(arguments: argparse.Namespace) -> int:
    with opened_register(arguments.dir) as register:
        for each in register.all():
            show(asdict(each))
    return DONE
