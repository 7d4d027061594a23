"""Files that survive a power cut."""

import os
from pathlib import Path


def sync_directory(folder: Path) -> None:
    """Make a rename or a removal in the folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes) -> None:
    """Write a file with mode 0600 so that it is there whole or not at all, also after a cut."""
    write_file(path, content)
    sync_directory(path.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write a file with mode 0600, whole or not at all; its name lasts from the next sync on."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
