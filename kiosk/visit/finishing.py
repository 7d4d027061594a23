"""The result page: stage, paper, what to take along, the rating."""

import logging
from datetime import datetime

from kiosk.visit import receipt
from kiosk.visit.masking import mask_mobile, mask_name
from kiosk.visit.pages import DoneModel, PaperStage
from kiosk.visit.printing import Paper
from kiosk.visit.screens import Screen
from kiosk.visit.session import Session, failure_of
from kiosk.visit.submitting import reason_texts
from offline_cache.records import Stage, Ticket

_WITH_PROJECT = frozenset({Stage.ACCEPTED, Stage.CONCLUDED})
_log = logging.getLogger(__name__)


class Finishing:
    """DONE: the words follow the stage that the portal set, and nothing else."""

    def __init__(self, session: Session, paper: Paper) -> None:
        """Prepare; `paper` is the receipt."""
        self._session = session
        self._paper = paper
        self._rating = 0

    def start(self) -> None:
        """Show the result and print the receipt."""
        session = self._session
        ticket = session.person.ticket
        session.go(Screen.DONE)
        slip = self._slip()
        if ticket is not None and slip is not None:
            self._paper.begin(receipt.layout(slip), ticket.id, ticket.id)

    def rate(self, satisfaction: int) -> None:
        """5 = very satisfied ... 1; once, and never before the paper is out."""
        ticket = self._session.person.ticket
        if ticket is not None and self._can_rate() and 1 <= satisfaction <= 5:
            self._rating = satisfaction
            self._session.note("visit.rated", satisfaction=satisfaction)
            self._send(ticket, satisfaction)
            self._session.publish()

    def forget(self) -> None:
        """The next resident rates anew."""
        self._rating = 0

    def model(self) -> DoneModel | None:
        """The result page."""
        session, slip = self._session, self._slip()
        if slip is None:
            return None
        mobile = session.person.answers.get("contact_mobile", "")
        later = [days for _name, days in slip.later]
        return DoneModel(
            stage=slip.stage,
            item_name=slip.item.name,
            number=slip.number,
            masked_name=slip.masked_name,
            paper=self._paper.stage or PaperStage.PRINTING,
            paper_failure=self._paper.failure,
            masked_mobile=mask_mobile(mobile) if mobile else "",
            reasons=slip.reasons,
            lines=receipt.lines(receipt.layout(slip)),
            can_rate=self._can_rate(),
            rating=self._rating,
            took_originals=bool(session.person.pages),
            supplement_days=min(later, default=0),
        )

    def _send(self, ticket: Ticket, satisfaction: int) -> None:
        """Put the rating behind its case; it counts even if the visit is over by then."""
        ports = self._session.ports
        body = {
            "collection_no": ticket.collection_no,
            "satisfaction": satisfaction,
            "reasons": [],
            "at": ports.wall().isoformat(timespec="seconds"),
            "channel": "KIOSK",
        }
        ports.dispatcher.in_background(
            lambda: ports.outbox.put_message("evaluation", ticket.case_id, body),
            lambda _id: ports.follow.wake(),
            self._not_sent,
        )

    def _not_sent(self, error: Exception) -> None:
        """The resident's page stays as it is: nothing of the case depends on a rating."""
        _log.error("a rating was not taken: %s", type(error).__name__)
        self._session.tell("failed", failure=failure_of(error))

    def _can_rate(self) -> bool:
        return self._paper.stage not in {None, PaperStage.PRINTING} and self._rating == 0

    def _slip(self) -> receipt.Slip | None:
        session = self._session
        person, item = session.person, session.item
        ticket, record, ack = person.ticket, person.record, person.ack
        if ticket is None or item is None or record is None:
            return None
        stage = ack.stage if ack else Stage.COLLECTED
        project = ack.project_no if ack and stage in _WITH_PROJECT else None
        return receipt.Slip(
            stage=stage.value,
            item=item,
            number=project or ticket.collection_no,
            masked_name=mask_name(record.name or record.name_latin),
            collected_at=datetime.fromisoformat(ticket.collected_at),
            site=session.ports.place.site,
            demo=session.ports.catalogue.demo,
            collection_no=ticket.collection_no,
            reasons=reason_texts(ack) if ack else (),
            later=tuple(
                (each.material.name, each.material.supplement_days)
                for each in session.to_scan()
                if each.index in person.later
            ),
        )
