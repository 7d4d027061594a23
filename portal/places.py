"""Where a portal keeps its rows and its pages, remembered in its folder for every command.

`DIR/portal.json` holds `database` and `documents`; without it both are below the
folder itself. Credentials belong into the environment (`PGPASSWORD`,
`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), not into the addresses.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal.files import write_durably

DATABASE_NAME: Final = "portal.db"
PAGES_NAME: Final = "pages"
_FILE_NAME: Final = "portal.json"


class PlacesError(Exception):
    """The folder remembers other places than the ones that were asked for."""


class ScaleMissingError(Exception):
    """The places ask for a package of the extra `scale`, which is not installed."""


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of the rows and of the pages; None is the folder itself."""

    database: str | None = None
    documents: str | None = None


def recall(folder: Path) -> Places:
    """What the folder remembers.

    Raises:
        PlacesError: the file cannot be read.
    """
    path = folder / _FILE_NAME
    try:
        table = json.loads(path.read_bytes())
        return Places(table["database"], table["documents"])
    except FileNotFoundError:
        return Places()
    except (ValueError, KeyError, TypeError) as error:
        raise PlacesError(f"{_FILE_NAME} is damaged") from error


def settle(folder: Path, asked: Places) -> Places:
    """The places to use: the remembered ones, or the asked ones, which are remembered then.

    A folder never changes its places by a flag: that would leave its submissions
    behind without a word. Whoever moves a store edits the file.

    Raises:
        PlacesError: other places are remembered, or the folder already holds a store.
    """
    known = recall(folder)
    places = Places(
        _agreed("database", known.database, asked.database),
        _agreed("documents", known.documents, asked.documents),
    )
    if places != known:
        if places.database != known.database and (folder / DATABASE_NAME).exists():
            raise PlacesError(f"the folder already has {DATABASE_NAME}")
        if places.documents != known.documents and any((folder / PAGES_NAME).glob("*")):
            raise PlacesError("the folder already has pages")
        content = {"database": places.database, "documents": places.documents}
        write_durably(folder / _FILE_NAME, json.dumps(content, indent=2).encode() + b"\n")
    return places


def _agreed(name: str, known: str | None, asked: str | None) -> str | None:
    if known is not None and asked is not None and known != asked:
        raise PlacesError(f"{_FILE_NAME} names another {name}")
    return known if asked is None else asked
