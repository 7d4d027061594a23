"""The reference portal as a child process: the terminal never imports it."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_TIED = ("setpriv", "--pdeathsig", "TERM")
"""A killed terminal leaves no portal behind (util-linux, part of every Debian)."""


class PortalNotStartedError(Exception):
    """The portal ended before it listened."""


class PortalChild:
    """`portal serve` on a loopback port of its own choice; ended on `stop`.

    Start it from the main thread before other threads: the child is bound to the life of
    the thread that started it.
    """

    def __init__(self, folder: Path) -> None:
        """Remember the folder that keeps the portal's keys, database and documents."""
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> str:
        """Start and wait until it listens; returns its address.

        Raises:
            PortalNotStartedError: it ended or said something else.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "serve.log").open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
                [*_TIED, sys.executable, "-m", "portal", "serve", "--dir", str(self._folder)],
                stdout=subprocess.PIPE,
                stderr=log,
                stdin=subprocess.DEVNULL,
                text=True,
            )
        line = self._process.stdout.readline() if self._process.stdout else ""
        try:
            self.url = str(json.loads(line)["url"])
        except (ValueError, KeyError) as error:
            self.stop()
            told = self._folder / "serve.log"
            raise PortalNotStartedError(
                f"the reference portal did not start: see {told}"
            ) from error
        return self.url

    def stop(self) -> None:
        """End the portal and wait for it; idempotent."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
