"""办理结果: what a pick-up code stands for, its bytes, and what became of each print.

A paper may be printed `COPIES` times. What came out counts, whole, in part or unknown; the
one whole print that follows a part of a print replaces it and does not count again.
"""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import sqlalchemy as sa
from pydantic import Field

from portal.acts import Act, known_row, plain_ack
from portal.demo_words import RESULTS, TASKS
from portal.faults import Faults
from portal.holders import is_of
from portal.identity import Grant
from portal.intake import Ack, receipt_number
from portal.misses import Misses
from portal.moments import WallClock, stamp
from portal.paper import page
from portal.problems import ProblemError
from portal.store import Store, emit, lock_key, record_effect
from portal.tables.intake import submissions
from portal.tables.results import pickups, prints, result_files
from portal.wire import Hex64, Moment, Strict, Uuid, Whole

COPIES: Final = 3
_PARTIAL: Final = "PARTIAL"
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class CollectBody(Strict):
    """`POST /v1/results/collect`."""

    pickup_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{4,16}$")]


class PrintBody(Strict):
    """`PUT /v1/prints/{id}`."""

    sha256: Hex64
    case_id: Uuid | None = None
    state: Literal["PRINTED", "PARTIAL", "UNKNOWN"]
    pages: Annotated[Whole, Field(ge=0, le=1000)]
    at: Moment
    channel: Literal["KIOSK"]


class Results:
    """The counter that hands results out."""

    def __init__(self, store: Store, clock: WallClock, misses: Misses, faults: Faults) -> None:
        self._store = store
        self._clock = clock
        self._misses = misses
        self._faults = faults

    def collect(self, resident: Grant, code: str) -> dict[str, Any]:
        """The file of a pick-up code, and how often it may still be printed.

        Raises:
            ProblemError: `unknown-id` for a wrong code, another person's case or one that is
                not concluded; `rate` after five of these in ten minutes.
        """
        guess = self._misses.begin(resident.terminal)
        with self._store.transaction() as connection:
            lock_key(connection, "pickup", code)
            told = self._collect(connection, resident, code)
        if told is None:
            raise ProblemError("unknown-id", 404)
        self._misses.forgive(guess)
        return told

    def file(self, resident: Grant, sha256: str, path: str = "") -> bytes:
        """The bytes of a result that this resident may see.

        Raises:
            ProblemError: `unknown-id`.
        """
        mine = (result_files.c.sha256 == sha256) & (result_files.c.cert_key == resident.cert_key)
        with self._store.transaction() as connection:
            content = connection.scalar(sa.select(result_files.c.content).where(mine))
        if content is None:
            raise ProblemError("unknown-id", 404)
        whole = bytes(content)
        if self._faults.take("result_bad_hash", path) is not None:
            return whole[:-1] + bytes([whole[-1] ^ 1])
        if self._faults.take("result_cut", path) is not None:
            return whole[: len(whole) // 2]
        return whole

    def note_print(self, act: Act) -> tuple[Ack, bool]:
        """Take the report of a print, or repeat what was said; and whether it is a replay.

        Raises:
            ProblemError: `id-reuse`, `malformed`, `schema`.
        """
        with self._store.transaction() as connection:
            lock_key(connection, "print", act.terminal, act.identity)
            known = known_row(connection, prints, act)
            if known is not None:
                ack: Ack = known["ack"]
                return ack, True
            report = act.read(PrintBody)
            lock_key(connection, "paper", report.sha256)
            now = self._clock()
            ack = plain_ack(act, receipt_number(connection, now), stamp(now), report.case_id)
            values = {"file_sha256": report.sha256, "state": report.state, "ack": ack}
            is_copy = _is_copy(_states(connection, report.sha256), report.state)
            connection.execute(
                prints.insert().values(**act.key, sha256=act.sha256, is_copy=is_copy, **values)
            )
            at = ack["received_at"]
            record_effect(connection, act.terminal, act.identity, "print", at)
            emit(connection, "print.reported", (act.terminal, act.identity), at)
        return ack, False

    def _collect(
        self, connection: sa.Connection, resident: Grant, code: str
    ) -> dict[str, Any] | None:
        query = sa.select(pickups).where(pickups.c.code == code)
        pickup = connection.execute(query).mappings().one_or_none()
        if pickup is None:
            return None
        terminal, case_id = pickup["terminal"], pickup["case_id"]
        row = _concluded(connection, terminal, case_id)
        if row is None or not is_of(connection, terminal, case_id, resident.cert_key):
            return None
        sha256 = pickup["sha256"] or self._make(connection, code, row, resident.cert_key)
        found = sa.select(result_files).where(result_files.c.sha256 == sha256)
        made = connection.execute(found).mappings().one()
        return {
            "sha256": sha256,
            "size": len(made["content"]),
            "copies_left": max(0, COPIES - _copies(connection, sha256)),
            "verify_code": made["verify_code"],
        }

    def _make(self, connection: sa.Connection, code: str, row: sa.RowMapping, cert_key: str) -> str:
        verify_code = "".join(secrets.choice(_LETTERS) for _ in range(16))
        day = (row["result"] or {}).get("result_date")
        lines = [
            f"事项：{TASKS.get(row['task_code'], row['task_code'])}",
            f"办件编号：{row['project_no']}",
            f"办结日期：{day}",
            f"查验码：{verify_code}",
        ]
        content = page(RESULTS.get(row["task_code"], "办理结果"), lines)
        sha256 = hashlib.sha256(content).hexdigest()
        values = {"sha256": sha256, "content": content, "cert_key": cert_key}
        connection.execute(result_files.insert().values(**values, verify_code=verify_code))
        connection.execute(pickups.update().where(pickups.c.code == code).values(sha256=sha256))
        return sha256


def note_pickup(connection: sa.Connection, code: str, terminal: str, case_id: str) -> None:
    """Remember what a pick-up code stands for, in the transaction that gives it out."""
    connection.execute(pickups.insert().values(code=code, terminal=terminal, case_id=case_id))


def _concluded(connection: sa.Connection, terminal: str, case_id: str) -> sa.RowMapping | None:
    mine = (submissions.c.terminal == terminal) & (submissions.c.case_id == case_id)
    query = sa.select(submissions).where(mine).order_by(submissions.c.case_seq.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    return row if row is not None and row["stage"] == "concluded" else None


def _states(connection: sa.Connection, sha256: str) -> list[str]:
    query = sa.select(prints.c.state).where(prints.c.file_sha256 == sha256).order_by(prints.c.n)
    return [str(state) for state in connection.scalars(query)]


def _is_copy(before: Sequence[str], state: str) -> bool:
    """The reprint of a part is the same copy."""
    return not (state != "UNKNOWN" and before and before[-1] == _PARTIAL)


def _copies(connection: sa.Connection, sha256: str) -> int:
    counted = (prints.c.file_sha256 == sha256) & prints.c.is_copy
    query = sa.select(sa.func.count()).select_from(prints).where(counted)
    return int(connection.scalar(query) or 0)
