import json
from pathlib import Path
from typing import Any

import pytest
from ratings_support import rate
from store_support import Store

from kiosk.__main__ import main
from kiosk.audit import verify

KEYS = [
    "id",
    "collection_no",
    "item",
    "state",
    "stage",
    "age_s",
    "attempts",
    "next_due_s",
    "last_failure",
    "receipt_no",
    "project_no",
    "kind",
    "last_status",
]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def queue(state: Path, *words: str) -> int:
    return main(["queue", *words, "--state", str(state), "--json"])


def test_list_prints_one_line_per_submission_while_the_terminal_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        first, ack = store.acked()
        second = store.put()
        store.outbox.mark_retry(second.id, "PORTAL_SLOW", 0.0)
        assert queue(tmp_path, "list") == 0
    rows = said(capsys)
    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert [row["id"] for row in rows] == [first.id, second.id]
    assert (rows[0]["state"], rows[0]["stage"], rows[0]["receipt_no"]) == (
        "ACKED",
        "received",
        ack.receipt_no,
    )
    assert (rows[1]["state"], rows[1]["attempts"], rows[1]["last_failure"]) == (
        "SEALED",
        1,
        "PORTAL_SLOW",
    )


def test_a_rating_is_listed_by_its_kind_and_held_by_its_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        ticket = store.put()
        one = rate(store, ticket)
        assert queue(tmp_path, "hold", one, "--by", "tech-1", "--why", "looks odd") == 0
        assert queue(tmp_path, "list") == 0
        assert store.state(ticket.id) == "SEALED"
    row = next(each for each in said(capsys)[1:] if each["id"] == one)
    assert list(row) == KEYS
    assert (row["item"], row["kind"], row["state"]) == ("evaluation", "evaluation", "HELD")
    assert row["collection_no"] is None


def test_show_finds_by_id_and_by_collection_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        ticket = store.put()
    assert queue(tmp_path, "show", ticket.id) == 0
    assert queue(tmp_path, "show", ticket.collection_no) == 0
    assert [row["id"] for row in said(capsys)] == [ticket.id, ticket.id]


def test_show_of_a_stranger_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store"):
        pass
    assert queue(tmp_path, "show", "nothing") == 2
    assert said(capsys) == [{"failure": "OPTION_REFUSED", "message": "no submission nothing"}]


def test_stats_are_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(tmp_path / "store") as store:
        store.put()
    assert queue(tmp_path, "stats") == 0
    (stats,) = said(capsys)
    assert list(stats) == ["depth", "oldest_s", "by_state", "bytes", "disk_free"]
    assert (stats["depth"], stats["by_state"]) == (1, {"SEALED": 1})


def test_verify_passes_a_whole_store_and_names_a_lost_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        store.put()
        assert queue(tmp_path, "verify") == 0
        (page,) = (tmp_path / "store" / "documents").iterdir()
        page.unlink()
        assert queue(tmp_path, "verify") == 1
    good, bad = said(capsys)
    assert good["ok"] is True
    assert (bad["ok"], bad["failure"]) == (False, "STORE_FAULT")
    assert page.name in bad["message"]


def test_verify_counts_what_the_list_shows_and_the_drafts_beside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        rate(store, store.put())
        store.put()
        store.draft(pages=1)
        assert queue(tmp_path, "verify") == 0
        assert queue(tmp_path, "list") == 0
    found, *rows = said(capsys)
    assert (found["submissions"], found["messages"], found["drafts"]) == (2, 1, 1)
    assert len(rows) == found["submissions"] + found["messages"]


def test_a_terminal_that_never_ran_has_an_empty_queue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (queue(tmp_path, "list"), said(capsys)) == (0, [])
    assert queue(tmp_path, "stats") == 0
    assert said(capsys)[0]["depth"] == 0


def test_verify_and_show_need_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert queue(tmp_path, "verify") == 1
    assert said(capsys)[0]["failure"] == "STORE_FAULT"


