"""Comparing with the portal after one of the two was set back: what is sent again, what is named.

What is still stored goes on its way again under the same id and with the same bytes. What
is only a tombstone cannot: the caller is told, so that it is never silent.
"""

import apsw

from offline_cache.database import Database
from offline_cache.records import Known
from offline_cache.states import TABLES, note, state_of

MISMATCH = "reconcile mismatch"
_KNOWN = """
SELECT id, body_sha256, receipt_no, stored FROM (
  SELECT id, body_sha256, receipt_no, 1 AS stored FROM submission WHERE state='ACKED'
  UNION ALL SELECT id, body_sha256, receipt_no, 0 FROM tombstone WHERE receipt_no<>''
  UNION ALL SELECT id, body_sha256, receipt_no, state='ACKED' FROM message
  WHERE state IN ('ACKED', 'PURGED') AND receipt_no<>'')
WHERE id>? ORDER BY id LIMIT ?
"""
_AGAIN = """
UPDATE {table} SET state='SEALED', due=0, receipt_no=NULL, received_at=NULL, acked_wall=NULL
"""
_UNSTAGED = ", stage='collected', project_no=NULL, accept_date=NULL, promise_date=NULL"
_UNTIMED = ", acked_mono=NULL, acked_boot=NULL"


class Reconciling:
    """Answers to what the portal lost; used by the outbox alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, after_id: str, limit: int) -> list[Known]:
        """See `Outbox.known`."""
        rows = self._database.read(_KNOWN, (after_id, limit))
        return [Known(row[0], row[1], row[2], stored=bool(row[3])) for row in rows]

    def resend_from(self, case_id: str, expected_seq: int) -> list[str] | None:
        """The ids that are sent again, or None if a part of them is erased."""

        def change(connection: apsw.Connection) -> list[str] | None:
            values = (case_id, expected_seq)
            erased = connection.execute(
                "SELECT 1 FROM tombstone WHERE case_id=? AND case_seq>=?", values
            ).fetchone()
            first = connection.execute(
                "SELECT 1 FROM submission WHERE case_id=? AND case_seq=? AND state<>'DRAFT'", values
            ).fetchone()
            if erased is not None or first is None:
                return None
            rows = connection.execute(
                "SELECT id, valid_for_s FROM submission WHERE case_id=? AND case_seq>=?"
                " AND state='ACKED' ORDER BY case_seq",
                values,
            ).fetchall()
            if any(row[1] is not None for row in rows):
                return None
            return [self._again(connection, str(row[0]), "SEALED") for row in rows]

        return self._database.write(change, drain=True)

    def forgotten(self, submission_id: str) -> bool:
        """See `Outbox.forgotten`."""
        return self._back(submission_id, "SEALED")

    def mismatch(self, submission_id: str) -> bool:
        """See `Outbox.mark_mismatch`."""
        return self._back(submission_id, "HELD")

    def _back(self, submission_id: str, state: str) -> bool:
        def change(connection: apsw.Connection) -> bool:
            buried = connection.execute(
                "SELECT 1 FROM tombstone WHERE id=?", (submission_id,)
            ).fetchone()
            if buried is not None or state_of(connection, submission_id) == "PURGED":
                return False
            if state == "SEALED" and _is_limited(connection, submission_id):
                return False
            if state_of(connection, submission_id) == "ACKED" or state == "HELD":
                self._again(connection, submission_id, state)
            return True

        return self._database.write(change, drain=True)

    def _again(self, connection: apsw.Connection, submission_id: str, state: str) -> str:
        """Take the receipt off and note it, so that the portal's next one is no conflict."""
        for table in TABLES:
            row = connection.execute(
                f"SELECT receipt_no FROM {table} WHERE id=?",  # noqa: S608 - constants only
                (submission_id,),
            ).fetchone()
            if row is None:
                continue
            outcome = "resent" if state == "SEALED" else "mismatch"
            text = outcome if row[0] is None else f"{outcome}, had {row[0]}"
            note(connection, submission_id, text, self._database.clock.wall())
            of_case = _UNSTAGED + _UNTIMED if table == "submission" else ""
            connection.execute(
                _AGAIN.format(table=table) + of_case + " WHERE id=?", (submission_id,)
            )
            if state == "HELD":
                connection.execute(
                    f"UPDATE {table} SET state='HELD', held_by='portal', held_why=?,"  # noqa: S608 - constants only
                    " last_problem=? WHERE id=?",
                    (MISMATCH, MISMATCH, submission_id),
                )
        return submission_id


def _is_limited(connection: apsw.Connection, submission_id: str) -> bool:
    """What was worth something for a minute only is not sent a second time."""
    return (
        connection.execute(
            "SELECT 1 FROM submission WHERE id=? AND valid_for_s IS NOT NULL", (submission_id,)
        ).fetchone()
        is not None
    )
