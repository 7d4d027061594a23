"""What waits, on a stick: whole or not there, sealed, signed, and nothing that staff keep back."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from crash_mounts import cannot_mount, tmpfs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from ratings_support import rate
from store_support import Points, Store, bytes_below, intake

from kiosk.__main__ import main
from offline_cache.export import Exporter

CHILD = Path(__file__).resolve().parents[3] / "support" / "queue_child.py"
ROOT = CHILD.parents[2]
CASE = "0192f000-0000-7000-8000-00000000000a"
WHO = ("--by", "tech-1", "--why", "stands still")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def export(tmp_path: Path, stick: Path, *options: str) -> int:
    return main(
        ["queue", "export", "--to", str(stick), "--state", str(tmp_path), "--json", *options]
    )


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = capsys.readouterr().out.splitlines()
    document: dict[str, Any] = json.loads(line)
    return document


def listed(stick: Path) -> tuple[Path, dict[str, Any]]:
    (folder,) = stick.iterdir()
    document: dict[str, Any] = json.loads((folder / "export.json").read_text())
    return folder, document


def signed_settings(tmp_path: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "terminal.key").write_bytes(pem)
    (tmp_path / "kiosk.toml").write_text('[portal]\nkey = "file:terminal.key"\n')
    return key


def test_an_export_holds_the_exact_bytes_that_would_be_sent(
    tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        ticket = store.put(pages=2)
        rating = rate(store, ticket)
        due = store.next_due()
        assert export(tmp_path, stick) == 0
        assert store.state(ticket.id) == "SEALED"
    assert due is not None
    folder, document = listed(stick)
    (submission,) = document["submissions"]
    (message,) = document["messages"]
    assert folder.name.startswith("quanban-SH-000001-")
    assert len(folder.name) == len("quanban-SH-000001-") + 8
    assert (document["schema"], document["terminal"]) == (1, "SH-000001")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["made_at"])
    assert (folder / submission["path"]).read_bytes() == due.body
    assert (submission["id"], submission["case_seq"]) == (ticket.id, 1)
    assert (message["id"], message["kind"]) == (rating, "evaluation")
    for each in (submission, message, *submission["documents"]):
        content = (folder / each["path"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (each["sha256"], each["size"])
    assert [each["ordinal"] for each in submission["documents"]] == [1, 2]
    told = said(capsys)
    assert (told["export"], told["submissions"], told["messages"]) == (str(folder), 1, 1)
    assert (told["documents"], told["signed"], told["lost"]) == (2, False, [])


def test_nothing_on_the_stick_can_be_read(tmp_path: Path, stick: Path) -> None:
    with Store(tmp_path / "store") as store:
        store.put(pages=2)
        assert export(tmp_path, stick) == 0
    content = bytes_below(stick)
    assert [mark for mark in (b"MARKER-PAGE", b"MARKER-PAYLOAD") if mark in content] == []


def test_an_export_is_signed_with_the_terminals_key(
    tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = signed_settings(tmp_path)
    with Store(tmp_path / "store") as store:
        store.put()
        assert export(tmp_path, stick) == 0
    folder, _document = listed(stick)
    signature = base64.b64decode((folder / "export.sig").read_bytes(), validate=True)
    key.public_key().verify(signature, (folder / "export.json").read_bytes())
    assert said(capsys)["signed"] is True
    journal = (tmp_path / "audit.jsonl").read_text()
    assert folder.name in journal


def test_a_key_that_cannot_be_used_makes_no_unsigned_export(
    tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed_settings(tmp_path)
    (tmp_path / "terminal.key").write_text("no key")
    with Store(tmp_path / "store") as store:
        store.put()
        assert export(tmp_path, stick) == 1
    assert said(capsys)["failure"] == "SETTING_INVALID"
    assert list(stick.iterdir()) == []


def test_what_staff_keep_back_and_what_stands_behind_it_is_not_carried(
    tmp_path: Path, stick: Path
) -> None:
    with Store(tmp_path / "store") as store:
        held, rejected, back = store.put(), store.put(), store.put()
        behind = store.put(case_id=held.case_id, kind="correction")
        limited = replace(intake(), offline_policy="online_only", valid_for_s=600)
        store.outbox.put(store.draft(), limited)
        store.outbox.hold(held.id, "tech-1", "why")
        store.outbox.mark_rejected(rejected.id, "refused")
        store.outbox.withdraw(back.id, "tech-1", "why")
        rate(store, held)
        acked, _ack = store.acked()
        first, second = store.put(case_id=CASE), store.put(case_id=CASE, kind="correction")
        store.outbox.put_message("payment", CASE, {}, valid_for_s=60)
        assert export(tmp_path, stick) == 0
    _folder, document = listed(stick)
    carried = [each["id"] for each in document["submissions"]]
    assert carried == [first.id, second.id]
    assert behind.id not in carried
    assert acked.id not in carried
    assert document["messages"] == []


def test_nothing_waits_makes_no_folder(
    tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(tmp_path, stick) == 0
    assert said(capsys)["export"] is None
    with Store(tmp_path / "store") as store:
        store.acked()
        assert export(tmp_path, stick) == 0
    assert (said(capsys)["export"], list(stick.iterdir())) == (None, [])


def test_a_submission_that_lost_a_page_is_named_and_the_others_are_carried(
    tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        lost, whole = store.put(), store.put()
        rows = store.database.read("SELECT id FROM document WHERE submission_id=?", (lost.id,))
        store.documents.path(rows[0][0]).unlink()
        assert export(tmp_path, stick) == 1
    told = said(capsys)
    assert (told["failure"], told["lost"]) == ("STORE_FAULT", [lost.id])
    _folder, document = listed(stick)
    assert [each["id"] for each in document["submissions"]] == [whole.id]


def test_what_stands_behind_a_lost_one_in_its_case_waits_with_it(
    tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The portal would refuse it: its turn in the case has not come."""
    with Store(tmp_path / "store") as store:
        lost, behind, other = store.put(case_id=CASE), store.put(case_id=CASE), store.put()
        rows = store.database.read("SELECT id FROM document WHERE submission_id=?", (lost.id,))
        store.documents.path(rows[0][0]).unlink()
        assert export(tmp_path, stick) == 1
        assert store.state(behind.id) == "SEALED"
    assert said(capsys)["lost"] == [lost.id]
    _folder, document = listed(stick)
    assert [each["id"] for each in document["submissions"]] == [other.id]


