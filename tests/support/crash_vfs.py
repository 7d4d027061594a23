"""SQLite's own file calls as crash points: in the middle of a commit and of a checkpoint.

In WAL mode the main file is written by nothing but a checkpoint, and the log by nothing
but a commit, so the name of the file tells what is going on.
"""

from collections.abc import Callable

import apsw


class PointedFile(apsw.VFSFile):
    """A file of SQLite that tells before each write and each sync."""

    def __init__(
        self,
        base: str,
        name: str | apsw.URIFilename | None,
        flags: list[int],
        reached: Callable[[str], None],
    ) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        self._kind = "commit" if path.endswith("-wal") else "checkpoint"
        self._reached = reached
        super().__init__(base, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._reached(f"vfs.{self._kind}.write")
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        self._reached(f"vfs.{self._kind}.sync")
        super().xSync(flags)


class PointedVfs(apsw.VFS):
    """Becomes the default file system of every connection that is opened afterwards."""

    def __init__(self, reached: Callable[[str], None]) -> None:
        self._reached = reached
        super().__init__("pointed", "unix", makedefault=True)

    def xOpen(  # noqa: N802 - SQLite's name
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> PointedFile:
        return PointedFile("unix", name, flags, self._reached)
