"""The outbox in the visit's words."""

from pathlib import Path

import pytest
from ratings_support import KIND, rating
from store_support import Store, intake

from kiosk.assembly.adapters import Commit


def test_drafts_and_ratings_pass_into_the_one_outbox(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        commit = Commit(store.outbox)
        ticket = commit.put(store.draft(pages=0), intake())
        one = commit.put_message(KIND, ticket.case_id, rating(ticket))
        assert {row.id: row.item for row in store.outbox.rows()} == {ticket.id: "S1", one: KIND}


def test_a_draft_from_elsewhere_is_a_mistake_of_the_wiring(tmp_path: Path) -> None:
    with Store(tmp_path) as store, pytest.raises(TypeError, match="object"):
        Commit(store.outbox).put(object(), intake())
