"""Routes of who is alive, what is taken back and what is compared."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.acts import answer, read_act
from portal.certificates import CertificateRegister
from portal.headers import JSON_LIMIT, check_digest, check_json, read_body, terminal_of
from portal.heartbeats import Heartbeats
from portal.moments import WallClock
from portal.problems import ProblemError
from portal.reconcile import Reconciling
from portal.request_log import RequestJournal
from portal.store import Store
from portal.withdrawals import Withdrawals

HEARTBEAT_LIMIT: Final = 2048


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What these routes work with."""

    register: CertificateRegister
    withdrawals: Withdrawals
    reconciling: Reconciling
    heartbeats: Heartbeats
    journal: RequestJournal


def open_upkeep(
    folder: Path, store: Store, clock: WallClock, catalogue_tag: Callable[[], str | None]
) -> Upkeep:
    """Build it over a portal's folder and store; each heartbeat's answer tells the tag."""
    return Upkeep(
        CertificateRegister(store, clock),
        Withdrawals(store, clock),
        Reconciling(store, clock),
        Heartbeats(folder, store, clock, catalogue_tag),
        RequestJournal(folder),
    )


def upkeep_routes(upkeep: Upkeep) -> list[Route]:
    """`POST /v1/heartbeat`, `PUT .../withdrawal`, `POST /v1/submissions:reconcile`."""
    desk = _Desk(upkeep)
    return [
        Route("/v1/heartbeat", desk.heartbeat, methods=["POST"]),
        Route("/v1/submissions/{id}/withdrawal", desk.withdraw, methods=["PUT"]),
        Route("/v1/submissions:reconcile", desk.reconcile, methods=["POST"]),
    ]


class _Desk:
    def __init__(self, upkeep: Upkeep) -> None:
        self._upkeep = upkeep

    async def heartbeat(self, request: Request) -> Response:
        """Note that a terminal is alive; tell it how fast it may send and what to look at."""
        terminal = terminal_of(request)
        check_json(request.headers)
        body = await read_body(request, HEARTBEAT_LIMIT)
        beat = self._upkeep.heartbeats.read(body)
        if beat.terminal != terminal:
            raise ProblemError("forbidden", 403, "the body names another terminal")
        return JSONResponse(await run_in_threadpool(self._upkeep.heartbeats.note, beat))

    async def withdraw(self, request: Request) -> Response:
        """Take a submission back, whether it is here or not."""
        act = await read_act(request)
        take = self._upkeep.withdrawals.take
        state, replayed = await run_in_threadpool(
            take, act.terminal, act.identity, act.body, act.sha256
        )
        return answer(state, replayed=replayed)

    async def reconcile(self, request: Request) -> Response:
        """Compare what the terminal remembers with what is here."""
        terminal = terminal_of(request)
        check_json(request.headers)
        body = await read_body(request, JSON_LIMIT)
        check_digest(request.headers, body, required=False)
        compare = self._upkeep.reconciling.compare
        compared = await run_in_threadpool(compare, terminal, body)
        await run_in_threadpool(self._upkeep.heartbeats.reconciled, terminal)
        return JSONResponse(compared)
