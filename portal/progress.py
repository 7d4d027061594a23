"""办件进度: how far a case is, by its number and four digits of the phone, or by a grant."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import sqlalchemy as sa
from pydantic import Field

from portal.acts import Row
from portal.demo_words import BUNDLES, PROCESS, RESULTS, TASKS
from portal.faults import Faults
from portal.holders import cases_of
from portal.identity import Grant
from portal.intake import RECEIVED, sealed_body
from portal.keys import Keyring
from portal.misses import Misses
from portal.opening import OpeningError, open_data_key, open_payload
from portal.problems import ProblemError
from portal.store import Store
from portal.tables.acts import deliveries
from portal.tables.intake import events, submissions
from portal.wire import Strict, schema_problem

MOST_CASES: Final = 200
_MOBILE: Final = "contact_mobile"

Case = dict[str, Any]


class CaseSearchBody(Strict):
    """`POST /v1/cases/search`: a number with four digits of the phone, or nothing."""

    collection_no: Annotated[str, Field(pattern=r"^[0-9]{6}[0-9A-Z]{16}$")] | None = None
    project_no: Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,50}$")] | None = None
    mobile_last4: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None

    @property
    def is_empty(self) -> bool:
        """The resident's own cases are asked for."""
        return not self.model_fields_set

    def check(self) -> None:
        """Refuse what names no case, or two.

        Raises:
            ProblemError: `schema`.
        """
        named = (self.collection_no is None) != (self.project_no is None)
        whole = named and self.mobile_last4 is not None
        if not (self.is_empty or (whole and len(self.model_fields_set) == 2)):
            raise schema_problem([{"pointer": "", "reason": "one_number_and_mobile_last4"}])


class Progress:
    """The counter that says how far a case is."""

    def __init__(self, store: Store, keys: Keyring, misses: Misses, faults: Faults) -> None:
        self._store = store
        self._keys = keys
        self._misses = misses
        self._faults = faults

    def by_number(self, terminal: str, asked: CaseSearchBody, path: str = "") -> list[Case]:
        """The case of a number, of whatever terminal; none when the phone is another.

        Raises:
            ProblemError: `rate` after five misses in ten minutes.
        """
        guess = self._misses.begin(terminal)
        number = asked.collection_no or asked.project_no or ""
        column = submissions.c.collection_no if asked.collection_no else submissions.c.project_no
        query = sa.select(submissions).where(column == number).order_by(submissions.c.n.desc())
        with self._store.transaction() as connection:
            rows = connection.execute(query.limit(1)).mappings().all()
        if not rows or not self._is_phone(rows[0], asked.mobile_last4 or ""):
            return []
        self._misses.forgive(guess)
        with self._store.transaction() as connection:
            found = [_case(connection, rows[0]["terminal"], rows[0]["case_id"])]
        return self._played(found, path)

    def of_resident(self, resident: Grant, path: str = "") -> list[Case]:
        """The resident's own cases, the newest first, 200 at most."""
        with self._store.transaction() as connection:
            names = cases_of(connection, resident.cert_key, MOST_CASES)
            found = [_case(connection, terminal, case_id) for terminal, case_id in names]
        return self._played(found, path)

    def _is_phone(self, row: sa.RowMapping, last4: str) -> bool:
        """The number lies sealed in the submission: opened for this question, never stored."""
        body = sealed_body(row)
        key = self._keys.find(body["portal_key_id"])
        if key is None:
            return False
        try:
            data_key = open_data_key(body["dek"], key.private, row["id"])
            payload = open_payload(body["payload"], data_key, row["id"])
        except OpeningError:
            return False
        mobile = payload.get(_MOBILE)
        held = mobile[-4:] if isinstance(mobile, str) else ""
        return hmac.compare_digest(held.encode("utf-8", "replace"), last4.encode())

    def _played(self, found: list[Case], path: str) -> list[Case]:
        if self._faults.take("no_match", path) is not None:
            return []
        if found and self._faults.take("many", path) is not None:
            return (found * MOST_CASES)[:MOST_CASES]
        if self._faults.take("stale_stage", path) is not None:
            late = ("project_no", "accept_date", "promise_date", "special", "result")
            return [
                {**case, "stage": RECEIVED, "process": case["process"][:1], "missing": []}
                | dict.fromkeys(late)
                for case in found
            ]
        return found


