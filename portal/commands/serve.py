"""`portal serve`."""

import argparse
import ipaddress
from pathlib import Path

from portal.authority import AuthorityError
from portal.commands.output import DONE, USAGE, failed, say
from portal.documents import DocumentsError
from portal.places import Places, PlacesError
from portal.running import RunningError
from portal.serving import Service, serve
from portal.store import StoreError
from portal.workers import WorkersError

_NO_TLS = (
    "portal: WITHOUT --tls: any process of this machine may speak as any terminal"
    " (header Terminal-Id); for development and tests only"
)
_SIGNED = "portal: without --tls, every request must be signed; end TLS in front of this portal"


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the word."""
    parser.add_argument("--host", default="127.0.0.1", help="an address; loopback without --tls")
    parser.add_argument("--port", type=_port, default=0, help="0: any free port")
    parser.add_argument("--database", metavar="URL", help="postgresql://..., remembered in DIR")
    parser.add_argument("--documents", metavar="URL", help="s3://..., remembered in DIR")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes; several with PostgreSQL"
    )
    parser.add_argument(
        "--tls", type=Path, metavar="DIR", help="the folder of the authority: DIR or DIR/tls"
    )
    parser.add_argument(
        "--name", action="append", default=[], help="a further name for the TLS certificate"
    )
    parser.add_argument(
        "--signed", action="store_true", help="take signed requests (RFC 9421) only"
    )
    parser.add_argument(
        "--public-url", metavar="URL", help="the address that terminals sign, behind a gateway"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal; returns the exit code."""
    if arguments.workers < 1:
        say("portal: --workers takes 1 or more")
        return USAGE
    if arguments.tls is None:
        if not is_loopback(arguments.host):
            say("portal: without --tls only a loopback address is served")
            return USAGE
        say(_SIGNED if arguments.signed else _NO_TLS)
    service = Service(
        places=Places(arguments.database, arguments.documents),
        tls=arguments.tls,
        names=tuple(arguments.name),
        signed=arguments.signed,
        public_url=arguments.public_url,
        workers=arguments.workers,
    )
    try:
        serve(arguments.dir, arguments.host, arguments.port, service)
    except (AuthorityError, PlacesError) as error:
        return failed("SETTING_INVALID", str(error), as_json=arguments.json)
    except (StoreError, DocumentsError, RunningError, WorkersError, OSError) as error:
        return failed("STORE_FAULT", str(error), as_json=arguments.json)
    return DONE


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError("no port")
    return number


def is_loopback(host: str) -> bool:
    """Whether an address of `--host` reaches this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
