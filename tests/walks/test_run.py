"""`kiosk run` as the service manager sees it: READY, WATCHDOG, and an end on SIGTERM."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offline_cache.database import Database

pytestmark = [pytest.mark.slow]


@contextmanager
def _running(
    folder: Path, *flags: str, watchdog_us: int = 0
) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    name = folder / "notify"
    environment = {**os.environ, "NOTIFY_SOCKET": str(name), "WATCHDOG_USEC": str(watchdog_us)}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(name))
        line.settimeout(30)
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "run", "--state", str(folder / "state"), *flags],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process, line
        finally:
            process.kill()
            process.wait()


def _until(line: socket.socket, word: bytes) -> None:
    while not line.recv(64).startswith(word):
        pass


def test_the_terminal_says_ready_after_its_first_frame_and_stays_alive(tmp_path: Path) -> None:
    with _running(tmp_path, watchdog_us=400_000) as (process, line):
        _until(line, b"READY=1")
        _until(line, b"WATCHDOG=1")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_a_terminal_that_cannot_open_its_store_still_ends_on_sigterm(tmp_path: Path) -> None:
    with (
        Database.open(tmp_path / "state" / "store"),
        _running(tmp_path) as (process, line),
    ):
        _until(line, b"READY=1")
        log = tmp_path / "state" / "logs" / "kiosk.jsonl"
        line.settimeout(0.1)
        for _ in range(200):
            if log.is_file() and "StoreBusyError" in log.read_text(encoding="utf-8"):
                break
            with pytest.raises(TimeoutError):
                line.recv(64)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert "StoreBusyError" in log.read_text(encoding="utf-8")
