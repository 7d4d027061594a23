"""What the portal offers to show: its list, and the packs of the list, fetched in pieces.

A pack that was cut goes on where it was. It becomes the last known one only when it is
whole and its digest is right; a pack's own signature and check come after that and belong
to those who show it. The list of the highest generation and the packs that are kept stay,
whatever else comes.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from devices.errors import FailureCode
from kiosk.sync.content_ports import ContentClient, Pieces, Shelf
from kiosk.sync.outcomes import Answered, Garbled, Outcome, Refused
from kiosk.sync.outcomes_content import Catalogue, PackEntry, Part
from kiosk.sync.retry import RETRY_AFTER_CAP_S, Chance, back_off_s
from kiosk.sync.wire_content import PART_BYTES
from offline_cache.files import write_durably

EVERY_S = 600.0
FIRST_WITHIN_S = 5.0
SHORTEST_S = 1.0
SPOILT_CAP_S = 86400.0
"""A pack that comes wrong again and again is fetched once a day."""

LIST_FILE = "catalogue.json"
_log = logging.getLogger(__name__)
_LIST = TypeAdapter(Catalogue)
_LIST_NAME = "catalogue"


@dataclass(slots=True)
class _Trouble:
    """What went wrong lately.

    Attributes:
        fails: requests without a good answer in a row.
        told: what staff know, until a good list or a new one comes.
        waits: digest -> how often it came wrong or was refused, and when it is fetched again.
    """

    fails: int = 0
    told: set[str] = field(default_factory=set)
    waits: dict[str, tuple[int, float]] = field(default_factory=dict)


class Downloads:
    """Decides and does one request at a time; the thread that calls it is `Downloader`.

    `look` and `heard` may be called from any thread, `step` from one.
    """

    def __init__(
        self,
        client: ContentClient,
        stores: tuple[Shelf, Pieces],
        state: Path,
        alarm: Callable[[FailureCode, str], None],
        chance: Chance,
    ) -> None:
        """Read the last list; a broken or missing file is as if none had come.

        Args:
            client: the portal.
            stores: the packs that are kept, and those that are coming.
            state: folder of the terminal's state; `catalogue.json` lies there.
            alarm: told once of each kind of trouble, until the portal answers well again.
            chance: jitter, so that a city's terminals do not ask all at once.
        """
        self._client = client
        self._shelf, self._pieces = stores
        self._file = state / LIST_FILE
        self._alarm = alarm
        self._chance = chance
        self._listed = _read(self._file)
        self._at: float | None = None
        self._pack_at = float("-inf")
        self._look = False
        self._trouble = _Trouble()

    @property
    def listed(self) -> Catalogue | None:
        """The newest list that could be believed, of this run or an earlier one."""
        return self._listed

    def look(self) -> None:
        """Ask at the next step."""
        self._look = True

    def heard(self, tag: str | None) -> None:
        """The portal's heartbeat told the tag of its list; another one than ours: look."""
        if tag and (self._listed is None or self._listed.etag != tag):
            self.look()

    def step(self, now: float) -> float:
        """Ask for the list, or for the next piece of a pack.

        Args:
            now: monotonic seconds.

        Returns:
            Seconds until there may be something to do; 0 when there is more at once.

        Raises:
            StoreError: the disk; what is kept stays.
        """
        if self._at is None:
            self._at = now + FIRST_WITHIN_S * self._chance()
        if self._look or now >= self._at:
            self._look = False
            return self._ask(now)
        if now < self._pack_at:
            return min(self._at, self._pack_at) - now
        wanted = self._wanted(now)
        return self._idle_s(now) if wanted is None else self._fetch(wanted, now)

    def _idle_s(self, now: float) -> float:
        later = [at for _, at in self._trouble.waits.values() if at > now]
        return min([self._at or now, *later]) - now

    def _ask(self, now: float) -> float:
        outcome = self._client.get_catalogue(self._listed.etag if self._listed else None)
        if not isinstance(outcome, Answered):
            wait_s = self._wait(outcome, _LIST_NAME)
            self._at = now + wait_s
            return wait_s
        self._at = now + EVERY_S * (0.8 + 0.4 * self._chance())
        self._trouble.fails = 0
        if outcome.value is not None:
            self._take_list(outcome.value)
        else:
            self._forgive()
        return 0.0

    def _take_list(self, told: Catalogue) -> None:
        before = self._listed
        if before is not None and told.generation < before.generation:
            self._say(FailureCode.PORTAL_BAD_ANSWER, f"{_LIST_NAME}: an older generation")
            return
        write_durably(self._file, json.dumps(asdict(told), ensure_ascii=False).encode())
        self._listed = told
        self._trouble = _Trouble()
        self._pieces.keep_only({entry.sha256 for entry in told.packs})
        _log.info("catalogue %d with %d packs", told.generation, len(told.packs))

    def _forgive(self) -> None:
        """The list is right again; what is wrong with its packs is still known."""
        self._trouble.told = {text for text in self._trouble.told if _LIST_NAME not in text}

    def _wanted(self, now: float) -> PackEntry | None:
        """The first pack of the list that is not here; one that came wrong has to wait."""
        newest: dict[str, PackEntry] = {}
        for entry in self._listed.packs if self._listed else ():
            if entry.id not in newest or entry.version > newest[entry.id].version:
                newest[entry.id] = entry
        for entry in newest.values():
            kept = self._shelf.pack(entry.id)
            newer = kept is None or (not kept.pinned and entry.version >= kept.version)
            other = kept is None or kept.sha256 != entry.sha256
            _, again_at = self._trouble.waits.get(entry.sha256, (0, now))
            if newer and other and now >= again_at:
                return entry
        return None

    def _fetch(self, entry: PackEntry, now: float) -> float:
        here = self._pieces.size(entry.sha256)
        if here > entry.size:
            self._pieces.drop(entry.sha256)
            here = 0
        if here < entry.size:
            asked = min(PART_BYTES, entry.size - here)
            outcome = self._client.get_pack(entry.sha256, here, asked)
            if not isinstance(outcome, Answered):
                return self._without(outcome, entry, now)
            self._trouble.fails = 0
            # another length of the whole is a lie that the digest finds out in the end
            piece = outcome.value.content[: entry.size - here]
            here = self._pieces.add(entry.sha256, here, piece)
        if here == entry.size:
            self._finish(entry, now)
        return 0.0

    def _finish(self, entry: PackEntry, now: float) -> None:
        data = self._pieces.take(entry.sha256)
        if data is None:
            self._put_off(entry, EVERY_S, now)
            self._say(FailureCode.PACK_INVALID, f"pack {entry.id} has another digest")
            return
        etag = self._listed.etag if self._listed else None
        self._shelf.keep(entry.id, entry.version, data, etag)
        self._pieces.drop(entry.sha256)
        _log.info("pack %s version %d is here", entry.id, entry.version)

    def _without(self, outcome: Outcome[Part], entry: PackEntry, now: float) -> float:
        """No piece came: a refusal concerns this pack alone, silence all of them."""
        wait_s = self._wait(outcome, f"pack {entry.id}")
        if isinstance(outcome, Refused) and outcome.status < 500:
            self._put_off(entry, wait_s, now)
        else:
            self._pack_at = now + wait_s
        return 0.0

    def _put_off(self, entry: PackEntry, wait_s: float, now: float) -> None:
        times, _ = self._trouble.waits.get(entry.sha256, (0, now))
        longer_s = min(SPOILT_CAP_S, wait_s * 2.0 ** min(times, 9))
        self._trouble.waits[entry.sha256] = (times + 1, now + longer_s)

    def _wait(self, outcome: Outcome[object], what: str) -> float:
        """Seconds until it is asked again; what cannot be believed is told once."""
        if isinstance(outcome, Garbled):
            self._say(FailureCode.PORTAL_BAD_ANSWER, f"{what}: {outcome.reason}")
        asked_s = outcome.retry_after_s if isinstance(outcome, Refused) else None
        wait_s = back_off_s(self._trouble.fails, self._chance)
        self._trouble.fails += 1
        _log.info("%s: %s", what, type(outcome).__name__)
        return max(SHORTEST_S, wait_s, min(asked_s or 0.0, RETRY_AFTER_CAP_S))

    def _say(self, code: FailureCode, text: str) -> None:
        if text not in self._trouble.told:
            self._trouble.told.add(text)
            self._alarm(code, text)


def _read(path: Path) -> Catalogue | None:
    try:
        return _LIST.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        # a new terminal, or a file that a power cut left empty: the portal is asked for it
        return None
