"""Before identification: the items, the item's own guide, the one-time notice."""

from collections.abc import Callable

from kiosk.catalogue.items import GuideOption, GuideQuestion, Item, Question
from kiosk.visit.materials import row
from kiosk.visit.pages import ElsewhereModel, GuideModel, HomeModel, ItemTile, NoticeModel, Option
from kiosk.visit.printing import Paper
from kiosk.visit.screens import Screen
from kiosk.visit.session import Session, failure_of
from offline_cache.documents import Draft


class Choosing:
    """HOME, GUIDE, NOTICE and ELSEWHERE."""

    def __init__(self, session: Session, notice: Paper, identify: Callable[[], None]) -> None:
        """Prepare.

        Args:
            session: the shared state.
            notice: the printed notice.
            identify: goes on to the card.
        """
        self._session = session
        self._notice = notice
        self._identify = identify
        self._place = 0
        self._elsewhere = ""
        self._starting = False

    def pick(self, item_id: str) -> None:
        """Open an item: its guide, or its notice at once where it is not ready."""
        session = self._session
        item = session.ports.catalogue.item(item_id)
        if item is None:
            return
        self.forget()
        session.person.guide.clear()
        session.item = item
        self._place = 0
        guided = item.ready and bool(self._guide(item))
        session.go(Screen.GUIDE if guided else Screen.NOTICE)

    def answer(self, value: str) -> None:
        """One answer of the guide; another item or another place may follow from it."""
        item = self._session.item
        question = self._question()
        option = self._option(question, value)
        if item is None or question is None or option is None:
            return
        self._session.person.guide[question.key] = value
        if option.then.startswith("item:"):
            self.pick_notice(option.then.removeprefix("item:"))
        elif option.then != "continue":
            self.elsewhere("change")
        elif self._place + 1 < len(self._guide(item)):
            self._place += 1
            self._session.publish()
        else:
            self._session.go(Screen.NOTICE)

    def pick_notice(self, item_id: str) -> None:
        """Open an item's notice without its guide."""
        item = self._session.ports.catalogue.item(item_id)
        if item is not None:
            self.forget()
            self._session.person.guide.clear()
            self._session.item = item
            self._session.go(Screen.NOTICE)

    def back(self) -> None:
        """The question before, the guide's last one, or HOME."""
        session = self._session
        item = session.item
        answered = item is not None and bool(session.person.guide)
        if session.screen is Screen.GUIDE and self._place > 0:
            self._place -= 1
            session.publish()
        elif session.screen is Screen.ELSEWHERE and self._elsewhere != "change":
            session.go(Screen.NOTICE)
        elif session.screen in {Screen.NOTICE, Screen.ELSEWHERE} and answered:
            self._starting = False
            session.go(Screen.GUIDE)
        else:
            self.home()

    def home(self) -> None:
        """All items again; what was answered is forgotten."""
        self.forget()
        self._session.item = None
        self._session.person.wipe()
        self._session.go(Screen.HOME)

    def forget(self) -> None:
        """Start anew with the notice's paper and a begin that is still on its way."""
        self._starting = False
        self._notice.forget()

    def begin(self) -> None:
        """开始办理: room for the pages first, then the card."""
        session = self._session
        item = session.item
        if item is None or self._starting:
            return
        if not item.ready:
            self.elsewhere("not_ready")
        elif item.offline_policy == "online_only" and not session.online:
            self.elsewhere("online_only")
        else:
            self._starting = True
            drafts, case = session.ports.drafts, session.ports.new_id()
            code = item.task_code
            visit = session.visit
            # Not `session.background`: a draft that comes too late must be erased, not dropped.
            session.ports.dispatcher.in_background(
                lambda: drafts.begin(case, "application", code),
                lambda draft: self._begun(visit, draft),
                lambda error: self._refused(visit, error),
            )

    def elsewhere(self, reason: str) -> None:
        """Not here, and where else: never an error."""
        self._elsewhere = reason
        self._session.go(Screen.ELSEWHERE)

    def print_notice(self) -> None:
        """Print the one-time notice."""
        if not self._notice.busy:
            self._notice.print_notice()

    def home_model(self) -> HomeModel:
        """The items, those that are ready first."""
        items = sorted(self._session.ports.catalogue.items(), key=lambda item: not item.ready)
        return HomeModel(tuple(_tile(item) for item in items))

    def guide_model(self) -> GuideModel | None:
        """The present question of the guide."""
        item, question = self._session.item, self._question()
        if item is None or question is None:
            return None
        options = tuple(Option(each.value, each.label) for each in question.options)
        return GuideModel(item.short_name, question.key, question.question, options, question.why)

    def notice_model(self) -> NoticeModel | None:
        """Everything before identification, at once."""
        session, item = self._session, self._session.item
        if item is None:
            return None
        return NoticeModel(
            item_name=item.name,
            ready=item.ready,
            conditions=item.conditions,
            materials=tuple(row(each) for each in session.materials()),
            fee_fen=item.fee_fen,
            promise_days=item.promise_days,
            legal_days=item.legal_days,
            result_name=item.result_name,
            offline_policy=item.offline_policy,
            online=session.online,
            flow=item.flow,
            printing=self._notice.busy,
            print_failure=self._notice.failure,
            printed=self._notice.printed,
        )

    def elsewhere_model(self) -> ElsewhereModel:
        """Other ways."""
        item = self._session.item
        places = self._session.ports.catalogue.places
        return ElsewhereModel(
            self._elsewhere,
            item.name if item else "",
            tuple((place.name, place.address) for place in places),
        )

    def _begun(self, visit: str, draft: Draft) -> None:
        session = self._session
        if self._waits(visit):
            self._starting = False
            session.draft = draft
            self._identify()
        else:
            session.discard(draft)

    def _refused(self, visit: str, error: Exception) -> None:
        if not self._waits(visit):
            return
        self._starting = False
        failure = failure_of(error)
        if failure == "STORE_FULL":
            self._session.tell("failed", failure=failure)
            self.elsewhere("store_full")
        else:
            self._session.break_down(failure, retry=self._again)

    def _waits(self, visit: str) -> bool:
        session = self._session
        here = session.screen is Screen.NOTICE and session.visit == visit
        return self._starting and here

    def _again(self) -> None:
        self._session.go(Screen.NOTICE)
        self.begin()

    def _guide(self, item: Item) -> tuple[GuideQuestion, ...]:
        """The item's guide, then the fields of its form that are asked before the card."""
        asked = (each for each in item.questions if each.asked_in == "guide")
        return (*item.guide, *(_as_guide(each) for each in asked))

    def _question(self) -> GuideQuestion | None:
        item = self._session.item
        questions = self._guide(item) if item else ()
        return questions[self._place] if self._place < len(questions) else None

    def _option(self, question: GuideQuestion | None, value: str) -> GuideOption | None:
        options = question.options if question else ()
        return next((each for each in options if each.value == value), None)


def _as_guide(question: Question) -> GuideQuestion:
    options = tuple(GuideOption(each.value, each.label, "continue") for each in question.options)
    return GuideQuestion(question.key, question.ask, options, question.why)


def _tile(item: Item) -> ItemTile:
    return ItemTile(
        item=item.id,
        name=item.short_name,
        summary=item.summary,
        area=item.area,
        ready=item.ready,
        promise_days=item.promise_days,
    )
