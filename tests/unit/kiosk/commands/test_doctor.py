"""`kiosk doctor`: what a technician sees before touching anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from canned_portal import CannedPortal, answer

from kiosk.__main__ import main

pytestmark = [pytest.mark.slow]


def _doctor(capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, dict[str, Any]]:
    code = main(["doctor", "--json", *flags])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, document


def _device(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in document["devices"] if each["name"] == name)
    return found


def test_a_fresh_terminal_with_simulated_devices_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, document = _doctor(capsys, "--state", str(tmp_path))
    assert (code, document["ok"]) == (0, True)
    assert set(document) == {"environment", "config", "devices", "queue", "portal", "ok"}
    assert {each["name"]: each["state"] for each in document["devices"]} == {
        "card": 0,
        "receipt": 0,
        "camera": 0,
    }
    assert all(each["ok"] for each in document["environment"])
    details = {each["name"]: each["detail"] for each in document["environment"]}
    assert details["store key"] == "a file, not hardware protected"


def test_an_absent_reader_and_a_silent_portal_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(
        '[portal]\nurl = "http://127.0.0.1:9"\n'
        f'[devices.card]\nuri = "sam:{tmp_path}/nothing"\n'
        f'[devices.receipt]\nuri = "escpos+file:{tmp_path}/paper.bin"\n',
        encoding="utf-8",
    )
    code, document = _doctor(capsys, "--config", str(config), "--state", str(tmp_path / "s"))
    card = _device(document, "card")
    assert (code, document["ok"]) == (1, False)
    assert (card["state"], card["phase"], card["failure"]) == (2, "ABSENT", "NOT_CONNECTED")
    assert _device(document, "receipt")["failure"] == "STATUS_UNKNOWN"
    assert _device(document, "receipt")["state"] == 1
    assert document["portal"]["failure"] == "PORTAL_UNREACHABLE"


def test_a_camera_that_gives_nothing_is_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "kiosk.toml"
    (tmp_path / "picture.jpg").write_text("no picture", encoding="utf-8")
    config.write_text(f'[devices.camera]\nuri = "file:{tmp_path}/picture.jpg"\n', encoding="utf-8")
    code, document = _doctor(capsys, "--config", str(config), "--state", str(tmp_path / "s"))
    assert code == 1
    assert _device(document, "camera")["failure"] == "IMAGE_INVALID"


def test_a_switched_off_device_is_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'[devices.card]\nuri = "sam:{tmp_path}/nothing"\nenabled = false\n', encoding="utf-8"
    )
    code, document = _doctor(capsys, "--config", str(config), "--state", str(tmp_path / "s"))
    assert code == 0
    assert _device(document, "card")["state"] == 4


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_used_is_named_beside_everything_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    config = tmp_path / "kiosk.toml"
    config.write_text('[portal]\nurl = "https://127.0.0.1:9"\nca = "ca.pem"\n', encoding="utf-8")
    code, document = _doctor(capsys, "--config", str(config), "--state", str(tmp_path / "s"))
    assert (code, document["ok"]) == (1, False)
    assert document["portal"]["failure"] == "SETTING_INVALID"
    assert document["portal"]["detail"].startswith("portal.ca: ")


@pytest.mark.parametrize(
    ("given", "failure"),
    [
        (answer(b"{}"), "PORTAL_BAD_ANSWER"),
        (answer(status=404), "PORTAL_REFUSED"),
        (answer(status=403), "PORTAL_PAUSED"),
        (answer(status=429), "PORTAL_SLOW"),
        (answer(status=503), "PORTAL_UNREACHABLE"),
        (None, "PORTAL_UNREACHABLE"),
    ],
)
def test_the_portal_has_the_code_that_the_uploader_would_go_on_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: bytes | None, failure: str
) -> None:
    config = tmp_path / "kiosk.toml"
    with CannedPortal(lambda _: given) as portal:
        config.write_text(f'[portal]\nurl = "{portal.url}"\n', encoding="utf-8")
        _, document = _doctor(capsys, "--config", str(config), "--state", str(tmp_path / "s"))
    assert (document["portal"]["failure"], document["portal"]["reachable"]) == (failure, False)


def test_a_broken_settings_file_ends_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text('[terminal]\nid = "x"\n', encoding="utf-8")
    code, document = _doctor(capsys, "--config", str(config))
    assert code == 1
    assert document["failure"] == "SETTING_INVALID"
    assert "terminal.id" in document["message"]
