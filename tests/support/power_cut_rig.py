"""A real ext4 on a disk that can lose its power, wait, or fail: `power_cut_disk` and its mounts."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crash_mounts import attached, make_ext4, mounted, unmount, wait_until

_DAEMON = Path(__file__).with_name("power_cut_disk.py")


class PowerCutDisk:
    """An ext4 in `folder` until the block ends; nothing of it is left behind.

    Taken away in this order: file system, loop device, FUSE.
    """

    def __init__(self, place: Path, mib: int = 48) -> None:
        self.folder = place / "ext4"
        self._fuse = place / "fuse"
        self._mib = mib
        self._whole = ExitStack()
        self._mounts = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._whole = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._whole.close()

    def order(self, do: str, **words: Any) -> None:
        """Give the disk an order; see `Disk.obey`."""
        (self._fuse / "ctl").write_text(json.dumps({"do": do, **words}))

    def fail(self, on: str, number: int, *, count: int = -1, holding: str = "") -> None:
        """From now on writes or flushes are answered with this errno; see `Fault`."""
        self.order("fault", on=on, errno=number, count=count, holding=holding)

    def heal(self) -> None:
        """No faults any more."""
        self.fail("", 0)

    def counts(self) -> dict[str, int]:
        """Flushes that succeeded and faults that were injected so far."""
        told: dict[str, int] = json.loads((self._fuse / "ctl").read_text().rstrip("\0"))
        return told

    def cut(self, seed: int, mode: str = "rand") -> None:
        """The power goes now; whoever uses the file system must be killed before `back`."""
        self.order("snapshot", seed=seed, mode=mode)

    def back(self) -> None:
        """The power is back: what survived is mounted again."""
        self.unmount()
        self.order("restore")
        self.mount()

    def mount(self) -> None:
        """Attach and mount what the disk holds."""
        with ExitStack() as stack:
            device = stack.enter_context(attached(self._fuse / "disk"))
            stack.enter_context(mounted(device, self.folder, "-t", "ext4"))
            self._mounts = stack.pop_all()

    def unmount(self) -> None:
        """Take file system and loop device away; the disk keeps what it has."""
        self._mounts.close()

    def _start(self, stack: ExitStack) -> None:
        self._fuse.mkdir(parents=True)
        daemon = subprocess.Popen(
            [sys.executable, str(_DAEMON), str(self._fuse), "--size", str(self._mib << 20)],
            env={"PATH": "/usr/bin:/bin"},
        )
        stack.callback(self._end, daemon)
        if not wait_until((self._fuse / "disk").exists):
            raise OSError("the disk does not appear")
        with attached(self._fuse / "disk") as device:
            make_ext4(device)
        stack.callback(self.unmount)
        self.mount()

    def _end(self, daemon: "subprocess.Popen[bytes]") -> None:
        """The daemon ends by itself once its file system is gone."""
        if self._fuse.is_mount():
            unmount(self._fuse)
        try:
            daemon.wait(10)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait(10)
