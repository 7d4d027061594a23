"""A portal's folder with damaged files: every command says so by its code."""

import json
from pathlib import Path

import pytest

from portal.__main__ import main
from portal.assembly import assemble


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A portal that has run."""
    place = tmp_path / "portal"
    portal = assemble(place)
    portal.store.close()
    return place


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The one document on standard output."""
    document: dict[str, str] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize(
    "words",
    [["import", "stick"], ["certificates", "list"], ["backup", "target"], ["list"]],
    ids=lambda words: str(words[0]),
)
def test_a_damaged_database_is_a_fault_of_the_store(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "portal.db").write_bytes(b"no database at all" * 1000)
    for beside in folder.glob("portal.db-*"):
        beside.unlink()
    paths = [str(folder.parent / each) if each in {"stick", "target"} else each for each in words]
    assert main([*paths, "--dir", str(folder), "--json"]) == 1
    assert told(capsys)["failure"] == "STORE_FAULT"


@pytest.mark.parametrize("words", [["import", "stick"], ["list"]], ids=lambda words: str(words[0]))
def test_a_damaged_sealing_key_is_named(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (key,) = (folder / "keys").glob("sealing-*.key")
    key.write_bytes(b"short")
    assert main([*words, "--dir", str(folder), "--json"]) == 1
    document = told(capsys)
    assert document["failure"] == "STORE_FAULT"
    assert key.name in document["message"]
