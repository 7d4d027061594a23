"""预约: free times of the catalogue's places, taken once and given back.

Half hours from 9:00 to 16:30 on Monday to Saturday, three people each; what is left is
counted from the rows. Exactly one of several who want the last place gets it, whichever
worker they ask.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final

import sqlalchemy as sa
from pydantic import Field

from portal.acts import Act, find_row, known_row
from portal.bodies import TaskCode, ValidFor
from portal.content import Content
from portal.faults import Faults
from portal.moments import ZONE, WallClock, office_date, stamp
from portal.problems import ProblemError, malformed
from portal.store import Store, emit, lock_key, next_serial, record_effect
from portal.tables.results import appointments
from portal.wire import Strict

PLACES: Final = 3
_OPENS: Final = time(9)
_HALF_HOURS: Final = 16
_LENGTH: Final = timedelta(minutes=30)
_SUNDAY: Final = 6
_LAST_YEAR: Final = 9000
_LOOK_DAYS: Final = 14
_ALTERNATIVES: Final = 6

Slot = dict[str, Any]


class AppointmentBody(Strict):
    """`PUT /v1/appointments/{id}`."""

    slot_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
    task_code: TaskCode
    valid_for_s: ValidFor | None = None


class Appointments:
    """The diary of the places."""

    def __init__(self, store: Store, content: Content, clock: WallClock, faults: Faults) -> None:
        self._store = store
        self._content = content
        self._clock = clock
        self._faults = faults

    def slots(self, site: str, first: date, days: int, path: str = "") -> tuple[list[Slot], str]:
        """Free times from a day on, those of the past left out, and a strong ETag."""
        none = self._faults.take("no_slots", path) is not None
        if none or first.year > _LAST_YEAR or site not in self._sites():
            return [], _tag([])
        found = [
            slot
            for ahead in range(days)
            for slot in self._of_day(site, first + timedelta(days=ahead))
        ]
        with self._store.transaction() as connection:
            free = self._with_left(connection, found)
        return free, _tag(free)

    def take(self, act: Act, path: str = "") -> tuple[dict[str, Any], bool]:
        """Take a time, or repeat the ticket of that id; and whether it is a replay.

        Raises:
            ProblemError: `id-reuse`, `malformed`, `schema`, `unknown-id` for no such time,
                `slot-taken` with other free times, also for a time that is over;
                `overloaded` while the places cannot be read.
        """
        sites = self._sites()  # may count a generation: never inside another transaction
        with self._store.transaction() as connection:
            lock_key(connection, "appointment", act.terminal, act.identity)
            known = known_row(connection, appointments, act)
            if known is not None:
                return self._again(connection, known), True
            wish = act.read(AppointmentBody)
            slot = _slot(wish.slot_id)
            if wish.slot_id.rsplit("-", 2)[0] not in sites:
                raise ProblemError("unknown-id", 404, "no such place")
            lock_key(connection, "slot", wish.slot_id)
            over = slot["starts_at"] <= stamp(self._clock())
            raced = self._faults.take("slot_race", path) is not None
            if over or raced or not self._with_left(connection, [slot]):
                raise self._taken(connection, slot)
            return self._insert(connection, act, wish), False

    def ask(self, terminal: str, identity: str) -> dict[str, Any]:
        """The ticket of an appointment that stands.

        Raises:
            ProblemError: `unknown-id`.
        """
        with self._store.transaction() as connection:
            row = find_row(connection, appointments, terminal, identity)
        if row is None or row["released_at"] is not None:
            raise ProblemError("unknown-id", 404)
        return _ticket(row)

    def release(self, terminal: str, identity: str) -> None:
        """Give a time back; a second time does nothing.

        Raises:
            ProblemError: `unknown-id`.
        """
        at = stamp(self._clock())
        mine = (appointments.c.terminal == terminal) & (appointments.c.id == identity)
        with self._store.transaction() as connection:
            if find_row(connection, appointments, terminal, identity) is None:
                raise ProblemError("unknown-id", 404)
            given = connection.execute(
                appointments.update()
                .where(mine, appointments.c.released_at.is_(None))
                .values(released_at=at)
            )
            if given.rowcount == 1:
                emit(connection, "appointment.released", (terminal, identity), at)

    def _insert(self, connection: sa.Connection, act: Act, wish: AppointmentBody) -> dict[str, Any]:
        at = stamp(self._clock())
        row = {
            **act.key,
            "sha256": act.sha256,
            "slot_id": wish.slot_id,
            "task_code": wish.task_code,
            "ticket_no": f"YY{next_serial(connection):08d}",
        }
        connection.execute(appointments.insert().values(**row))
        record_effect(connection, act.terminal, act.identity, "appointment", at)
        emit(connection, "appointment.taken", (act.terminal, act.identity), at)
        return _ticket(row)

    def _again(self, connection: sa.Connection, row: Mapping[str, Any]) -> dict[str, Any]:
        """The ticket of a replay; what was given back meanwhile is not taken again."""
        if row["released_at"] is not None:
            raise self._taken(connection, _slot(row["slot_id"]))
        return _ticket(row)

    def _taken(self, connection: sa.Connection, slot: Slot) -> ProblemError:
        site, day, _half = str(slot["slot_id"]).rsplit("-", 2)
        first = max(datetime.strptime(day, "%Y%m%d").replace(tzinfo=ZONE).date(), self._today())
        others = [
            each
            for ahead in range(_LOOK_DAYS)
            for each in self._of_day(site, first + timedelta(days=ahead))
            if each["slot_id"] != slot["slot_id"]
        ]
        free = self._with_left(connection, others)[:_ALTERNATIVES]
        return ProblemError("slot-taken", 409, extension={"alternatives": free})

    def _of_day(self, site: str, day: date) -> list[Slot]:
        now = stamp(self._clock())
        return [slot for slot in _times(site, day) if slot["starts_at"] > now]

    def _with_left(self, connection: sa.Connection, slots: Sequence[Slot]) -> list[Slot]:
        """The times with places left; the count is of this transaction."""
        names = [slot["slot_id"] for slot in slots]
        query = (
            sa.select(appointments.c.slot_id, sa.func.count())
            .where(appointments.c.slot_id.in_(names), appointments.c.released_at.is_(None))
            .group_by(appointments.c.slot_id)
        )
        taken = {name: int(count) for name, count in connection.execute(query)}
        counted = [{**slot, "left": PLACES - taken.get(slot["slot_id"], 0)} for slot in slots]
        return [slot for slot in counted if slot["left"] > 0]

    def _sites(self) -> set[str]:
        return {str(site["id"]) for site in self._content.sites()}

    def _today(self) -> date:
        return office_date(self._clock())


def _slot(slot_id: str) -> Slot:
    """A time by its name, in the past too: a ticket of yesterday is still a ticket.

    Raises:
        ProblemError: `unknown-id`.
    """
    site, _, rest = slot_id.rpartition("-")[0].rpartition("-")
    try:
        day = datetime.strptime(rest, "%Y%m%d").replace(tzinfo=ZONE).date()
    except ValueError:
        raise ProblemError("unknown-id", 404, "no such time") from None
    for slot in _times(site, day):
        if slot["slot_id"] == slot_id:
            return slot
    raise ProblemError("unknown-id", 404, "no such time")


def _ticket(row: Mapping[str, Any]) -> dict[str, Any]:
    slot = _slot(row["slot_id"])
    names = ("id", "sha256", "ticket_no", "slot_id")
    times = {name: slot[name] for name in ("starts_at", "ends_at")}
    return {name: row[name] for name in names} | times


def day_of(text: str) -> date:
    """A day of a query.

    Raises:
        ProblemError: `malformed`.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise malformed("no such day", "/from") from None


def _times(site: str, day: date) -> list[Slot]:
    if day.weekday() == _SUNDAY or day.year > _LAST_YEAR:
        return []
    begin = datetime.combine(day, _OPENS, ZONE)
    return [
        {
            "slot_id": f"{site}-{day:%Y%m%d}-{begin + place * _LENGTH:%H%M}",
            "starts_at": stamp((begin + place * _LENGTH).astimezone(UTC)),
            "ends_at": stamp((begin + (place + 1) * _LENGTH).astimezone(UTC)),
            "left": PLACES,
        }
        for place in range(_HALF_HOURS)
    ]


def _tag(slots: list[Slot]) -> str:
    return f'"{hashlib.sha256(json.dumps(slots).encode()).hexdigest()[:32]}"'
