"""The portal's answers become rows: acknowledgements, later stages, who is asked about next."""

import threading
from collections.abc import Callable

import apsw

from offline_cache.acks import check, find, write_stage
from offline_cache.database import Database
from offline_cache.errors import UnknownSubmissionError
from offline_cache.messages import record_ack
from offline_cache.records import Ack, Stage
from offline_cache.states import MESSAGES, note, note_attempt

FINAL_STAGES = (Stage.NOT_ACCEPTED, Stage.CONCLUDED, Stage.WITHDRAWN)


class Answers:
    """Writes down what the portal says; used by the outbox alone."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._asked: dict[str, int] = {}

    def received(self, submission_id: str, ack: Ack) -> bool:
        """See `Outbox.mark_received`."""

        def record(connection: apsw.Connection) -> bool:
            table, receipt = find(connection, submission_id)
            check(connection, table, submission_id, ack)
            if table in MESSAGES:
                return self._record_message(connection, table, submission_id, ack)
            if receipt is not None:
                return False
            clock = self._database.clock
            write_stage(connection, table, submission_id, ack)
            connection.execute("DELETE FROM ending WHERE id=?", (submission_id,))
            note(connection, submission_id, "received", clock.wall())
            connection.execute(
                "UPDATE submission SET state='ACKED', attempts=attempts+1, last_problem=NULL,"
                " acked_wall=?, acked_mono=?, acked_boot=? WHERE id=?",
                (clock.wall(), clock.monotonic(), clock.boot_id, submission_id),
            )
            self._database.reached("ack.before_commit")
            return True

        return self._durably(record)

    def settled(self, message_id: str, ack: Ack | None) -> bool:
        """See `Outbox.mark_settled`."""

        def record(connection: apsw.Connection) -> bool:
            table, _receipt = find(connection, message_id)
            if table not in MESSAGES:
                raise UnknownSubmissionError(f"{message_id} is no message")
            return self._record_message(connection, table, message_id, ack)

        return self._durably(record)

    def stage(self, submission_id: str, ack: Ack) -> bool:
        """See `Outbox.mark_stage`."""

        def record(connection: apsw.Connection) -> bool:
            table, receipt = find(connection, submission_id)
            if receipt is None or table in MESSAGES:
                raise UnknownSubmissionError(f"{submission_id} is no acknowledged submission")
            check(connection, table, submission_id, ack)
            return write_stage(connection, table, submission_id, ack)

        return self._database.write(record, drain=True)

    def follow_up(self, limit: int) -> list[str]:
        """See `Outbox.follow_up`."""
        finals = ",".join(f"'{stage}'" for stage in FINAL_STAGES)
        rows = self._database.read(
            f"SELECT id FROM submission WHERE state='ACKED' AND stage NOT IN ({finals})"  # noqa: S608 - constants only
            f" UNION ALL SELECT id FROM tombstone WHERE stage NOT IN ({finals}) ORDER BY id"
        )
        with self._lock:
            ids = sorted((str(row[0]) for row in rows), key=lambda key: self._asked.get(key, 0))
            turn = max(self._asked.values(), default=0) + 1
            chosen = ids[:limit]
            self._asked = {key: self._asked.get(key, 0) for key in ids}
            self._asked.update(dict.fromkeys(chosen, turn))
        return chosen

    def _durably(self, record: Callable[[apsw.Connection], bool]) -> bool:
        new = self._database.write(record, drain=True)
        self._database.reached("ack.after_commit")
        return new

    def _record_message(
        self, connection: apsw.Connection, table: str, message_id: str, ack: Ack | None
    ) -> bool:
        wall = self._database.clock.wall()
        new = record_ack(connection, table, message_id, ack, wall)
        if new:
            note_attempt(connection, message_id, "received", wall)
            self._database.reached("ack.before_commit")
        return new
