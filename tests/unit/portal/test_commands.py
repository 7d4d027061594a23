"""What no word of the `portal` command expects: a code and an exit code, never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from portal_support import portal_command

from portal import __main__ as program
from portal.commands import output

LOUD = """
import sys
from portal import __main__ as program
from portal.commands import output

def loud(given):
    while True:
        output.show({"a": 1})

program._run = loud
sys.exit(program.main(["list"]))
"""


def ended(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        portal_command(*words), capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("word", ["list", "faults"])
def test_a_folder_that_is_a_file_is_said(tmp_path: Path, word: str) -> None:
    place = tmp_path / "file"
    place.touch()
    done = ended(word, "--dir", str(place), "--json")
    assert (done.returncode, json.loads(done.stdout)["failure"]) == (1, "STORE_FAULT")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["99999", "-1", "x"])
def test_a_port_that_is_none_is_wrong_usage(tmp_path: Path, port: str) -> None:
    done = ended("serve", "--dir", str(tmp_path), f"--port={port}")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_a_mistake_of_the_program_is_told_by_type_and_place_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nothing: dict[str, str] = {}
    with pytest.raises(KeyError) as caught:
        _ = nothing["演示秘密"]
    assert output.broke(caught.value, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["failure"], "演示秘密" in told["message"]) == ("PROGRAM_FAULT", False)
    assert "KeyError at test_commands.py:" in told["message"]


def test_a_reader_that_went_away_is_told_nothing(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text(LOUD)
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "loud.py")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b'{"a": 1}\n'
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(30) == 1


def test_ctrl_c_ends_as_a_shell_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_given: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "_run", interrupted)
    assert program.main(["list"]) == 130
