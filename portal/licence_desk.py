"""The routes of the group `e_licence`; every one is for an identified resident."""

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.acts import answer, read_act, read_question, told
from portal.faults import Faults
from portal.headers import id_of, terminal_of
from portal.identity import Identity, resident_of
from portal.licences import Licences, LicenceSearchBody, LicenceUseBody
from portal.ranges import file_response

_SLOW_S = 20.0


class LicenceDesk:
    """Search, grants, files and uses."""

    def __init__(self, licences: Licences, identity: Identity, faults: Faults) -> None:
        self._licences = licences
        self._identity = identity
        self._faults = faults

    def routes(self) -> list[Route]:
        """The routes of the group."""
        path = "/v1/e-licences/grants/{id}"
        return [
            Route("/v1/e-licences/search", self.search, methods=["POST"]),
            Route("/v1/e-licences/uses", self.uses, methods=["POST"]),
            Route(path, self.grant, methods=["PUT"]),
            Route(path, self.ask, methods=["GET"]),
            Route(f"{path}/file", self.file, methods=["GET"]),
        ]

    async def search(self, request: Request) -> Response:
        """`POST /v1/e-licences/search`; the fault answers after the terminal's own deadline."""
        _terminal, asked = await read_question(request, LicenceSearchBody)
        resident = await resident_of(self._identity, request)
        slow = self._faults.take("slow", request.url.path)
        if slow is not None:
            await asyncio.sleep(float(slow.get("seconds", _SLOW_S)))
        find = self._licences.search
        found = await run_in_threadpool(find, resident, asked, request.url.path)
        return told({"licences": found})

    async def grant(self, request: Request) -> Response:
        """`PUT /v1/e-licences/grants/{id}`."""
        act = await read_act(request)
        resident = await resident_of(self._identity, request)
        granted, replayed = await run_in_threadpool(self._licences.grant, resident, act)
        return answer(granted, replayed=replayed)

    async def ask(self, request: Request) -> Response:
        """`GET /v1/e-licences/grants/{id}`."""
        terminal, identity = terminal_of(request), id_of(request)
        return told(await run_in_threadpool(self._licences.ask, terminal, identity))

    async def file(self, request: Request) -> Response:
        """`GET /v1/e-licences/grants/{id}/file`."""
        resident, identity = await resident_of(self._identity, request), id_of(request)
        read = self._licences.file
        content, sha256 = await run_in_threadpool(read, resident, identity, request.url.path)
        return file_response(request.headers, content, sha256)

    async def uses(self, request: Request) -> Response:
        """`POST /v1/e-licences/uses`."""
        _terminal, asked = await read_question(request, LicenceUseBody)
        resident = await resident_of(self._identity, request)
        return told({"uses": await run_in_threadpool(self._licences.uses, resident, asked)})
