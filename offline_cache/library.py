"""Which SQLite may hold residents' submissions, and who brought it."""

from collections.abc import Iterable
from enum import StrEnum
from importlib.metadata import Distribution, distributions

from offline_cache.errors import StoreOldLibraryError

# SQLite's WAL-reset bug loses committed writes from 3.7.0 on; these versions end it.
_FIXED = (3, 51, 3)
_BACKPORTS = ((3, 44, 6), (3, 50, 7))
_MODULE = "apsw"


class Journal(StrEnum):
    """How SQLite makes a commit durable; the value is the word of `PRAGMA journal_mode`."""

    WAL = "WAL"
    TRUNCATE = "TRUNCATE"


def check_library(version: str) -> None:
    """Let a library pass that has the WAL-reset bug fixed.

    Fixed in 3.51.3 and, within their own series, in 3.44.6 and 3.50.7; 3.52.0 was withdrawn.

    Raises:
        StoreOldLibraryError: any other version.
    """
    number = tuple(int(part) for part in version.split(".")[:3])
    backported = any(number[:2] == fixed[:2] and number >= fixed for fixed in _BACKPORTS)
    if number == (3, 52, 0) or not (number >= _FIXED or backported):
        raise StoreOldLibraryError(f"SQLite {version} can lose committed writes")


def journal_for(version: str, *, old_allowed: bool) -> Journal:
    """WAL where it is safe; a rollback journal where it is not and the settings allow that.

    The bug is in WAL mode alone. `TRUNCATE` with `synchronous=EXTRA` is as durable and
    costs some five fsyncs a commit.

    Raises:
        StoreOldLibraryError: the library has the bug, and the settings do not allow it.
    """
    try:
        check_library(version)
    except StoreOldLibraryError:
        if not old_allowed:
            raise
        return Journal.TRUNCATE
    return Journal.WAL


def owners(found: Iterable[Distribution] | None = None) -> tuple[str, ...]:
    """The installed distributions that bring the module `apsw`: of two, the last one won silently.

    Args:
        found: the distributions to look at; all that Python sees by default.
    """
    names = {
        each.name
        for each in (distributions() if found is None else found)
        if any(file.parts[0] == _MODULE for file in each.files or ())
    }
    return tuple(sorted(names))
