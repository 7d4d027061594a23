"""The routes of the group `payment`; `portal/payments.py` keeps the money."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.acts import answer, read_act, told
from portal.headers import id_of, terminal_of
from portal.payments import Payments


class Cashier:
    """Payments, their closing, and refunds."""

    def __init__(self, payments: Payments) -> None:
        self._payments = payments

    def routes(self) -> list[Route]:
        """The routes of the group `payment`."""
        return [
            Route("/v1/payments/{id}", self.open, methods=["PUT"]),
            Route("/v1/payments/{id}", self.ask, methods=["GET"]),
            Route("/v1/payments/{id}/closing", self.close, methods=["PUT"]),
            Route("/v1/refunds/{id}", self.refund, methods=["PUT"]),
            Route("/v1/refunds/{id}", self.ask_refund, methods=["GET"]),
        ]

    async def open(self, request: Request) -> Response:
        """`PUT /v1/payments/{id}`."""
        act = await read_act(request)
        state, replayed = await run_in_threadpool(self._payments.open, act, request.url.path)
        return answer(state, replayed=replayed)

    async def ask(self, request: Request) -> Response:
        """`GET /v1/payments/{id}`."""
        terminal, identity = terminal_of(request), id_of(request)
        ask = self._payments.ask
        return told(await run_in_threadpool(ask, terminal, identity, request.url.path))

    async def close(self, request: Request) -> Response:
        """`PUT /v1/payments/{id}/closing`."""
        act = await read_act(request)
        state, replayed = await run_in_threadpool(self._payments.close, act, request.url.path)
        return answer(state, replayed=replayed)

    async def refund(self, request: Request) -> Response:
        """`PUT /v1/refunds/{id}`."""
        act = await read_act(request)
        state, replayed = await run_in_threadpool(self._payments.refund, act, request.url.path)
        return answer(state, replayed=replayed)

    async def ask_refund(self, request: Request) -> Response:
        """`GET /v1/refunds/{id}`."""
        terminal, identity = terminal_of(request), id_of(request)
        ask = self._payments.ask_refund
        return told(await run_in_threadpool(ask, terminal, identity, request.url.path))
