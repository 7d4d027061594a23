from pathlib import Path

import pytest
from store_support import Store

from offline_cache.errors import UnknownJobError
from offline_cache.records import PrintState

JOB = "310104001726112200001V-ab12"


def test_a_job_goes_from_queued_over_sending_to_its_outcome(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        states = [store.journal.queue(JOB, None, "receipt").state]
        states.append(store.journal.sending(JOB, "printer-1").state)
        done = store.journal.settle(JOB, PrintState.PRINTED, "A")
        assert states == [PrintState.QUEUED, PrintState.SENDING]
        assert (done.state, done.proof, done.attempts, done.printer_id) == (
            PrintState.PRINTED,
            "A",
            1,
            "printer-1",
        )


def test_the_row_is_durable_before_the_first_byte(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.journal.queue(JOB, None, "receipt")
        store.journal.sending(JOB, "printer-1")
        assert store.points.seen[-1] == "print.sending"
    with Store(tmp_path) as store:
        assert store.journal.job(JOB).state is PrintState.UNKNOWN


def test_what_this_process_is_sending_stays_sending(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.journal.queue(JOB, None, "receipt")
        store.journal.sending(JOB, "printer-1")
        assert type(store.journal)(store.database).job(JOB).state is PrintState.SENDING


def test_a_reprint_keeps_its_id_and_counts_on(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for _ in range(2):
            store.journal.queue(JOB, None, "receipt")
            store.journal.sending(JOB, "printer-1")
            store.journal.settle(JOB, PrintState.PARTIAL)
        assert store.journal.job(JOB).attempts == 2
        assert len(store.journal.jobs()) == 1


@pytest.mark.parametrize("state", [PrintState.QUEUED, PrintState.SENDING])
def test_a_state_that_is_no_outcome_is_refused(state: PrintState, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.journal.queue(JOB, None, "receipt")
        with pytest.raises(ValueError, match="no outcome"):
            store.journal.settle(JOB, state)


def test_a_job_that_never_started_may_be_settled_from_the_queue(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.journal.queue(JOB, None, "receipt")
        job = store.journal.settle(JOB, PrintState.NOT_STARTED)
        assert (job.state, job.attempts) == (PrintState.NOT_STARTED, 0)


def test_printed_is_never_claimed_for_what_was_not_sent(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.journal.queue(JOB, None, "receipt")
        with pytest.raises(UnknownJobError):
            store.journal.settle(JOB, PrintState.PRINTED, "A")


def test_an_outcome_may_be_repeated_but_not_changed(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.journal.queue(JOB, None, "receipt")
        store.journal.sending(JOB, "printer-1")
        store.journal.settle(JOB, PrintState.UNKNOWN)
        assert store.journal.settle(JOB, PrintState.UNKNOWN).state is PrintState.UNKNOWN
        with pytest.raises(UnknownJobError):
            store.journal.settle(JOB, PrintState.PRINTED)


def test_a_job_is_not_sent_twice_at_once(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.journal.queue(JOB, None, "receipt")
        store.journal.sending(JOB, "printer-1")
        with pytest.raises(UnknownJobError):
            store.journal.sending(JOB, "printer-1")
        with pytest.raises(UnknownJobError):
            store.journal.queue(JOB, None, "receipt")
        with pytest.raises(UnknownJobError):
            store.journal.decline(JOB)


def test_an_unknown_job_is_an_error(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for act in (store.journal.job, store.journal.decline):
            with pytest.raises(UnknownJobError):
                act("nothing")


def test_a_declined_paper_is_settled_without_being_printed(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.journal.queue(JOB, None, "receipt")
        job = store.journal.decline(JOB)
        assert (job.state, job.declined) == (PrintState.NOT_STARTED, True)
