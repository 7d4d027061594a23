"""The `kiosk` command: whatever goes wrong has a code and words, never a traceback."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.commands.output import Exit, broke

LONG = "x" * 5000


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The one JSON document that was printed."""
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_an_argument_that_is_no_utf_8_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code = main(["queue", "show", "\udcff", "--state", str(tmp_path), "--json"])
    assert code == Exit.USAGE
    assert document(capsys)["failure"] == "OPTION_REFUSED"


def test_a_folder_that_no_file_system_takes_is_a_fault_of_the_store(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["queue", "list", "--state", LONG, "--json"]) == Exit.NOT_DONE
    assert document(capsys)["failure"] == "STORE_FAULT"


def test_a_full_disk_is_told_as_full(capsys: pytest.CaptureFixture[str]) -> None:
    code = broke(OSError(errno.ENOSPC, "No space left on device", "/state/a"), as_json=True)
    assert code == Exit.NOT_DONE
    told = document(capsys)
    assert told["failure"] == "STORE_FULL"
    assert "/state/a" in str(told["message"])


def test_a_mistake_of_the_program_is_told_by_type_and_place_without_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nothing: dict[str, str] = {}
    with pytest.raises(KeyError) as caught:
        nothing["content of a resident"]
    code = broke(caught.value, as_json=True)
    told = document(capsys)
    assert code == Exit.NOT_DONE
    assert told["failure"] == "PROGRAM_FAULT"
    assert "KeyError at tests/unit/kiosk/test_main.py:" in str(told["message"])
    assert "resident" not in str(told["message"])


def test_a_failed_call_that_concerns_no_file_is_a_mistake_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert broke(OSError(errno.EINVAL, "Invalid argument"), as_json=True) == Exit.NOT_DONE
    assert document(capsys)["failure"] == "PROGRAM_FAULT"


def test_an_interrupted_command_says_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert broke(KeyboardInterrupt(), as_json=True) == Exit.INTERRUPTED
    assert capsys.readouterr().out == ""


def test_a_reader_that_goes_away_leaves_no_traceback(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    words = ["config", "show", "--json", "--state", str(tmp_path)]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", *words],
            check=False,
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert done.returncode == Exit.NOT_DONE
    assert done.stderr == b""
