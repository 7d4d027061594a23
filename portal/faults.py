"""Faults that the reference portal plays on demand, outside the contract.

`DIR/faults.json` is the one place where the switches stand: name -> arguments.
It is read again whenever it changes, so a fault goes on and off without a
restart. Every injection is a line in `DIR/faults.jsonl`.
"""

import json
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from portal.files import write_durably

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "all": ("/v1",),
    "terminal": ("/v1/keys", "/v1/time", "/v1/heartbeat"),
    "intake": ("/v1/submissions", "/v1/uploads"),
    "uploads": ("/v1/uploads",),
    "evaluation": ("/v1/evaluations",),
}
ANYWHERE: Final = frozenset({"down", "status", "delay", "empty_200", "html_200"})
NAMES: Final[Mapping[str, frozenset[str]]] = {
    "all": ANYWHERE,
    "terminal": ANYWHERE,
    "intake": ANYWHERE
    | {"ack_other_id", "ack_other_sha", "ack_no_receipt", "in_progress"}
    | {"slow_acceptance", "not_accepted", "correction"},
    "uploads": ANYWHERE | {"drop_partial", "offset_wrong", "gone", "storage_full"},
    "evaluation": ANYWHERE,
}
ALL_NAMES: Final = frozenset().union(*NAMES.values())
ARGUMENTS: Final = frozenset(
    {"path", "group", "rate", "count", "after", "seed", "seconds", "kind", "status"}
)


@dataclass(slots=True)
class _Rule:
    arguments: Mapping[str, Any]
    random: random.Random
    seen: int = 0
    played: int = 0


@dataclass(slots=True)
class _Switches:
    stamp: tuple[int, int] | None = None
    rules: dict[str, _Rule] = field(default_factory=dict)


class FaultsError(Exception):
    """A switch that this portal does not have."""


class Faults:
    """The switches of one folder; without `faults.json` nothing is ever played."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "faults.json"
        self._journal = folder / "faults.jsonl"
        self._lock = threading.Lock()
        self._switches = _Switches()

    @property
    def enabled(self) -> bool:
        """Whether the folder has a `faults.json` at all."""
        return self._file.exists()

    def take(self, name: str, path: str = "") -> Mapping[str, Any] | None:
        """The arguments of a fault if it is to be played now, else None.

        Playing is decided by `path` or `group`, then `after` (skip that many),
        `count` (play at most that many) and `rate` (seeded by `seed`); each one
        is written down. `seconds` is how long `delay` waits or what `Retry-After`
        of `status` says.
        """
        with self._lock:
            rule = self._present().get(name)
            if rule is None or not _concerns(rule.arguments, path) or not _due(rule):
                return None
            rule.played += 1
            self._write_down(name, path)
            return rule.arguments

    def show(self, name: str) -> Mapping[str, Any] | None:
        """The arguments of a switched fault, None while it is off."""
        with self._lock:
            rule = self._present().get(name)
        return None if rule is None else rule.arguments

    def switch(self, name: str, arguments: Mapping[str, Any] | None) -> None:
        """Switch a fault on with its arguments, or off with None.

        Raises:
            FaultsError: no such fault, or an argument that none has.
        """
        if name not in ALL_NAMES:
            raise FaultsError(f"no fault {name!a}")
        unknown = sorted(set(arguments or {}) - ARGUMENTS)
        if unknown:
            raise FaultsError(f"no argument {unknown[0]!a}")
        with self._lock:
            table = self._read()
            table.pop(name, None)
            if arguments is not None:
                table[name] = dict(arguments)
            write_durably(self._file, json.dumps(table, indent=2).encode() + b"\n")
            self._switches.stamp = None

    def clear(self) -> None:
        """Switch everything off; makes `faults.json`, which allows switching over HTTP."""
        with self._lock:
            write_durably(self._file, b"{}\n")
            self._switches.stamp = None

    def all(self) -> dict[str, Mapping[str, Any]]:
        """Every fault that is on, with its arguments."""
        with self._lock:
            return {name: rule.arguments for name, rule in self._present().items()}

    def _present(self) -> Mapping[str, _Rule]:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            self._switches = _Switches()
            return self._switches.rules
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._switches.stamp:
            before = self._switches.rules
            self._switches = _Switches(stamp)
            for name, arguments in self._read().items():
                same = name in before and before[name].arguments == arguments
                self._switches.rules[name] = before[name] if same else _rule(arguments)
        return self._switches.rules

    def _read(self) -> dict[str, Any]:
        try:
            table = json.loads(self._file.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return dict(table) if isinstance(table, dict) else {}

    def _write_down(self, name: str, path: str) -> None:
        line = json.dumps({"fault": name, "path": path, "at": time.time()})
        with self._journal.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _rule(arguments: object) -> _Rule:
    known = arguments if isinstance(arguments, dict) else {}
    # a seeded draw that must repeat, not a secret
    draw = random.Random(known.get("seed", 0))  # noqa: S311 - repeats a test, protects nothing
    return _Rule(known, draw)


def _concerns(arguments: Mapping[str, Any], path: str) -> bool:
    prefixes = GROUPS.get(str(arguments.get("group", "all")), ("/v1",))
    if "path" in arguments:
        prefixes = (str(arguments["path"]),)
    return not path or path.startswith(prefixes)


def _due(rule: _Rule) -> bool:
    rule.seen += 1
    wanted = rule.arguments
    if rule.seen <= int(wanted.get("after", 0)):
        return False
    if rule.played >= int(wanted.get("count", rule.played + 1)):
        return False
    return rule.random.random() < float(wanted.get("rate", 1.0))
