"""The way from identification to the sealed submission: forward, back, and to a page and back."""

from collections.abc import Callable

from kiosk.visit import precheck
from kiosk.visit.asking import Asking
from kiosk.visit.pages import PrecheckModel
from kiosk.visit.payload import GRANTED
from kiosk.visit.scanning import Scan
from kiosk.visit.screens import Screen
from kiosk.visit.session import Session
from kiosk.visit.steps import LEGS
from kiosk.visit.submitting import Submitting


class Journey:
    """Walks the table of legs; a leg that does not apply is passed over."""

    def __init__(
        self, session: Session, submitting: Submitting, report: Callable[[object], None]
    ) -> None:
        """Prepare; `submitting` is the last leg, `report` takes events of the plate."""
        self._session = session
        self._submitting = submitting
        self.asking: Asking | None = None
        self.scan = Scan(session, self._scanned, report)
        self._seen = False
        self._checked = False

    def forget(self) -> None:
        """The visit is over."""
        self.scan.stop()
        self.asking = None
        self._seen = False
        self._checked = False

    def start(self) -> None:
        """The resident is known: the materials."""
        session = self._session
        self.asking = Asking(session.form, session.ports.place.region)
        session.go(Screen.MATERIALS)

    def go_on(self) -> None:
        """The page's main act: materials seen, list seen, answers checked."""
        session = self._session
        if session.screen is Screen.MATERIALS:
            self._note_grants()
            self._ask_first()
        elif session.screen is Screen.PRECHECK:
            self._after_precheck()
        elif session.screen is Screen.CHECK:
            session.go(Screen.SIGN)

    def answered(self, *, done: bool) -> None:
        """An answer was given; if the question is done with, the next page follows."""
        session, asking = self._session, self.asking
        if asking is None or not done:
            session.publish()
            return
        session.form.drop_unasked()
        session.unsign()
        self.scan.drop_unneeded()
        following = None if asking.alone or self._checked else asking.following()
        if following is None:
            self.forward()
        else:
            asking.open(following)
            session.publish()

    def forward(self) -> None:
        """On to the first leg that still has something to do."""
        session, asking = self._session, self.asking
        open_question = session.form.next_open()
        found = precheck.findings(session.form, session.to_scan())
        if open_question is not None and asking is not None:
            asking.open(open_question)
            session.go(Screen.QUESTION)
            session.publish()
        elif self.scan.open_materials():
            self.scan.start()
        elif any(precheck.is_blocking(each) for each in found) or (found and not self._seen):
            self._seen = True
            session.go(Screen.PRECHECK)
        else:
            self._checked = True
            session.go(Screen.CHECK)

    def back(self) -> None:
        """上一步: inside the form, or to the leg before."""
        session = self._session
        if session.screen is Screen.QUESTION:
            self._back_from_question()
        elif session.screen is Screen.SCAN:
            self.scan.stop()
            if not self._ask_last():
                session.go(Screen.MATERIALS)
        elif session.screen is Screen.SIGN:
            session.go(Screen.CHECK)
        elif session.screen in {Screen.PRECHECK, Screen.CHECK} and not self._ask_last():
            session.go(Screen.MATERIALS)

    def mend(self, target: str) -> None:
        """修改: to a question, the plate or the signature, and back to the list afterwards."""
        session, asking = self._session, self.asking
        question = session.form.question(target)
        if target == precheck.SCAN and session.to_scan():
            self._seen = False
            self.scan.start(anew=True)
        elif target == precheck.SIGN:
            session.go(Screen.SIGN)
        elif question is not None and asking is not None:
            asking.open(question, alone=True)
            session.go(Screen.QUESTION)

    def submit(self) -> None:
        """Seal, or list what is still wrong."""
        if self._submitting.gaps():
            self._session.go(Screen.PRECHECK)
        else:
            self._submitting.start()

    def findings_model(self) -> PrecheckModel:
        """Everything that is still wrong, at once."""
        session = self._session
        return PrecheckModel(precheck.findings(session.form, session.to_scan()))

    def can_go_back(self) -> bool:
        """上一步 leads somewhere."""
        return self._session.screen in set(LEGS) - {Screen.MATERIALS, Screen.SUBMIT}

    def _note_grants(self) -> None:
        """One consent for each licence that the portal fetches."""
        for each in self._session.materials():
            way = each.exemption.way if each.exemption else ""
            if way in GRANTED:
                self._session.note("visit.grant", way=way, material=each.index + 1)

    def _scanned(self) -> None:
        self.forward()

    def _ask_first(self) -> None:
        session, asking = self._session, self.asking
        questions = session.form.questions()
        if questions and asking is not None:
            asking.open(questions[0])
            session.go(Screen.QUESTION)
        else:
            self.forward()

    def _ask_last(self) -> bool:
        session, asking = self._session, self.asking
        questions = session.form.questions()
        if not questions or asking is None:
            return False
        asking.open(questions[-1], inmost=True)
        session.go(Screen.QUESTION)
        return True

    def _back_from_question(self) -> None:
        session, asking = self._session, self.asking
        if asking is None:
            return
        alone = asking.alone
        if asking.back():
            session.publish()
        elif alone:
            asking.undo()
            self.forward()
        else:
            session.go(Screen.MATERIALS)

    def _after_precheck(self) -> None:
        found = self.findings_model().findings
        blocking = next((each for each in found if precheck.is_blocking(each)), None)
        if blocking is None:
            self._session.go(Screen.CHECK)
        else:
            self.mend(blocking.target)