def _case(connection: sa.Connection, terminal: str, case_id: str) -> Case:
    mine = (submissions.c.terminal == terminal) & (submissions.c.case_id == case_id)
    query = sa.select(submissions).where(mine).order_by(submissions.c.case_seq)
    rows = connection.execute(query).mappings().all()
    if not rows:
        raise ProblemError("unknown-id", 404)
    first, last = rows[0], rows[-1]
    stage = str(last["stage"])
    reasons = (last["result"] or {}).get("reasons", [])
    result = _result(connection, last) if stage == "concluded" else None
    return {
        "project_no": _latest(rows, "project_no"),
        "collection_no": first["collection_no"],
        "task_name": TASKS.get(first["task_code"], first["task_code"]),
        "stage": stage,
        "apply_date": sealed_body(first)["apply_date"],
        "accept_date": _latest(rows, "accept_date"),
        "promise_date": _latest(rows, "promise_date"),
        "process": _process(connection, terminal, [row["id"] for row in rows]),
        "special": _special(stage, reasons),
        "result": result,
        "missing": reasons if stage == "correction" else [],
        "children": _children(first["task_code"], stage, _latest(rows, "project_no"), result),
    }


def _latest(rows: Sequence[sa.RowMapping], name: str) -> Any:
    return next((row[name] for row in reversed(rows) if row[name] is not None), None)


def _process(
    connection: sa.Connection, terminal: str, identities: Sequence[str]
) -> list[dict[str, Any]]:
    query = (
        sa.select(events.c.kind, events.c.at)
        .where(
            events.c.terminal == terminal,
            events.c.id.in_(identities),
            events.c.kind.startswith("submission."),
        )
        .order_by(events.c.n)
    )
    steps = [(row.kind.partition(".")[2], row.at) for row in connection.execute(query)]
    ends = [at for _kind, at in steps[1:]] + [None]
    return [
        {
            "process_name": PROCESS[kind][0],
            "event_name": PROCESS[kind][1],
            "event_start_time": at,
            "event_end_time": end,
            "handle_explain": PROCESS[kind][2],
        }
        for (kind, at), end in zip(steps, ends, strict=True)
        if kind in PROCESS
    ]


def _special(stage: str, reasons: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """特别程序: a correction stops the clock until the resident has answered."""
    if stage != "correction":
        return None
    names = [str(each.get("material_name") or each.get("reason")) for each in reasons]
    return {"special_type": "补正", "special_reason": "、".join(names)}


def _result(connection: sa.Connection, row: Row | sa.RowMapping) -> dict[str, Any]:
    mine = (deliveries.c.terminal == row["terminal"]) & (deliveries.c.case_id == row["case_id"])
    sent = connection.scalar(sa.select(sa.func.count()).select_from(deliveries).where(mine))
    return {
        "result_type": "电子",
        "result_date": (row["result"] or {}).get("result_date"),
        "result_cetr_name": RESULTS.get(row["task_code"]),
        "result_cetr_no": row["project_no"],
        "is_delivery_results": bool(sent),
    }


def _children(
    task_code: str, stage: str, project_no: str | None, result: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """一件事: the parts of a bundle go with the whole in the reference portal."""
    return [
        {
            "project_no": f"{project_no}-{place}" if project_no else None,
            "task_name": name,
            "stage": stage,
            "result": {**result, "result_cetr_name": name} if result else None,
        }
        for place, name in enumerate(BUNDLES.get(task_code, ()), 1)
    ]
