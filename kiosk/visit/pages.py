"""What each page shows, as frozen values: made by the visit, projected by `ui/views`.

Texts of the item (names, questions, reasons) come from the catalogue pack and stand
here in its source language; the views translate them. Everything else is a code, for
which QML has the words.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ItemTile:
    """One item of the home page.

    Attributes:
        ready: the terminal can take this item in; otherwise its notice page only.
        area: `city`, `yrd` or `national`, for the badge.
        promise_days: 0 = 当场办结.
    """

    item: str
    name: str
    summary: str
    area: str
    ready: bool
    promise_days: int


@dataclass(frozen=True, slots=True)
class HomeModel:
    """The items, most used first."""

    items: tuple[ItemTile, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class GuideModel:
    """One question of the item's own guide, asked before identification."""

    item_name: str
    key: str
    question: str
    options: tuple[Option, ...]
    why: str = ""


class MaterialWay(StrEnum):
    """How a material is dealt with in this visit; the three groups of the page."""

    EXEMPT = "exempt"
    PROMISE = "promise"
    SCAN = "scan"


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One material.

    Attributes:
        by: for EXEMPT how (`card_chip`, `e_licence`, `data_sharing` ...), else empty.
        certificate: name of the e-licence, where `by` is `e_licence`.
        pages_min: pages to scan at least; 0 where nothing is scanned.
        supplement_days: it may be brought later within so many days; 0 = not.
    """

    name: str
    why: str
    way: MaterialWay
    by: str = ""
    certificate: str = ""
    pages_min: int = 0
    pages_max: int = 0
    supplement_days: int = 0


@dataclass(frozen=True, slots=True)
class NoticeModel:
    """一次性告知: everything before identification."""

    item_name: str
    ready: bool
    conditions: tuple[str, ...]
    materials: tuple[MaterialRow, ...]
    fee_fen: int
    promise_days: int
    legal_days: int
    result_name: str
    offline_policy: str
    online: bool
    flow: tuple[str, ...] = ()
    printing: bool = False
    print_failure: str = ""
    printed: bool = False


@dataclass(frozen=True, slots=True)
class ElsewhereModel:
    """Not eligible or not here: never an error, always other ways.

    Attributes:
        reason: `change`, `not_ready`, `store_full`, `online_only`.
        item_name: what was asked for.
        places: names and addresses of nearby offices.
    """

    reason: str
    item_name: str
    places: tuple[tuple[str, str], ...]


class CardStage(StrEnum):
    """Where the reading stands."""

    PREPARING = "preparing"
    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    TROUBLE = "trouble"
    READER_FAULT = "reader_fault"


@dataclass(frozen=True, slots=True)
class IdentifyModel:
    """The card page.

    Attributes:
        masked_name: 张*三, only in READ.
        masked_number: 310***********1234, only in READ.
        failure: code of the trouble or the fault, else empty.
        tip: 0, 1 after 30 s (picture tip), 2 after 60 s (换个办法).
        simulated: the reader is simulated and the page says so.
    """

    stage: CardStage
    masked_name: str = ""
    masked_number: str = ""
    failure: str = ""
    tip: int = 0
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class ExpiredModel:
    """The card is out of date; the item does not take it."""

    valid_to: str
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MaterialsModel:
    """The three groups, with the counter of what the resident need not bring."""

    rows: tuple[MaterialRow, ...]
    exempt_count: int
    to_scan: bool


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    TEXT = "text"
    TEL = "tel"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class DetailPart:
    """One part of an address detail: 弄, 号 or 室, typed on the number pad."""

    key: str
    value: str
    optional: bool


@dataclass(frozen=True, slots=True)
class QuestionModel:
    """One question a page.

    Attributes:
        level: for addresses `district`, `town`, `committee`, `road`, `detail`; else empty.
        value: what is chosen or typed so far; for TEL grouped by the view.
        badge: where a prefilled value comes from (`card_chip`, `last_case` ...), else empty.
        invalid: the last confirmation was refused; `error` is the pack's text for it.
        path: for addresses what was chosen above, outermost first.
        returning: the resident came from the check page and goes back there.
    """

    key: str
    kind: QuestionKind
    label: str
    why: str
    options: tuple[Option, ...] = ()
    value: str = ""
    badge: str = ""
    optional: bool = False
    invalid: bool = False
    error: str = ""
    level: str = ""
    path: tuple[str, ...] = ()
    parts: tuple[DetailPart, ...] = ()
    active_part: str = ""
    max_length: int = 0
    returning: bool = False


class ScanStage(StrEnum):
    """Where the scanning stands."""

    PREPARING = "preparing"
    LIVE = "live"
    CAPTURING = "capturing"
    REVIEW = "review"
    CAMERA_FAULT = "camera_fault"


@dataclass(frozen=True, slots=True)
class ScanModel:
    """The scan page.

    Attributes:
        hint: code for the live guidance: empty, `PAGE_NOT_FOUND`, `PAGE_CUT`, ...; `hold` = keep
            still; `ready` = about to take it.
        corners: eight numbers 0..1 of the preview (x, y from top left clockwise), empty if none.
        preview: number of the newest picture; the view's image provider knows the picture.
        page: number of the page that is taken now, from 1.
        kept: pages kept so far.
        verdict: in REVIEW `good`, `warn` or `reject`; `reasons` are codes as in `hint`.
        can_finish: enough pages are kept.
        can_defer: the item takes this paper later, so that 先不扫 leads somewhere.
    """

    stage: ScanStage
    material: str
    page: int = 1
    kept: int = 0
    pages_min: int = 1
    pages_max: int = 1
    hint: str = ""
    corners: tuple[float, ...] = ()
    preview: int = 0
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    failure: str = ""
    can_finish: bool = False
    simulated: bool = False
    can_defer: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, with the way to it.

    Attributes:
        code: `missing`, `invalid`, `pages_missing`, `page_poor`, `promise_missing`.
        target: key of the question, or `scan`, or `sign`.
        label: the question's or material's name.
    """

    code: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class PrecheckModel:
    """Everything that is still wrong, at once."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One row of 提交前请核对.

    Attributes:
        target: where 修改 leads; empty where nothing can be changed (read from the card).
        changed: the resident changed it after the first look.
    """

    label: str
    value: str
    target: str
    badge: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class CheckModel:
    """The check page."""

    item_name: str
    rows: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True)
