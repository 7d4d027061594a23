"""A queue carried by hand: exported, imported twice, and sent again when the network is back."""

import json
from pathlib import Path
from typing import Any

import pytest
from portal_support import listed, serving
from program import kiosk
from ratings_support import rate
from sync_support import open_store, uploading
from tls_support import papers_for, run_portal


def exported(folder: Path, key: Path) -> dict[str, Any]:
    """What `kiosk queue export` says of an export that is signed with the terminal's key."""
    settings = folder / "kiosk.toml"
    settings.write_text(f'[state]\ndir = "."\n[portal]\nkey = "file:{key}"\n')
    (folder / "stick").mkdir(exist_ok=True)
    stick = ("--to", str(folder / "stick"))
    done = kiosk("queue", "export", *stick, "--config", str(settings), "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_queue_that_is_carried_by_hand_counts_once_and_so_does_the_network_after_it(
    tmp_path: Path,
) -> None:
    terminal, central = tmp_path / "t", tmp_path / "p"
    with serving(central) as portal, open_store(terminal / "store", portal.url) as store:
        first = store.put(pages=2)
        second = store.put(pages=1, case_id=first.case_id, kind="correction")
        rating = rate(store, first)
        told = exported(terminal, papers_for(central, "SH-000001").key)
        assert (told["submissions"], told["messages"], told["signed"]) == (2, 1, True)
        taken = run_portal("import", str(terminal / "stick"), "--dir", str(central))
        again = run_portal("import", told["export"], "--dir", str(central))
        receipts = {each["id"]: each["receipt_no"] for each in taken if "id" in each}
        assert {each["id"]: each["receipt_no"] for each in again if "id" in each} == receipts
        assert set(receipts) == {first.id, second.id, rating}
        assert store.state(first.id) == "SEALED"
        with uploading(store, portal.url) as (uploader, heard):
            uploader.wake()
            assert heard.wait(lambda: {first.id, second.id} <= heard.ids(), 60)
        rows = {row.id: row.receipt_no for row in store.outbox.rows()}
        assert {key: rows[key] for key in (first.id, second.id)} == {
            key: receipts[key] for key in (first.id, second.id)
        }
    assert sorted(row["id"] for row in listed(central)) == sorted([first.id, second.id])
