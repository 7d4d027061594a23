"""`kiosk card read` against the reader that ships and against a folder."""

import json
from pathlib import Path
from typing import Any

import cards_support as cards
import pytest

from devices.card import frames, simulated
from devices.card.api import IdentityRecord
from devices.card.document import to_document
from devices.card.peer import ReaderPeer
from devices.errors import FailureCode
from kiosk.__main__ import main
from kiosk.commands import advice

KEYS = {
    *("doc_type", "number", "name", "name_latin", "sex", "nation", "birth", "valid_from", "ms"),
    *("valid_to", "address", "issuer", "permit_no", "issues", "country", "expired", "assurance"),
}


def read(
    capsys: pytest.CaptureFixture[str], port: str, *flags: str, timeout: str = "3"
) -> tuple[int, dict[str, Any]]:
    code = main(["card", "read", "--port", port, "--timeout", timeout, "--json", *flags])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else {}


@pytest.mark.parametrize("record", cards.ALL, ids=lambda each: str(each.doc_type))
def test_each_layout_is_told_exactly_when_it_is_revealed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, record: IdentityRecord
) -> None:
    with ReaderPeer() as peer:
        peer.insert(record)
        code, told = read(capsys, f"sam:{peer.path}", "--reveal", "--state", str(tmp_path))
    assert code == 0
    assert set(told) == KEYS
    assert 0.0 <= told.pop("ms") < 200.0
    assert told == to_document(cards.fresh(record, expired=False))


def test_a_reveal_is_recorded_without_content(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    simulated.insert(tmp_path, cards.RESIDENT)
    state = tmp_path / "state"
    assert read(capsys, f"simulated:{tmp_path}", "--reveal", "--state", str(state))[0] == 0
    journal = (state / "audit.jsonl").read_text("utf-8")
    assert "card_revealed" in journal
    assert "resident" in journal
    assert cards.RESIDENT.number not in journal


def test_nothing_is_revealed_where_it_cannot_be_recorded(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    simulated.insert(tmp_path, cards.RESIDENT)
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, told = read(capsys, f"simulated:{tmp_path}", "--reveal", "--state", str(blocked / "x"))
    assert (code, told) == (3, {})


def test_without_a_reveal_nothing_names_the_person(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    simulated.insert(tmp_path, cards.fresh(cards.HMT, name_latin="DEMO PERSON"))
    code, told = read(capsys, f"simulated:{tmp_path}")
    assert code == 0
    assert (told["name"], told["number"]) == ("演**三", "810***********0010")
    text = json.dumps(told, ensure_ascii=False)
    secrets = (cards.HMT.name, cards.HMT.number, cards.HMT.address, "PERSON", "H12345678")
    assert [each for each in secrets if each in text] == []


def test_an_expired_card_is_a_result(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    simulated.insert(tmp_path, cards.fresh(cards.RESIDENT, valid_to=cards.RESIDENT.valid_from))
    code, told = read(capsys, f"simulated:{tmp_path}")
    assert (code, told["expired"]) == (0, True)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"mute": True}, "NO_REPLY"),
        ({"bad_frames": 10**6}, "PROTOCOL_ERROR"),
        ({"sw3": {frames.READ_BASE: 0x33}}, "CARD_LIFTED"),
        ({"sw3": {frames.SELECT: 0x31}}, "CARD_REJECTED"),
        ({"sw3": {frames.SELECT: 0x40}}, "CARD_UNSUPPORTED"),
        ({"sw3": {frames.FIND: 0x60}}, "SAM_SELFTEST"),
        ({"sw3": {frames.FIND: 0x66}}, "SAM_UNAUTHORISED"),
        ({"unplug_at": 300}, "DISCONNECTED"),
    ],
)
def test_each_fault_of_a_reader_has_its_own_code(
    capsys: pytest.CaptureFixture[str], fault: dict[str, Any], failure: str
) -> None:
    with ReaderPeer() as peer:
        peer.insert(cards.RESIDENT)
        for name, value in fault.items():
            setattr(peer.faults, name, value)
        code, told = read(capsys, f"sam:{peer.path}")
    assert (code, told["failure"]) == (1, failure)
    assert told["message"].startswith(advice.told(FailureCode(failure)))


def test_an_empty_reader_ends_in_no_card(capsys: pytest.CaptureFixture[str]) -> None:
    with ReaderPeer() as peer:
        code, told = read(capsys, f"sam:{peer.path}", timeout="0.5")
    assert (code, told["failure"]) == (1, "NO_CARD")


def test_a_reader_that_is_not_there_is_not_connected(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert read(capsys, f"sam:{tmp_path}/none") == (
        1,
        {
            "failure": "NOT_CONNECTED",
            "message": advice.told(FailureCode.NOT_CONNECTED, f"{tmp_path}/none"),
        },
    )
    assert read(capsys, f"simulated:{tmp_path}/none")[1]["failure"] == "NOT_CONNECTED"


@pytest.mark.parametrize(
    ("port", "named"),
    [
        ("moon:", "moon"),
        ("no scheme", "no scheme"),
        ("sam:/dev/x?baud=many", "baud"),
        ("sam:/dev/x?bausd=9600", "bausd"),
        ("pcsc:ACS ACR122U", "not in this version"),
        ("sdt:/opt/libsdtapi.so?port=1001", "not in this version"),
    ],
)
def test_a_port_that_cannot_be_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], port: str, named: str
) -> None:
    code, told = read(capsys, port)
    assert (code, told["failure"]) == (2, "OPTION_REFUSED")
    assert named in told["message"]


def test_settings_that_are_named_and_not_there_are_a_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    simulated.insert(tmp_path, cards.RESIDENT)
    code, told = read(capsys, f"simulated:{tmp_path}", "--config", str(tmp_path / "none.toml"))
    assert (code, told["failure"]) == (1, "SETTING_INVALID")
    assert "none.toml" in told["message"]


def test_a_time_that_cannot_be_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert read(capsys, "simulated:x", timeout="0")[0] == 2


def test_a_person_gets_lines(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    simulated.insert(tmp_path, cards.RESIDENT)
    assert main(["card", "read", "--port", f"simulated:{tmp_path}"]) == 0
    assert "doc_type: resident\n" in capsys.readouterr().out
