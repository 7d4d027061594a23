import json
from pathlib import Path

import pytest

from portal.faults import Faults, FaultsError


def played(faults: Faults, name: str, times: int, path: str = "/v1/submissions/x") -> list[bool]:
    return [faults.take(name, path) is not None for _ in range(times)]


def test_without_the_file_nothing_is_played(tmp_path: Path) -> None:
    faults = Faults(tmp_path)
    assert not faults.enabled
    assert played(faults, "down", 3) == [False] * 3


def test_count_and_after_bound_the_injections(tmp_path: Path) -> None:
    faults = Faults(tmp_path)
    faults.switch("down", {"after": 1, "count": 2})
    assert played(faults, "down", 5) == [False, True, True, False, False]
    assert len((tmp_path / "faults.jsonl").read_text().splitlines()) == 2


def test_a_seeded_rate_repeats_itself(tmp_path: Path) -> None:
    runs = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        faults = Faults(tmp_path / name)
        faults.switch("down", {"rate": 0.5, "seed": 7})
        runs.append(played(faults, "down", 50))
    assert runs[0] == runs[1]
    assert 10 < sum(runs[0]) < 40


def test_a_group_or_a_path_bounds_where_it_is_played(tmp_path: Path) -> None:
    faults = Faults(tmp_path)
    faults.switch("down", {"group": "uploads"})
    assert played(faults, "down", 1) == [False]
    assert played(faults, "down", 1, "/v1/uploads") == [True]
    faults.switch("down", {"path": "/v1/time"})
    assert played(faults, "down", 1, "/v1/uploads") == [False]


def test_a_file_changed_by_another_process_is_read_again(tmp_path: Path) -> None:
    faults, other = Faults(tmp_path), Faults(tmp_path)
    other.switch("gone", {})
    assert faults.show("gone") == {}
    other.switch("gone", None)
    assert faults.show("gone") is None


def test_an_unknown_fault_or_argument_is_refused(tmp_path: Path) -> None:
    faults = Faults(tmp_path)
    with pytest.raises(FaultsError):
        faults.switch("meteor", {})
    with pytest.raises(FaultsError):
        faults.switch("down", {"colour": 1})


def test_a_broken_file_plays_nothing(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text(json.dumps({"down": {}})[:-3])
    assert Faults(tmp_path).take("down", "/v1/time") is None
