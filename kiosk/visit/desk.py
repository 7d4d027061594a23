"""The desk: the visit's public face, where acts and time come in.

Main thread only. An act that does not fit the screen is a late touch and ignored
(`steps.STEPS`); results of another visit are dropped by its id (`inbox`).
"""

from collections.abc import Callable

from kiosk.visit import clearing, steps
from kiosk.visit.crew import Crew
from kiosk.visit.idle import Then, Waiting
from kiosk.visit.inbox import Inbox
from kiosk.visit.ports import Ports
from kiosk.visit.projection import sign_model
from kiosk.visit.screens import Overlay, Screen, View
from kiosk.visit.session import Listener
from kiosk.visit.signing import clean_stroke, has_room


class VisitDesk(Inbox):
    """One resident after the other; implements `Acts`."""

    def __init__(self, ports: Ports) -> None:
        """Stand on ATTRACT, with nobody there."""
        self._crew = Crew(ports, self._from_plate)
        self.view = self._crew.view
        self._crew.listeners.append(self._take_view)

    @property
    def visit(self) -> str:
        """Id of the present visit; device results of another one are dropped."""
        return self._crew.session.visit

    def is_empty(self) -> bool:
        """Tell whether nothing of a resident is held."""
        return self._crew.session.person.is_empty()

    def on_change(self, listener: Callable[[View], None]) -> None:
        """Call `listener` with each new view."""
        self._crew.listeners.append(listener)

    def on_event(self, listener: Listener) -> None:
        """Call `listener` with each milestone: `step`, `page`, `sealed`, `received` ..."""
        self._crew.session.listeners.append(listener)

    # --- time ------------------------------------------------------------------------------

    def touched(self) -> None:
        """Any touch or key: extends the time and closes the warning."""
        session = self._crew.session
        session.idle.touch(session.ports.now())
        if self._crew.waiting.warning:
            self._crew.waiting = Waiting()
            self._crew.publish()

    def tick(self) -> None:
        """Move the time-outs; called about four times a second."""
        session = self._crew.session
        self._crew.submitting.tick()
        rule = self._crew.rule()
        self._crew.waiting = session.idle.look(session.ports.now(), rule, session.pace)
        if self._crew.waiting.over:
            self._crew.waiting = Waiting()
            self._time_is_up(rule.then)
        self._crew.publish()

    # --- before identification -------------------------------------------------------------

    def start(self) -> None:
        """ATTRACT -> HOME."""
        if self._crew.fits("start"):
            self._crew.session.ports.mark.set_visit(self._crew.session.visit)
            self._crew.choosing.home()

    def home(self) -> None:
        """Back to HOME, with nothing kept."""
        early = {Screen.HOME, Screen.GUIDE, Screen.NOTICE, Screen.ELSEWHERE}
        if self._crew.session.screen in early:
            self._crew.choosing.home()
        elif self._crew.fits("home"):
            self._crew.home()

    def pick(self, item: str) -> None:
        """HOME -> the item's guide or notice."""
        if self._crew.fits("pick"):
            self._crew.choosing.pick(item)

    def answer_guide(self, value: str) -> None:
        """One answer of the guide."""
        if self._crew.fits("answer_guide"):
            self._crew.choosing.answer(value)

    def print_notice(self) -> None:
        """Print the one-time notice."""
        if self._crew.fits("print_notice"):
            self._crew.choosing.print_notice()

    def begin(self) -> None:
        """NOTICE -> IDENTIFY."""
        if self._crew.fits("begin"):
            self._crew.choosing.begin()

    def confirm_identity(self) -> None:
        """IDENTIFY in READ -> MATERIALS."""
        if self._crew.fits("confirm_identity"):
            self._crew.identify.confirm()

    def reread_card(self) -> None:
        """Read again."""
        if self._crew.fits("reread_card"):
            self._crew.identify.stop()
            self._crew.identify.start()

    # --- the journey -----------------------------------------------------------------------

    def go_on(self) -> None:
        """The page's main act."""
        if self._crew.fits("go_on"):
            self._crew.journey.go_on()

    def back(self) -> None:
        """上一步."""
        if not self._crew.fits("back"):
            return
        if self._crew.session.screen is Screen.IDENTIFY:
            self._crew.identify.stop()
            self._crew.session.person.forget_record()
            clearing.discard_draft(self._crew.session)
            self._crew.session.go(Screen.NOTICE)
        elif self._crew.session.screen in {Screen.GUIDE, Screen.NOTICE, Screen.ELSEWHERE}:
            self._crew.choosing.back()
        else:
            self._crew.journey.back()

    def choose(self, value: str) -> None:
        """Choose an option."""
        if self._crew.fits("choose") and self._crew.journey.asking is not None:
            self._crew.journey.answered(done=self._crew.journey.asking.choose(value))

    def type_text(self, value: str) -> None:
        """The typed value so far."""
        if self._crew.fits("type_text") and self._crew.journey.asking is not None:
            self._crew.journey.asking.type_text(value)
            self._crew.publish()

    def focus_part(self, key: str) -> None:
        """The part of an address that is typed into."""
        if self._crew.fits("focus_part") and self._crew.journey.asking is not None:
            self._crew.journey.asking.focus_part(key)
            self._crew.publish()

    def confirm_answer(self) -> None:
        """下一题."""
        if self._crew.fits("confirm_answer") and self._crew.journey.asking is not None:
            self._crew.journey.answered(done=self._crew.journey.asking.confirm())

    def skip_answer(self) -> None:
        """不填."""
        if self._crew.fits("skip_answer") and self._crew.journey.asking is not None:
            self._crew.journey.answered(done=self._crew.journey.asking.skip())

    def capture(self) -> None:
        """Take the page now."""
        if self._crew.fits("capture"):
            self._crew.journey.scan.capture()

    def keep_page(self) -> None:
        """Keep the taken page."""
        if self._crew.fits("keep_page"):
            self._crew.journey.scan.keep()

    def retake_page(self) -> None:
        """Take it again."""
        if self._crew.fits("retake_page"):
            self._crew.journey.scan.retake()

    def finish_scan(self) -> None:
        """扫完了."""
        if self._crew.fits("finish_scan"):
            self._crew.journey.scan.finish()

    def scan_later(self) -> None:
        """先不扫."""
        if self._crew.fits("scan_later"):
            self._crew.journey.scan.later()

    def retry_device(self) -> None:
        """Try again what the page is about."""
        session = self._crew.session
        if not self._crew.fits("retry_device"):
            return
        if session.screen is Screen.SCAN:
            self._crew.journey.scan.retry()
        elif session.screen is Screen.IDENTIFY:
            self.reread_card()
        elif session.fault is not None and session.fault.retry is not None:
            retry, session.fault = session.fault.retry, None
            retry()

    def mend(self, target: str) -> None:
        """修改."""
        if self._crew.fits("mend"):
            self._crew.journey.mend(target)

    def promise_shown(self) -> None:
        """The promise text has been shown to its end."""
        if self._crew.fits("promise_shown"):
            self._crew.session.person.read_to_end = True
            self._crew.publish()

    def add_stroke(self, points: list[tuple[float, float]]) -> None:
        """One stroke of the signature."""
        strokes = self._crew.session.person.strokes
        if self._crew.fits("add_stroke") and has_room(strokes) and (stroke := clean_stroke(points)):
            strokes.append(stroke)
            self._crew.publish()

    def clear_signature(self) -> None:
        """Start the signature again."""
        if self._crew.fits("clear_signature"):
            self._crew.session.person.strokes.clear()
            self._crew.publish()

    def submit(self) -> None:
        """Seal and send, once it is read and signed."""
        if self._crew.fits("submit") and sign_model(self._crew.session).can_submit:
            self._crew.journey.submit()

    # --- the end ---------------------------------------------------------------------------

    def paper_complete(self, *, complete: bool) -> None:
        """The answer to whether the receipt came out whole."""
        if self._crew.fits("paper_complete"):
            self._crew.receipt.answer(complete=complete)

    def print_again(self) -> None:
        """Print the receipt after NOT_PRINTED."""
        if self._crew.fits("print_again"):
            self._crew.receipt.again()

    def rate(self, satisfaction: int) -> None:
        """5 = very satisfied ... 1."""
        if self._crew.fits("rate"):
            self._crew.finishing.rate(satisfaction)

    def leave(self) -> None:
        """DONE -> CLEARED -> ATTRACT."""
        if self._crew.fits("leave"):
            self._crew.clear(Screen.CLEARED)

    def another(self) -> None:
        """再办一件: clears and opens HOME."""
        if self._crew.fits("another"):
            self._crew.home()

    def ask_cancel(self) -> None:
        """不办了: opens the confirmation."""
        if steps.STEPS[self._crew.session.screen].cancel:
            self._crew.lay(Overlay.CANCEL)

    def confirm_cancel(self) -> None:
        """Yes: clear."""
        if self._crew.session.overlay is Overlay.CANCEL:
            self._crew.clear(Screen.CLEARED)

    def dismiss(self) -> None:
        """Close what lies over the screen."""
        self.touched()
        self._crew.lay(Overlay.NONE)

    def help(self) -> None:
        """求助."""
        if self._crew.session.screen is not Screen.ATTRACT:
            self._crew.lay(Overlay.HELP)

    def _take_view(self, view: View) -> None:
        self.view = view

    def _from_plate(self, event: object) -> None:
        self._crew.session.ports.dispatcher.to_main(lambda: self.scan_event(event))

    def _time_is_up(self, then: Then) -> None:
        if then is Then.CLEAR:
            self._crew.clear(Screen.CLEARED)
        elif then is Then.HOME:
            self._crew.home()
        else:
            self._crew.clear(Screen.ATTRACT)
