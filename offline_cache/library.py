"""Which SQLite may hold residents' submissions."""

from offline_cache.errors import StoreOldLibraryError

# SQLite's WAL-reset bug loses committed writes from 3.7.0 on; these versions end it.
_FIXED = (3, 51, 3)
_BACKPORTS = ((3, 44, 6), (3, 50, 7))


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
