"""A disk whose unflushed writes are dropped, as a block file in a FUSE file system.

`power_cut_disk.py MOUNTPOINT --size BYTES` offers two files: `disk`, to be used through a
loop device, and `ctl`, to which one JSON object is written per command. A flush makes the
writes before it durable; a snapshot is what a power cut at this instant would leave: the
durable bytes and a random half of the 512-byte sectors that were written since.
"""

import argparse
import errno
import json
import os
import random
import stat
import threading
from dataclasses import dataclass, field
from typing import Any

import mfusepy

SECTOR = 512


@dataclass
class Fault:
    """What goes wrong with writes or flushes from now on.

    Attributes:
        on: `write` or `flush`; anything else is no fault.
        number: the errno that is answered.
        count: how often; -1 until another order comes.
        holding: only writes that hold these bytes fail, so that the file system's own
            books stay whole; all if empty.
    """

    on: str = ""
    number: int = errno.EIO
    count: int = -1
    holding: bytes = b""

    def hits(self, kind: str, data: bytes = b"") -> bool:
        if self.on != kind or not self.count or self.holding not in data:
            return False
        self.count -= self.count > 0
        return True


@dataclass
class Disk:
    """The bytes that are read, the bytes that a power cut leaves, and what lies between."""

    size: int
    fault: Fault = field(default_factory=Fault)
    flush_delay_s: float = 0.0
    flushes: int = 0
    faults: int = 0
    pending: list[tuple[int, bytes]] = field(default_factory=list)
    current: bytearray = field(init=False)
    durable: bytearray = field(init=False)
    kept: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self.current, self.durable = bytearray(self.size), bytearray(self.size)
        self.kept = bytearray()

    def read(self, size: int, offset: int) -> bytes:
        return bytes(self.current[offset : min(offset + size, self.size)])

    def write(self, data: bytes, offset: int) -> int:
        if self.fault.hits("write", data):
            self.faults += 1
            raise OSError(self.fault.number, "as ordered")
        if offset + len(data) > self.size:
            raise OSError(errno.ENOSPC, "the end of the disk")
        self.current[offset : offset + len(data)] = data
        self.pending.append((offset, data))
        return len(data)

    def flush(self) -> None:
        if self.flush_delay_s:
            threading.Event().wait(self.flush_delay_s)
        if self.fault.hits("flush"):
            self.faults += 1
            raise OSError(self.fault.number, "as ordered")
        for offset, data in self.pending:
            self.durable[offset : offset + len(data)] = data
        self.pending.clear()
        self.flushes += 1

    def snapshot(self, seed: int, mode: str) -> None:
        """Keep what a power cut now would leave; mode is `none`, `rand` or `all`."""
        chance = random.Random(seed)
        image = bytearray(self.durable)
        for offset, data in self.pending:
            for start in range(0, len(data), SECTOR):
                if mode == "all" or (mode == "rand" and chance.random() < 0.5):
                    sector = data[start : start + SECTOR]
                    image[offset + start : offset + start + len(sector)] = sector
        self.kept = image

    def restore(self) -> None:
        """The power is back: the disk is what the last snapshot kept."""
        self.durable, self.current = bytearray(self.kept), bytearray(self.kept)
        self.pending.clear()

    def obey(self, order: dict[str, Any]) -> None:
        """Do one command of `ctl`; ValueError for any other."""
        match order:
            case {"do": "snapshot", "seed": seed, "mode": mode}:
                self.snapshot(seed, mode)
            case {"do": "restore"}:
                self.restore()
            case {"do": "fault", "on": on, "errno": number, "count": count, "holding": holding}:
                self.fault = Fault(on, number, count, holding.encode())
            case {"do": "delay", "flush_s": seconds}:
                self.flush_delay_s = seconds
            case _:
                raise ValueError("no such order")


class Files(mfusepy.Operations):
    """`disk` and `ctl` in one folder."""

    use_ns = True

    def __init__(self, disk: Disk) -> None:
        self.disk = disk

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
        del fh
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2}
        sizes = {"/disk": self.disk.size, "/ctl": 4096}
        if path not in sizes:
            raise mfusepy.FuseOSError(errno.ENOENT)
        return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": sizes[path]}

    def readdir(self, path: str, fh: int) -> list[str]:
        del path, fh
        return [".", "..", "disk", "ctl"]

    def open(self, path: str, flags: int) -> int:
        del path, flags
        return 0

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        """Opening `ctl` for writing truncates it, which means nothing here."""
        del path, length, fh
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        del fh
        if path == "/disk":
            return self.disk.read(size, offset)
        told = {"flushes": self.disk.flushes, "faults": self.disk.faults}
        return json.dumps(told).encode()[offset : offset + size]

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        del fh
        if path == "/disk":
            return self.disk.write(data, offset)
        try:
            self.disk.obey(json.loads(data))
        except ValueError as error:
            raise mfusepy.FuseOSError(errno.EINVAL) from error
        return len(data)

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        del datasync, fh
        if path == "/disk":
            self.disk.flush()
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        del path
        return {"f_bsize": 4096, "f_blocks": self.disk.size // 4096, "f_bavail": 0}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mountpoint")
    parser.add_argument("--size", type=int, default=48 << 20)
    options = parser.parse_args()
    os.environ.pop("LD_PRELOAD", None)
    mfusepy.FUSE(
        Files(Disk(options.size)),
        options.mountpoint,
        foreground=True,
        nothreads=True,
        direct_io=True,
    )


if __name__ == "__main__":
    main()
