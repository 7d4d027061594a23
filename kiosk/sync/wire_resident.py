"""Identity, progress and results: values <-> bytes of the wire."""

from pydantic import TypeAdapter

from kiosk.sync.outcomes import Reply
from kiosk.sync.outcomes_resident import Case, Cases, Collected, IdentityOutcome
from kiosk.sync.values import read
from kiosk.sync.wire import NoAck
from offline_cache.records import Stage

_OUTCOME = TypeAdapter(IdentityOutcome)
_CASES = TypeAdapter(Cases)
COLLECTED = TypeAdapter(Collected)


def read_identity(reply: Reply) -> IdentityOutcome | NoAck:
    """Read what the city says; a grant comes with a confirmed person and with nobody else."""
    value = read(reply, _OUTCOME)
    if isinstance(value, NoAck):
        return value
    if (value.outcome == "confirmed") != (value.grant is not None):
        return NoAck("a grant without a person, or the other way round")
    return value


def read_cases(reply: Reply) -> tuple[Case, ...] | NoAck:
    """Read the cases that were found; one that claims a stage it cannot have spoils the list."""
    value = read(reply, _CASES)
    if isinstance(value, NoAck):
        return value
    if not all(_stage_holds(case) for case in value.cases):
        return NoAck("a stage without its members")
    return value.cases


def _stage_holds(case: Case) -> bool:
    """Received is not accepted: the legal stage and its two members come together."""
    legal = (case.project_no, case.accept_date)
    if case.stage is Stage.ACCEPTED:
        return None not in legal
    return case.stage is not Stage.RECEIVED or legal == (None, None)
