from pathlib import Path

import pytest
from ratings_support import rate, rating_ack
from store_support import SMALL, ScriptedClock, Store, bytes_below

from offline_cache.errors import ConflictingReceiptError, UnknownSubmissionError
from offline_cache.records import PrintState, Stage

KEEP_S = SMALL.keep_s


def printed(store: Store, submission_id: str, state: PrintState = PrintState.PRINTED) -> None:
    job = f"job-{submission_id}"
    store.journal.queue(job, submission_id, "receipt")
    store.journal.sending(job, "printer-1")
    store.journal.settle(job, state)


def test_content_goes_once_received_and_printed(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket, ack = store.acked()
        printed(store, ticket.id)
        assert store.retention.purge() == 1
        row = store.outbox.row(ticket.id)
        assert (row.state.value, row.receipt_no) == ("PURGED", ack.receipt_no)
        assert row.collection_no == ticket.collection_no
        assert list((tmp_path / "documents").iterdir()) == []
        assert store.database.read("SELECT count(*) FROM submission") == [(0,)]


def test_nothing_goes_before_the_portal_has_it(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        ticket = store.put()
        printed(store, ticket.id)
        clock.pass_s(100 * KEEP_S)
        assert store.retention.purge() == 0
        assert store.state(ticket.id) == "SEALED"


@pytest.mark.parametrize("state", [PrintState.NOT_STARTED, PrintState.PARTIAL, PrintState.UNKNOWN])
def test_a_receipt_that_nobody_holds_keeps_the_content_for_a_day(
    state: PrintState, tmp_path: Path
) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        ticket, _ack = store.acked()
        printed(store, ticket.id, state)
        clock.pass_s(KEEP_S - 1)
        assert store.retention.purge() == 0
        clock.pass_s(1)
        assert store.retention.purge() == 1


@pytest.mark.parametrize("years", [1, 100])
def test_no_jump_of_the_wall_clock_over_a_restart_erases_anything_early(
    years: int, tmp_path: Path
) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        ticket, _ack = store.acked()
    later = ScriptedClock(wall_s=clock.wall_s + years * 365 * 86400, boot="boot-2")
    with Store(tmp_path, clock=later) as store:
        assert store.retention.purge() == 0
        later.mono += KEEP_S + 1.0
        assert store.retention.purge() == 1
        assert store.state(ticket.id) == "PURGED"


def test_a_declined_receipt_settles_it(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket, _ack = store.acked()
        store.journal.queue("job", ticket.id, "receipt")
        assert store.retention.purge() == 0
        store.journal.decline("job")
        assert store.retention.purge() == 1


def test_a_reprint_under_way_keeps_the_content(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket, _ack = store.acked()
        printed(store, ticket.id)
        store.journal.queue("again", ticket.id, "receipt")
        assert store.retention.purge() == 0


def test_while_queued_no_plain_text_lies_anywhere_and_after_the_purge_nothing_at_all(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        ticket = store.put(pages=2)
        due = store.next_due()
        assert due is not None
        wrapped = store.database.read("SELECT dek_portal FROM submission")[0][0]
        queued = bytes_below(tmp_path)
        assert b"MARKER" not in queued
        assert "演示甲".encode() not in queued
        assert wrapped in queued
        store.outbox.mark_received(ticket.id, store.ack(ticket.id))
        printed(store, ticket.id)
        store.retention.purge()
        left = bytes_below(tmp_path)
        assert wrapped not in left
        assert due.body[200:260] not in left
        assert (tmp_path / "store.sqlite-wal").stat().st_size == 0


@pytest.mark.parametrize(("secure_delete", "left"), [("ON", False), ("OFF", True)])
def test_it_is_secure_delete_that_takes_the_wrapped_keys_off_the_disk(
    secure_delete: str, *, left: bool, tmp_path: Path
) -> None:
    with Store(tmp_path) as store:
        store.database.read(f"PRAGMA secure_delete={secure_delete}")
        keys = []
        for _ in range(8):
            ticket, _ack = store.acked(pages=0)
            printed(store, ticket.id)
        keys = [row[0] for row in store.database.read("SELECT dek_portal FROM submission")]
        store.database.checkpoint()
        store.retention.purge()
        disk = bytes_below(tmp_path)
        assert any(key in disk for key in keys) is left


def test_a_purged_submission_still_follows_its_case_and_knows_its_receipt(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket, ack = store.acked()
        later = store.ack(ticket.id, stage=Stage.ACCEPTED, project_no="P-1")
        printed(store, ticket.id)
        store.retention.purge()
        assert store.outbox.follow_up(5) == [ticket.id]
        assert store.outbox.mark_stage(ticket.id, later)
        assert store.outbox.row(ticket.id).project_no == "P-1"
        assert not store.outbox.mark_received(ticket.id, ack)
        other = type(ack)(**{**{f: getattr(ack, f) for f in ack.__slots__}, "receipt_no": "R-9"})
        with pytest.raises(ConflictingReceiptError):
            store.outbox.mark_received(ticket.id, other)


def test_the_turn_in_a_case_goes_on_after_a_purge(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket, _ack = store.acked()
        printed(store, ticket.id)
        store.retention.purge()
        assert store.put(case_id=ticket.case_id).case_seq == 2


def test_a_purge_takes_a_hundred_at_once(tmp_path: Path) -> None:
    clock = ScriptedClock()
    with Store(tmp_path, clock=clock) as store:
        for _ in range(101):
            store.acked(pages=0)
        clock.pass_s(KEEP_S)
        assert [store.retention.purge() for _ in range(3)] == [100, 1, 0]


def test_a_purge_killed_after_its_commit_leaves_files_that_the_next_start_removes(
    tmp_path: Path,
) -> None:
    with Store(tmp_path) as store:
        ticket, _ack = store.acked()
        printed(store, ticket.id)
        store.points.broken = "purge.committed"
        with pytest.raises(RuntimeError):
            store.retention.purge()
    with Store(tmp_path) as store:
        assert store.recovered.orphans == 1
        assert store.state(ticket.id) == "PURGED"


def test_a_submission_that_was_never_put_has_no_row(tmp_path: Path) -> None:
    with Store(tmp_path) as store, pytest.raises(UnknownSubmissionError):
        store.outbox.row("nothing")


def test_a_tombstone_stays_for_400_days_of_the_portals_time_and_no_longer(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        ticket, _ack = store.acked()
        printed(store, ticket.id)
        rating = rate(store, ticket)
        store.outbox.mark_received(rating, rating_ack(store, rating))
        assert store.retention.purge() == 2
        clock.wall_s += 100 * 365 * 86400
        assert store.retention.forget() == 0
        store.outbox.set_clock_offset(0.0)
        assert store.retention.forget() == 0
        clock.mono += 399 * 86400
        assert store.retention.forget() == 0
        assert len(store.outbox.rows()) == 2
        clock.mono += 86400
        assert store.retention.forget() == 2
        assert store.outbox.rows() == []
        left = "SELECT id FROM dated UNION ALL SELECT id FROM trial UNION ALL SELECT id FROM ending"
        assert store.database.read(left) == []
        assert store.journal.jobs() == []


def test_the_reason_of_a_withdrawal_goes_with_its_tombstone(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        clock = store.clock
        assert isinstance(clock, ScriptedClock)
        ticket = store.put()
        store.outbox.withdraw(ticket.id, "tech-1", "why")
        store.outbox.mark_withdrawn(ticket.id)
        store.outbox.set_clock_offset(0.0)
        assert store.retention.purge() == 0
        clock.mono += 400 * 86400
        assert store.retention.forget() == 1
        assert store.outbox.desk.decision(ticket.id) is None
