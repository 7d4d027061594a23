"""Group `terminal`: keys, time, heartbeat."""

from kiosk.sync import wire
from kiosk.sync.calls import Calls
from kiosk.sync.outcomes import Answered, KeySet, Outcome, PortalNow, Reply
from kiosk.sync.outcomes_terminal import Heartbeat, HeartbeatReply
from kiosk.sync.transport import Request
from kiosk.sync.wire_terminal import heartbeat_body, read_heartbeat


class TerminalCalls(Calls):
    """What the terminal asks for itself."""

    def get_keys(self, etag: str | None = None) -> Outcome[KeySet | None]:
        """Ask for the sealing keys; None when the list of that tag is still right."""
        headers = {"If-None-Match": etag} if etag else {}
        reply = self._transport.ask(Request("GET", "/v1/keys", headers=headers))
        if isinstance(reply, Reply) and reply.status == 304 and etag:
            return Answered(None)
        return self._read(reply, {200}, wire.read_keys)

    def get_time(self) -> Outcome[PortalNow]:
        """Ask for the portal's clock: the cheapest sign that the portal is there."""
        return self._read(self._transport.ask(Request("GET", "/v1/time")), {200}, wire.read_time)

    def post_heartbeat(self, beat: Heartbeat) -> Outcome[HeartbeatReply]:
        """Say how the terminal is; the answer says how fast to send and what to look at."""
        return self._post("/v1/heartbeat", heartbeat_body(beat), read_heartbeat)
