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


def test_check_names_drivers_options_and_files_that_are_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kiosk.toml"
    devices = '[devices.card]\nuri = "pcsc:"\n[devices.receipt]\nuri = "escpos+file:x?blnd=1"\n'
    path.write_text(devices, encoding="utf-8")
    assert main(["config", "check", str(path), "--json"]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert {fault["key"] for fault in faults} == {"devices.card.uri", "devices.receipt.uri"}
    assert "blnd" in faults[1]["reason"]
    path.write_text('[portal]\nca = "ca.pem"\n', encoding="utf-8")
    assert main(["config", "check", str(path), "--json"]) == 1
    assert [each["key"] for each in json.loads(capsys.readouterr().out)["faults"]] == ["portal.ca"]


@pytest.mark.parametrize("word", ["run", "demo"])
def test_a_terminal_does_not_start_without_a_file_that_is_named(
    word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('[portal]\nca = "ca.pem"\n', encoding="utf-8")
    assert main([word, "--config", str(path), "--state", str(tmp_path / "s"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["failure"] == "SETTING_INVALID"


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


@pytest.mark.parametrize(
    "words",
    [
        *("update check", "catalogue check x", "code read --port evdev:x", "read text x"),
        *("report verify x", "simulate scanner --port x"),
        "print pdf --to ipp://127.0.0.1:8631/ipp/print a.pdf --copies 2",
    ],
)
def test_a_command_of_a_later_version_says_so(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) == 2
    assert "not in this version" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", ["print status --to simulated:x", "scan detect x", "audit verify x", "queue list"]
)
def test_settings_that_are_named_must_be_there_for_every_command(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--config", str(tmp_path / "none.toml"), "--json"]
    assert main([*words.split(), *flags]) == 1
    assert json.loads(capsys.readouterr().out)["failure"] == "SETTING_INVALID"
