"""The drafts of dead processes are found without an index, also those of an earlier version."""

from pathlib import Path

import apsw
from store_support import IDENTITY, Store

from offline_cache.outbox import Outbox

_FRESH = "CREATE INDEX submission_fresh ON submission (priority, id) WHERE state='SEALED' AND due=0"


def _indexes(store: Store) -> set[str]:
    rows = store.database.read("SELECT name FROM sqlite_master WHERE type='index'")
    return {str(row[0]) for row in rows}


def test_only_what_is_still_a_draft_is_shredded_at_the_next_start(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        ticket = store.put(pages=0)
        store.draft(pages=0).discard()
        store.draft(pages=0)
        store.draft(pages=0)
    with Store(tmp_path) as store:
        assert store.recovered.drafts == 2
        assert [row.id for row in store.outbox.rows()] == [ticket.id]
        assert store.database.verify().drafts == 0


def test_the_drafts_of_an_earlier_version_are_found_and_its_indexes_go(tmp_path: Path) -> None:
    def as_before(connection: apsw.Connection) -> None:
        connection.execute("DELETE FROM meta WHERE key='drafts'")
        connection.execute(_FRESH)

    with Store(tmp_path) as store:
        store.draft(pages=0)
        store.database.write(as_before)
    with Store(tmp_path) as store:
        assert store.recovered.drafts == 1
        assert not _indexes(store) & {"submission_fresh", "submission_due"}


def test_drafts_that_are_found_after_their_indexes_went_are_found_too(tmp_path: Path) -> None:
    """A start may look for drafts behind the outbox."""

    def as_before(connection: apsw.Connection) -> None:
        connection.execute("DELETE FROM meta WHERE key='drafts'")
        connection.execute(_FRESH)

    with Store(tmp_path) as store:
        draft = store.draft(pages=0)
        store.database.write(as_before)
        Outbox(store.database, store.documents, IDENTITY, lambda: store.key)
        ((listed,),) = store.database.read("SELECT value FROM meta WHERE key='drafts'")
        assert draft.id in listed
