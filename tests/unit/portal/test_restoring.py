"""What a manifest must hold: anything else is told as damage before a row is touched."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portal.assembly import assemble
from portal.backup import BackupError, back_up
from portal.restoring import check_backup

NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("restoring")
    assemble(folder / "p").store.close()
    back_up(folder / "p", folder / "b", NOW)
    return folder / "b"


def refused(backup: Path, content: bytes) -> str:
    """Why a backup with this manifest is refused; its digest is right."""
    before = {name: (backup / name).read_bytes() for name in ("manifest.json", "manifest.sha256")}
    (backup / "manifest.json").write_bytes(content)
    (backup / "manifest.sha256").write_text(hashlib.sha256(content).hexdigest())
    try:
        with pytest.raises(BackupError) as caught:
            check_backup(backup)
    finally:
        for name, was in before.items():
            (backup / name).write_bytes(was)
    return caught.value.reason


DAMAGE: dict[str, Change] = {
    "a file without a digest": lambda one: one["files"][0].pop("sha256"),
    "a file without a path": lambda one: one["files"][0].update(path=5),
    "a file below nothing": lambda one: one["files"][0].update(size=-1),
    "files that are none": lambda one: one.update(files={}),
    "rows that are none": lambda one: one.update(rows=["a"]),
    "rows that are no numbers": lambda one: one.update(rows={"meta": "x"}),
    "a time without a zone": lambda one: one.update(made_at="2026-11-22T01:02:03"),
    "a time that is none": lambda one: one.update(made_at="2026-13-22T01:02:03.000Z"),
    "a counter that went back": lambda one: one.update(serial=-1),
    "a member of its own": lambda one: one.update(more=1),
    "a table that is missing": lambda one: one["files"].pop(
        next(n for n, each in enumerate(one["files"]) if each["path"] == "tables/meta.jsonl")
    ),
    "a path out of the backup": lambda one: one["files"][0].update(path="folder/../../x"),
}


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_a_manifest_that_is_not_whole_is_damage(backup: Path, name: str) -> None:
    document = json.loads((backup / "manifest.json").read_text())
    DAMAGE[name](document)
    assert refused(backup, json.dumps(document).encode()) == "damaged"


@pytest.mark.parametrize("content", [b"", b"[]", b"5", b"null", b"[" * 100_000, b"\xff"])
def test_a_manifest_that_is_none_is_damage(backup: Path, content: bytes) -> None:
    assert refused(backup, content) == "damaged"


def test_another_versions_manifest_is_told_as_such(backup: Path) -> None:
    document = json.loads((backup / "manifest.json").read_text())
    for change in ({"revision": "9999"}, {"schema": 2, "files": 5}):
        assert refused(backup, json.dumps(document | change).encode()) == "version"
    assert check_backup(backup) == document
