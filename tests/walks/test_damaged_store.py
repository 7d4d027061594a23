"""A store that is found damaged behind the start: staff are told, and nothing new is taken."""

import logging
from pathlib import Path

import apsw
import pytest
from store_support import Store
from terminal_support import Stage, gear

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.expects_log]


def damage(file: Path) -> None:
    """A page of a submission that is not there: what SQLite calls a broken reference."""
    connection = apsw.Connection(str(file))
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(
        "INSERT INTO document (id, submission_id, ordinal, material, get_type, media_type,"
        " size_sealed, sha256_sealed) VALUES ('d', 'nobody', 1, 'm1', 3, 'image/jpeg', 1, 'x')"
    )
    connection.close()


def test_a_damaged_store_alarms_and_takes_nothing_new(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with gear(tmp_path / "at") as made:
        with Store(made.state / "store") as store:
            waiting = store.put()
        damage(made.state / "store" / "store.sqlite")
        with Stage(made) as stage:
            journal = made.state / "audit.jsonl"
            stage.until(lambda: journal.exists() and "store.damaged" in journal.read_text(), "told")
            with pytest.raises(Exception, match="damaged"):
                stage.terminal.documents.begin("case", "application", "S1")
            assert stage.terminal.outbox.row(waiting.id).state.value == "SEALED"
    assert [each for each in caplog.messages if "STORE_FAULT" in each and "foreign key" in each]


def test_a_page_that_is_gone_at_the_start_is_told_and_its_submission_refused(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with gear(tmp_path / "at") as made:
        with Store(made.state / "store") as store:
            lost, whole = store.put(), store.put()
            ((name,),) = store.database.read(
                "SELECT id FROM document WHERE submission_id=?", (lost.id,)
            )
            store.documents.path(name).unlink()
        (made.state / "store" / "documents" / "orphan").write_bytes(b"of a dead process")
        with Stage(made) as stage:
            told = f"alarm STORE_FAULT: a page is lost: {lost.id}"
            stage.until(lambda: told in caplog.messages, "told")
            states = {row.id: row.state.value for row in stage.terminal.outbox.rows()}
            assert states == {lost.id: "REJECTED", whole.id: "SEALED"}
            assert not (made.state / "store" / "documents" / "orphan").exists()
