"""Builders for tests of the store: a scripted clock, a portal's key pair, intakes, acks."""

import hashlib
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offline_cache.clock import Clock
from offline_cache.database import Database, Limits
from offline_cache.documents import Documents, Draft
from offline_cache.numbers import TerminalIdentity
from offline_cache.outbox import Outbox
from offline_cache.print_journal import PrintJournal
from offline_cache.records import Ack, Intake, Stage, Submission, Ticket
from offline_cache.retention import Retention
from offline_cache.sealing import PortalKey

SMALL = Limits(ballast_bytes=64 * 1024, reserve_bytes=64 * 1024, quota_share=1.0)
PRIVATE = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PRIVATE_BYTES = bytes(range(32))
PORTAL_KEY = PortalKey("2026a", PRIVATE.public_key().public_bytes_raw())
IDENTITY = TerminalIdentity("310104", "0017")
# 演示数据: an invented person.
PAYLOAD: dict[str, Any] = {"applyer_name": "演示甲", "answers": {"marker": "MARKER-PAYLOAD"}}
PAGE = b"MARKER-PAGE" * 5000


@dataclass
class ScriptedClock:
    """Both clocks stand still until a test moves them."""

    mono: float = 1000.0
    wall_s: float = 1_795_312_800.0
    boot: str = "boot-1"

    @property
    def boot_id(self) -> str:
        return self.boot

    def monotonic(self) -> float:
        return self.mono

    def wall(self) -> float:
        return self.wall_s

    def pass_s(self, seconds: float) -> None:
        self.mono += seconds
        self.wall_s += seconds


@dataclass
class Points:
    """Notes the crash points that were reached, and can break one of them."""

    seen: list[str] = field(default_factory=list)
    broken: str = ""
    error: Exception = field(default_factory=lambda: RuntimeError("broken here"))

    def __call__(self, point: str) -> None:
        self.seen.append(point)
        if point == self.broken:
            raise self.error


class Store:
    """Everything of one store, open."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock | None = None,
        limits: Limits = SMALL,
        key: PortalKey | None = PORTAL_KEY,
        points: Points | None = None,
        database_type: type[Database] = Database,
    ) -> None:
        self.key = key
        self.clock = clock or ScriptedClock()
        self.points = points or Points()
        self.database = database_type.open(
            folder, clock=self.clock, limits=limits, reached=self.points
        )
        self.documents = Documents(self.database)
        self.recovered = self.documents.recover()
        self.journal = PrintJournal(self.database)
        self.outbox = Outbox(self.database, self.documents, IDENTITY, lambda: self.key)
        self.retention = Retention(self.database, self.documents)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.database.close()

    def draft(self, *, pages: int = 1, case_id: str | None = None) -> Draft:
        if isinstance(self.clock, ScriptedClock):
            self.clock.pass_s(0.002)  # so that ids come in the order of their making
        draft = self.documents.begin(case_id or str(uuid.uuid4()), "application", "S1")
        for _ in range(pages):
            draft.add_page(PAGE, "image/jpeg", material="m1")
        return draft

    def put(
        self, *, pages: int = 1, case_id: str | None = None, priority: int = 0, kind: str = ""
    ) -> Ticket:
        made = intake(priority=priority, kind=kind or "application")
        return self.outbox.put(self.draft(pages=pages, case_id=case_id), made)

    def next_due(self, *skip: str) -> Submission | None:
        return self.outbox.next_due(self.clock.monotonic(), skip)

    def next_id(self, *skip: str) -> str | None:
        submission = self.next_due(*skip)
        return submission.id if submission else None

    def acked(self, *, pages: int = 1) -> tuple[Ticket, Ack]:
        ticket = self.put(pages=pages)
        ack = self.ack(ticket.id)
        self.outbox.mark_received(ticket.id, ack)
        return ticket, ack

    def ack(self, submission_id: str, **changes: Any) -> Ack:
        row = self.database.read(
            "SELECT body_sha256, case_id, case_seq FROM submission WHERE id=?", (submission_id,)
        )[0]
        values: dict[str, Any] = {
            "id": submission_id,
            "sha256": row[0],
            "receipt_no": f"R-{submission_id[:8].upper()}",
            "received_at": "2026-11-22T10:00:00+08:00",
            "case_id": row[1],
            "case_seq": row[2],
            "stage": Stage.RECEIVED,
        }
        return Ack(**{**values, **changes})

    def state(self, submission_id: str) -> str:
        return self.outbox.row(submission_id).state.value


def intake(*, kind: str = "application", priority: int = 0) -> Intake:
    return Intake(
        task_code="S1",
        task_handle_item="S1-1",
        task_version=7,
        pack_sha256="ab" * 32,
        apply_date="2026-11-22T10:00:00+08:00",
        payload=PAYLOAD,
        clock_state="synced",
        clock_offset_s=0.4,
        kind=kind,
        priority=priority,
    )


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def bytes_below(folder: Path) -> bytes:
    """All bytes of all files, for marker scans."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
