"""`kiosk config` as a technician scripts it."""

import json
from pathlib import Path

import pytest

from kiosk.__main__ import main


def test_check_names_every_fault_and_exits_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('[terminal]\nid = "x"\n[portal]\nurl = "y"\n', encoding="utf-8")
    code = main(["config", "check", str(path), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 1
    assert document["failure"] == "SETTING_INVALID"
    assert {fault["key"] for fault in document["faults"]} == {"terminal.id", "portal.url"}


def test_check_of_a_good_file_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text("", encoding="utf-8")
    assert main(["config", "check", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "faults": []}


def test_show_tells_where_a_value_comes_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('[terminal]\nid = "SH-000042"\n', encoding="utf-8")
    assert main(["config", "show", "--sources", "--json", "--config", str(path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["terminal.id"] == {
        "value": "SH-000042",
        "layer": "file",
        "generation": None,
        "author": str(path),
    }
    assert shown["terminal.code"]["layer"] == "default"


@pytest.mark.parametrize("word", ["update", "catalogue", "code", "read", "report"])
def test_a_command_of_a_later_version_says_so(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word, "anything"]) == 2
    assert "not in this version" in capsys.readouterr().err
