"""The routes of the contract; every decision is in the modules they call."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.assembly import Portal
from portal.content_desk import revalidated
from portal.credentials import Gate, Policy
from portal.headers import (
    JSON_LIMIT,
    check_digest,
    check_json,
    check_key,
    id_of,
    read_body,
    terminal_of,
)
from portal.intake import Ack
from portal.intake_faults import Losses, LossPlayer
from portal.moments import ZONE_NAME, stamp
from portal.outages import OUTAGES, on_outage
from portal.play import FaultPlayer, switch_routes, twisted
from portal.problems import ProblemError, on_fault, on_http_error, on_problem
from portal.request_log import RequestLog
from portal.tus import tus_routes
from portal.upkeep import upkeep_routes


def create_app(portal: Portal, policy: Policy | None = None) -> Starlette:
    """The web application over an assembled portal.

    Args:
        portal: what the routes work with.
        policy: what counts as a credential; None is a portal on loopback without TLS.
    """
    routes = [
        *TerminalDesk(portal).routes(),
        *IntakeDesk(portal).routes(),
        *upkeep_routes(portal.upkeep),
        *tus_routes(portal),
        *portal.services.routes(),
        *switch_routes(portal.faults),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={
            ProblemError: on_problem,
            HTTPException: on_http_error,
            ClientDisconnect: _on_disconnect,
            **dict.fromkeys(OUTAGES, on_outage),
            Exception: on_fault,
        },
    )
    # a path with a slash too many is none of the contract; redirects are followed by nobody
    app.router.redirect_slashes = False
    losses = Losses(portal.store, portal.faults, portal.office, portal.clock)
    app.add_middleware(LossPlayer, losses=losses, faults=portal.faults)
    register, rules = portal.upkeep.register, policy or Policy()
    app.add_middleware(Gate, register=register, policy=rules, clock=portal.clock)
    app.add_middleware(FaultPlayer, faults=portal.faults)
    journal = portal.upkeep.journal
    app.add_middleware(RequestLog, journal=journal, routes=routes, clock=portal.clock)
    return app


class TerminalDesk:
    """Keys and time."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def routes(self) -> list[Route]:
        """The routes of the group `terminal`."""
        return [
            Route("/v1/keys", self.keys, methods=["GET"]),
            Route("/v1/time", self.time, methods=["GET"]),
        ]

    async def keys(self, request: Request) -> Response:
        """The public sealing keys, newest first, with a strong ETag."""
        keys = self._portal.keys
        return revalidated(request, {"sealing": keys.published()}, keys.tag)

    async def time(self, _request: Request) -> Response:
        """The portal's clock and the office's zone."""
        now = stamp(self._portal.clock())
        return JSONResponse({"now": now, "zone": ZONE_NAME}, headers={"Cache-Control": "no-store"})


class IntakeDesk:
    """Submissions and ratings."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def routes(self) -> list[Route]:
        """The routes of the groups `intake` and `evaluation`."""
        return [
            Route("/v1/submissions/{id}", self.put, methods=["PUT"]),
            Route("/v1/submissions/{id}", self.get, methods=["GET"]),
            Route("/v1/evaluations/{id}", self.rate, methods=["PUT"]),
        ]

    async def put(self, request: Request) -> Response:
        """Take a submission over and answer with the ack, after the commit."""
        terminal, identity, body, sha256 = await _resident_act(request)
        if self._portal.faults.take("in_progress", request.url.path) is not None:
            raise ProblemError("in-progress", 409, headers={"Retry-After": "1"})
        take = self._portal.intake.take
        ack, replayed = await run_in_threadpool(take, terminal, identity, body, sha256)
        return _acknowledge(twisted(self._portal.faults, ack, request.url.path), replayed=replayed)

    async def get(self, request: Request) -> Response:
        """The ack as it stands now."""
        terminal, identity = terminal_of(request), id_of(request)
        ack = await run_in_threadpool(self._portal.intake.ask, terminal, identity)
        return JSONResponse(ack, headers={"Cache-Control": "no-store"})

    async def rate(self, request: Request) -> Response:
        """Take a rating and answer with the ack, after the commit."""
        terminal, identity, body, sha256 = await _resident_act(request)
        take = self._portal.evaluations.take
        ack, replayed = await run_in_threadpool(take, terminal, identity, body, sha256)
        return _acknowledge(twisted(self._portal.faults, ack, request.url.path), replayed=replayed)


async def _resident_act(request: Request) -> tuple[str, str, bytes, str]:
    """The checks that every PUT of a resident's act begins with, the digest before the content."""
    terminal, identity = terminal_of(request), id_of(request)
    check_json(request.headers)
    check_key(request.headers, identity)
    body = await read_body(request, JSON_LIMIT)
    return terminal, identity, body, check_digest(request.headers, body)


def _acknowledge(ack: Ack, *, replayed: bool) -> Response:
    headers = {"Idempotent-Replayed": "true"} if replayed else None
    return JSONResponse(ack, status_code=200 if replayed else 201, headers=headers)


def _on_disconnect(_request: Request, _error: Exception) -> Response:
    # nobody reads it; an answer is asked for all the same
    return Response(status_code=400)
