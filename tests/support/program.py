"""The real program as a child process, for walks and crashes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def kiosk(*arguments: str, timeout_s: float = 110.0) -> subprocess.CompletedProcess[str]:
    """Run `kiosk` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )


def lines(text: str) -> list[dict[str, Any]]:
    """Parse JSON lines; a torn last line of a killed program is left out."""
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def events(text: str, name: str) -> list[dict[str, Any]]:
    """The events of one name, in order."""
    return [each for each in lines(text) if each.get("event") == name]


def portal_list(folder: Path) -> list[dict[str, Any]]:
    """What the portal holds."""
    done = subprocess.run(
        [sys.executable, "-m", "portal", "list", "--dir", str(folder), "--json"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return lines(done.stdout)


@contextmanager
def serving(command: list[str]) -> Iterator[str]:
    """Start a program that says where it listens in its first line; gives the address."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        yield str(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


def portal(folder: Path) -> Any:
    """The reference portal on a loopback port."""
    return serving([sys.executable, "-m", "portal", "serve", "--dir", str(folder)])


def fault_proxy(to: str, *, rate: float, seed: int) -> Any:
    """A proxy that breaks a share of the requests."""
    script = Path(__file__).with_name("fault_proxy.py")
    return serving(
        [sys.executable, str(script), "--to", to, "--rate", str(rate), "--seed", str(seed)]
    )
