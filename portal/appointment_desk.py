"""The routes of the group `appointment`."""

import re
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.acts import answer, read_act, told
from portal.appointments import Appointments, day_of
from portal.content_desk import revalidated
from portal.faults import Faults
from portal.headers import id_of, terminal_of
from portal.identity import Identity, resident_of
from portal.problems import ProblemError, malformed

_QUERY: Final = {
    "site": re.compile(r"[0-9A-Za-z-]{1,64}"),
    "task_code": re.compile(r"[0-9A-Za-z-]{1,36}"),
    "from": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "days": re.compile(r"[1-9]|[12][0-9]|3[01]"),
}


class AppointmentDesk:
    """Free times and tickets."""

    def __init__(self, diary: Appointments, identity: Identity, faults: Faults) -> None:
        self._diary = diary
        self._identity = identity
        self._faults = faults

    def routes(self) -> list[Route]:
        """Times before tickets: `slots` is no id."""
        path = "/v1/appointments/{id}"
        return [
            Route("/v1/appointments/slots", self.slots, methods=["GET"]),
            Route(path, self.take, methods=["PUT"]),
            Route(path, self.ask, methods=["GET"]),
            Route(path, self.release, methods=["DELETE"]),
        ]

    async def slots(self, request: Request) -> Response:
        """`GET /v1/appointments/slots`."""
        terminal_of(request)
        asked = {name: request.query_params.get(name, "") for name in _QUERY}
        for name, pattern in _QUERY.items():
            if not pattern.fullmatch(asked[name]):
                raise malformed(f"{name} is missing or wrong", f"/{name}")
        first, days = day_of(asked["from"]), int(asked["days"])
        free, tag = await run_in_threadpool(
            self._diary.slots, asked["site"], first, days, request.url.path
        )
        return revalidated(request, {"slots": free}, tag)

    async def take(self, request: Request) -> Response:
        """`PUT /v1/appointments/{id}`; the fault loses the answer after the commit."""
        act = await read_act(request)
        await resident_of(self._identity, request)
        path = request.url.path
        ticket, replayed = await run_in_threadpool(self._diary.take, act, path)
        if not replayed and self._faults.take("ticket_lost_answer", path) is not None:
            raise ProblemError("overloaded", 503, headers={"Retry-After": "1"})
        return answer(ticket, replayed=replayed)

    async def ask(self, request: Request) -> Response:
        """`GET /v1/appointments/{id}`."""
        terminal, identity = terminal_of(request), id_of(request)
        return told(await run_in_threadpool(self._diary.ask, terminal, identity))

    async def release(self, request: Request) -> Response:
        """`DELETE /v1/appointments/{id}`."""
        terminal, identity = terminal_of(request), id_of(request)
        await run_in_threadpool(self._diary.release, terminal, identity)
        return Response(status_code=204)