def test_hold_release_and_retry_are_named_and_audited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        ticket = store.put()
        for word in ("hold", "release", "retry"):
            assert queue(tmp_path, word, ticket.id, "--by", "tech-1", "--why", "演示") == 0
        assert store.next_id() == ticket.id
    assert [row["state"] for row in said(capsys)] == ["HELD", "SEALED", "SEALED"]
    journal = tmp_path / "audit.jsonl"
    assert [json.loads(line)["event"] for line in journal.read_text().splitlines()] == [
        "queue.hold",
        "queue.release",
        "queue.retry",
    ]
    assert verify(journal).ok


def test_a_decision_that_cannot_be_journaled_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with Store(tmp_path / "store") as store:
        ticket = store.put()
        assert queue(tmp_path, "hold", ticket.id, "--by", "tech-1", "--why", "x") == 1
        assert store.state(ticket.id) == "SEALED"
    assert said(capsys)[0]["failure"] == "STORE_FAULT"


@pytest.mark.parametrize(
    ("words", "how"),
    [(["hold"], "held"), (["hold", "release"], "released"), (["withdraw"], "withdrawn")],
)
def test_show_names_the_last_decision(
    words: list[str], how: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        ticket = store.put()
        for word in words:
            assert queue(tmp_path, word, ticket.id, "--by", "tech-1", "--why", "x") == 0
    assert queue(tmp_path, "show", ticket.id) == 0
    assert said(capsys)[-1]["decision"] == {"how": how, "who": "tech-1", "why": "x"}


def test_list_for_a_person_is_one_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        tickets = [store.put(), store.put()]
    assert main(["queue", "list", "--state", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [f"id={ticket.id}" in line for ticket, line in zip(tickets, lines, strict=True)] == [
        True,
        True,
    ]


def test_a_row_that_the_disk_has_changed_is_a_typed_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        store.put()
        store.database.write(lambda db: db.execute("UPDATE submission SET stage='receivee'"))
        assert queue(tmp_path, "list") == 1
        assert said(capsys)[0]["failure"] == "STORE_FAULT"
        store.database.write(
            lambda db: db.execute("UPDATE submission SET task_code=CAST(x'ff41' AS TEXT)")
        )
        assert queue(tmp_path, "list") == 1
    assert said(capsys)[0]["failure"] == "STORE_FAULT"


def test_a_decision_without_a_staff_id_or_a_reason_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        ticket = store.put()
        assert queue(tmp_path, "hold", ticket.id, "--by", "张 工", "--why", "x") == 2
        assert queue(tmp_path, "hold", ticket.id, "--by", "tech-1", "--why", " ") == 2
        assert [row["message"][:6] for row in said(capsys)] == ["--by: ", "--why:"]
        assert queue(tmp_path, "release", ticket.id, "--by", "tech-1", "--why", "x") == 2
        assert store.state(ticket.id) == "SEALED"


def test_audit_verify_names_the_first_bad_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path / "store") as store:
        ticket = store.put()
    queue(tmp_path, "hold", ticket.id, "--by", "tech-1", "--why", "x")
    journal = tmp_path / "audit.jsonl"
    said(capsys)
    assert main(["audit", "verify", str(journal), "--json"]) == 0
    journal.write_bytes(journal.read_bytes().replace(b"tech-1", b"tech-2"))
    assert main(["audit", "verify", "--state", str(tmp_path), "--json"]) == 1
    good, bad = said(capsys)
    assert (good["ok"], good["records"]) == (True, 1)
    assert (bad["ok"], bad["first_bad"], bad["failure"]) == (False, 1, "STORE_FAULT")


@pytest.mark.parametrize("words", [["queue", "list"], ["audit", "verify"]])
def test_settings_that_cannot_be_used_are_named(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.toml").write_text("[nonsense]\nx = 1\n")
    assert main([*words, "--config", str(tmp_path / "bad.toml"), "--json"]) == 1
    assert said(capsys)[0]["failure"] == "SETTING_INVALID"


def test_audit_verify_of_a_file_that_is_not_there_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify", str(tmp_path / "none.jsonl"), "--json"]) == 1
    assert said(capsys)[0]["failure"] == "STORE_FAULT"
