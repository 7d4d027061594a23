"""The routes of the group `progress`."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.acts import answer, read_act, read_question, told
from portal.identity import Identity, resident_of
from portal.progress import CaseSearchBody, Progress
from portal.ranges import file_response, sha256_of
from portal.results import CollectBody, Results


class ProgressDesk:
    """Cases, results and prints."""

    def __init__(self, progress: Progress, results: Results, identity: Identity) -> None:
        self._progress = progress
        self._results = results
        self._identity = identity

    def routes(self) -> list[Route]:
        """The routes of the group."""
        return [
            Route("/v1/cases/search", self.search, methods=["POST"]),
            Route("/v1/results/collect", self.collect, methods=["POST"]),
            Route("/v1/results/{sha256}", self.file, methods=["GET"]),
            Route("/v1/prints/{id}", self.note_print, methods=["PUT"]),
        ]

    async def search(self, request: Request) -> Response:
        """`POST /v1/cases/search`."""
        terminal, asked = await read_question(request, CaseSearchBody)
        asked.check()
        path = request.url.path
        if asked.is_empty:
            resident = await resident_of(self._identity, request)
            found = await run_in_threadpool(self._progress.of_resident, resident, path)
        else:
            found = await run_in_threadpool(self._progress.by_number, terminal, asked, path)
        return told({"cases": found})

    async def collect(self, request: Request) -> Response:
        """`POST /v1/results/collect`."""
        _terminal, asked = await read_question(request, CollectBody)
        resident = await resident_of(self._identity, request)
        return told(await run_in_threadpool(self._results.collect, resident, asked.pickup_code))

    async def file(self, request: Request) -> Response:
        """`GET /v1/results/{sha256}`."""
        resident, sha256 = await resident_of(self._identity, request), sha256_of(request)
        read = self._results.file
        content = await run_in_threadpool(read, resident, sha256, request.url.path)
        return file_response(request.headers, content, sha256)

    async def note_print(self, request: Request) -> Response:
        """`PUT /v1/prints/{id}`."""
        act = await read_act(request)
        ack, replayed = await run_in_threadpool(self._results.note_print, act)
        return answer(ack, replayed=replayed)
