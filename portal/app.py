"""The routes of the contract; every decision is in the modules they call."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.acts import answer, read_act, told
from portal.assembly import Portal
from portal.content_desk import revalidated
from portal.credentials import Gate, Policy
from portal.headers import id_of, terminal_of
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
        act, path = await read_act(request), request.url.path
        if self._portal.faults.take("in_progress", path) is not None:
            raise ProblemError("in-progress", 409, headers={"Retry-After": "1"})
        take = self._portal.intake.take
        ack, replayed = await run_in_threadpool(
            take, act.terminal, act.identity, act.body, act.sha256
        )
        return answer(twisted(self._portal.faults, ack, path), replayed=replayed)

    async def get(self, request: Request) -> Response:
        """The ack as it stands now."""
        terminal, identity = terminal_of(request), id_of(request)
        ack = await run_in_threadpool(self._portal.intake.ask, terminal, identity)
        return told(ack)

    async def rate(self, request: Request) -> Response:
        """Take a rating and answer with the ack, after the commit."""
        act, path = await read_act(request), request.url.path
        ack, replayed = await run_in_threadpool(self._portal.evaluations.take, act)
        return answer(twisted(self._portal.faults, ack, path), replayed=replayed)


def _on_disconnect(_request: Request, _error: Exception) -> Response:
    # nobody reads it; an answer is asked for all the same
    return Response(status_code=400)
