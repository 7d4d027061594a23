"""The shape of `kiosk.toml`, checked with pydantic; imported only where a file is read."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from kiosk.settings import SettingFault, SettingsError, address_fault


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Terminal(_Table):
    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9]{6}$")] = "SH-000001"
    region: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] = "310104"
    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4}$")] = "0017"
    site: Annotated[str, StringConstraints(min_length=1, max_length=30)] = "徐汇区漕河泾社区"
    px_per_mm: Annotated[float, Field(ge=2.0, le=12.0)] = 4.03


class _State(_Table):
    dir: Annotated[str, StringConstraints(min_length=1)] = "build/state"
    old_sqlite: Literal["refuse", "rollback"] = "refuse"


class _Portal(_Table):
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    sealing_key: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: Annotated[str, StringConstraints(pattern=r"^file:.+$")] | None = Field(
        default=None, validate_default=True
    )
    signatures: bool = False

    @field_validator("url")
    @classmethod
    def _can_be_spoken_to(cls, value: str | None) -> str | None:
        fault = address_fault(value) if value else None
        if fault:
            raise ValueError(fault)
        return value

    @field_validator("key")
    @classmethod
    def _goes_with_a_certificate(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("cert") is not None:
            raise ValueError("portal.cert needs it")
        return value

    @field_validator("signatures")
    @classmethod
    def _signs_with_a_key(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's own
        if value and info.data.get("key") is None:
            raise ValueError("needs portal.key")
        return value


class _Device(_Table):
    uri: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+]*:")]
    enabled: bool = True


class _Devices(_Table):
    card: _Device | None = None
    camera: _Device | None = None
    receipt: _Device | None = None


class _Limits(_Table):
    queue_items: Annotated[int, Field(ge=1, le=100_000)] = 500
    queue_days: Annotated[int, Field(ge=1, le=400)] = 7


class _File(_Table):
    terminal: _Terminal = Field(default_factory=_Terminal)
    state: _State = Field(default_factory=_State)
    portal: _Portal = Field(default_factory=_Portal)
    devices: _Devices = Field(default_factory=_Devices)
    limits: _Limits = Field(default_factory=_Limits)


def check(tree: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Check a parsed file; returns only the keys that it sets.

    Raises:
        SettingsError: one fault for each key, named `table.key`.
    """
    try:
        checked = _File.model_validate(dict(tree))
    except ValidationError as error:
        faults = tuple(
            SettingFault(".".join(str(part) for part in each["loc"]), each["msg"])
            for each in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError(faults) from None
    return checked.model_dump(exclude_unset=True, exclude_none=True)
