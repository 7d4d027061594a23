"""What an office asks of its items beyond the demo register: `DIR/register.json`, if there is one.

```json
{"only": true,
 "items": {"SH-DEMO-S1-01": {"papers": ["居住证"], "retired": {"version": 3, "on": "2026-10-01"}}}}
```

`only`: an item that is neither here nor in the demo register is refused, `task-unknown`.
`papers`: materials that a submission must name, however they are brought. `retired`: the
versions up to that one are over since that day; they are taken for 30 days more, then
every submission of them becomes a correction. The file is read again whenever it changes.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import sqlalchemy as sa
from pydantic import AfterValidator, Field

from portal.content import Day
from portal.problems import ProblemError
from portal.register import ITEMS
from portal.watched import Watched
from portal.wire import Strict, SubmissionBody, Whole

FILE_NAME: Final = "register.json"
GRACE: Final = timedelta(days=30)


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


class _Retired(Strict):
    version: Annotated[Whole, Field(ge=0)]
    on: Annotated[Day, AfterValidator(_day)]


class _Item(Strict):
    papers: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(default_factory=list)
    retired: _Retired | None = None


class _Table(Strict):
    only: bool = False
    items: dict[str, _Item] = Field(default_factory=dict)


class Demands:
    """The demands of one folder; none without the file."""

    def __init__(self, folder: Path) -> None:
        # a slip in the file must not let everything in: what was demanded before stays
        self._table = Watched(folder / FILE_NAME, _Table.model_validate, _Table())

    def refuse_unknown(
        self, _connection: sa.Connection, _terminal: str, _identity: str, submission: SubmissionBody
    ) -> None:
        """A gate of the intake.

        Raises:
            ProblemError: `task-unknown`.
        """
        table = self._table.present()
        if table.only and submission.task_code not in {*ITEMS, *table.items}:
            raise ProblemError("task-unknown", 422)

    def gaps(
        self, body: Mapping[str, Any], payload: Mapping[str, Any], today: date
    ) -> list[dict[str, Any]]:
        """What this item lacks, as reasons of a correction, every one of them.

        Args:
            body: the stored request.
            payload: what was inside.
            today: the date of the office.
        """
        item = self._table.present().items.get(str(body["task_code"]))
        if item is None:
            return []
        named, retired = _named(payload), item.retired
        found = [_reason("page-missing", name) for name in item.papers if name not in named]
        old = retired is not None and int(body["task_version"]) <= retired.version
        if retired is not None and old and today > date.fromisoformat(retired.on) + GRACE:
            found.append(_reason("task-retired"))
        return found


def _named(payload: Mapping[str, Any]) -> set[str]:
    """The papers that a payload names: brought in any way, or replaced by a promise."""
    names = [each.get("material_name") for each in _objects(payload.get("materials"))]
    for promise in _objects(payload.get("promises")):
        replaced = promise.get("material_names")
        names += replaced if isinstance(replaced, list) else []
    return {name for name in names if isinstance(name, str)}


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _reason(reason: str, name: str | None = None) -> dict[str, Any]:
    return {"material_name": name, "ordinal": None, "reason": reason}
