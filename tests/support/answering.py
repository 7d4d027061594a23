"""Calls one method of the client against one answer over real HTTP."""

import json
from typing import Any

from canned_portal import CannedPortal, Seen, answer
from client_samples import SAMPLES, Call

from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Outcome


def came(call: Call, given: bytes) -> tuple[Outcome[Any], Seen]:
    """What a call came to, and what the portal saw of it."""
    with CannedPortal(lambda _: [(given, 0.0)]) as portal:
        client = PortalClient(portal.url, "SH-000001")
        try:
            outcome = call(client)
        finally:
            client.close()
    return outcome, portal.seen[0]


def told(
    name: str,
    *,
    status: int | None = None,
    headers: dict[str, str] | None = None,
    raw: bytes | None = None,
    call: Call | None = None,
    **changes: object,
) -> Outcome[Any]:
    """What the sample call of an operation comes to when members of the good answer change."""
    sample = SAMPLES[name]
    members = {**(sample.members or {}), **changes}
    whole = answer(
        json.dumps(members).encode()
        if raw is None and sample.members is not None
        else (raw or sample.raw),
        status=status or sample.status,
        media_type=sample.media_type,
        headers={**sample.headers, **(headers or {})},
    )
    return came(call or sample.call, whole)[0]
