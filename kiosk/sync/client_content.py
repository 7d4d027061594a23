"""Group `catalogue`, and files that come by ranges."""

from kiosk.sync.calls import Calls, granted
from kiosk.sync.outcomes import Answered, Garbled, Outcome, Reply
from kiosk.sync.outcomes_content import Catalogue, Part
from kiosk.sync.transport import Request
from kiosk.sync.wire_content import PART_BYTES, range_header, read_catalogue, read_part


class ContentCalls(Calls):
    """What keeps the terminal's content current."""

    def get_catalogue(self, etag: str | None = None) -> Outcome[Catalogue | None]:
        """Ask which packs are current; None when the list of that tag is still right."""
        headers = {"If-None-Match": etag} if etag else {}
        reply = self._transport.ask(Request("GET", "/v1/catalogue", headers=headers))
        if isinstance(reply, Reply) and reply.status == 304:
            return Answered(None) if etag else Garbled(304, "unchanged, but nothing was known")
        return self._read(reply, {200}, lambda got: read_catalogue(got, etag))

    def get_pack(self, sha256: str, start: int = 0, length: int = PART_BYTES) -> Outcome[Part]:
        """Ask for bytes of a pack from `start` on; fewer than `length` may come."""
        return self._get_part(f"/v1/packs/{sha256}", sha256, start, length)

    def _get_part(
        self, path: str, sha256: str | None, start: int, length: int, grant: str | None = None
    ) -> Outcome[Part]:
        headers = {"Accept": "application/octet-stream, application/problem+json"}
        headers["Range"] = range_header(start, length)
        if sha256 is not None and start:
            headers["If-Range"] = f'"{sha256}"'
        request = Request(
            "GET", path, None, headers | granted(grant), self._transport.limits.patch_s
        )
        reply = self._transport.ask(request)
        return self._read(reply, {200, 206}, lambda got: read_part(got, start, length))
