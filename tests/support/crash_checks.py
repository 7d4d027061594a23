"""What a store must look like after a crash, against what the dead process had said."""

import base64
import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from crash_child import LIMITS, page_of
from store_support import PRIVATE_BYTES, Store

from offline_cache.clock import SystemClock
from offline_cache.content import Content
from offline_cache.errors import SealBrokenError
from offline_cache.page_file import open_page
from offline_cache.sealing import open_payload, unwrap_at_portal

CHILD = Path(__file__).with_name("crash_child.py")
ROOT = CHILD.parents[2]
TAKEN = {"ACKED", "PURGED"}


@dataclass
class Promises:
    """What processes had said before they died."""

    put: dict[str, int] = field(default_factory=dict)
    acked: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    withdrawing: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    edition: int = -1

    def hear(self, lines: Sequence[str]) -> None:
        """Add whole lines; a torn last line was never said."""
        for line in lines:
            match line.split():
                case ["put", name, pages]:
                    self.put[name] = int(pages)
                case ["acked", name]:
                    self.acked.add(name)
                case ["message", name]:
                    self.messages.add(name)
                case ["withdrawing", name]:
                    self.withdrawing.add(name)
                case ["withdrawn", name]:
                    self.withdrawn.add(name)
                case ["kept", edition]:
                    self.edition = int(edition)

    @property
    def count(self) -> int:
        """How many acts were promised."""
        return len(self.put) + len(self.acked) + len(self.messages)


@dataclass
class Damage:
    """What is not as it was promised."""

    lost: set[str] = field(default_factory=set)
    forgotten_acks: set[str] = field(default_factory=set)
    bad_pages: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)

    def any(self) -> bool:
        return bool(self.lost or self.forgotten_acks or self.bad_pages or self.faults)


class Child:
    """A running `crash_child`; everything that it says is kept as it comes."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._begin([sys.executable, str(CHILD), str(folder), *options], {})

    @classmethod
    def of(cls, command: list[str], **environment: str) -> Self:
        """Another program, in an environment of its own."""
        child = cls.__new__(cls)
        child._begin(command, environment)
        return child

    def _begin(self, command: list[str], environment: dict[str, str]) -> None:
        self._lines: list[str] = []
        self._said = threading.Condition()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT}:{CHILD.parent}", "PATH": "/usr/bin:/bin", **environment},
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    @property
    def lines(self) -> list[str]:
        """What it has said so far, whole lines only."""
        with self._said:
            return [line for line in self._lines if line.endswith("\n")]

    def wait_for(self, start: str, timeout_s: float = 60.0) -> bool:
        """Until a line begins like this; False if it ended without."""
        return self.wait(lambda lines: any(line.startswith(start) for line in lines), timeout_s)

    def wait(self, true: Callable[[Sequence[str]], bool], timeout_s: float = 60.0) -> bool:
        """Until it is true of what was said; False if it never was."""
        with self._said:
            self._said.wait_for(lambda: self._over or true(self._lines), timeout_s)
            return true(self._lines)

    def kill(self) -> None:
        """SIGKILL; a second time does nothing."""
        self.process.kill()
        self.end()

    def end(self, timeout_s: float = 100.0) -> int:
        """Wait for its own end; returns the exit status."""
        status = self.process.wait(timeout_s)
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        assert status <= 0, "the process broke by itself, so nothing was tried on it"
        return status

    @property
    def _over(self) -> bool:
        return bool(self._lines) and self._lines[-1] == ""

    def _read(self) -> None:
        assert self.process.stdout is not None
        line = "-"
        while line:
            line = self.process.stdout.readline()
            with self._said:
                self._lines.append(line)
                self._said.notify_all()


def examine(folder: Path, promises: Promises) -> Damage:
    """Open the store as the next start would, and compare."""
    damage = Damage()
    with Store(folder, clock=SystemClock(), limits=LIMITS) as store:
        states = {row.id: row.state.value for row in store.outbox.rows()}
        receipts = {row.id: row.receipt_no for row in store.outbox.rows()}
        damage.lost = (set(promises.put) | promises.messages) - set(states)
        damage.forgotten_acks = {
            each
            for each in promises.acked - damage.lost
            if states.get(each) not in TAKEN or receipts[each] != f"R-{each[-12:].upper()}"
        }
        checked = store.database.read("PRAGMA integrity_check")
        damage.faults = [str(row[0]) for row in checked if row[0] != "ok"]
        damage.faults += store.database.verify().faults
        damage.bad_pages = [*store.recovered.rejected, *_bad_pages(store, promises)]
        names = {file.name for file in (folder / "documents").iterdir()}
        rows = {str(row[0]) for row in store.database.read("SELECT id FROM document")}
        if names != rows:
            damage.faults.append("files and rows do not agree")
        damage.faults += _broken_decisions(promises, states)
        if promises.edition >= 0 and not _has_edition(store, promises.edition):
            damage.faults.append("a kept pack is gone")
        damage.states = states
    return damage


def _broken_decisions(promises: Promises, states: dict[str, str]) -> list[str]:
    """What was taken back may only be on its way to the portal, or gone."""
    wrong = [each for each in promises.withdrawn if states.get(each) != "PURGED"]
    wrong += [
        each for each in promises.withdrawing if states.get(each) not in {"WITHDRAWING", "PURGED"}
    ]
    return [f"withdrawal forgotten: {each}" for each in sorted(set(wrong))]


def _has_edition(store: Store, edition: int) -> bool:
    """The last kept edition or a newer one, and its bytes."""
    content = Content(store.database)
    pack = content.pack("items")
    if pack is None or pack.version < edition:
        return False
    return content.read("items") == f"edition {pack.version}".encode()


def _bad_pages(store: Store, promises: Promises) -> list[str]:
    """Submissions whose body or pages are not what was sealed, opened as the portal would."""
    bad = []
    for name, body, digest, key in store.database.read(
        "SELECT id, body, body_sha256, dek_portal FROM submission WHERE state<>'DRAFT'"
    ):
        rows = store.database.read(
            "SELECT id, ordinal, sha256_sealed FROM document WHERE submission_id=?", (name,)
        )
        files = [(store.documents.path(row[0]), row[1], row[2]) for row in rows]
        whole = hashlib.sha256(body).hexdigest() == digest and _opens(name, body, key, files)
        if not whole or len(files) != promises.put.get(name, len(files)):
            bad.append(str(name))
    return bad


def _opens(name: str, body: bytes, key: bytes, files: list[tuple[Path, int, str]]) -> bool:
    dek = unwrap_at_portal(key, PRIVATE_BYTES, name)
    try:
        open_payload(dek, name, _payload(body))
        for file, ordinal, digest in files:
            sealed = file.read_bytes() if file.exists() else b""
            same = hashlib.sha256(sealed).hexdigest() == digest
            if not same or open_page(dek, name, ordinal, sealed) != page_of(name, ordinal):
                return False
    except SealBrokenError:
        return False
    return True


def _payload(body: bytes) -> bytes:
    sealed: str = json.loads(body)["payload"]
    return base64.b64decode(sealed)
