"""Changes of state that more than one module makes; each runs inside a transaction."""

import apsw

from offline_cache.errors import UnknownSubmissionError, WrongStateError

LOST = "document-lost"
ATTEMPTS_KEPT = 20
MESSAGES = ("message", "act")
TABLES = ("submission", *MESSAGES)
"""Tables of what is sent; an id is in one of them at most."""

_STATE = " UNION ALL ".join(f"SELECT state FROM {table} WHERE id=?1" for table in TABLES)  # noqa: S608 - constants only


def state_of(connection: apsw.Connection, submission_id: str) -> str:
    """The stored state of a submission, or UnknownSubmissionError."""
    row = connection.execute(_STATE, (submission_id,)).fetchone()
    if row is None or row[0] == "DRAFT":
        raise UnknownSubmissionError(f"no submission {submission_id}")
    return str(row[0])


def demand(connection: apsw.Connection, submission_id: str, *allowed: str) -> str:
    """The state if it is one of `allowed`, else WrongStateError."""
    state = state_of(connection, submission_id)
    if state not in allowed:
        raise WrongStateError(f"submission {submission_id} is {state}")
    return state


def reject(connection: apsw.Connection, submission_id: str, problem: str) -> None:
    """Set what is not acknowledged to REJECTED; its content stays."""
    for table in TABLES:
        connection.execute(
            f"UPDATE {table} SET state='REJECTED', last_problem=? WHERE id=?"  # noqa: S608 - constants only
            " AND state IN ('SEALED', 'HELD', 'REJECTED', 'WITHDRAWING')",
            (problem, submission_id),
        )


def sending_state(connection: apsw.Connection, submission_id: str) -> str:
    """Where a released one goes on: back to its withdrawal if it was to be taken back."""
    row = connection.execute(
        "SELECT 1 FROM ending WHERE id=? AND how='withdrawn'", (submission_id,)
    ).fetchone()
    return "SEALED" if row is None else "WITHDRAWING"


def note_attempt(
    connection: apsw.Connection,
    submission_id: str,
    outcome: str,
    wall_s: float,
    answer: tuple[int | None, int | None] = (None, None),
) -> None:
    """Count one attempt; the last 20 of each submission or message are kept.

    Args:
        connection: inside a transaction.
        submission_id: what was tried.
        outcome: a code, never content.
        wall_s: for the label.
        answer: HTTP status and milliseconds, where there are any.
    """
    for table in TABLES:
        connection.execute(
            f"UPDATE {table} SET attempts=attempts+1 WHERE id=?",  # noqa: S608 - constants only
            (submission_id,),
        )
    note(connection, submission_id, outcome, wall_s, answer)


def note(
    connection: apsw.Connection,
    submission_id: str,
    outcome: str,
    wall_s: float,
    answer: tuple[int | None, int | None] = (None, None),
) -> None:
    """Note what happened to it, in the same ring, without counting an attempt."""
    row = connection.execute(
        "SELECT coalesce(max(n), 0) + 1 FROM trial WHERE id=?", (submission_id,)
    ).fetchone() or (1,)
    number = int(str(row[0]))
    connection.execute(
        "INSERT INTO trial (id, n, at, outcome, status, ms) VALUES (?,?,?,?,?,?)",
        (submission_id, number, wall_s, outcome, *answer),
    )
    connection.execute(
        "DELETE FROM trial WHERE id=? AND n<=?", (submission_id, number - ATTEMPTS_KEPT)
    )
