"""Changes of state that more than one module makes; each runs inside a transaction."""

import apsw

from offline_cache.errors import UnknownSubmissionError, WrongStateError

LOST = "document-lost"
ATTEMPTS_KEPT = 20
TABLES = ("submission", "message")
"""Tables of what is sent; an id is in one of them at most."""


def state_of(connection: apsw.Connection, submission_id: str) -> str:
    """The stored state of a submission, or UnknownSubmissionError."""
    row = connection.execute(
        "SELECT state FROM submission WHERE id=?1 UNION ALL SELECT state FROM message WHERE id=?1",
        (submission_id,),
    ).fetchone()
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
            " AND state IN ('SEALED', 'HELD', 'REJECTED')",
            (problem, submission_id),
        )


def note_attempt(
    connection: apsw.Connection, submission_id: str, outcome: str, wall_s: float
) -> None:
    """Count one attempt; a submission's outcomes are kept in a ring of the last 20."""
    for table in TABLES:
        connection.execute(
            f"UPDATE {table} SET attempts=attempts+1 WHERE id=?",  # noqa: S608 - constants only
            (submission_id,),
        )
    connection.execute(
        "INSERT INTO attempt SELECT id, attempts, ?, ? FROM submission WHERE id=?",
        (wall_s, outcome, submission_id),
    )
    connection.execute(
        "DELETE FROM attempt WHERE submission_id=? AND n <="
        " (SELECT attempts FROM submission WHERE id=?) - ?",
        (submission_id, submission_id, ATTEMPTS_KEPT),
    )
