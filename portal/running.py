"""Whether a portal runs over a folder: its processes share a lock, a restore wants it alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK_NAME: Final = "serving.lock"


class RunningError(Exception):
    """Somebody else has the folder: a portal that runs, or a restore."""


@contextmanager
def serving_lock(folder: Path) -> Iterator[None]:
    """Held by every process that serves the folder; several may.

    Raises:
        RunningError: a restore is in work.
    """
    with _locked(folder, fcntl.LOCK_SH, "a restore of this folder is in work"):
        yield


@contextmanager
def lock_alone(folder: Path) -> Iterator[None]:
    """Held by a restore; nobody serves the folder meanwhile.

    Raises:
        RunningError: a portal is running over the folder.
    """
    with _locked(folder, fcntl.LOCK_EX, "a portal is running over this folder"):
        yield


@contextmanager
def _locked(folder: Path, kind: int, why_not: str) -> Iterator[None]:
    handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunningError(why_not) from error
        yield
    finally:
        os.close(handle)
