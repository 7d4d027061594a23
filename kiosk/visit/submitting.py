"""Sealing, then waiting for the portal: one write, and words from the portal's answer alone.

The row is committed first; from then on nothing is ever reported as not sealed. The
stage is the acknowledgement's, never a guess from the network.
"""

import logging
import math
from collections.abc import Callable
from typing import Any

from devices.errors import FailureCode
from kiosk.catalogue.items import Item
from kiosk.visit import payload, precheck
from kiosk.visit.pages import SubmitModel
from kiosk.visit.screens import Screen
from kiosk.visit.session import Session, failure_of
from kiosk.visit.signing import draw
from offline_cache.records import Ack, Intake, Stage, Ticket

WAIT_S = 15.0
AWAY_S = 2.0
"""So much after the commit the wait ends while the portal is known not to answer."""
VALID_FOR_S = 60
"""So long an item is worth anything that nobody may collect without the portal."""
STUCK_S = 15.0
"""So much later the page says that the store does not answer; a commit still counts."""

_FINAL = frozenset({Stage.CONCLUDED, Stage.NOT_ACCEPTED, Stage.CORRECTION, Stage.WITHDRAWN})
_log = logging.getLogger(__name__)


class Submitting:
    """SUBMIT: from the signature to the first honest result."""

    def __init__(self, session: Session, go_on: Callable[[], None]) -> None:
        """Prepare; `go_on` follows when the portal answered enough or the wait is over."""
        self._session = session
        self._go_on = go_on
        self._until = 0.0
        self._sealed_at = 0.0
        self._told: set[Stage] = set()
        self._sealing = False

    def start(self) -> None:
        """Seal what the resident decided; the pages are on the disk already."""
        session = self._session
        draft, item = session.draft, session.item
        if draft is None or item is None or self._sealing:
            return
        self._sealing = True
        self._told = set()
        self._until = session.ports.now() + WAIT_S
        session.go(Screen.SUBMIT)
        form, materials = session.form, session.materials()
        form.drop_unasked()
        strokes = tuple(session.person.strokes)
        outbox = session.ports.outbox
        apply_date = session.ports.wall().isoformat(timespec="seconds")
        plain = payload.build(form, materials)

        def seal() -> Ticket:
            signed = payload.sign(plain, draw(strokes))
            return outbox.put(draft, _intake(item, session, apply_date, signed))

        # Not `session.background`: a commit counts even if its visit is over by then.
        visit = session.visit
        session.ports.dispatcher.in_background(
            seal,
            lambda ticket: self._sealed(visit, ticket),
            lambda error: self._not_sealed(visit, error),
        )

    def on_ack(self, ack: Ack) -> None:
        """The portal answered, now or after the result is shown."""
        session = self._session
        ticket = session.person.ticket
        if ticket is None or ack.id != ticket.id:
            return
        known = session.person.ack
        if known is not None and _rank(ack.stage) < _rank(known.stage):
            return
        session.person.ack = ack
        self._tell(ack)
        if session.screen is Screen.SUBMIT and self._is_enough(ack):
            self._go_on()
        else:
            session.publish()

    def tick(self) -> None:
        """The wait ends after 15 s, with whatever is known then; sooner while nobody answers."""
        session = self._session
        if session.screen is not Screen.SUBMIT:
            return
        if session.person.ticket is not None and not session.online:
            self._until = min(self._until, self._sealed_at + AWAY_S)
        late = session.ports.now() - self._until
        if late >= 0 and session.person.ticket is not None:
            self._go_on()
        elif late >= STUCK_S:
            session.break_down(FailureCode.STORE_FAULT.value)
        else:
            session.publish()

    def forget(self) -> None:
        """The visit is over: the portal's answers are for the store alone from now on."""
        ticket = self._session.person.ticket
        self._sealing = False
        self._told = set()
        if ticket is not None:
            self._session.ports.follow.unfollow(ticket.id)

    def model(self) -> SubmitModel:
        """The waiting page."""
        left = self._until - self._session.ports.now()
        sealed = self._session.person.ticket is not None
        return SubmitModel(sealed=sealed, seconds_left=max(0, math.ceil(left)))

    def gaps(self) -> bool:
        """Something is still wrong, so nothing may be sealed."""
        session = self._session
        found = precheck.findings(session.form, session.to_scan(), with_signature=True)
        return any(precheck.is_blocking(each) for each in found)

    def _sealed(self, visit: str, ticket: Ticket) -> None:
        session = self._session
        session.tell("sealed", id=ticket.id, collection_no=ticket.collection_no)
        session.note("visit.sealed", id=ticket.id)
        session.ports.follow.wake()
        if visit != session.visit:
            return
        self._sealing = False
        session.draft = None
        self._sealed_at = session.ports.now()
        session.person.ticket = ticket
        session.ports.follow.follow(ticket.id)
        if session.screen is Screen.FAULT:
            self._go_on()
        session.publish()

    def _not_sealed(self, visit: str, error: Exception) -> None:
        _log.error("a submission was not sealed: %s", type(error).__name__)
        if visit == self._session.visit:
            self._sealing = False
            self._session.break_down(failure_of(error), retry=self.start)

    def _is_enough(self, ack: Ack) -> bool:
        item = self._session.item
        immediate = item is not None and item.immediate
        return ack.stage in _FINAL or (ack.stage is Stage.ACCEPTED and not immediate)

    def _tell(self, ack: Ack) -> None:
        """Report each milestone once, also those that a faster answer has skipped."""
        session, told = self._session, self._told
        if Stage.RECEIVED not in told:
            told.add(Stage.RECEIVED)
            session.tell("received", id=ack.id, receipt_no=ack.receipt_no)
        if ack.project_no and Stage.ACCEPTED not in told:
            told.add(Stage.ACCEPTED)
            session.tell("accepted", id=ack.id, project_no=ack.project_no)
        if ack.stage in _FINAL and ack.stage not in told:
            told.add(ack.stage)
            details: dict[str, object] = {"id": ack.id}
            if ack.stage in {Stage.CORRECTION, Stage.NOT_ACCEPTED}:
                details["reasons"] = list(reason_codes(ack))
            session.tell(ack.stage.value, **details)


def reason_codes(ack: Ack) -> tuple[str, ...]:
    """The portal's codes of what is missing, in its order."""
    return tuple(code for _name, code in _reasons(ack))


def reason_texts(ack: Ack) -> tuple[str, ...]:
    """What is missing, as the resident reads it: the material's name, else the code."""
    return tuple(name or code for name, code in _reasons(ack))


def _reasons(ack: Ack) -> list[tuple[str, str]]:
    listed = (ack.result or {}).get("reasons")
    found = []
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict):
            found.append((str(each.get("material_name") or ""), str(each.get("reason") or "")))
        else:
            found.append(("", str(each)))
    return found


def _rank(stage: Stage) -> int:
    order = (Stage.COLLECTED, Stage.RECEIVED, Stage.ACCEPTED)
    return order.index(stage) if stage in order else len(order)


def _intake(item: Item, session: Session, apply_date: str, plain: dict[str, Any]) -> Intake:
    return Intake(
        task_code=item.task_code,
        task_handle_item=item.task_handle_item,
        task_version=item.task_version,
        pack_sha256=session.ports.catalogue.sha256,
        apply_date=apply_date,
        payload=plain,
        offline_policy=item.offline_policy,
        valid_for_s=VALID_FOR_S if item.offline_policy == "online_only" else None,
    )
