"""Items, forms and materials of a pack as frozen values; names follow the glossary."""

from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """The closed list of comparisons that a `when` may use."""

    IS = "is"
    IN = "in"
    HAS = "has"


@dataclass(frozen=True, slots=True)
class Condition:
    """When a question or a material applies.

    Attributes:
        source: `field` compares an answer of the form, `guide` one of the guide.
        key: which answer.
        values: one value for `is` and `has`, any number for `in`.
    """

    source: str
    key: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice.

    Attributes:
        text_required: the option asks for a text of its own.
        text_max: longest text in characters; 0 where the option takes none.
    """

    value: str
    label: str
    text_required: bool = False
    text_max: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """One field of the form.

    Attributes:
        kind: `choice`, `yes_no`, `tel`, `address`, `promise`, ... as in the pack.
        label: its name on the check page.
        ask: the sentence that asks for it.
        asked_in: `form` or `guide`.
        pattern: regular expression that the whole normalised value must match, else empty.
        normalise: steps of `rules.normalise`, in order.
        promise: text of a promise, else empty.
    """

    key: str
    label: str
    kind: str
    required: bool
    ask: str = ""
    why: str = ""
    error: str = ""
    asked_in: str = "form"
    when: Condition | None = None
    options: tuple[Choice, ...] = ()
    pattern: str = ""
    normalise: tuple[str, ...] = ()
    max_length: int = 0
    promise: str = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """One way in which a material need not be brought.

    Attributes:
        way: `card_chip`, `e_licence`, `data_sharing`, `promise`, ...
        certificate: name of the e-licence, where `way` is `e_licence`.
        field: key of the promise, where `way` is `promise`.
    """

    way: str
    certificate: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class PageRule:
    """How many pages a scan takes."""

    pages_min: int
    pages_max: int


@dataclass(frozen=True, slots=True)
class Material:
    """One material; the ways of `exempt_by` are tried in order, scanning comes last."""

    name: str
    is_need: int
    why: str
    exempt_by: tuple[Exemption, ...] = ()
    scan: PageRule | None = None
    when: Condition | None = None
    supplement_days: int = 0


@dataclass(frozen=True, slots=True)
class GuideOption:
    """One answer of a guide question; `then` is `continue`, `not_here`, `item:ID` ..."""

    value: str
    label: str
    then: str


@dataclass(frozen=True, slots=True)
class GuideQuestion:
    """One question before identification."""

    key: str
    question: str
    options: tuple[GuideOption, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One item (事项); `ready` means that this version of the terminal can take it in.

    Attributes:
        immediate: 即办件: a result is expected at once.
        area: the widest of the item's areas: `city`, `yrd`, `national`.
        fee_fen: sum of the fees in fen.
        accept_expired: an identity card that is out of date may be used.
    """

    id: str
    name: str
    short_name: str
    summary: str
    ready: bool
    task_code: str
    task_handle_item: str
    task_version: int
    immediate: bool
    area: str
    legal_days: int
    promise_days: int
    conditions: tuple[str, ...]
    flow: tuple[str, ...]
    result_name: str
    result_text: str
    offline_policy: str
    offline_text: str
    guide: tuple[GuideQuestion, ...]
    questions: tuple[Question, ...]
    materials: tuple[Material, ...]
    fee_fen: int = 0
    accept_expired: bool = False

    def question(self, key: str) -> Question | None:
        """The question of that key, or nothing."""
        return next((each for each in self.questions if each.key == key), None)


@dataclass(frozen=True, slots=True)
class Town:
    """A street or town with its committees and roads; names only."""

    name: str
    committees: tuple[str, ...]
    roads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class District:
    """A district with its six digits of GB/T 2260."""

    code: str
    name: str
    towns: tuple[Town, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An office nearby."""

    name: str
    address: str
