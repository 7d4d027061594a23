"""`portal import`."""

import argparse
from pathlib import Path

from portal.assembly import assemble
from portal.commands.output import DONE, NOT_DONE, failed, show
from portal.documents import DocumentsError
from portal.importing import TAKEN, ExportError, find_exports, take_export
from portal.places import PlacesError
from portal.running import RunningError, serving_lock
from portal.store import StoreError


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the word."""
    parser.add_argument("export", type=Path, metavar="DIR", help="an export, or a folder of them")


def run(arguments: argparse.Namespace) -> int:
    """One JSON line per id: `id`, `outcome`, `receipt_no`, `problem`; returns the exit code.

    Beside a running portal or without one. 0 when everything is here now, whether it
    came with this call or before.
    """
    if not (arguments.dir / "keys").is_dir():
        return failed("STORE_FAULT", "no portal ever ran in this folder", as_json=arguments.json)
    try:
        with serving_lock(arguments.dir):
            return _import(arguments)
    except (StoreError, DocumentsError, RunningError, OSError) as error:
        return failed("STORE_FAULT", str(error), as_json=arguments.json)
    except PlacesError as error:
        return failed("SETTING_INVALID", str(error), as_json=arguments.json)


def _import(arguments: argparse.Namespace) -> int:
    portal = assemble(arguments.dir)
    code = DONE
    try:
        for folder in find_exports(arguments.export):
            for taken in take_export(portal, folder):
                line = {"id": taken.id, "outcome": taken.outcome, "receipt_no": taken.receipt_no}
                show({**line, "problem": taken.problem})
                code = code if taken.outcome in TAKEN else NOT_DONE
    except ExportError as error:
        text = f"{error.reason}: {error}"
        return failed("STORE_FAULT", text, as_json=arguments.json)
    finally:
        portal.store.close()
    return code
