"""A sealed page on its way to the portal: create, send in pieces, resume, create again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.sync.client import PATCH_LIMIT
from kiosk.sync.outcomes import (
    Answered,
    NewUpload,
    Outcome,
    Refused,
    UploadPlace,
    UploadState,
)
from kiosk.sync.retry import Act, Chance, Hold, Renew, Resume, Tries, Verdict, judge
from kiosk.sync.store import Outbox, Pages
from offline_cache.records import Document

STALLS_BEFORE_HOLD = 5


class UploadClient(Protocol):
    """The part of the client that sends pages."""

    def create_upload(self, upload: NewUpload) -> Outcome[UploadPlace]:
        """Announce a page."""

    def ask_upload(self, path: str) -> Outcome[UploadState]:
        """Ask how far it is."""

    def append_upload(self, path: str, offset: int, chunk: bytes) -> Outcome[int]:
        """Send the next bytes."""


def _nobody() -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Note:
    """What this process remembers of one submission between two tries; a restart forgets it.

    Attributes:
        stalls: uploads begun again without progress.
        lost: how often the portal missed pages that it had.
        orders: how often it missed earlier parts of the case.
        puzzled: staff know that its withdrawal is not understood.
        done: ordinals that were sent by this process.
        again: ordinals that the portal lost.
        sent: bytes that went out since the last pause.
        best: farthest offset that each ordinal ever reached.
        floor_at: monotonic second before which the portal does not want to be asked.
        waits: it waits because nobody answered.
        moved: called when a page stands farther than ever before.
    """

    fails: int = 0
    lies: int = 0
    skews: int = 0
    stalls: int = 0
    lost: int = 0
    orders: int = 0
    puzzled: bool = False
    done: set[int] = field(default_factory=set)
    again: set[int] = field(default_factory=set)
    sent: int = 0
    best: dict[int, int] = field(default_factory=dict)
    floor_at: float = 0.0
    waits: bool = False
    moved: Callable[[], None] = field(default=_nobody)

    def tries(self) -> Tries:
        """The counts that the retry table asks for."""
        return Tries(self.fails, self.lies, self.skews)

    def arrived(self, ordinal: int, offset: int) -> None:
        """A page stands at an offset; farther than ever before, the back-off begins anew."""
        if offset > self.best.get(ordinal, 0):
            self.best[ordinal] = offset
            self.fails, self.stalls, self.skews = 0, 0, 0
            self.moved()


class PageSender:
    """Sends the pages of one submission after the other; keeps nothing between calls."""

    def __init__(
        self,
        outbox: Outbox,
        pages: Pages,
        client: UploadClient,
        chance: Chance,
        heard: Callable[[Outcome[object]], None],
        reached: Callable[[str], None],
    ) -> None:
        """Prepare.

        Args:
            outbox: remembers where the bytes go.
            pages: the sealed bytes.
            client: the portal.
            chance: jitter of the retry table.
            heard: told of every outcome.
            reached: crash points for tests.
        """
        self._outbox = outbox
        self._pages = pages
        self._client = client
        self._chance = chance
        self._heard = heard
        self._reached = reached

    def send(
        self, documents: Sequence[Document], note: Note, stopping: Callable[[], bool]
    ) -> Verdict | None:
        """Send what the portal does not hold yet.

        Returns:
            None when everything is there (or a stop was asked for), else what to do.

        Raises:
            DocumentLostError: a page is not what was sealed.
        """
        for document in documents:
            known = document.uploaded or document.ordinal in note.done
            if known and document.ordinal not in note.again:
                continue
            verdict = self._send_one(document, note, stopping)
            if verdict is not None or stopping():
                return verdict
            note.again.discard(document.ordinal)
            note.done.add(document.ordinal)
        return None

    def _send_one(
        self, document: Document, note: Note, stopping: Callable[[], bool]
    ) -> Verdict | None:
        content = self._pages.read_sealed(document)
        path = None if document.ordinal in note.again else document.upload_url
        offset: int | None = None
        while offset != len(content) and not stopping():
            if path is None:
                created = self._create(document)
                if not isinstance(created, Answered):
                    return self._judge(created, note)
                path = created.value.path
                offset = 0 if created.value.fresh else None
            outcome = self._advance(document, path, offset, content)
            note.sent += min(PATCH_LIMIT, len(content) - offset) if offset is not None else 0
            if isinstance(outcome, Answered):
                offset = outcome.value
                note.arrived(document.ordinal, offset)
                continue
            verdict = self._judge(outcome, note)
            if not isinstance(verdict, Renew | Resume):
                return verdict
            note.stalls += 1
            if note.stalls >= STALLS_BEFORE_HOLD:
                return Hold("an upload makes no progress")
            path, offset = (None if isinstance(verdict, Renew) else path), None
        if offset == len(content):
            self._outbox.mark_uploaded(document.id)
        return None

    def _create(self, document: Document) -> Outcome[UploadPlace]:
        upload = NewUpload(
            document.submission_id,
            document.ordinal,
            document.sha256_sealed,
            document.size_sealed,
            document.media_type,
        )
        outcome = self._client.create_upload(upload)
        self._heard(outcome)
        if isinstance(outcome, Answered):
            self._outbox.set_upload(document.id, outcome.value.path, 0)
        return outcome

    def _advance(
        self, document: Document, path: str, offset: int | None, content: bytes
    ) -> Outcome[int]:
        """Ask for the offset, or send the next bytes."""
        if offset is None:
            return self._ask(path, len(content))
        outcome = self._client.append_upload(path, offset, content[offset : offset + PATCH_LIMIT])
        self._heard(outcome)
        if isinstance(outcome, Answered) and outcome.value < len(content):
            self._outbox.set_upload(document.id, path, outcome.value)
        self._reached("uploader.after_patch")
        return outcome

    def _ask(self, path: str, size: int) -> Outcome[int]:
        outcome = self._client.ask_upload(path)
        self._heard(outcome)
        if not isinstance(outcome, Answered):
            return outcome
        if outcome.value.length != size:
            # an upload of something else: it cannot become this page any more
            return Refused(404)
        return Answered(outcome.value.offset)

    def _judge(self, outcome: Outcome[object], note: Note) -> Verdict:
        if isinstance(outcome, Answered):
            raise TypeError("a success has no retry class")
        return judge(Act.UPLOAD, outcome, note.tries(), self._chance)
