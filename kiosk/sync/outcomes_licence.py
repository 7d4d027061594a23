"""电子证照: licences, consents and uses. What names people has no repr."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from kiosk.sync.values import Day, Digest, Moment, Short, Size, Text, Value

_SourceId = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,64}$")]


@dataclass(frozen=True, slots=True)
class LicenceSearch:
    """Which licences of the resident are asked for; empty is all."""

    certificate_type_code: str | None = None
    task_code: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Licence(Value):
    """A licence of the resident.

    Attributes:
        certificate_number: masked.
        trust_level: A issued and sealed to D the resident's own word.
        expires_at: None when it never ends.
    """

    certificate_type_code: Short
    certificate_name: Text
    certificate_number: Text
    certificate_holder: Text
    issue_dept: Text
    issue_date: Day
    certificate_area_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    certificate_source_id: _SourceId
    trust_level: Literal["A", "B", "C", "D"]
    expires_at: Short | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Licences(Value):
    """Everything that was found."""

    licences: tuple[Licence, ...]


@dataclass(frozen=True, slots=True)
class LicenceGrant:
    """One consent for one licence and one use.

    Attributes:
        consent_sha256: hex digest of the text that the resident agreed to.
        valid_for_s: afterwards it is asked for, never sent again by itself.
    """

    certificate_source_id: str
    task_code: str
    material_name: str
    case_id: str
    consent_sha256: str
    valid_for_s: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class LicenceGranted(Value):
    """The licence may be used once.

    Attributes:
        sha256: hex digest of the consent's request body.
        file_sha256: hex digest of the licence's file.
        watermark: words that the file carries.
    """

    id: Short
    sha256: Digest
    grant_no: Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,64}$")]
    file_sha256: Digest
    size: Size
    watermark: Text
    expires_at: Moment


@dataclass(frozen=True, slots=True)
class LicenceUseSearch:
    """Whose uses are asked for; empty is all licences of the resident."""

    certificate_source_id: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class LicenceUse(Value):
    """Who used what for what."""

    grant_no: Short
    certificate_source_id: _SourceId
    certificate_name: Text
    task_code: Short
    material_name: Text
    at: Moment
    channel: Literal["KIOSK", "WINDOW", "PC", "MOBILE"]


@dataclass(frozen=True, slots=True, repr=False)
class LicenceUses(Value):
    """Everything that was found."""

    uses: tuple[LicenceUse, ...]
