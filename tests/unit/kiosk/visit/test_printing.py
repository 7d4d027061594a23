"""The receipt on its way: the journal, proof, doubt, second prints, and no paper at all."""

import logging

import pytest
from visit_support import Stand

from devices.errors import FailureCode
from devices.receipt.api import Outcome
from kiosk.visit.pages import PaperStage
from kiosk.visit.screens import Screen
from offline_cache.records import PrintState, Stage


def journal(stand: Stand) -> list[tuple[str, bool, int]]:
    return [(job.state.value, job.declined, job.attempts) for job in stand.store.journal.jobs()]


def test_the_journal_knows_of_the_paper_before_the_first_byte(stand: Stand) -> None:
    stand.to_submit()
    stand.dispatcher.held = True
    stand.answer(Stage.CONCLUDED)
    assert stand.printer.jobs == []
    stand.dispatcher.release()

    job = stand.printer.jobs[0]
    assert stand.store.journal.job(job.id).state is PrintState.SENDING
    assert stand.store.journal.job(job.id).submission_id == stand.named("sealed")[0]["id"]
    assert job.deadline > stand.clock.mono


@pytest.mark.parametrize(
    ("outcome", "stage", "state"),
    [
        (Outcome.PRINTED, PaperStage.PRINTED, "PRINTED"),
        (Outcome.SENT, PaperStage.SENT, "SENT"),
        (Outcome.NOT_STARTED, PaperStage.NOT_PRINTED, "NOT_STARTED"),
        (Outcome.PARTIAL, PaperStage.DOUBT, "PARTIAL"),
        (Outcome.UNKNOWN, PaperStage.DOUBT, "UNKNOWN"),
    ],
)
def test_each_outcome_has_its_words_and_its_row(
    stand: Stand, outcome: Outcome, stage: PaperStage, state: str
) -> None:
    stand.to_done()
    assert stand.stands(PaperStage.PRINTING)
    stand.paper(outcome, FailureCode.PAPER_OUT if stage is PaperStage.NOT_PRINTED else None)

    assert stand.stands(stage)
    assert journal(stand) == [(state, False, 1)]
    assert stand.named("printed")[0]["outcome"] == outcome.value
    assert stand.named("printed")[0]["what"] == "receipt"


def test_no_paper_is_told_by_its_code_and_printed_again_as_the_first(stand: Stand) -> None:
    stand.to_done()
    stand.paper(Outcome.NOT_STARTED, FailureCode.PAPER_OUT)
    assert stand.model.paper_failure == "PAPER_OUT"

    stand.acts.print_again()
    stand.paper()

    first, second = stand.printer.jobs
    assert (first.id, first.reprint) == (second.id, second.reprint)
    assert stand.stands(PaperStage.PRINTED)


def test_a_doubtful_paper_is_asked_about_and_never_printed_by_itself(stand: Stand) -> None:
    stand.to_done()
    stand.paper(Outcome.PARTIAL, FailureCode.PAPER_JAM)
    stand.acts.print_again()
    assert len(stand.printer.jobs) == 1

    for reprint in (1, 2):
        stand.acts.paper_complete(complete=False)
        assert stand.printer.jobs[-1].reprint == reprint
        stand.paper(Outcome.UNKNOWN)
    stand.acts.paper_complete(complete=True)

    assert {job.id for job in stand.printer.jobs} == {stand.printer.jobs[0].id}
    assert stand.stands(PaperStage.PRINTED)


def test_leaving_without_the_paper_declines_it(stand: Stand) -> None:
    stand.to_done()
    stand.paper(Outcome.NOT_STARTED, FailureCode.COVER_OPEN)
    stand.acts.leave()

    assert journal(stand) == [("NOT_STARTED", True, 1)]


def test_a_print_that_ends_after_the_visit_is_settled_and_shown_to_nobody(stand: Stand) -> None:
    stand.to_done()
    stand.acts.leave()
    before = stand.desk.view
    stand.paper(Outcome.PARTIAL)

    assert stand.desk.view == before
    assert journal(stand) == [("PARTIAL", True, 1)]


def test_without_a_row_in_the_journal_no_byte_goes_out(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    stand.store.points.broken = "print.sending"
    with caplog.at_level(logging.CRITICAL):
        stand.to_done()

    assert stand.printer.jobs == []
    assert (stand.model.paper, stand.model.paper_failure) == (
        PaperStage.NOT_PRINTED,
        "PROGRAM_FAULT",
    )


def test_the_notice_is_printed_before_identification_and_belongs_to_nobody(stand: Stand) -> None:
    stand.to_notice(unchanged=False)
    stand.acts.print_notice()
    stand.acts.print_notice()
    assert stand.model.printing
    assert len(stand.printer.jobs) == 1
    stand.paper()

    assert (stand.model.printing, stand.model.printed) == (False, True)
    assert stand.store.journal.jobs()[0].submission_id is None
    assert stand.named("printed")[0]["what"] == "notice"


def test_a_notice_without_paper_says_why(stand: Stand) -> None:
    stand.to_notice(unchanged=False)
    stand.acts.print_notice()
    stand.paper(Outcome.NOT_STARTED, FailureCode.PAPER_OUT)

    assert stand.model.print_failure == "PAPER_OUT"
    assert stand.shows(Screen.NOTICE)


def test_a_rating_comes_once_and_not_before_the_paper(stand: Stand) -> None:
    stand.to_done()
    stand.acts.rate(5)
    assert (stand.model.rating, stand.model.can_rate) == (0, False)
    stand.paper()
    assert stand.model.can_rate
    stand.acts.rate(9)
    stand.acts.rate(4)
    stand.acts.rate(1)

    assert (stand.model.rating, stand.model.can_rate) == (4, False)
