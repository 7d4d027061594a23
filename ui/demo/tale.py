"""What the demo tells: events in the order in which they became true."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from offline_cache.records import Ack, QueueRow, Stage, State

Tell = Callable[[Mapping[str, Any]], None]

_FROM_PORTAL = frozenset({"received", "accepted", "concluded", "correction", "not_accepted"})
_ACCEPTED = frozenset({Stage.ACCEPTED, Stage.CONCLUDED})
_FINAL = frozenset({Stage.CONCLUDED, Stage.CORRECTION, Stage.NOT_ACCEPTED, Stage.WITHDRAWN})


class Tale:
    """Turns milestones of the visit and acknowledgements of the portal into event lines.

    What the portal says is told for every submission, also for one of an earlier run;
    each event once, and never before `sealed`.
    """

    def __init__(self, tell: Tell, known: frozenset[str]) -> None:
        """Begin.

        Args:
            tell: takes one event.
            known: ids that were in the outbox before this run.
        """
        self._tell = tell
        self._sealed = set(known)
        self._early: dict[str, list[Ack]] = {}
        self._told: set[tuple[str, str]] = set()
        self.ids: set[str] = set()
        self.received: set[str] = set()
        self.ended: set[str] = set()
        self.undecided: set[str] = set()
        self.failures: list[str] = []

    def milestone(self, name: str, facts: Mapping[str, object]) -> None:
        """Take one milestone of the visit."""
        if name in _FROM_PORTAL:
            return  # told from the acknowledgements, which also come for earlier runs
        self._event(name, dict(facts))
        if name == "failed":
            self.failures.append(str(facts.get("failure", "")))
        if name == "sealed":
            one = str(facts["id"])
            self.ids.add(one)
            self._sealed.add(one)
            for ack in self._early.pop(one, []):
                self.acked(ack)

    def acked(self, ack: Ack) -> None:
        """Take one acknowledgement or later stage; before `sealed` it waits."""
        if ack.id not in self._sealed:
            self._early.setdefault(ack.id, []).append(ack)
            return
        self.received.add(ack.id)
        (self.undecided.discard if ack.stage in _FINAL else self.undecided.add)(ack.id)
        self._once("received", ack.id, {"receipt_no": ack.receipt_no})
        if ack.stage in _ACCEPTED:
            self._once("accepted", ack.id, {"project_no": ack.project_no})
        if ack.stage is Stage.CONCLUDED:
            self._once("concluded", ack.id, {})
        if ack.stage in {Stage.CORRECTION, Stage.NOT_ACCEPTED}:
            reasons = (ack.result or {}).get("reasons", [])
            self._once(ack.stage.value, ack.id, {"reasons": reasons})
        if ack.stage is Stage.WITHDRAWN:
            self._once("withdrawn", ack.id, {})

    def looked(self, row: QueueRow) -> None:
        """Take one line of the queue: what ended without a receipt has no acknowledgement."""
        if row.state is State.EXPIRED:
            self.ended.add(row.id)
        elif row.state is State.PURGED and row.stage is Stage.WITHDRAWN:
            self.ended.add(row.id)
            self.undecided.discard(row.id)
            self._once("withdrawn", row.id, {})

    def fault(self, failure: str, message: str = "") -> None:
        """The run itself failed; the message is for whoever started it."""
        self.failures.append(failure)
        self._event("failed", {"failure": failure, "message": message})

    def _once(self, name: str, one: str, facts: dict[str, object]) -> None:
        if (name, one) not in self._told:
            self._told.add((name, one))
            self._event(name, {"id": one, **facts})

    def _event(self, name: str, facts: dict[str, object]) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._tell({"event": name, "at": at, **facts})
