"""An export that the terminal's own store wrote, carried to the portal, and the wire afterwards."""

import json
from pathlib import Path

import pytest
from portal_support import listed, serving
from store_support import Store
from sync_support import open_store, uploading
from tls_support import papers_for, run_portal

from kiosk.sync.signing import load_key
from offline_cache.export import Exporter

pytestmark = pytest.mark.slow


def exported(store: Store, stick: Path, key: Path | None) -> Path:
    stick.mkdir(exist_ok=True)
    sign = None if key is None else load_key(key).sign
    done = Exporter(store.database, "SH-000001", sign).write(stick)
    assert done.export is not None
    return Path(done.export)


def test_what_was_carried_by_hand_gets_the_same_receipt_over_the_wire(tmp_path: Path) -> None:
    folder, stick = tmp_path / "p", tmp_path / "stick"
    with serving(folder) as portal, open_store(tmp_path / "t", portal.url) as store:
        ids = {store.put(pages=pages).id for pages in (0, 1, 2)}
        exported(store, stick, None)
        first = run_portal("import", str(stick), "--dir", str(folder))
        second = run_portal("import", str(stick), "--dir", str(folder))
        with uploading(store, portal.url) as (uploader, heard):
            uploader.wake()
            assert heard.wait(lambda: ids <= heard.ids(), 40)
        over_the_wire = {ack.id: ack.receipt_no for ack in heard.acks}
    carried = {line["id"]: line["receipt_no"] for line in first}
    assert {line["outcome"] for line in first} == {"received"}
    assert {line["outcome"] for line in second} == {"known"}
    assert carried == {line["id"]: line["receipt_no"] for line in second}
    assert {each: over_the_wire[each] for each in ids} == carried
    assert sorted(line["id"] for line in listed(folder)) == sorted(ids)


def test_where_terminals_have_certificates_an_unsigned_stick_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    papers = papers_for(folder, "SH-000001")
    with serving(folder) as portal, open_store(tmp_path / "t", portal.url) as store:
        one = store.put(pages=1).id
        unsigned = exported(store, tmp_path / "unsigned", None)
        signed = exported(store, tmp_path / "signed", papers.key)
    words = ("--dir", str(folder), "--json")
    (told,) = run_portal("import", str(unsigned), *words, code=1)
    assert (told["failure"], told["message"].split(":")[0]) == ("STORE_FAULT", "unsigned")
    assert listed(folder) == []
    (line,) = run_portal("import", str(signed), *words)
    assert (line["id"], line["outcome"]) == (one, "received")
    assert json.loads((signed / "export.json").read_text())["terminal"] == "SH-000001"


def test_a_folder_without_an_export_and_one_without_a_portal_are_said(tmp_path: Path) -> None:
    (told,) = run_portal("import", str(tmp_path), "--dir", str(tmp_path / "p"), "--json", code=1)
    assert told["message"] == "no portal ever ran in this folder"
    with serving(tmp_path / "p"):
        words = ("import", str(tmp_path / "p" / "uploads"), "--dir", str(tmp_path / "p"), "--json")
        (told,) = run_portal(*words, code=1)
    assert told["message"].startswith("missing:")
