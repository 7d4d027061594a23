"""A portal set back to its backup: what it lost is named, sent again or listed, never silent."""

import json
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from heartbeat_support import vitals
from portal_support import Sealed, Served, Terminal, listed, seal, serving
from store_support import Store
from sync_support import QUICK, Heard, open_store, uploading
from tls_support import papers_for, run_portal

from kiosk.sync.client import PortalClient
from kiosk.sync.uploader import Uploader
from offline_cache.records import PrintState
from portal.backup import BackupError
from portal.restoring import check_backup


def lost(folder: Path) -> list[str]:
    rows = run_portal("list", "--lost", "--dir", str(folder), "--json")
    return sorted(row["receipt_no"] for row in rows)


def backed_up(folder: Path, target: Path) -> Path:
    (told,) = run_portal("backup", str(target), "--dir", str(folder))
    assert told["rows"] > 0
    return target


def print_receipts(store: Store, ids: list[str]) -> None:
    """The paper is out, so the content may be erased."""
    for identity in ids:
        job = f"job-{identity}"
        store.journal.queue(job, identity, "receipt")
        store.journal.sending(job, "printer-1")
        store.journal.settle(job, PrintState.PRINTED, "A")
    while store.retention.purge():
        pass


def delivered(store: Store, url: str, count: int) -> dict[str, str]:
    """Put and send that many; id -> receipt number."""
    with uploading(store, url) as (uploader, heard):
        ids = {store.put(pages=1).id for _ in range(count)}
        uploader.wake()
        assert heard.wait(lambda: ids <= heard.ids(), 60)
        return {ack.id: str(ack.receipt_no) for ack in heard.acks if ack.id in ids}


@contextmanager
def beating(store: Store, url: str) -> Iterator[Heard]:
    """The terminal's own uploader with a heartbeat; what it hears."""
    heard = Heard()
    client = PortalClient(url, "SH-000001", limits=QUICK)
    uploader = Uploader(
        store.outbox,
        store.documents,
        client,
        on_ack=heard.on_ack,
        on_alarm=heard.on_alarm,
        on_look=heard.on_look,
        vitals=vitals,
        chance=random.Random(1).random,
    )
    uploader.start()
    try:
        yield heard
    finally:
        uploader.stop()
        client.close()


@pytest.mark.slow
@pytest.mark.expects_log
@pytest.mark.timeout(300)
@pytest.mark.parametrize("newer", [10, pytest.param(100, marks=pytest.mark.deep)])
def test_a_portal_set_back_names_exactly_what_it_lost(tmp_path: Path, newer: int) -> None:
    """Of the newer ones six tenths are erased on the terminal too: these are listed."""
    folder = tmp_path / "p"
    gone = newer * 6 // 10
    with serving(folder) as portal, open_store(tmp_path / "t", portal.url) as store:
        before = delivered(store, portal.url, 10)
        backup = backed_up(folder, tmp_path / "b")
        after = delivered(store, portal.url, newer)
        erased = sorted(after)[:gone]
        print_receipts(store, erased)
    run_portal("restore", str(backup), "--dir", str(folder))
    # the hint of the first half hour would spread the 40 over more than a minute
    (folder / "rates.json").write_text('{"after_restore": {"submissions_per_min": 60000}}')
    assert sorted(line["id"] for line in listed(folder)) == sorted(before)
    with serving(folder) as portal:
        with open_store(tmp_path / "t", portal.url) as store, beating(store, portal.url) as heard:
            again = set(after) - set(erased)
            assert heard.wait(lambda: again <= heard.ids() and len(heard.alarms) >= gone, 100)
        told = lost(folder)
    assert told == sorted(after[each] for each in erased)
    assert {ack.id for ack in heard.acks} == again
    assert sorted(line["id"] for line in listed(folder)) == sorted([*before, *again])
    numbers = [*before.values(), *after.values(), *(str(ack.receipt_no) for ack in heard.acks)]
    assert len(set(numbers)) == 10 + newer + len(again)


@pytest.fixture
def terminal_at(tmp_path: Path) -> Iterator[tuple[Served, Terminal]]:
    with serving(tmp_path / "p") as portal:
        terminal = Terminal(portal.url)
        yield portal, terminal
        terminal.close()


def submitted(terminal: Terminal, count: int = 1) -> list[Sealed]:
    made = [seal(terminal.key(), {1: os.urandom(3000)}) for _ in range(count)]
    for sealed in made:
        terminal.upload(sealed)
        terminal.submit(sealed).raise_for_status()
    return made


