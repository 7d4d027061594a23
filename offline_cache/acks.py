"""The portal's answers, held against what was sent and written down; inside a transaction."""

import apsw

from offline_cache.database import Row
from offline_cache.errors import (
    ConflictingReceiptError,
    MismatchedAckError,
    UnknownSubmissionError,
)
from offline_cache.messages import check_ack
from offline_cache.records import Ack
from offline_cache.states import MESSAGES


def find(connection: apsw.Connection, submission_id: str) -> tuple[str, str | None]:
    """The table that holds what was put, and the receipt recorded so far.

    Raises:
        UnknownSubmissionError: never put.
    """
    for table in ("submission", "tombstone", *MESSAGES):
        row = connection.execute(
            f"SELECT nullif(receipt_no, '') FROM {table} WHERE id=? AND body_sha256 IS NOT NULL",  # noqa: S608 - constants only
            (submission_id,),
        ).fetchone()
        if row is not None:
            return table, None if row[0] is None else str(row[0])
    raise UnknownSubmissionError(f"no submission {submission_id}")


def check(connection: apsw.Connection, table: str, submission_id: str, ack: Ack) -> None:
    """Hold an answer against what was sent.

    Raises:
        MismatchedAckError: other id, digest, case or turn.
        ConflictingReceiptError: another receipt is recorded.
    """
    if table in MESSAGES:
        check_ack(connection, table, submission_id, ack)
        return
    row: Row | None = connection.execute(
        "SELECT id, body_sha256, case_id, case_seq, nullif(receipt_no, '')"  # noqa: S608 - constants only
        f" FROM {table} WHERE id=?",
        (submission_id,),
    ).fetchone()
    if row is None or row[:4] != (ack.id, ack.sha256, ack.case_id, ack.case_seq):
        raise MismatchedAckError(f"the acknowledgement is not for {submission_id}")
    if row[4] not in (None, ack.receipt_no):
        raise ConflictingReceiptError(f"{submission_id} has another receipt")


def write_stage(connection: apsw.Connection, table: str, submission_id: str, ack: Ack) -> bool:
    """Write what the portal says; True if any of it is new."""
    told = (ack.receipt_no, ack.received_at, ack.stage.value)
    dated = (ack.project_no, ack.accept_date, ack.promise_date)
    connection.execute(
        f"UPDATE {table} SET receipt_no=?1, received_at=?2, stage=?3,"  # noqa: S608 - constants only
        " project_no=coalesce(?4, project_no), accept_date=coalesce(?5, accept_date),"
        " promise_date=coalesce(?6, promise_date) WHERE id=?7 AND (stage <> ?3"
        " OR receipt_no IS NULL OR receipt_no = '' OR (?4 IS NOT NULL AND project_no IS NOT ?4)"
        " OR (?5 IS NOT NULL AND accept_date IS NOT ?5)"
        " OR (?6 IS NOT NULL AND promise_date IS NOT ?6))",
        (*told, *dated, submission_id),
    )
    return connection.changes() > 0
