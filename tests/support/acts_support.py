"""A recording stand-in for the visit: it notes which act was called with what."""

from collections.abc import Callable

from kiosk.visit.screens import Screen, View


class RecordingActs:
    """Every act of `kiosk.visit.acts.Acts`, noted in `calls` as (name, arguments)."""

    def __init__(self, view: View | None = None) -> None:
        self.view = view or View(Screen.ATTRACT, None)
        self.calls: list[tuple[str, tuple[object, ...]]] = []

    def on_change(self, listener: Callable[[View], None]) -> None:
        self._note("on_change", listener)

    def touched(self) -> None:
        """Noted nowhere: it comes with every touch."""

    def tick(self) -> None:
        self._note("tick")

    def start(self) -> None:
        self._note("start")

    def home(self) -> None:
        self._note("home")

    def pick(self, item: str) -> None:
        self._note("pick", item)

    def answer_guide(self, value: str) -> None:
        self._note("answer_guide", value)

    def print_notice(self) -> None:
        self._note("print_notice")

    def begin(self) -> None:
        self._note("begin")

    def confirm_identity(self) -> None:
        self._note("confirm_identity")

    def reread_card(self) -> None:
        self._note("reread_card")

    def go_on(self) -> None:
        self._note("go_on")

    def back(self) -> None:
        self._note("back")

    def choose(self, value: str) -> None:
        self._note("choose", value)

    def type_text(self, value: str) -> None:
        self._note("type_text", value)

    def focus_part(self, key: str) -> None:
        self._note("focus_part", key)

    def confirm_answer(self) -> None:
        self._note("confirm_answer")

    def skip_answer(self) -> None:
        self._note("skip_answer")

    def capture(self) -> None:
        self._note("capture")

    def keep_page(self) -> None:
        self._note("keep_page")

    def retake_page(self) -> None:
        self._note("retake_page")

    def finish_scan(self) -> None:
        self._note("finish_scan")

    def scan_later(self) -> None:
        self._note("scan_later")

    def retry_device(self) -> None:
        self._note("retry_device")

    def mend(self, target: str) -> None:
        self._note("mend", target)

    def promise_shown(self) -> None:
        self._note("promise_shown")

    def add_stroke(self, points: list[tuple[float, float]]) -> None:
        self._note("add_stroke", tuple(points))

    def clear_signature(self) -> None:
        self._note("clear_signature")

    def submit(self) -> None:
        self._note("submit")

    def paper_complete(self, *, complete: bool) -> None:
        self._note("paper_complete", complete)

    def print_again(self) -> None:
        self._note("print_again")

    def rate(self, satisfaction: int) -> None:
        self._note("rate", satisfaction)

    def leave(self) -> None:
        self._note("leave")

    def another(self) -> None:
        self._note("another")

    def ask_cancel(self) -> None:
        self._note("ask_cancel")

    def confirm_cancel(self) -> None:
        self._note("confirm_cancel")

    def dismiss(self) -> None:
        self._note("dismiss")

    def help(self) -> None:
        self._note("help")

    def _note(self, name: str, *arguments: object) -> None:
        self.calls.append((name, arguments))
