"""Faults of the intake that change what the portal holds, or what it says of an order or a key."""

import re
from typing import Final

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.cases import Office
from portal.faults import Faults
from portal.moments import WallClock, milliseconds
from portal.problems import ProblemError
from portal.store import Store, insert_if_new
from portal.tables import metadata
from portal.tables.intake import effects, submissions, tasks, uploads
from portal.wire import SubmissionBody

_SUBMISSION: Final = re.compile(r"/v1/submissions/([0-9a-f-]{36})(/withdrawal)?")
_INTAKE: Final = "/v1/submissions"


class PlayedRefusals:
    """A gate of the intake: says no where the portal itself would say yes."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __call__(
        self, _connection: sa.Connection, _terminal: str, identity: str, submission: SubmissionBody
    ) -> None:
        """Refuse a new submission while a fault is on.

        Raises:
            ProblemError: `case-order` with an `expected` that came before, `sealing-key-gone`.
        """
        path = f"{_INTAKE}/{identity}"
        if self._faults.take("order_gap", path) is not None:
            expected = max(1, submission.case_seq - 1)
            raise ProblemError("case-order", 409, extension={"expected": expected})
        if self._faults.take("key_gone", path) is not None:
            extension = {"portal_key_id": submission.portal_key_id}
            raise ProblemError("sealing-key-gone", 422, extension=extension)


class Losses:
    """What the portal loses, or does too late, while a fault is on."""

    def __init__(self, store: Store, faults: Faults, office: Office, clock: WallClock) -> None:
        self._store = store
        self._faults = faults
        self._office = office
        self._clock = clock

    def before(self, method: str, path: str) -> None:
        """Lose what a fault wants lost before the portal looks at a request of the intake."""
        found = _SUBMISSION.fullmatch(path)
        if method == "PUT" and found is not None and found.group(2) is None:
            self._lose_documents(found.group(1), path)
        if self._faults.take("forget_before", path) is not None:
            self._forget()

    def after(self, method: str, path: str) -> None:
        """Let a case that was just taken back be concluded all the same."""
        found = _SUBMISSION.fullmatch(path)
        if method != "PUT" or found is None or found.group(2) is None:
            return
        if self._faults.show("late_conclusion") is not None:
            self._take_up(found.group(1))
            self._office.wake()

    def _lose_documents(self, identity: str, path: str) -> None:
        pages = uploads.c.submission == identity
        with self._store.transaction() as connection:
            there = connection.scalar(sa.select(uploads.c.name).where(pages).limit(1)) is not None
            if there and self._faults.take("documents_lost", path) is not None:
                connection.execute(uploads.delete().where(pages))

    def _forget(self) -> None:
        """Everything is as in the empty backup: nothing was ever received."""
        with self._store.transaction() as connection:
            for table in reversed(metadata.sorted_tables):
                if any(key.column.table is submissions for key in table.foreign_keys):
                    connection.execute(table.delete())
            connection.execute(submissions.delete())
            connection.execute(effects.delete().where(effects.c.what == "received"))

    def _take_up(self, identity: str) -> None:
        due_ms = milliseconds(self._clock())
        query = sa.select(submissions.c.n).where(submissions.c.id == identity)
        with self._store.transaction() as connection:
            for number in connection.scalars(query.where(submissions.c.stage == "withdrawn")):
                insert_if_new(connection, tasks, {"submission": number, "due_ms": due_ms})


class LossPlayer:
    """ASGI layer around the intake that lets `Losses` happen; nothing while no fault is on."""

    def __init__(self, app: ASGIApp, losses: Losses, faults: Faults) -> None:
        self._app = app
        self._losses = losses
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through between what is lost before it and what comes after it."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not path.startswith(_INTAKE) or not self._faults.all():
            await self._app(scope, receive, send)
            return
        method = str(scope["method"])
        await run_in_threadpool(self._losses.before, method, path)
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await self._app(scope, receive, hold)
        if held and held[0].get("status", 500) < 300:
            await run_in_threadpool(self._losses.after, method, path)
        for message in held:
            await send(message)
