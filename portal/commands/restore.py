"""`portal restore`."""

import argparse
from dataclasses import asdict
from pathlib import Path

from portal.backup import BackupError
from portal.commands.output import DONE, failed, show
from portal.documents import DocumentsError
from portal.moments import wall_clock
from portal.places import Places, PlacesError
from portal.restoring import restore
from portal.running import RunningError
from portal.store import StoreError


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the word."""
    parser.add_argument("backup", type=Path, metavar="DIR", help="what `portal backup` wrote")
    parser.add_argument("--database", metavar="URL", help="for a new folder, as with serve")
    parser.add_argument("--documents", metavar="URL", help="for a new folder, as with serve")


def run(arguments: argparse.Namespace) -> int:
    """Set the portal back; JSON, returns the exit code."""
    places = Places(arguments.database, arguments.documents)
    try:
        done = restore(arguments.dir, arguments.backup, wall_clock(), places)
    except (BackupError, StoreError, DocumentsError, RunningError, OSError) as error:
        return failed("STORE_FAULT", str(error), as_json=arguments.json)
    except PlacesError as error:
        return failed("SETTING_INVALID", str(error), as_json=arguments.json)
    show(asdict(done))
    return DONE
