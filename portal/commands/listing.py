"""`portal list`."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.commands.output import DONE, failed, show
from portal.documents import DocumentsError
from portal.listing import list_submissions
from portal.places import PlacesError
from portal.reconcile import lost_submissions
from portal.store import StoreError, read_store


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the word."""
    about = "what a terminal has a receipt for and neither side holds any more"
    parser.add_argument("--lost", action="store_true", help=about)


def run(arguments: argparse.Namespace) -> int:
    """One line per submission; returns the exit code."""
    lines = _lost if arguments.lost else list_submissions
    readable = _readable_lost if arguments.lost else _readable
    try:
        for line in lines(arguments.dir):
            show(line if arguments.json else readable(line))
    except (StoreError, DocumentsError, PlacesError) as error:
        return failed("STORE_FAULT", str(error), as_json=arguments.json)
    return DONE


def _lost(folder: Path) -> list[dict[str, Any]]:
    store = read_store(folder)
    try:
        return lost_submissions(store)
    finally:
        store.close()


def _readable(line: Mapping[str, Any]) -> str:
    names = ("id", "terminal", "item", "stage", "collection_no", "receipt_no", "project_no")
    return "  ".join(str(line[name] or "-") for name in names)


def _readable_lost(line: Mapping[str, Any]) -> str:
    names = ("receipt_no", "terminal", "id", "named_at")
    return "  ".join(str(line[name] or "-") for name in names)
