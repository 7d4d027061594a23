"""What a draft is given when it begins, so that `put` has less to write: number and turn.

Each page of the database that a commit changes is written to the log. The number, the turn
and the priority stand in indexes of their own; in the row from the beginning, and only
changed where they do not hold any more, they cost `put` nothing.
"""

from dataclasses import dataclass
from datetime import datetime

import apsw

from offline_cache.body import Place
from offline_cache.numbers import TerminalIdentity, collection_number

_SERIAL = "serial"
_TURNS_KEPT = 256
_KEEP = "UPDATE submission SET collection_no=?, case_seq=?, priority=? WHERE id=?"
# A draft may have been given the turn that another one of its case now takes before it.
_GIVE_UP = "UPDATE submission SET case_seq=NULL WHERE case_id=? AND state='DRAFT' AND id<>?"


@dataclass(frozen=True, slots=True)
class Reserved:
    """What stands in the row of a draft.

    Attributes:
        serial: of this draft alone, whether it is ever put or not.
        day: that is in the number, `yymmdd`.
        place: its case, turn and number as of its beginning; turn 0 if another draft of
            the case has the next one.
        priority: of its kind.
    """

    serial: int
    day: str
    place: Place
    priority: int


class Places:
    """Gives numbers and turns; every call is made inside a transaction."""

    def __init__(self, identity: TerminalIdentity) -> None:
        self._identity = identity
        self._turns: dict[str, int] = {}

    def reserve(
        self, connection: apsw.Connection, draft: tuple[str, str], priority: int, made: datetime
    ) -> Reserved:
        """Write what a new draft, given by id and case, will most likely have once it is put."""
        draft_id, case_id = draft
        turn = self._note_turn(connection, case_id)
        (taken,) = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM submission WHERE case_id=? AND case_seq=?)",
            (case_id, turn + 1),
        ).fetchone() or (0,)
        serial = _next_serial(connection)
        day = _day(made)
        number = collection_number(self._identity, day, serial)
        place = Place(case_id, 0 if taken else turn + 1, number)
        row = (place.collection_no, place.case_seq or None, priority, draft_id)
        connection.execute(_KEEP, row)
        return Reserved(serial, day, place, priority)

    def place(
        self,
        connection: apsw.Connection,
        case_id: str,
        reserved: Reserved | None,
        made: datetime,
    ) -> Place:
        """Where what is put at `made` stands; equal to the reserved one if that still holds."""
        # Only `put` gives turns, so the one known from the begin holds for the first put since.
        turn = self._turns.pop(case_id, None)
        if turn is None:
            turn = last_turn(connection, case_id)
        day = _day(made)
        if reserved is not None and reserved.day == day:
            return Place(case_id, turn + 1, reserved.place.collection_no)
        serial = _next_serial(connection) if reserved is None else reserved.serial
        return Place(case_id, turn + 1, collection_number(self._identity, day, serial))

    def _note_turn(self, connection: apsw.Connection, case_id: str) -> int:
        """Inside the transaction of the begin, so that no put of this case comes in between."""
        if len(self._turns) >= _TURNS_KEPT:
            self._turns.clear()
        turn = self._turns[case_id] = last_turn(connection, case_id)
        return turn


def give_up_turns(connection: apsw.Connection, place: Place, draft_id: str) -> None:
    """Let `draft_id` take its turn though another draft of its case may have been given it."""
    connection.execute(_GIVE_UP, (place.case_id, draft_id))


def last_turn(connection: apsw.Connection, case_id: str) -> int:
    """The turn of what was put last for a case, purged or not; 0 if nothing was."""
    (seq,) = connection.execute(
        "SELECT max("
        "coalesce((SELECT max(case_seq) FROM submission WHERE case_id=?1 AND state<>'DRAFT'), 0),"
        " coalesce((SELECT max(case_seq) FROM tombstone WHERE case_id=?1), 0))",
        (case_id,),
    ).fetchone() or (0,)
    return int(str(seq))


def _day(made: datetime) -> str:
    return f"{made.year % 100:02d}{made.month:02d}{made.day:02d}"


def _next_serial(connection: apsw.Connection) -> int:
    row = connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, '1') ON CONFLICT (key)"
        " DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value",
        (_SERIAL,),
    ).fetchone() or (1,)
    return int(str(row[0]))
