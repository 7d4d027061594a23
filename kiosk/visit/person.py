"""Everything personal of one visit in one object that can be emptied."""

from dataclasses import dataclass, field

from devices.card.api import IdentityRecord
from offline_cache.records import Ack, Ticket

Stroke = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One page that the draft holds.

    Attributes:
        material: its place in the item's list of materials, from 0.
        verdict: `good`, `warn`, or `reject` where the resident decided to keep it.
    """

    material: int
    ordinal: int
    sha256: str
    verdict: str


@dataclass(slots=True, repr=False)
class Person:
    """The resident of this visit; `repr` says nothing, `wipe` leaves nothing.

    Attributes:
        guide: answers of the item's guide by key.
        answers: plain answers by key; an address stands here as its whole text.
        texts: own words to a choice, by key.
        addresses: parts of an address by key, then by level or part.
        asked: questions that were passed, answered or not.
        changed: questions that were answered anew from the check page.
        taken: the page under review, as JPEG.
        later: materials that are brought later, by their place in the list.
    """

    record: IdentityRecord | None = None
    guide: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    pages: list[KeptPage] = field(default_factory=list)
    later: set[int] = field(default_factory=set)
    taken: bytes = b""
    strokes: list[Stroke] = field(default_factory=list)
    read_to_end: bool = False
    ticket: Ticket | None = None
    ack: Ack | None = None

    def __repr__(self) -> str:
        return "Person(masked)"

    def plain(self) -> dict[str, str]:
        """Answers of guide and form in one, as conditions see them."""
        return {**self.guide, **self.answers}

    def forget_record(self) -> None:
        """Empty what the card told."""
        if self.record is not None:
            self.record.wipe()
            self.record = None

    def wipe(self) -> None:
        """Empty everything."""
        self.forget_record()
        for holder in (self.guide, self.answers, self.texts, self.addresses):
            holder.clear()
        for names in (self.asked, self.changed, self.later):
            names.clear()
        self.pages.clear()
        self.strokes.clear()
        self.taken = b""
        self.read_to_end = False
        self.ticket = None
        self.ack = None

    def is_empty(self) -> bool:
        """Tell whether nothing of a resident is left."""
        return not any(
            (
                self.record,
                self.guide,
                self.answers,
                self.texts,
                self.addresses,
                self.asked,
                self.changed,
                self.pages,
                self.later,
                self.taken,
                self.strokes,
                self.read_to_end,
                self.ticket,
                self.ack,
            )
        )
