"""The journal of who did what: JSON lines, each bound to the one before by SHA-256.

A line is `{"n", "at", "event", "facts", "prev", "hash"}`; `hash` is the SHA-256 of the line
without `hash`, as compact JSON with sorted keys, and `prev` is the hash of the line
before (64 zeros for the first). Changing, dropping or moving a line breaks the chain.
Cutting whole lines off the end does not show here; the last hash goes out with the
heartbeat for that. Nothing of a resident may stand in it.
"""

import fcntl
import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

FIRST = "0" * 64
TORN = "journal.torn"
_EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
_TEXT = re.compile(r"[A-Za-z0-9 ._:/+@#=-]*")
# Why somebody decided is told in their own language; who and what never is.
_WHY = "why"
_WHY_TEXT = re.compile(r"[A-Za-z0-9 ._:/+@#=,;()'\u3001-\u3011\u4e00-\u9fff\uff01-\uff1f-]*")
# An ID number is 18 characters, a mobile number 11 digits: neither may get in by mistake.
_PERSONAL = re.compile(r"(?<![0-9A-Za-z-])([0-9]{17}[0-9Xx]|1[3-9][0-9]{9})(?![0-9A-Za-z-])")
_MAX_TEXT = 128
_MAX_FACTS = 16

T = TypeVar("T")
Fact = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found.

    Attributes:
        records: lines whose place in the chain holds.
        first_bad: number of the first line that does not, counted from 1; None if all hold.
        breaks: recorded interruptions: a line torn by a power cut, cut off and noted.
    """

    ok: bool
    records: int
    first_bad: int | None
    breaks: int = 0


class Audit:
    """Appends to the journal; thread-safe, and safe beside a second process."""

    def __init__(self, path: Path, *, wall: Callable[[], float] | None = None) -> None:
        """Open the journal, or start it; a torn last line is cut off and that is recorded.

        Args:
            path: the file; its folder is made.
            wall: seconds since 1970 for the label `at`.
        """
        self.path = path
        self._wall = wall or (lambda: datetime.now(UTC).timestamp())
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock:
            self._with_file(self._repair)

    def append(self, event: str, facts: Mapping[str, Fact] | None = None) -> str:
        """Write one record, durable when this returns; gives its hash.

        Args:
            event: dotted lower-case words, such as `queue.hold`.
            facts: ids, codes and numbers; short ASCII text only, but for `why` also Chinese.

        Raises:
            ValueError: a fact's type, length or characters are not allowed, or it looks like
                an ID number or a telephone number.
            OSError: the disk failed; the record is not promised.
        """
        checked = _checked(event, facts or {})

        def write(descriptor: int) -> str:
            if not _ends_whole(descriptor):
                self._repair(descriptor)
            return self._append(descriptor, event, checked)

        with self._lock:
            return self._with_file(write)

    def head(self) -> str:
        """The hash of the last line: whoever keeps it sees when lines are cut off the end."""
        with self._lock:
            return self._with_file(lambda descriptor: _last(descriptor)[1])

    def _with_file(self, work: Callable[[int], T]) -> T:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            return work(descriptor)
        finally:
            os.close(descriptor)

    def _repair(self, descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        if size == 0:
            _sync_folder(self.path.parent)
        elif not _ends_whole(descriptor):
            whole = _read(descriptor).rfind(b"\n") + 1
            os.ftruncate(descriptor, whole)
            self._append(descriptor, TORN, {"bytes": size - whole})

    def _append(self, descriptor: int, event: str, facts: dict[str, Fact]) -> str:
        number, previous = _last(descriptor)
        at = datetime.fromtimestamp(self._wall(), UTC).isoformat(timespec="milliseconds")
        record = {"n": number + 1, "at": at, "event": event, "facts": facts, "prev": previous}
        record["hash"] = _digest(record)
        _write_all(descriptor, _line(record))
        os.fsync(descriptor)
        return str(record["hash"])


def check(event: str, facts: Mapping[str, Fact]) -> None:
    """Whether `append` would take this, asked before something is done that must be recorded.

    Raises:
        ValueError: as `Audit.append`.
    """
    _checked(event, facts)


def verify(path: Path) -> Verdict:
    """Check the whole chain; a missing file is an empty journal.

    A torn last line counts as bad until the journal's owner has opened it again.
    """
    if not path.exists():
        return Verdict(ok=True, records=0, first_bad=None)
    lines = path.read_bytes().split(b"\n")
    torn = lines.pop() != b""
    previous, breaks = FIRST, 0
    for number, line in enumerate(lines, start=1):
        record = _parsed(line)
        if record is None or (record["n"], record["prev"]) != (number, previous):
            return Verdict(ok=False, records=number - 1, first_bad=number, breaks=breaks)
        previous = record["hash"]
        breaks += record["event"] == TORN
    first_bad = len(lines) + 1 if torn else None
    return Verdict(ok=not torn, records=len(lines), first_bad=first_bad, breaks=breaks)


def _checked(event: str, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    if not _EVENT.fullmatch(event):
        raise ValueError("event: dotted lower-case words")
    if len(facts) > _MAX_FACTS:
        raise ValueError(f"more than {_MAX_FACTS} facts")
    for key, value in facts.items():
        if not _KEY.fullmatch(key):
            raise ValueError("a fact's name is a short lower-case word")
        _check_value(key, value)
    return dict(facts)


def _check_value(key: str, value: object) -> None:
    if value is not None and not isinstance(value, str | int | float):
        raise ValueError(f"{key}: type not allowed")
    text = str(value)
    allowed = _WHY_TEXT if key == _WHY else _TEXT
    if len(text) > _MAX_TEXT or not allowed.fullmatch(text):
        raise ValueError(f"{key}: too long, or characters that are not allowed")
    if _PERSONAL.search(text):
        raise ValueError(f"{key}: looks like personal data")


def _digest(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(_compact(record)).hexdigest()


def _line(record: Mapping[str, Any]) -> bytes:
    return _compact(record) + b"\n"


def _compact(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """The record if the line is exactly what `append` would have written, else None."""
    try:
        record = json.loads(line)
        claimed = record.pop("hash")
        whole = _digest(record) == claimed
        record["hash"] = claimed
        same = _compact(record) == line
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    members = {"n", "at", "event", "facts", "prev", "hash"}
    return record if whole and same and set(record) == members else None


def _last(descriptor: int) -> tuple[int, str]:
    """Number and hash of the last line; a line that is not ours starts the chain anew there."""
    line = _last_line(descriptor)
    record = _parsed(line) if line else None
    if record is None:
        return (0, FIRST) if not line else (_count(descriptor), hashlib.sha256(line).hexdigest())
    return int(record["n"]), str(record["hash"])


def _last_line(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    start = max(0, size - 65536)
    return os.pread(descriptor, size - start, start).rstrip(b"\n").rpartition(b"\n")[2]


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _count(descriptor: int) -> int:
    return _read(descriptor).count(b"\n")


def _read(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
