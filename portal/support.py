"""统一总客服: messages that somebody answers, and calls to a clerk who sees the masked screen."""

import secrets
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.acts import (
    Act,
    answer,
    known_row,
    open_sealed,
    plain_ack,
    read_act,
    read_question,
    refused,
    told,
)
from portal.bodies import SupportCallBody, SupportMessageBody
from portal.faults import Faults
from portal.intake import Ack, receipt_number
from portal.keys import Keyring
from portal.moments import WallClock, stamp
from portal.opening import OpeningError
from portal.store import Store, emit, lock_key, record_effect
from portal.tables.acts import support_messages

_CLERK_S: Final = 20
_NO_CLERK_S: Final = 600


class Support:
    """The clerks' letter box and telephone."""

    def __init__(self, store: Store, keys: Keyring, clock: WallClock, faults: Faults) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._faults = faults

    def take(self, act: Act) -> tuple[Ack, bool]:
        """Take a message over, or repeat what was said; and whether it is a replay.

        Raises:
            ProblemError: `id-reuse`, `malformed`, `schema`, `sealing-key-gone`, `refused`
                when nobody could read whom to call back.
        """
        with self._store.transaction() as connection:
            lock_key(connection, "support", act.terminal, act.identity)
            row = known_row(connection, support_messages, act)
            if row is not None:
                ack: Ack = row["ack"]
                return ack, True
            message = act.read(SupportMessageBody)
            try:
                open_sealed(message.contact, act.identity, self._keys)
            except OpeningError as error:
                raise refused("payload-unreadable") from error
            now = self._clock()
            ack = plain_ack(act, receipt_number(connection, now), stamp(now))
            connection.execute(
                support_messages.insert().values(
                    **act.key, sha256=act.sha256, body=act.body, ack=ack
                )
            )
            at = ack["received_at"]
            record_effect(connection, act.terminal, act.identity, "support_message", at)
            emit(connection, "support.message", (act.terminal, act.identity), at)
        return ack, False

    def call(self, path: str = "") -> dict[str, Any]:
        """How long to wait for a clerk, and where to meet one; nothing is kept of a call."""
        if self._faults.take("no_clerk", path) is not None:
            return {"wait_s": _NO_CLERK_S, "join": None}
        if self._faults.take("call_drops", path) is not None:
            # the clerk was there and is gone: nothing to wait for and nobody to meet
            return {"wait_s": 0, "join": None}
        join = f"https://support.example/mirror/{secrets.token_urlsafe(16)}"
        return {"wait_s": _CLERK_S, "join": join}


class SupportDesk:
    """The routes of the group `support`."""

    def __init__(self, support: Support) -> None:
        self._support = support

    def routes(self) -> list[Route]:
        """Messages and calls."""
        return [
            Route("/v1/support/messages/{id}", self.message, methods=["PUT"]),
            Route("/v1/support/calls", self.call, methods=["POST"]),
        ]

    async def message(self, request: Request) -> Response:
        """`PUT /v1/support/messages/{id}`."""
        act = await read_act(request)
        ack, replayed = await run_in_threadpool(self._support.take, act)
        return answer(ack, replayed=replayed)

    async def call(self, request: Request) -> Response:
        """`POST /v1/support/calls`."""
        await read_question(request, SupportCallBody)
        return told(self._support.call(request.url.path))
