"""Heartbeat, withdrawal and reconcile: values <-> bytes of the wire."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from pydantic import TypeAdapter

from kiosk.sync.outcomes import Reply
from kiosk.sync.outcomes_terminal import (
    Heartbeat,
    HeartbeatReply,
    Reconciled,
    ReconcileItem,
    Withdrawn,
)
from kiosk.sync.values import echoed, encode, read
from kiosk.sync.wire import NoAck

RECONCILE_LIMIT: Final = 1000
"""Ids in one reconcile."""

HEARTBEAT_LIMIT: Final = 2048
"""Bytes of one heartbeat."""

_REPLY = TypeAdapter(HeartbeatReply)
_WITHDRAWN = TypeAdapter(Withdrawn)
_RECONCILED = TypeAdapter(Reconciled)
_OPTIONAL = ("counters", "versions", "paper", "devices")


def heartbeat_body(beat: Heartbeat) -> bytes:
    """Write a heartbeat; what does not fit into 2 KiB is left out, the counters first."""
    body = encode(beat)
    document = json.loads(body)
    for name in _OPTIONAL:
        if len(body) <= HEARTBEAT_LIMIT:
            break
        document[name] = {}
        body = json.dumps(document, separators=(",", ":")).encode()
    return body


def read_heartbeat(reply: Reply) -> HeartbeatReply | NoAck:
    """Read what the portal wants."""
    return read(reply, _REPLY)


def read_withdrawn(reply: Reply, submission_id: str, sha256: str) -> Withdrawn | NoAck:
    """Take an answer as a confirmed withdrawal only if it echoes what was sent.

    A second copy may come back with the digest of the first one's body: both say the same.
    """
    value = read(reply, _WITHDRAWN)
    if isinstance(value, NoAck):
        return value
    replayed = reply.headers.get("idempotent-replayed") == "true"
    return echoed(value, submission_id, None if replayed else sha256) or value


def reconcile_body(items: Sequence[ReconcileItem]) -> bytes:
    """Write the ids of one reconcile.

    Raises:
        ValueError: more than RECONCILE_LIMIT.
    """
    if len(items) > RECONCILE_LIMIT:
        raise ValueError(f"{len(items)} ids in one reconcile")
    return json.dumps({"items": [asdict(item) for item in items]}).encode()


def read_reconciled(reply: Reply, items: Sequence[ReconcileItem]) -> Reconciled | NoAck:
    """Read the three lists; every asked id must be in exactly one of them."""
    value = read(reply, _RECONCILED)
    if isinstance(value, NoAck):
        return value
    told = sorted(value.known + value.unknown + value.mismatch)
    if told != sorted({item.id for item in items}):
        return NoAck("not the ids that were asked for")
    return value
