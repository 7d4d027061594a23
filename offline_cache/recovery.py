"""Files and rows are made to agree: what a dead process or a bad disk left of the pages."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from offline_cache.database import Database

FOLDER = "documents"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the start found and put right.

    Attributes:
        drafts: drafts of a dead process, shredded.
        orphans: files without a row, removed.
        rejected: ids of submissions that lost a page, now REJECTED.
    """

    drafts: int
    orphans: int
    rejected: tuple[str, ...]


def orphans(database: Database, live: Callable[[], Collection[str]]) -> list[str]:
    """Files that no row names and no draft holds.

    The order matters: a page that leaves `live` meanwhile has its row already.

    Args:
        database: the open store.
        live: names of files that drafts hold at this moment.
    """
    files = {file.name for file in (database.folder / FOLDER).iterdir()}
    held = set(live())
    known = {str(row[0]) for row in database.read("SELECT id FROM document")}
    return sorted(files - known - held)


def missing_pages(database: Database) -> dict[str, str]:
    """Documents of unsent submissions whose file is missing or cut off, to their submission."""
    rows = database.read(
        "SELECT d.id, d.size_sealed, s.id FROM document d JOIN submission s"
        " ON s.id = d.submission_id WHERE s.state IN ('SEALED', 'HELD')"
    )
    folder = database.folder / FOLDER
    return {str(row[0]): str(row[2]) for row in rows if not _is_whole(folder / row[0], row[1])}


def _is_whole(file: Path, size: int) -> bool:
    return file.is_file() and file.stat().st_size == size