def test_a_backup_is_refused_by_a_running_portal_and_taken_by_a_new_folder(
    tmp_path: Path, terminal_at: tuple[Served, Terminal]
) -> None:
    portal, terminal = terminal_at
    papers_for(portal.folder, "SH-000001")
    (sealed,) = submitted(terminal)
    deadline = time.monotonic() + 20
    while terminal.stage_of(sealed.id)["stage"] != "concluded":
        assert time.monotonic() < deadline
    backup = backed_up(portal.folder, tmp_path / "b")
    (refused,) = run_portal(
        *("restore", str(backup), "--dir", str(portal.folder), "--json"), code=1
    )
    assert refused["message"] == "a portal is running over this folder"
    new = tmp_path / "new"
    run_portal("restore", str(backup), "--dir", str(new))
    assert listed(new) == listed(portal.folder)
    opened = new / "opened" / sealed.id / "page-1.jpg"
    assert opened.read_bytes() == sealed.plain[1]
    for name in ("tls/ca.key", "keys/sealing-2026a.key"):
        if (portal.folder / name).exists():
            assert (new / name).read_bytes() == (portal.folder / name).read_bytes()
            assert (new / name).stat().st_mode & 0o777 == 0o600
    (row,) = run_portal("certificates", "list", "--dir", str(new))
    assert row["terminal"] == "SH-000001"


def test_a_backup_taken_while_submissions_come_in_is_whole(
    tmp_path: Path, terminal_at: tuple[Served, Terminal]
) -> None:
    portal, terminal = terminal_at
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(submitted, terminal, 25)
        backup = backed_up(portal.folder, tmp_path / "b")
        sent = sending.result()
    new = tmp_path / "new"
    run_portal("restore", str(backup), "--dir", str(new))
    there = [line["id"] for line in listed(new)]
    assert there == [each.id for each in sent][: len(there)]
    for line in listed(new):
        assert line["documents"][0]["size"] == 3000


def test_what_goes_forward_only_survives_a_restore(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    papers_for(folder, "SH-000001")
    with serving(folder) as portal:
        terminal = Terminal(portal.url)
        submitted(terminal)
        backup = backed_up(folder, tmp_path / "b")
        withdrawn = seal(terminal.key())
        key = {"Idempotency-Key": f'"{withdrawn.id}"'}
        path = f"{withdrawn.id}/withdrawal"
        terminal.put("submissions", path, b'{"reason":"resident"}', key).raise_for_status()
        run_portal("certificates", "revoke", "SH-000001", "--dir", str(folder))
        (last,) = submitted(terminal)
        number = terminal.stage_of(last.id)["receipt_no"]
        terminal.close()
    (first,) = run_portal("restore", str(backup), "--dir", str(folder))
    (second,) = run_portal("restore", str(backup), "--dir", str(folder))
    with serving(folder) as portal:
        terminal = Terminal(portal.url)
        assert terminal.submit(withdrawn).status_code == 409
        fresh = terminal.submit(seal(terminal.key())).json()["receipt_no"]
        terminal.close()
    (row,) = run_portal("certificates", "list", "--dir", str(folder))
    assert row["revoked_at"] is not None
    assert (first["generation"], second["generation"]) == (1, 2)
    assert int(fresh.rpartition("-")[2]) > int(number.rpartition("-")[2])


def test_a_foreign_backup_is_refused_and_nothing_is_changed(
    tmp_path: Path, terminal_at: tuple[Served, Terminal]
) -> None:
    portal, terminal = terminal_at
    submitted(terminal)
    backup = backed_up(portal.folder, tmp_path / "b")
    other = tmp_path / "other"
    with serving(other) as foreign:
        speaker = Terminal(foreign.url)
        submitted(speaker)
        speaker.close()
    before = listed(other)
    (told,) = run_portal("restore", str(backup), "--dir", str(other), "--json", code=1)
    assert told["message"].startswith("foreign:")
    assert listed(other) == before


def test_every_kind_of_damage_is_refused_before_anything_is_changed(
    tmp_path: Path, terminal_at: tuple[Served, Terminal]
) -> None:
    portal, terminal = terminal_at
    submitted(terminal)
    backup = backed_up(portal.folder, tmp_path / "b")
    manifest = json.loads((backup / "manifest.json").read_text())
    assert check_backup(backup)["portal"] == manifest["portal"]
    for name in [each["path"] for each in manifest["files"]] + ["manifest.json", "manifest.sha256"]:
        content = (backup / name).read_bytes()
        for damaged in (content + b"x", content[:-1], None):
            if damaged == content or (damaged is not None and not content):
                continue
            (backup / name).unlink()
            if damaged is not None:
                (backup / name).write_bytes(damaged)
            if (
                name == "manifest.sha256"
                and damaged is not None
                and damaged.strip() == content.strip()
            ):
                continue
            with pytest.raises(BackupError) as caught:
                check_backup(backup)
            assert caught.value.reason == "damaged"
            (backup / name).write_bytes(content)
        (backup / name).write_bytes(content)
    new = tmp_path / "new"
    (backup / "manifest.json").unlink()
    run_portal("restore", str(backup), "--dir", str(new), code=1)
    assert not new.exists()


def test_a_backup_goes_into_an_empty_folder_only(
    tmp_path: Path, terminal_at: tuple[Served, Terminal]
) -> None:
    portal, _terminal = terminal_at
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine").touch()
    words = ("backup", str(tmp_path / "b"), "--dir", str(portal.folder), "--json")
    (told,) = run_portal(*words, code=1)
    assert told["message"].startswith("place:")
    (told,) = run_portal(
        "backup", str(tmp_path / "c"), "--dir", str(tmp_path / "b"), "--json", code=1
    )
    assert told["message"].startswith("place:")
