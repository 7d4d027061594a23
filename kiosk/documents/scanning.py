"""Take pages from a camera while the resident lays them down: one thread from open to close.

Frames are looked at about eight times a second. A fine page that lies still for a
second is taken by itself; the same page is not taken twice unless somebody asks.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.camera.api import Frame, FrameSource
from devices.errors import DeviceError, FailureCode
from kiosk.documents.stillness import Stillness
from kiosk.documents.values import FAILURES, Corners, Verdict
from kiosk.documents.worker import Capture, Looker, Preview

_LOG = logging.getLogger(__name__)
_PERIOD_S = 0.12
_FRAME_S = 1.0
_RETRY_S = 0.5
_DPI = 150
_KEEP_OPEN = {FailureCode.FRAME_DARK}

HINT_HOLD = "hold"
HINT_READY = "ready"


@dataclass(frozen=True, slots=True, repr=False)
class Previewed:
    """One look.

    Attributes:
        visit: who asked.
        seq: grows with each look.
        rgb: `width * height * 3` bytes.
        width: at most 640.
        height: at most 640.
        corners: TL TR BR BL in 0..1, steadied; None without a page.
        hint: empty, a failure code, `hold` (lie still) or `ready` (about to be taken).
    """

    visit: str
    seq: int
    rgb: bytes
    width: int
    height: int
    corners: Corners | None
    hint: str


@dataclass(frozen=True, slots=True, repr=False)
class PageTaken:
    """A page was taken; no more looks until `resume`."""

    visit: str
    jpeg: bytes
    width: int
    height: int
    dpi: int
    verdict: Verdict
    reasons: tuple[str, ...]
    preview_jpeg: bytes


@dataclass(frozen=True, slots=True)
class ScanFailed:
    """Something stands in the way; the scanner goes on trying until it is closed."""

    visit: str
    failure: FailureCode
    detail: str


ScanEvent = Previewed | PageTaken | ScanFailed


class PageScanner:
    """Pages for one visit at a time; methods are called from one thread, the main one."""

    def __init__(
        self,
        open_source: Callable[[], FrameSource],
        worker: Looker,
        clock: Callable[[], float] = time.monotonic,
        *,
        dpi: int = _DPI,
        max_bytes: int = 0,
    ) -> None:
        """Prepare; the camera is off.

        Args:
            open_source: makes a source that is not open yet.
            worker: looks at frames.
            clock: monotonic seconds.
            dpi: of the pages.
            max_bytes: limit of one page's JPEG, 0 for none.
        """
        self._open_source = open_source
        self._worker = worker
        self._clock = clock
        self._limits = (dpi, max_bytes)
        self._run: _Run | None = None

    def open(self, visit: str, report: Callable[[ScanEvent], None]) -> None:
        """Start the camera; `report` is called on the scanner's thread.

        An open one of another visit is closed first.
        """
        self.close()
        source = self._open_source()
        self._run = _Run(visit, report, source, self._worker, self._clock, self._limits)
        self._run.start()

    def capture(self) -> None:
        """Take the page now, whatever its verdict; ignored while a taken page is on show."""
        if self._run is not None:
            self._run.ask()

    def resume(self) -> None:
        """Look again, after a page was kept or put aside."""
        if self._run is not None:
            self._run.resume()

    def close(self, wait_s: float = 0.0) -> None:
        """Stop looking and end the camera's child; nothing is reported afterwards.

        Args:
            wait_s: how long to wait for the thread; a screen does not wait, a shutdown does.
        """
        if self._run is not None:
            self._run.stop(wait_s)
            self._run = None


class _Run:
    """One opening: the thread and what it remembers."""

    def __init__(
        self,
        visit: str,
        report: Callable[[ScanEvent], None],
        source: FrameSource,
        worker: Looker,
        clock: Callable[[], float],
        limits: tuple[int, int],
    ) -> None:
        self._visit = visit
        self._report = report
        self._source = source
        self._worker = worker
        self._clock = clock
        self._dpi, self._max_bytes = limits
        self._condition = threading.Condition()
        self._stopping = False
        self._asked = False
        self._reviewing = False
        self._seq = 0
        self._failed: FailureCode | None = None
        self._refused = ""
        self._still = Stillness()
        self._thread = threading.Thread(target=self._live, name="page-scanner", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self) -> None:
        with self._condition:
            self._asked = not self._reviewing
            self._condition.notify_all()

    def resume(self) -> None:
        with self._condition:
            self._reviewing = False
            self._condition.notify_all()

    def stop(self, wait_s: float) -> None:
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        self._source.close()
        self._thread.join(timeout=wait_s)

    def _live(self) -> None:
        try:
            while not self._stopping:
                try:
                    self._source.open()
                    self._look()
                except DeviceError as error:
                    self._fail(error.code, error.detail)
                except Exception as error:  # noqa: BLE001 - a bug must not leave the resident alone
                    _LOG.exception("page scanner")
                    self._fail(FailureCode.PROGRAM_FAULT, type(error).__name__)
                self._source.close()
                self._pause(_RETRY_S)
        finally:
            self._source.close()

    def _look(self) -> None:
        """Frame after frame until the source is lost."""
        while not self._stopping:
            began = self._clock()
            got = self._source.read(_FRAME_S)
            if isinstance(got, Frame):
                self._seen(got)
            elif got.failure is not None:
                self._fail(got.failure, got.detail)
                if got.failure not in _KEEP_OPEN:
                    return
            self._pause(_PERIOD_S - (self._clock() - began))
            self._await_review()

    def _seen(self, frame: Frame) -> None:
        try:
            preview = self._worker.preview(frame)
            self._failed = None
            ready = self._still.add(preview.corners, preview.thumb, self._clock())
            self._tell(preview, ready=ready)
            if self._asked or (ready and preview.failure is None):
                self._take(frame)
        except DeviceError as error:
            self._asked = False
            self._fail(error.code, error.detail)

    def _take(self, frame: Frame) -> None:
        asked, self._asked = self._asked, False
        taken = self._worker.capture(frame, self._dpi, self._max_bytes)
        if taken.verdict == "reject" and not asked:
            self._still.put_off(self._clock())
            self._refused = next(
                (str(FAILURES[each]) for each in taken.reasons if each in FAILURES), ""
            )
            return
        self._refused = ""
        self._still.taken()
        with self._condition:
            self._reviewing = True
        self._send(_page_taken(self._visit, taken))

    def _tell(self, preview: Preview, *, ready: bool) -> None:
        self._seq += 1
        if preview.failure is not None:
            self._refused = ""
            hint = str(preview.failure)
        elif self._refused:
            hint = self._refused  # only the closer look at the whole page shows this
        elif self._still.waits_for_change:
            hint = ""
        else:
            hint = HINT_READY if ready else HINT_HOLD
        corners = self._still.corners
        size = (preview.width, preview.height)
        self._send(Previewed(self._visit, self._seq, preview.rgb, *size, corners, hint))

    def _fail(self, code: FailureCode, detail: str) -> None:
        """Report a failure once, until something works again or another one comes."""
        if code is self._failed and code is not FailureCode.PAGE_NOT_FOUND:
            return
        self._failed = code
        self._send(ScanFailed(self._visit, code, detail))

    def _send(self, event: ScanEvent) -> None:
        if not self._stopping:
            self._report(event)

    def _pause(self, seconds: float) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._stopping or self._asked, max(0.0, seconds))

    def _await_review(self) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._stopping or not self._reviewing)


def _page_taken(visit: str, taken: Capture) -> PageTaken:
    return PageTaken(
        visit=visit,
        jpeg=taken.jpeg,
        width=taken.width,
        height=taken.height,
        dpi=taken.dpi,
        verdict=taken.verdict,
        reasons=taken.reasons,
        preview_jpeg=taken.preview_jpeg,
    )
