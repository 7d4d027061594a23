"""How fast terminals may send: `DIR/rates.json`, read again whenever it changes.

```json
{"submissions_per_min": 600, "upload_kib_s": 65536,
 "after_restore": {"submissions_per_min": 30, "upload_kib_s": 2048, "minutes": 30}}
```

Every member is optional. After a restore all terminals reconcile and send again at
once, so for a while each is told to go slower.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from portal.watched import Watched

FILE_NAME: Final = "rates.json"


@dataclass(frozen=True, slots=True)
class Rate:
    """What one terminal may do; both numbers are above 0."""

    submissions_per_min: float
    upload_kib_s: float

    def told(self) -> dict[str, float]:
        """The member `rate` of the heartbeat's answer."""
        return {
            "submissions_per_min": self.submissions_per_min,
            "upload_kib_s": self.upload_kib_s,
        }


_NORMAL: Final = Rate(600, 65536)
_AFTER_RESTORE: Final = Rate(30, 2048)
_MINUTES: Final = 30.0


@dataclass(frozen=True, slots=True)
class _Table:
    normal: Rate = _NORMAL
    after_restore: Rate = _AFTER_RESTORE
    spread: timedelta = timedelta(minutes=_MINUTES)


class Rates:
    """The hints of one folder."""

    def __init__(self, folder: Path) -> None:
        self._table = Watched(folder / FILE_NAME, _read, _Table())

    def hint(self, now: datetime, restored_at: datetime | None) -> dict[str, float]:
        """The hint of now; slower for a while after a restore.

        A file that cannot be read is logged once and leaves the hints as they were.
        """
        table = self._table.present()
        spreading = restored_at is not None and restored_at <= now < restored_at + table.spread
        return (table.after_restore if spreading else table.normal).told()


def _read(document: dict[str, Any]) -> _Table:
    slower = document.get("after_restore", {})
    return _Table(
        _rate(document, _NORMAL),
        _rate(slower, _AFTER_RESTORE),
        timedelta(minutes=_positive(slower.get("minutes", _MINUTES))),
    )


def _rate(document: dict[str, Any], default: Rate) -> Rate:
    return Rate(
        _positive(document.get("submissions_per_min", default.submissions_per_min)),
        _positive(document.get("upload_kib_s", default.upload_kib_s)),
    )


def _positive(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise ValueError("a number above 0 is asked for")
    return value
