"""Times of the contract: RFC 3339 in UTC, dates of the office in its own zone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

ZONE_NAME: Final = "Asia/Shanghai"
# fixed: no summer time since 1991, and the base system may have no zone data
ZONE: Final = timezone(timedelta(hours=8), ZONE_NAME)

WallClock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC, for times that the portal compares by itself."""
    return int(moment.timestamp() * 1000)


def office_date(moment: datetime) -> date:
    """The date on the wall of the office."""
    return moment.astimezone(ZONE).date()


def working_days_after(start: date, days: int) -> date:
    """The date that many working days later; public holidays are not known here."""
    result = start
    while days > 0:
        result += timedelta(days=1)
        days -= result.weekday() < 5
    return result
