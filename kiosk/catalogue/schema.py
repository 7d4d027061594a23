"""What a pack's JSON must look like: pydantic at the border, closed and strict."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=500)]
Days = Annotated[int, Field(ge=0, le=400)]
ItemId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{0,19}$")]


class Strict(BaseModel):
    """Unknown keys and converted types are faults."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class When(Strict):
    """A condition; `rules.condition` decides that exactly one comparison is there."""

    field: Key | None = None
    guide: Key | None = None
    is_: str | None = Field(default=None, alias="is")
    in_: list[str] | None = Field(default=None, alias="in")
    has: str | None = None


class ChoiceText(Strict):
    """The text that an option asks for."""

    required: bool
    max_length: Annotated[int, Field(ge=1, le=200)]


class ChoiceModel(Strict):
    """One option."""

    value: Key | Literal["1", "2"]
    label: Words
    text: ChoiceText | None = None


class FieldModel(Strict):
    """One field of a form; `rules` stays open because each kind has its own."""

    key: Key
    label: Words
    ask: Words | None = None
    type: Key
    required: bool
    rules: dict[str, Any]
    prefill: list[Key]
    why: Words
    error: Words | None = None
    when: When | None = None
    asked_in: Literal["guide"] | None = None
    default: str | int | list[str] | None = None


class ChoiceRules(Strict):
    """Rules of a choice in an item that is ready."""

    options: Annotated[list[ChoiceModel], Field(min_length=2)]


class TelRules(Strict):
    """Rules of a telephone number."""

    normalise: list[Literal["strip_spaces", "strip_dashes"]]
    pattern: str


class AddressRules(Strict):
    """Rules of an address."""

    levels: list[Literal["district", "town", "committee", "road", "detail"]]
    region: Annotated[str, Field(pattern=r"^\d{6}$")]
    min_length: int
    max_length: int


class PromiseRules(Strict):
    """Rules of a promise."""

    signature: bool
    read_to_end: bool
    text: Words


class YesNoRules(Strict):
    """A yes or no may have its own words, so that nobody must answer yes to a "not"."""

    yes: Words | None = None
    no: Words | None = None


class ExemptModel(Strict):
    """One way to leave a material at home."""

    way: Literal["card_chip", "e_licence", "data_sharing", "archive_photo", "promise", "later_step"]
    certificate_name: Words | None = None
    field: Key | None = None


class ScanModel(Strict):
    """How a material is scanned."""

    kind: Literal["page", "portrait", "barcode"]
    sizes: list[str] = []
    pages_min: Annotated[int, Field(ge=1, le=50)] = 1
    pages_max: Annotated[int, Field(ge=1, le=50)] = 1
    standard: str | None = None
    signature: bool = False


class MaterialModel(Strict):
    """One material."""

    material_name: Words
    is_need: Literal[1, 2, 3]
    source: Literal["government", "applicant"]
    material_type: Literal[1, 2, 3]
    material_format: Literal[1, 2, 3]
    exempt_by: list[ExemptModel]
    scan: ScanModel | None
    why: Words
    when: When | None = None
    supplement_days: Days = 0
    cards: int | None = None


class GuideOptionModel(Strict):
    """One answer of the guide."""

    value: Key
    label: Words
    then: Annotated[
        str, Field(pattern=r"^(continue|not_here|not_eligible|item:[A-Z][A-Z0-9-]{0,19})$")
    ]
    sets: dict[str, str] = {}
    note: str | None = None


class GuideModel(Strict):
    """One question of the guide."""

    key: Key
    question: Words
    options: Annotated[list[GuideOptionModel], Field(min_length=2)]


class IdentityModel(Strict):
    """How the resident is identified."""

    ways: Annotated[list[Literal["card", "suishenma", "staff"]], Field(min_length=1)]
    person_check: bool
    accept_expired: bool = False
    delegate: bool = False
    second_person: bool = False
    sensitive: bool = False


class FeeModel(Strict):
    """One fee; `amount` in yuan with two decimals."""

    fee_name: Words
    fee_stand: Words
    amount: Annotated[str, Field(pattern=r"^\d{1,6}\.\d{2}$")]
    currency: Literal["CNY"]
    is_desc: int
    desc_explain: str
    by_law: str
    order_num: int


class OutcomeModel(Strict):
    """What the resident gets."""

    now: list[str]
    later: list[str]
    pickup: list[str]
    text: Words


class ItemModel(Strict):
    """One item in national names; what this version does not use stays as it is."""

    id: ItemId
    ready: bool
    demo: bool
    summary: Words
    catalog_code: str | None
    local_catalog_code: str
    task_code: Annotated[str, Field(min_length=1, max_length=36)]
    task_handle_item: Annotated[str, Field(min_length=1, max_length=36)]
    task_version: Annotated[int, Field(ge=1)]
    task_name: Words
    short_name: Annotated[str, Field(min_length=1, max_length=12)]
    task_type: str | None
    task_type_name: str
    dept_name: Words
    server_type: str
    project_type: Literal["1", "2"]
    anticipate_day: Days
    anticipate_type: str
    promise_day: Days
    promise_type: str
    promise_explain: str
    limit_scene_num: int
    handle_area: Annotated[list[Literal["city", "yrd", "national"]], Field(min_length=1)]
    is_online: int
    is_service_terminals: int
    is_express: int
    is_schedule: int
    is_pay_online: int
    is_fee: int
    by_law: str
    link_way: str
    supervise_way: str
    plan_effective_date: str
    plan_cancel_date: str | None
    requires: list[dict[str, Any]]
    result_name: Words
    result_type: list[str]
    keywords: list[str]
    accept_condition: list[Words]
    handle_flow: list[Words]
    guide: list[GuideModel]
    eligibility: list[dict[str, Any]]
    identity: IdentityModel
    layout: Literal["task_list"] | None = None
    children: list[dict[str, Any]] = []
    forms: list[FieldModel]
    materials: list[MaterialModel]
    fees: list[FeeModel]
    outcome: OutcomeModel
    offline_policy: Literal["collect", "collect_unpaid", "online_only"]
    offline_text: Words
    offline_limits: list[str]
    unpaid_hours: int | None = None
    max_taps_after_identify: int | None = None
    exercises: list[str]


class HeaderModel(Strict):
    """Who the pack is."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    language: Literal["zh-CN"]
    demo: bool
    notice: Words
    code_values: dict[str, dict[str, str]]
    date_expression: str
    applicant_fields: list[dict[str, str | None]]


class TownModel(Strict):
    """A street or town."""

    name: Words
    committees: Annotated[list[Words], Field(min_length=1)]
    roads: Annotated[list[Words], Field(min_length=1)]


class DistrictModel(Strict):
    """A district."""

    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    name: Words
    towns: Annotated[list[TownModel], Field(min_length=1)]


class PlaceModel(Strict):
    """An office nearby."""

    name: Words
    address: Words


class PackModel(Strict):
    """The whole file."""

    pack: HeaderModel
    words: dict[Key, Words]
    places: list[PlaceModel]
    city: Words
    districts: Annotated[list[DistrictModel], Field(min_length=1)]
    items: Annotated[list[ItemModel], Field(min_length=1)]
    translations: dict[Literal["en"], dict[str, Words]]
