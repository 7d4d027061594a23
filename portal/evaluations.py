"""好差评: one rating per case, idempotent by its id like everything a resident decides."""

from typing import Final

import sqlalchemy as sa

from portal.acts import Act, known_row, plain_ack
from portal.faults import Faults
from portal.intake import Ack, receipt_number
from portal.moments import WallClock, stamp
from portal.problems import ProblemError
from portal.store import Store, emit, lock_key, record_effect
from portal.tables.intake import submissions
from portal.tables.ratings import evaluations
from portal.wire import EvaluationBody, checked, parse, schema_problem

_EARLIER: Final = "00000000-0000-7000-8000-000000000001"


class Evaluations:
    """The ratings of a portal."""

    def __init__(self, store: Store, clock: WallClock, faults: Faults) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults

    def take(self, act: Act) -> tuple[Ack, bool]:
        """Take a rating, or repeat what was said before.

        Returns:
            the ack, and whether it is a replay. Its `case_id` is the rated case's,
            or the rating's own id while the portal does not know the number.

        Raises:
            ProblemError: `id-reuse`, `malformed`, `schema`, `already-rated` with the ack.
        """
        with self._store.transaction() as connection:
            lock_key(connection, "evaluation", act.terminal, act.identity)
            row = known_row(connection, evaluations, act)
            if row is not None:
                known: Ack = row["ack"]
                return known, True
            rating = _read(act.body)
            case = _case(connection, act.terminal, rating)
            subject = case["case_id"] if case is not None else _number(rating)
            # a case has one rating, whatever ids it comes under
            lock_key(connection, "rated", subject)
            _check_rated(connection, subject)
            now = self._clock()
            ack = plain_ack(act, receipt_number(connection, now), stamp(now))
            if case is not None:
                ack |= {"case_id": case["case_id"], "case_seq": case["case_seq"]}
            if self._faults.take("already_rated", f"/v1/evaluations/{act.identity}") is not None:
                raise _already_rated(ack | {"id": _EARLIER})
            connection.execute(
                evaluations.insert().values(
                    **act.key,
                    sha256=act.sha256,
                    subject=subject,
                    satisfaction=rating.satisfaction,
                    reasons=rating.reasons,
                    at=rating.at,
                    channel=rating.channel,
                    ack=ack,
                )
            )
            at = ack["received_at"]
            record_effect(connection, act.terminal, act.identity, "rated", at)
            emit(connection, "case.rated", (act.terminal, act.identity), at)
        return ack, False


def _read(body: bytes) -> EvaluationBody:
    rating = checked(EvaluationBody, parse(body))
    if (rating.collection_no is None) == (rating.project_no is None):
        raise schema_problem([{"pointer": "", "reason": "exactly_one_number"}])
    return rating


def _number(rating: EvaluationBody) -> str:
    return rating.collection_no or rating.project_no or ""


def _case(connection: sa.Connection, terminal: str, rating: EvaluationBody) -> sa.RowMapping | None:
    column = (
        submissions.c.collection_no
        if rating.collection_no is not None
        else submissions.c.project_no
    )
    query = (
        sa.select(submissions.c.case_id, submissions.c.case_seq)
        .where(submissions.c.terminal == terminal, column == _number(rating))
        .order_by(submissions.c.n.desc())
        .limit(1)
    )
    return connection.execute(query).mappings().one_or_none()


def _check_rated(connection: sa.Connection, subject: str) -> None:
    query = sa.select(evaluations.c.ack).where(evaluations.c.subject == subject)
    ack = connection.scalar(query)
    if ack is not None:
        raise _already_rated(ack)


def _already_rated(ack: Ack) -> ProblemError:
    return ProblemError("already-rated", 409, extension={"ack": ack})
