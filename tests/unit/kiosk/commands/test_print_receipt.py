import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from receipts_support import short_layout

from devices.receipt.machine import Fault
from devices.receipt.peer import Pace, PrinterPeer
from devices.receipt.raster import render
from kiosk.__main__ import main

NOTHING = {"outcome": "not_started", "proof": None, "bytes": 0}


@pytest.fixture
def peer() -> Iterator[PrinterPeer]:
    with PrinterPeer(pace=Pace(2000.0)) as peer:
        yield peer


@pytest.fixture
def text(tmp_path: Path) -> str:
    path = tmp_path / "receipt.txt"
    path.write_text("收件凭条\n\n演示数据", encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    document = json.loads(lines[0])
    assert isinstance(document, dict)
    return document


def test_a_text_is_printed_with_proof(
    peer: PrinterPeer, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    to = f"escpos+tcp://127.0.0.1:{peer.port}"

    code = main(["print", "receipt", "--to", to, "--text", text, "--json"])

    found = answer(capsys)
    assert code == 0
    assert (found["outcome"], found["proof"], found["failure"]) == ("printed", "A", None)
    assert found["bytes"] > 1000
    assert len(peer.receipts) == 1


def test_a_layout_file_is_printed_as_it_says(
    peer: PrinterPeer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "layout.json"
    blocks = [
        {"kind": "line", "text": "凭条", "size_pt": 24, "bold": True},
        {"kind": "line", "text": "演示数据"},
        {"kind": "line", "text": "第二行"},
        {"kind": "space", "height_mm": 10},
    ]
    path.write_text(json.dumps({"blocks": blocks}), encoding="utf-8")
    to = f"escpos+tcp://127.0.0.1:{peer.port}"

    assert main(["print", "receipt", "--to", to, "--layout", str(path), "--json"]) == 0

    assert answer(capsys)["outcome"] == "printed"
    assert (peer.picture() == render(short_layout())).all()


def test_a_plain_file_is_sent_with_proof_d(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.bin"

    code = main(["print", "receipt", "--to", f"escpos+file:{out}", "--text", text, "--json"])

    found = answer(capsys)
    assert (code, found["outcome"], found["proof"]) == (0, "sent", "D")
    assert found["bytes"] == out.stat().st_size


def test_a_printer_without_paper_is_not_done(
    peer: PrinterPeer, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    peer.set_fault(Fault.PAPER_OUT)
    to = f"escpos+tcp://127.0.0.1:{peer.port}"

    code = main(["print", "receipt", "--to", to, "--text", text, "--json"])

    found = answer(capsys)
    assert (code, found["outcome"], found["failure"]) == (1, "not_started", "PAPER_OUT")
    assert (found["proof"], found["bytes"]) == (None, 0)
    assert found["message"] == "no paper: put in a new roll"


def test_a_printer_that_is_not_there_has_the_same_document(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with PrinterPeer() as gone:
        to = f"escpos+tcp://127.0.0.1:{gone.port}"

    assert main(["print", "receipt", "--to", to, "--text", text, "--json"]) == 1

    found = answer(capsys)
    assert found.pop("message").startswith("not there, or it refuses")
    assert found == {**NOTHING, "failure": "NOT_CONNECTED"}


@pytest.mark.parametrize(
    ("to", "named"),
    [("lpt:1", "lpt"), ("escpos+file:x?blnd=1", "blnd"), ("escpos+tcp://h:x", "HOST:PORT")],
)
@pytest.mark.parametrize("word", ["receipt", "status"])
def test_an_address_that_cannot_be_is_wrong_usage(
    word: str, to: str, named: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--text", text] if word == "receipt" else []

    assert main(["print", word, "--to", to, *flags, "--json"]) == 2

    found = answer(capsys)
    assert named in found.pop("message")
    assert found == {**(NOTHING if flags else {}), "failure": "OPTION_REFUSED"}


def test_asking_a_file_that_is_not_there_makes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "none.bin"

    assert main(["print", "status", "--to", f"escpos+file:{path}", "--json"]) == 1

    assert answer(capsys)["failure"] == "NOT_CONNECTED"
    assert not path.exists()


def test_a_broken_layout_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "layout.json"
    path.write_text('{"blocks": [{"kind": "line"}]}', encoding="utf-8")

    to = f"simulated:{tmp_path}"
    code = main(["print", "receipt", "--to", to, "--layout", str(path), "--json"])

    assert code == 1
    found = answer(capsys)
    assert "$.blocks[0].text: missing" in found.pop("message")
    assert found == {**NOTHING, "failure": "RENDER_ERROR"}


def test_the_status_names_every_item(peer: PrinterPeer, capsys: pytest.CaptureFixture[str]) -> None:
    peer.set_fault(Fault.NEAR_END)

    code = main(["print", "status", "--to", f"escpos+tcp://127.0.0.1:{peer.port}", "--json"])

    found = answer(capsys)
    raw = found.pop("raw")
    assert code == 0
    assert raw["dle_eot_4"] == "1E"
    assert found == {
        "online": True,
        "paper": "near_end",
        "cover": "closed",
        "cutter": "ok",
        "error": None,
    }


def test_a_mute_printers_status_is_unknown_in_every_item(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "printer.json").write_text('{"mute": true}')

    code = main(["print", "status", "--to", f"simulated:{tmp_path}", "--json"])

    found = answer(capsys)
    assert code == 0
    assert found.pop("raw") == {}
    assert set(found.values()) == {"unknown"}


def test_an_absent_printers_status_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with PrinterPeer() as gone:
        to = f"escpos+tcp://127.0.0.1:{gone.port}"

    assert main(["print", "status", "--to", to, "--json"]) == 1
    assert answer(capsys)["failure"] == "NOT_CONNECTED"


def test_a_file_that_is_not_there_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to, missing = f"simulated:{tmp_path}", str(tmp_path / "none.txt")
    assert main(["print", "receipt", "--to", to, "--text", missing, "--json"]) == 2
    assert answer(capsys)["outcome"] == "not_started"


def test_pages_are_not_in_this_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["print", "pdf", "--to", "ipp://127.0.0.1:8631/ipp/print", "a.pdf"]) == 2
    assert "not in this version" in capsys.readouterr().err


def start_peer(*flags: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "kiosk", "simulate", "printer", *flags]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment
    )


@pytest.mark.slow
def test_the_peer_by_hand_obeys_typed_faults_and_writes_pictures(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with start_peer("--out", str(tmp_path / "paper")) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        listening = json.loads(process.stdout.readline())
        to = f"escpos+tcp://127.0.0.1:{listening['port']}"
        printed = main(["print", "receipt", "--to", to, "--text", text, "--json"])
        receipt = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.write("PAPER_OUT\nnonsense\n")
        process.stdin.flush()
        fault = json.loads(process.stdout.readline())
        refused = main(["print", "receipt", "--to", to, "--text", text, "--json"])
        out, _ = process.communicate("-PAPER_OUT\nquit\n", timeout=20)

    assert listening["event"] == "listening"
    assert (printed, refused, process.returncode) == (0, 1, 0)
    assert {event["event"] for event in receipt} == {"receipt", "cut"}
    assert fault == {"event": "paper_out"}
    assert (tmp_path / "paper" / "receipt-1.png").exists()
    assert '"paper_out gone"' in out
    assert "PAPER_OUT" in capsys.readouterr().out


@pytest.mark.slow
def test_the_peer_without_a_keyboard_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "simulate", "printer"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as process:
        assert process.stdout is not None
        listening = json.loads(process.stdout.readline())
        to = f"escpos+tcp://127.0.0.1:{listening['port']}"
        code = main(["print", "status", "--to", to])
        process.terminate()
        assert process.wait(timeout=20) == 0

    assert code == 0
    assert list(tmp_path.iterdir()) == []
