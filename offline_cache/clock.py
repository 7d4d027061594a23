"""The two clocks of the store, and which boot they belong to."""

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

# China has one time zone and no summer time; a terminal's TZ setting may not change a number.
CHINA_TIME = timezone(timedelta(hours=8), "CST")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """What the store asks of time; scripted in tests."""

    @property
    def boot_id(self) -> str:
        """Names the boot that `monotonic` counts from."""

    def monotonic(self) -> float:
        """Seconds that never run backwards within one boot; schedules use this alone."""

    def wall(self) -> float:
        """Seconds since 1970, possibly wrong; for labels only."""


class SystemClock:
    """The machine's clocks."""

    def __init__(self) -> None:
        self._boot_id = _BOOT_ID.read_text().strip()

    @property
    def boot_id(self) -> str:
        """The kernel's id of this boot."""
        return self._boot_id

    def monotonic(self) -> float:
        """`CLOCK_MONOTONIC`: the same count in every process of one boot."""
        return time.monotonic()

    def wall(self) -> float:
        """The local wall clock."""
        return time.time()


def local(wall_s: float) -> datetime:
    """Wall seconds as China time, in whole seconds."""
    return datetime.fromtimestamp(int(wall_s), UTC).astimezone(CHINA_TIME)


def rfc3339(wall_s: float) -> str:
    """Wall seconds as RFC 3339 in China time, `2026-11-22T10:15:00+08:00`."""
    return local(wall_s).isoformat()


def age_s(clock: Clock, boot_id: str, created_mono: float, created_wall: float) -> float:
    """Age for people, in seconds: within a boot monotonic, else by the wall clock, never negative.

    Nothing is refused or erased by it; see `offline_cache.running`.
    """
    if boot_id == clock.boot_id:
        return max(0.0, clock.monotonic() - created_mono)
    return max(0.0, clock.wall() - created_wall)