def test_a_folder_that_is_not_there_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store"):
        assert export(tmp_path, tmp_path / "no-stick") == 2
    assert said(capsys)["failure"] == "OPTION_REFUSED"


def test_a_break_before_the_rename_leaves_nothing(tmp_path: Path, stick: Path) -> None:
    points = Points(broken="export.before_rename")
    with Store(tmp_path / "store", points=points) as store:
        store.put()
        with pytest.raises(RuntimeError):
            Exporter(store.database, "SH-000001").write(stick)
    assert list(stick.iterdir()) == []


@pytest.mark.skipif(bool(cannot_mount(loops=False)), reason=cannot_mount(loops=False))
def test_a_stick_without_room_gets_no_export_and_says_so(
    tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store, tmpfs(stick, 1) as small:
        for _ in range(12):
            store.put(pages=2)
        assert export(tmp_path, small) == 1
        assert said(capsys)["failure"] == "STORE_FULL"
        assert list(small.iterdir()) == []
        assert not store.database.drain_only


def test_a_killed_export_leaves_no_folder_under_the_final_name(tmp_path: Path, stick: Path) -> None:
    with Store(tmp_path / "store") as store:
        ticket = store.put()
    done = subprocess.run(
        [sys.executable, str(CHILD), str(tmp_path), "export.before_rename"],
        check=False,
        env=environment(),
    )
    assert done.returncode == -9
    assert [folder.suffix for folder in stick.iterdir()] == [".part"]
    with Store(tmp_path / "store") as store:
        assert store.next_id() == ticket.id
        assert export(tmp_path, stick) == 0
    assert len([folder for folder in stick.iterdir() if folder.suffix != ".part"]) == 1


def environment() -> dict[str, str]:
    return {"PYTHONPATH": f"{ROOT}:{CHILD.parent}", "PATH": "/usr/bin:/bin"}


@pytest.mark.slow
def test_every_word_works_in_a_process_of_its_own_while_the_terminal_goes_on(
    tmp_path: Path, stick: Path
) -> None:
    """The second process changes single rows; the terminal neither stops nor loses any."""
    terminal = subprocess.Popen(
        [sys.executable, str(CHILD), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    with terminal:
        assert terminal.stdin is not None
        assert terminal.stdout is not None
        made: list[str] = []
        for word in ("hold", "release", "retry", "withdraw", "expire", "export", "verify", "list"):
            terminal.stdin.write("put\n")
            terminal.stdin.flush()
            made.append(terminal.stdout.readline().strip())
            words = {"export": ("--to", str(stick)), "verify": (), "list": ()}
            rest = words.get(word, (made[0], *WHO))
            done = kiosk(tmp_path, word, *rest)
            assert done.returncode == (2 if word == "expire" else 0), done.stderr
        terminal.stdin.close()
        assert terminal.wait(60) == 0
    rows = [json.loads(line) for line in kiosk(tmp_path, "list").stdout.splitlines()]
    assert [row["id"] for row in rows] == made
    assert {row["state"] for row in rows[1:]} == {"SEALED"}
    shown = json.loads(kiosk(tmp_path, "show", made[0]).stdout)
    assert (shown["state"], shown["decision"]["who"]) == ("WITHDRAWING", "tech-1")
    assert len(listed(stick)[1]["submissions"]) == 5


def kiosk(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "queue", *words, "--state", str(state), "--json"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
    )


def test_what_cannot_be_recorded_is_not_carried_away(
    tmp_path: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        store.put(pages=1)
        (tmp_path / "audit.jsonl").mkdir()
        assert export(tmp_path, stick) == 1
    assert said(capsys)["failure"] == "STORE_FAULT"
    assert list(stick.iterdir()) == []
