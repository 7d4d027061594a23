"""`portal backup`."""

import argparse
from dataclasses import asdict
from pathlib import Path

from portal.backup import BackupError, back_up
from portal.commands.output import DONE, failed, say, show
from portal.documents import DocumentsError
from portal.moments import wall_clock
from portal.places import PlacesError
from portal.running import RunningError, serving_lock
from portal.store import StoreError


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the word."""
    parser.add_argument("target", type=Path, metavar="DIR", help="an empty or a new folder")


def run(arguments: argparse.Namespace) -> int:
    """Back the portal up while it serves; JSON, returns the exit code."""
    if not arguments.dir.is_dir():
        return failed("STORE_FAULT", "no such folder", as_json=arguments.json)
    try:
        with serving_lock(arguments.dir):
            done = back_up(arguments.dir, arguments.target, wall_clock())
    except (BackupError, StoreError, DocumentsError, RunningError, OSError) as error:
        return failed("STORE_FAULT", str(error), as_json=arguments.json)
    except PlacesError as error:
        return failed("SETTING_INVALID", str(error), as_json=arguments.json)
    say("portal: the backup holds private keys: keep it as safe as the portal itself")
    show(asdict(done))
    return DONE
