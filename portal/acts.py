"""What every resident's act has in common: how it is read, answered, and acknowledged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.bodies import SealedBody
from portal.headers import (
    JSON_LIMIT,
    check_digest,
    check_json,
    check_key,
    id_of,
    read_body,
    terminal_of,
)
from portal.intake import RECEIVED, Ack
from portal.keys import Keyring
from portal.opening import open_data_key, open_payload
from portal.problems import ProblemError
from portal.wire import Body, checked, parse

Row = dict[str, Any]
"""A row by the names of its columns."""


@dataclass(frozen=True, slots=True)
class Act:
    """A PUT as it came.

    Attributes:
        terminal: who speaks, from the credential.
        identity: the id of the path.
        body: the exact bytes.
        sha256: their digest in hex, computed here.
    """

    terminal: str
    identity: str
    body: bytes = field(repr=False)
    sha256: str

    @property
    def key(self) -> dict[str, str]:
        """The columns that name the act in every table."""
        return {"terminal": self.terminal, "id": self.identity}

    def read(self, model: type[Body]) -> Body:
        """The body in the shape of its model.

        Raises:
            ProblemError: `malformed`, `schema`.
        """
        return checked(model, parse(self.body))


async def read_act(request: Request) -> Act:
    """The checks that every PUT of a resident's act begins with, the digest before the content.

    Raises:
        ProblemError: of `portal/headers.py`.
    """
    terminal, identity = terminal_of(request), id_of(request)
    check_json(request.headers)
    check_key(request.headers, identity)
    body = await read_body(request, JSON_LIMIT)
    return Act(terminal, identity, body, check_digest(request.headers, body))


async def read_question(request: Request, model: type[Body]) -> tuple[str, Body]:
    """The terminal and the body of a POST that asks and decides nothing.

    Raises:
        ProblemError: of `portal/headers.py`, `malformed`, `schema`.
    """
    terminal = terminal_of(request)
    check_json(request.headers)
    body = await read_body(request, JSON_LIMIT)
    check_digest(request.headers, body, required=False)
    return terminal, checked(model, parse(body))


def answer(value: Mapping[str, Any], *, replayed: bool) -> Response:
    """201 the first time, 200 with `Idempotent-Replayed` for a replay."""
    headers = {"Idempotent-Replayed": "true"} if replayed else None
    return JSONResponse(value, status_code=200 if replayed else 201, headers=headers)


def told(value: Mapping[str, Any]) -> Response:
    """The answer to a question; no box between may keep it."""
    return JSONResponse(value, headers={"Cache-Control": "no-store"})


def rows_of(connection: sa.Connection, query: "sa.Select[Any]") -> list[Row]:
    """What a query finds."""
    found = connection.execute(query).mappings().all()
    return [{str(name): value for name, value in row.items()} for row in found]


def known_row(connection: sa.Connection, table: sa.Table, act: Act) -> Row | None:
    """The row of an act that was taken before, None for a new one.

    Raises:
        ProblemError: `id-reuse` when the id stands for another body.
    """
    row = find_row(connection, table, act.terminal, act.identity)
    if row is not None and row["sha256"] != act.sha256:
        raise ProblemError("id-reuse", 422)
    return row


def find_row(
    connection: sa.Connection, table: sa.Table, terminal: str, identity: str
) -> Row | None:
    """The row of a terminal's act, held until the transaction ends, or None."""
    query = sa.select(table).where(table.c.terminal == terminal, table.c.id == identity)
    return next(iter(rows_of(connection, query.with_for_update())), None)


def plain_ack(act: Act, receipt_no: str, received_at: str, case_id: str | None = None) -> Ack:
    """The ack of an act that is no submission; without a case its own id stands for it."""
    ack: Ack = {"id": act.identity, "sha256": act.sha256, "receipt_no": receipt_no}
    ack |= {"received_at": received_at, "case_id": case_id or act.identity, "case_seq": 1}
    rest = ("project_no", "accept_date", "promise_date", "accept_doc", "result")
    return ack | {"stage": RECEIVED} | dict.fromkeys(rest)


def reason(name: str) -> dict[str, Any]:
    """A reason that concerns no material."""
    return {"material_name": None, "ordinal": None, "reason": name}


def refused(*names: str) -> ProblemError:
    """The refusal of an act with every reason at once."""
    return ProblemError("refused", 422, extension={"reasons": [reason(name) for name in names]})


def open_sealed(part: SealedBody, identity: str, keys: Keyring) -> dict[str, Any]:
    """What a terminal sealed for the portal beside a submission; never stored opened.

    Args:
        part: as it came.
        identity: the id of the path, or the visit where the path has none.
        keys: the portal's keys.

    Raises:
        ProblemError: `sealing-key-gone`.
        OpeningError: it does not open.
    """
    key = keys.find(part.portal_key_id)
    if key is None:
        extension = {"portal_key_id": part.portal_key_id}
        raise ProblemError("sealing-key-gone", 422, extension=extension)
    return open_payload(part.payload, open_data_key(part.dek, key.private, identity), identity)
