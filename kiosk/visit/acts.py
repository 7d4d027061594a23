"""What a resident can do: the calls from the screens into the visit."""

from collections.abc import Callable
from typing import Protocol

from kiosk.visit.screens import View


class Acts(Protocol):
    """The visit's public face; main thread only.

    An act that does not fit the present screen is ignored (a late touch), never an error.
    """

    view: View

    def on_change(self, listener: Callable[[View], None]) -> None:
        """Call `listener` with each new view."""

    def touched(self) -> None:
        """Any touch or key: extends the time."""

    def tick(self) -> None:
        """Called about four times a second; moves the time-outs."""

    def start(self) -> None:
        """ATTRACT -> HOME."""

    def home(self) -> None:
        """Back to HOME from the pages before identification and from ELSEWHERE."""

    def pick(self, item: str) -> None:
        """HOME -> the item's guide or notice."""

    def answer_guide(self, value: str) -> None:
        """One answer of the guide."""

    def print_notice(self) -> None:
        """Print the one-time notice."""

    def begin(self) -> None:
        """NOTICE -> IDENTIFY (开始办理)."""

    def confirm_identity(self) -> None:
        """IDENTIFY in READ -> MATERIALS (是我，继续)."""

    def reread_card(self) -> None:
        """Read again: not me, after trouble, or after a reader's fault."""

    def go_on(self) -> None:
        """The page's main act where it needs no value: materials, precheck, check."""

    def back(self) -> None:
        """上一步."""

    def choose(self, value: str) -> None:
        """Choose an option; a plain choice goes on by itself."""

    def type_text(self, value: str) -> None:
        """The typed value so far (the whole text, not a key)."""

    def focus_part(self, key: str) -> None:
        """Make a part of an address detail the one that the pad types into."""

    def confirm_answer(self) -> None:
        """下一题 on a typed question."""

    def skip_answer(self) -> None:
        """不填 on an optional question."""

    def capture(self) -> None:
        """Take the page now; it is taken by itself as well when it lies still."""

    def keep_page(self) -> None:
        """Keep the taken page; goes on to the next one."""

    def retake_page(self) -> None:
        """Take it again."""

    def finish_scan(self) -> None:
        """扫完了."""

    def scan_later(self) -> None:
        """先不扫: bring the paper later, where the item allows it; also the way on from a fault."""

    def retry_device(self) -> None:
        """Try the device of the page again."""

    def mend(self, target: str) -> None:
        """修改: to a question, `scan` or `sign`, and back to the list afterwards."""

    def promise_shown(self) -> None:
        """The promise text has been shown to its end."""

    def add_stroke(self, points: list[tuple[float, float]]) -> None:
        """One stroke of the signature; points in 0..1 of the field."""

    def clear_signature(self) -> None:
        """Start the signature again."""

    def submit(self) -> None:
        """Seal and send."""

    def paper_complete(self, *, complete: bool) -> None:
        """The answer to "did it come out whole?"; no prints again, marked as a second print."""

    def print_again(self) -> None:
        """Print the receipt after NOT_PRINTED."""

    def rate(self, satisfaction: int) -> None:
        """5 = very satisfied ... 1."""

    def leave(self) -> None:
        """DONE -> CLEARED -> ATTRACT."""

    def another(self) -> None:
        """再办一件: clears and opens HOME."""

    def ask_cancel(self) -> None:
        """不办了: opens the confirmation."""

    def confirm_cancel(self) -> None:
        """Yes: clear."""

    def dismiss(self) -> None:
        """Close the overlay: 我还在, 接着办, 关闭."""

    def help(self) -> None:
        """求助."""
