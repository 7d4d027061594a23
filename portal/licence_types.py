"""演示数据: the seventeen kinds of licences that the reference portal holds, drawn per resident.

A city's portal asks its own directory (GB/T 36902, 36903). Here a resident's keyed hash
decides which licences there are and what stands on them, the same in every visit; no name
and no number of a real licence is ever made up from a person's data.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

_FIRST_DAY: Final = date(2019, 1, 1)
_SPREAD_DAYS: Final = 2000
_ALWAYS: Final = 6
_HOLDER: Final = "演示持证人"
_OTHER_HOLDER: Final = "演示他人"
_AREA: Final = "310000"


@dataclass(frozen=True, slots=True)
class LicenceType:
    """One kind.

    Attributes:
        years: how long it runs; 0 for ever.
        trust: A issued with seal, B checked against the original (国办函 2016 No. 108).
    """

    code: str
    name: str
    dept: str
    years: int
    trust: str = "A"


TYPES: Final = (
    LicenceType("D01", "居民身份证", "公安局（演示）", 20),
    LicenceType("D02", "居住证", "公安局（演示）", 1),
    LicenceType("D03", "社会保障卡", "人力资源和社会保障局（演示）", 10),
    LicenceType("D04", "医保电子凭证", "医疗保障局（演示）", 0),
    LicenceType("D05", "结婚证", "民政局（演示）", 0),
    LicenceType("D06", "不动产权证书", "规划和自然资源局（演示）", 0),
    LicenceType("D07", "居民户口簿", "公安局（演示）", 0, "B"),
    LicenceType("D08", "机动车驾驶证", "公安局（演示）", 6),
    LicenceType("D09", "机动车行驶证", "公安局（演示）", 0),
    LicenceType("D10", "出生医学证明", "卫生健康委员会（演示）", 0),
    LicenceType("D11", "离婚证", "民政局（演示）", 0),
    LicenceType("D12", "残疾人证", "残疾人联合会（演示）", 10),
    LicenceType("D13", "敬老卡", "民政局（演示）", 0),
    LicenceType("D14", "营业执照", "市场监督管理局（演示）", 0),
    LicenceType("D15", "食品经营许可证", "市场监督管理局（演示）", 5),
    LicenceType("D16", "护士执业证书", "卫生健康委员会（演示）", 5),
    LicenceType("D17", "学历证书", "教育委员会（演示）", 0, "B"),
)


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence of a resident, as the contract tells it."""

    type: LicenceType
    source_id: str
    number: str
    issued: date
    expires: date | None
    holder: str = _HOLDER

    def told(self) -> dict[str, Any]:
        """The members of the contract."""
        return {
            "certificate_type_code": self.type.code,
            "certificate_name": self.type.name,
            "certificate_number": self.number,
            "certificate_holder": self.holder,
            "issue_dept": self.type.dept,
            "issue_date": self.issued.isoformat(),
            "expires_at": self.expires.isoformat() if self.expires else None,
            "certificate_area_code": _AREA,
            "certificate_source_id": self.source_id,
            "trust_level": self.type.trust,
        }


def licences_of(cert_key: str, today: date) -> Mapping[str, Licence]:
    """Source id -> licence; six kinds everybody has, of the others about half.

    Args:
        cert_key: keyed hash of the person's number.
        today: those that run out are renewed in time, so none is past its day.
    """
    drawn = (_draw(kind, cert_key, place, today) for place, kind in enumerate(TYPES))
    return {each.source_id: each for each in drawn if each is not None}


def of_other(licence: Licence) -> Licence:
    """The same licence in another person's name."""
    return Licence(
        licence.type,
        licence.source_id,
        licence.number,
        licence.issued,
        licence.expires,
        _OTHER_HOLDER,
    )


def run_out(licence: Licence, today: date) -> Licence:
    """The same licence, over since yesterday."""
    return Licence(
        licence.type,
        licence.source_id,
        licence.number,
        licence.issued,
        today - timedelta(days=1),
        licence.holder,
    )


def _draw(kind: LicenceType, cert_key: str, place: int, today: date) -> Licence | None:
    digest = hashlib.sha256(f"{cert_key}:{kind.code}".encode()).digest()
    if place >= _ALWAYS and digest[0] & 1:
        return None
    issued = _FIRST_DAY + timedelta(days=int.from_bytes(digest[1:3]) % _SPREAD_DAYS)
    expires = None
    if kind.years:
        while _later(issued, kind.years) <= today:
            issued = _later(issued, kind.years)
        expires = _later(issued, kind.years)
    number = f"{kind.code}******{int.from_bytes(digest[3:5]) % 10000:04d}"
    return Licence(kind, f"{kind.code}-{digest[5:17].hex()}", number, issued, expires)


def _later(day: date, years: int) -> date:
    return day + timedelta(days=365 * years)