class SignModel:
    """Promise or declaration, with the handwritten signature.

    Attributes:
        promise: texts to read to the end; empty where only the application is signed.
        read_to_end: the text was shown to its end.
        strokes: how many strokes are drawn; the strokes live in the visit.
        can_submit: read and signed.
    """

    item_name: str
    promise: tuple[str, ...]
    read_to_end: bool
    strokes: int
    can_submit: bool


@dataclass(frozen=True, slots=True)
class SubmitModel:
    """Sealing, then waiting for the portal; `sealed` is true once the outbox has committed."""

    sealed: bool
    seconds_left: int


class PaperStage(StrEnum):
    """What the resident is told about the receipt."""

    PRINTING = "printing"
    PRINTED = "printed"
    SENT = "sent"
    DOUBT = "doubt"
    NOT_PRINTED = "not_printed"


@dataclass(frozen=True, slots=True)
class DoneModel:
    """The result, the paper, what to take along, the rating.

    Attributes:
        stage: `collected`, `received`, `accepted`, `concluded`, `correction`, `not_accepted`;
            words are chosen by it alone.
        number: the number on the paper: project_no from `accepted` on, else collection_no.
        lines: the receipt's text, the same list that goes to paper and speech.
        rating: 0 = none yet, else 5..1.
    """

    stage: str
    item_name: str
    number: str
    masked_name: str
    paper: PaperStage
    paper_failure: str = ""
    masked_mobile: str = ""
    reasons: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    can_rate: bool = False
    rating: int = 0
    took_originals: bool = False
    supplement_days: int = 0


@dataclass(frozen=True, slots=True)
class FaultModel:
    """The page for a failure that ends or stops the visit.

    Attributes:
        failure: code for the words and the corner.
        device: `card`, `camera`, `receipt` or empty, for `{d}`.
        kept: the resident's answers are still there and 再试一次 makes sense.
    """

    failure: str
    device: str = ""
    kept: bool = False
    can_retry: bool = False
