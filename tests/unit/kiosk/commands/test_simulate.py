"""`kiosk simulate card` as a person or a script uses it: a process with a prompt."""

import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import cards_support as cards
import pytest

from devices.card.document import to_document
from devices.card.peer import ReaderPeer
from kiosk.__main__ import main
from kiosk.commands.simulate import ReaderPrompt


def started(*flags: str, source: int = subprocess.PIPE) -> tuple[subprocess.Popen[str], str]:
    """The process and the path that it tells in its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "simulate", "card", *flags],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    assert told["event"] == "listening"
    return process, told["path"]


def ended(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    code = process.wait(10.0)
    process.stdout.close()
    if process.stdin is not None:
        process.stdin.close()
    return code


@pytest.fixture
def card(tmp_path: Path) -> Path:
    file = tmp_path / "a-card.json"
    file.write_text(json.dumps(to_document(cards.RESIDENT)), "utf-8")
    return file


@pytest.mark.slow
def test_a_card_of_a_file_is_read_through_the_started_reader(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = tmp_path / "usb-reader"
    process, path = started("--card", str(card), "--link", str(link))
    assert path == str(link)
    assert main(["card", "read", "--port", f"sam:{path}", "--timeout", "5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["doc_type"] == "resident"
    assert process.stdin is not None
    process.stdin.write("quit\n")
    process.stdin.flush()
    assert ended(process) == 0


@pytest.mark.slow
def test_a_reader_that_nobody_attends_serves_until_a_signal(card: Path) -> None:
    process, path = started("--card", str(card), source=subprocess.DEVNULL)
    assert main(["card", "read", "--port", f"sam:{path}", "--timeout", "5", "--json"]) == 0
    process.send_signal(signal.SIGTERM)
    assert ended(process) == 0


@pytest.mark.slow
def test_the_end_of_the_input_ends_the_reader() -> None:
    process, _ = started()
    assert process.stdin is not None
    process.stdin.close()
    assert ended(process) == 0


@pytest.mark.parametrize("text", ["{", "[1]", "{}"])
def test_a_card_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    assert main(["simulate", "card", "--card", str(file)]) in {1, 2}


def prompt(peer: ReaderPeer, card: Path, *lines: str) -> None:
    source: IO[str] = io.StringIO("".join(f"{line}\n" for line in (*lines, "quit")))
    ReaderPrompt(peer, str(card), source).cmdloop()


def test_the_prompt_inserts_and_lifts(card: Path) -> None:
    with ReaderPeer() as peer:
        lying = []
        for line in ("insert", "lift", f"insert {card}"):
            prompt(peer, card, line)
            lying.append(peer._text is not None)
    assert lying == [True, False, True]


def test_the_prompt_switches_faults(card: Path) -> None:
    with ReaderPeer() as peer:
        prompt(peer, card, "mute", "sticky off", "delay 0.5", "bad 3", "sw3 find 60", "cut 100")
        faults = peer.faults
        assert (faults.mute, faults.sticky, faults.delay_s) == (True, False, 0.5)
        assert (faults.bad_frames, faults.unplug_at) == (3, 100)
        assert faults.sw3 == {bytes.fromhex("2001"): 0x60}
        prompt(peer, card, "mute off", "sticky", "sw3 off", "bad")
        assert (faults.mute, faults.sticky, faults.sw3, faults.bad_frames) == (False, True, {}, 1)


def test_the_prompt_pulls_the_plug_and_puts_it_in_again(card: Path) -> None:
    with ReaderPeer() as peer:
        prompt(peer, card, "unplug")
        assert not peer.plugged
        prompt(peer, card, "plug")
        assert peer.plugged


def test_bad_lines_are_answered_and_end_nothing(
    card: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ReaderPeer() as peer:
        prompt(peer, card, "", "dance", "delay long", "sw3 find", "sw3 cook 60", "insert /none")
        assert peer.plugged
    answers = capsys.readouterr().err
    assert "unknown: dance" in answers
    assert "delay SECONDS" in answers
    assert answers.count("sw3 status|find|select|read HEX") == 2
    assert "no card: FileNotFoundError" in answers
