"""Small file systems of a test's own: mounted, used and taken away again, also when it fails."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

TOOLS = ("mount", "umount", "losetup", "mkfs.ext4")
_LOOPS = Path("/dev/loop-control")
_FUSE = Path("/dev/fuse")


def cannot_mount(*, fuse: bool = False, loops: bool = True) -> str:
    """Why this machine cannot run such a test, or nothing."""
    missing = [name for name in TOOLS if tool(name) is None]
    if os.geteuid() != 0:
        why = "only root may mount"
    elif missing:
        why = f"not installed: {', '.join(missing)}"
    elif loops and not _LOOPS.exists():
        why = "this kernel has no loop devices"
    elif fuse and not _FUSE.exists():
        why = "this kernel has no FUSE"
    else:
        why = ""
    return why and f"NOT TESTED, the power of this claim is missing here: {why}"


def tool(name: str) -> str | None:
    """Where a tool of the system lies; root's paths are not always in PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def run_tool(name: str, *arguments: str) -> str:
    """Run a tool to its end; returns what it said."""
    command = [tool(name) or name, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise OSError(f"{name}: {done.stderr.strip()}")
    return done.stdout.strip()


def wait_until(true: Callable[[], object], timeout_s: float = 30.0) -> bool:
    """Look again and again until it is true; False if it never was."""
    until = time.monotonic() + timeout_s
    pause = threading.Event()
    while not true():
        if time.monotonic() > until:
            return False
        pause.wait(0.01)
    return True


@contextmanager
def attached(file: Path) -> Iterator[str]:
    """A file as a block device; only this device is taken away again."""
    device = run_tool("losetup", "-f", "--show", str(file))
    try:
        yield device
    finally:
        run_tool("losetup", "-d", device)


@contextmanager
def mounted(source: str, folder: Path, *options: str) -> Iterator[Path]:
    """A mounted file system; taken away even while a dying process still holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    run_tool("mount", *options, source, str(folder))
    try:
        yield folder
    finally:
        unmount(folder)


def unmount(folder: Path) -> None:
    """Unmount, at the latest once the kernel has let go of a killed process."""

    def gone() -> bool:
        try:
            run_tool("umount", str(folder))
        except OSError:
            return not os.path.ismount(folder)
        return True

    if not wait_until(gone, 10.0):
        run_tool("umount", "-l", str(folder))


def make_ext4(device: str) -> None:
    """An empty ext4 that keeps nothing back for root."""
    run_tool("mkfs.ext4", "-q", "-F", "-E", "nodiscard", "-m", "0", device)


@contextmanager
def tmpfs(folder: Path, mib: int) -> Iterator[Path]:
    """A tmpfs of its own."""
    with mounted("tmpfs", folder, "-t", "tmpfs", "-o", f"size={mib}m") as found:
        yield found


@contextmanager
def ext4(folder: Path, mib: int) -> Iterator[Path]:
    """A loop device with a small ext4 of its own."""
    image = folder.with_name(f"{folder.name}.img")
    with image.open("wb") as file:
        file.truncate(mib << 20)
    with ExitStack() as stack:
        device = stack.enter_context(attached(image))
        make_ext4(device)
        yield stack.enter_context(mounted(device, folder, "-t", "ext4"))
