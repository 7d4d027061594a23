"""Request bodies of the contract: JSON in, checked values out."""

import json
import re
from typing import Annotated, Final, Literal, NoReturn, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from portal.problems import ProblemError, malformed


def _whole(value: object) -> object:
    # JSON Schema knows no difference between 12314 and 12314.0
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Uuid = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Moment = Annotated[
    str,
    Field(
        max_length=40,
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))?$",
    ),
]
BASE64: Final = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


class Strict(BaseModel):
    """Unknown members are refused, and nothing is turned from one type into another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


_NAME: Final = re.compile(r"[a-z_]{1,40}(?:256|4)?")
Body = TypeVar("Body", bound=Strict)


class Clock(Strict):
    """How much the terminal trusts its clock."""

    state: Literal["synced", "free", "unknown"]
    offset_s: float | None = None


class DocumentLine(Strict):
    """A sealed page as the submission names it: size and digest of the sealed file."""

    ordinal: Annotated[Whole, Field(ge=1, le=65535)]
    get_type: Annotated[Whole, Field(ge=1, le=5)]
    media_type: Annotated[str, Field(max_length=100, pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
    size: Annotated[Whole, Field(ge=1, le=8388608)]
    sha256: Hex64


class SubmissionBody(Strict):
    """`PUT /v1/submissions/{id}`."""

    version: Annotated[Literal[1], BeforeValidator(_whole)] = Field(alias="schema")
    kind: Literal["application", "correction"]
    case_id: Uuid
    case_seq: Annotated[Whole, Field(ge=1, le=1000)]
    collection_no: Annotated[str, Field(pattern=r"^[0-9]{6}[0-9A-Z]{16}$")]
    channel: Literal["KIOSK"]
    task_code: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,36}$")]
    task_handle_item: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{0,64}$")]
    task_version: Annotated[Whole, Field(ge=0, le=1000000)]
    pack_sha256: Hex64
    apply_date: Moment
    clock: Clock
    valid_for_s: Annotated[Whole, Field(ge=1, le=86400)] | None = None
    suite: Literal["intl-1"]
    portal_key_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,32}$")]
    dek: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{107}=$")]
    payload: Annotated[str, Field(min_length=40, pattern=BASE64)]
    documents: Annotated[list[DocumentLine], Field(max_length=200)]


class EvaluationBody(Strict):
    """`PUT /v1/evaluations/{id}`: 好差评; exactly one number names the case."""

    collection_no: Annotated[str, Field(pattern=r"^[0-9]{6}[0-9A-Z]{16}$")] | None = None
    project_no: Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,50}$")] | None = None
    satisfaction: Annotated[Whole, Field(ge=1, le=5)]
    reasons: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=20)]
    at: Moment
    channel: Literal["KIOSK"]


def parse(body: bytes) -> object:
    """The JSON of a body.

    Raises:
        ProblemError: `malformed` when it is no UTF-8 or no JSON (NaN included).
    """
    try:
        value: object = json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise malformed("the body is no JSON", "") from error
    return value


def checked(model: type[Body], value: object) -> Body:
    """A body in the shape of its model.

    Raises:
        ProblemError: `schema` with every fault; reasons never quote the value.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise schema_problem(
            [
                {"pointer": _pointer(fault["loc"]), "reason": fault["type"]}
                for fault in error.errors(include_url=False, include_input=False)
            ]
        ) from None


def schema_problem(errors: list[dict[str, str]]) -> ProblemError:
    """The refusal of a body that does not follow the contract."""
    return ProblemError("schema", 422, extension={"errors": errors[:50]})


def _pointer(path: tuple[int | str, ...]) -> str:
    return "".join(f"/{part if isinstance(part, int) else _spoken(part)}" for part in path)


def _spoken(name: str) -> str:
    """A member's name if it may be repeated: one that nobody knows could name a person."""
    return name if _NAME.fullmatch(name) else "*"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
