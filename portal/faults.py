"""Faults that the reference portal plays on demand, outside the contract.

`DIR/faults.json` is the one place where the switches stand: name -> arguments,
or `group.name` -> arguments for one group alone. It is read again whenever it
changes, so a fault goes on and off without a restart. What was seen and played
is counted in `DIR/faults.counts`, so several worker processes count together.
Every injection is a line in `DIR/faults.jsonl`.
"""

import fcntl
import json
import os
import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from portal.fault_names import ALL_NAMES, GROUPS, known, split
from portal.files import write_durably

_WORDS: Final = frozenset({"path", "group", "kind"})
_COUNTS: Final = frozenset({"count", "after"})
_NUMBERS: Final = frozenset({"rate", "seconds"})
_FREE: Final = frozenset({"seed", "status"})
ARGUMENTS: Final = _WORDS | _COUNTS | _NUMBERS | _FREE


class FaultsError(Exception):
    """A switch that this portal does not have."""


@dataclass(slots=True)
class _Switches:
    stamp: tuple[int, int] | None = None
    rules: dict[str, Mapping[str, Any]] = field(default_factory=dict)


class Faults:
    """The switches of one folder; without `faults.json` nothing is ever played."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "faults.json"
        self._counts = folder / "faults.counts"
        self._journal = folder / "faults.jsonl"
        self._lock = threading.RLock()
        self._switches = _Switches()

    @property
    def enabled(self) -> bool:
        """Whether the folder has a `faults.json` at all."""
        return self._file.exists()

    def take(self, name: str, path: str = "") -> Mapping[str, Any] | None:
        """The arguments of a fault if it is to be played now, else None.

        Playing is decided by `path` (its beginning) or `group`, then `after` (skip
        that many), `count` (play at most that many) and `rate` (0 to 1, drawn from
        `seed` and the number of the request); each one is written down. `seconds`
        is how long the fault lasts, waits or asks to wait, see `docs/integration.md`.
        """
        with self._lock:
            for switch, arguments in self._present().items():
                group, fault = split(switch)
                if fault != name or not _concerns(arguments, group, path):
                    continue
                if self._due(switch, arguments):
                    self._write_down(name, path)
                    return arguments
        return None

    def show(self, name: str) -> Mapping[str, Any] | None:
        """The arguments of a switched fault, None while it is off.

        A plain name also finds the switch of a group.
        """
        with self._lock:
            rules = self._present()
        if name in rules:
            return rules[name]
        return next((rules[each] for each in rules if split(each)[1] == name), None)

    def played(self, name: str) -> int:
        """How often a fault was played since it was switched on."""
        with self._lock, self._counted() as table:
            return sum(
                count["played"]
                for switch, count in table.items()
                if name in {switch, split(switch)[1]}
            )

    def switch(self, name: str, arguments: Mapping[str, Any] | None) -> None:
        """Switch a fault on with its arguments and counts at 0, or off with None.

        Args:
            name: a fault, or `group.fault`; off with the plain name ends it in every group.
            arguments: those of `ARGUMENTS`.

        Raises:
            FaultsError: no such fault, or an argument that none has.
        """
        if not known(name):
            raise FaultsError(f"no fault {name!a}")
        _check(arguments or {})
        with self._lock, self._counted() as counts:
            table = self._read()
            for each in [each for each in table if _same(each, name, off=arguments is None)]:
                del table[each]
                counts.pop(each, None)
            counts.pop(name, None)
            if arguments is not None:
                table[name] = dict(arguments)
            write_durably(self._file, json.dumps(table, indent=2).encode() + b"\n")
            self._switches.stamp = None

    def clear(self) -> None:
        """Switch everything off; makes `faults.json`, which allows switching over HTTP."""
        with self._lock, self._counted() as counts:
            counts.clear()
            write_durably(self._file, b"{}\n")
            self._switches.stamp = None

    def all(self) -> dict[str, Mapping[str, Any]]:
        """Every fault that is on, with its arguments."""
        with self._lock:
            return dict(self._present())

    def _present(self) -> Mapping[str, Mapping[str, Any]]:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            self._switches = _Switches()
            return self._switches.rules
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._switches.stamp:
            rules = {name: rule for name, rule in self._read().items() if _usable(name, rule)}
            self._switches = _Switches(stamp, rules)
        return self._switches.rules

    def _read(self) -> dict[str, Any]:
        try:
            table = json.loads(self._file.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return dict(table) if isinstance(table, dict) else {}

    def _due(self, switch: str, arguments: Mapping[str, Any]) -> bool:
        with self._counted() as table:
            count = table.get(switch)
            if count is None or count["of"] != arguments:
                count = {"of": dict(arguments), "seen": 0, "played": 0}
                table[switch] = count
            count["seen"] += 1
            due = count["seen"] > arguments.get("after", 0)
            due = due and count["played"] < arguments.get("count", count["played"] + 1)
            due = due and _draw(switch, arguments, count["seen"])
            count["played"] += due
            return due

    @contextmanager
    def _counted(self) -> Iterator[dict[str, Any]]:
        """The counts of all processes, held alone and written back at the end."""
        handle = os.open(self._counts, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = file.read()
            table = _counts(before)
            yield table
            after = json.dumps(table).encode()
            if after != before:
                file.seek(0)
                file.truncate()
                file.write(after)
                file.flush()

    def _write_down(self, name: str, path: str) -> None:
        line = json.dumps({"fault": name, "path": path, "at": time.time()})
        with self._journal.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _check(arguments: Mapping[str, Any]) -> None:
    unknown = sorted(set(arguments) - ARGUMENTS)
    if unknown:
        raise FaultsError(f"no argument {unknown[0]!a}")
    wrong = [name for name, value in arguments.items() if not _fits(name, value)]
    if wrong:
        raise FaultsError(f"argument {wrong[0]!a} has no such value")


def _fits(name: str, value: object) -> bool:
    if name == "group":
        return value in GROUPS
    if name in _WORDS:
        return isinstance(value, str)
    if name in _COUNTS:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if name in _NUMBERS:
        whole = isinstance(value, int | float) and not isinstance(value, bool)
        return whole and (name == "seconds" or 0 <= float(str(value)) <= 1)
    return isinstance(value, int | str)


def _usable(name: str, rule: object) -> bool:
    if not isinstance(rule, dict) or not known(name):
        return False
    try:
        _check(rule)
    except FaultsError:
        return False
    return True


def _same(switch: str, name: str, *, off: bool) -> bool:
    return switch == name or (off and name in ALL_NAMES and split(switch)[1] == name)


def _counts(content: bytes) -> dict[str, Any]:
    try:
        table = json.loads(content or b"{}")
    except ValueError:
        return {}
    return table if isinstance(table, dict) else {}


def _concerns(arguments: Mapping[str, Any], group: str, path: str) -> bool:
    if "path" in arguments:
        prefixes: tuple[str, ...] = (arguments["path"],)
    else:
        prefixes = GROUPS[group or arguments.get("group", "all")]
    return not path or path.startswith(prefixes)


def _draw(switch: str, arguments: Mapping[str, Any], number: int) -> bool:
    seed = f"{arguments.get('seed', 0)}:{switch}:{number}"
    # a seeded draw that must repeat, not a secret
    draw = random.Random(seed)  # noqa: S311 - repeats a test, protects nothing
    return draw.random() < float(arguments.get("rate", 1.0))
