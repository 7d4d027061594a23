"""After a whole visit on the real screens nothing of the resident is left in objects or files."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from program import portal, portal_list

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
_PROBE = Path(__file__).resolve().parents[1] / "support" / "leak_probe.py"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> dict[str, Any]:
    """What the probe found; everything that the program writes lies below one folder."""
    folder, office = tmp_path_factory.mktemp("visit"), tmp_path_factory.mktemp("portal")
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    places = ("TMPDIR", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    environment = os.environ | dict.fromkeys(places, str(runtime))
    environment["PYTHONPATH"] = str(repository)
    with portal(office) as url:
        done = subprocess.run(
            [sys.executable, str(_PROBE), str(folder), url, str(office / "sealing.pub")],
            check=False,
            capture_output=True,
            text=True,
            timeout=150,
            env=environment,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    found["cases"] = len(portal_list(office))
    return found


def test_the_visit_was_a_whole_one_and_was_cleared(report: dict[str, Any]) -> None:
    assert report["fault"] == ""
    assert (report["screen"], report["empty"], report["cases"]) == ("cleared", True, 1)
    assert {"page", "sealed", "received", "printed"} <= set(report["events"])


def test_no_object_of_the_screens_holds_a_marker_after_the_visit(report: dict[str, Any]) -> None:
    assert report["looked_at"] > 60
    assert report["objects"] == []
    assert not [each for each in report["unread"] if "String" in each or "Variant" in each]


def test_no_file_of_the_terminal_holds_a_marker_after_the_visit(report: dict[str, Any]) -> None:
    assert report["files"] == []


def test_the_probe_finds_what_is_on_the_glass_during_the_visit(report: dict[str, Any]) -> None:
    """Negative control: the answers are on the check page, and the walk reaches them."""
    assert {place.rpartition(": ")[2] for place in report["during"]} >= {
        "masked name",
        "masked number",
    }
    assert "CheckView.rows: masked number" in report["during"]


def test_the_probe_finds_what_is_planted(report: dict[str, Any]) -> None:
    """Negative control: a text of the glass, a dynamic property and a file in UTF-16."""
    kinds = {place.rpartition(": ")[2] for place in report["planted_objects"]}
    assert kinds == {"name", "mobile"}
    assert any(place.endswith(".text: name") for place in report["planted_objects"])
    assert report["planted_files"] == ["runtime/planted.bin: address"]
