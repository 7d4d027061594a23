"""What an office demands beyond the demo register: papers by name, versions in force."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.demands import Demands

TODAY = date(2026, 11, 22)
ITEM = "SH-DEMO-S1-01"


def demanding(folder: Path, **table: Any) -> Demands:
    (folder / "register.json").write_text(json.dumps(table))
    return Demands(folder)


def told(demands: Demands, payload: dict[str, Any], version: int = 3) -> list[str]:
    body = {"task_code": ITEM, "task_version": version}
    return [each["material_name"] or each["reason"] for each in demands.gaps(body, payload, TODAY)]


def test_without_the_file_nothing_is_demanded(tmp_path: Path) -> None:
    assert told(Demands(tmp_path), {}) == []


def test_every_paper_that_is_not_named_is_told_at_once(tmp_path: Path) -> None:
    papers = ["居住证", "照片", "委托书"]
    demands = demanding(tmp_path, items={ITEM: {"papers": papers}})
    assert told(demands, {"materials": [{"material_name": "照片"}]}) == ["居住证", "委托书"]
    assert told(demands, {"materials": 5, "promises": [{"material_names": ["居住证"]}, 7]}) == [
        "照片",
        "委托书",
    ]


@pytest.mark.parametrize(
    ("on", "version", "reasons"),
    [
        ("2026-10-22", 3, ["task-retired"]),
        ("2026-10-23", 3, []),
        ("2026-10-22", 4, []),
    ],
)
def test_a_retired_version_is_taken_for_thirty_days(
    tmp_path: Path, on: str, version: int, reasons: list[str]
) -> None:
    demands = demanding(tmp_path, items={ITEM: {"retired": {"version": 3, "on": on}}})
    assert told(demands, {}, version) == reasons


@pytest.mark.expects_log
@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"only": 1}', '{"items": {"x": {"retired": {"version": 1, "on": "2026-13-01"}}}}'],
)
def test_a_file_that_cannot_be_used_leaves_the_demands_as_they_were(
    tmp_path: Path, text: str
) -> None:
    demands = demanding(tmp_path, items={ITEM: {"papers": ["居住证"]}})
    assert told(demands, {}) == ["居住证"]
    (tmp_path / "register.json").unlink()
    (tmp_path / "register.json").write_text(text)
    assert told(demands, {}) == ["居住证"]
