import json
import subprocess
import sys
from pathlib import Path

import pytest

from portal.fault_names import group_of, switch_of
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


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("meteor", {}),
        ("payment.gone", {}),
        ("down", {"colour": 1}),
        ("down", {"rate": 2}),
        ("down", {"count": True}),
        ("down", {"after": -1}),
        ("down", {"group": "moon"}),
        ("down", {"path": 1}),
        ("down", {"seconds": "1"}),
    ],
)
def test_an_unknown_fault_or_argument_is_refused(
    tmp_path: Path, name: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(FaultsError):
        Faults(tmp_path).switch(name, arguments)


def test_two_groups_are_down_and_one_comes_back(tmp_path: Path) -> None:
    faults = Faults(tmp_path)
    faults.switch("payment.down", {})
    faults.switch("logistics.down", {})
    faults.switch("payment.down", None)
    assert faults.take("down", "/v1/payments/x") is None
    assert faults.take("down", "/v1/deliveries/x") is not None


def test_the_plain_name_ends_a_fault_in_every_group(tmp_path: Path) -> None:
    faults = Faults(tmp_path)
    faults.switch("payment.down", {})
    assert faults.show("down") == {}
    faults.switch("down", None)
    assert faults.all() == {}


def test_switching_on_again_counts_from_the_beginning(tmp_path: Path) -> None:
    faults = Faults(tmp_path)
    faults.switch("down", {"count": 1})
    assert played(faults, "down", 2) == [True, False]
    faults.switch("down", {"count": 1})
    assert faults.played("down") == 0
    assert played(faults, "down", 2) == [True, False]


def test_a_fault_that_is_switched_later_does_not_change_the_count_of_another(
    tmp_path: Path,
) -> None:
    faults = Faults(tmp_path)
    faults.switch("down", {"count": 1})
    assert played(faults, "down", 1) == [True]
    faults.switch("delay", {})
    assert played(faults, "down", 1) == [False]


def test_several_processes_count_together(tmp_path: Path) -> None:
    Faults(tmp_path).switch("down", {"count": 30, "rate": 0.5, "seed": 3})
    program = (
        "import sys, pathlib, portal.faults as f;"
        "faults = f.Faults(pathlib.Path(sys.argv[1]));"
        "print(sum(faults.take('down', '/v1/time') is not None for _ in range(40)))"
    )
    words = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    counts = [int(each.communicate(timeout=60)[0]) for each in running]
    assert sum(counts) == 30
    assert Faults(tmp_path).played("down") == 30
    assert len((tmp_path / "faults.jsonl").read_text().splitlines()) == 30


@pytest.mark.parametrize(
    ("path", "group"),
    [("/v1/refunds/x", "payment"), ("/v1/uploads/x", "intake"), ("/v2/moon", "all")],
)
def test_a_path_belongs_to_one_group(path: str, group: str) -> None:
    assert group_of(path) == group


def test_a_name_of_one_group_needs_no_group() -> None:
    assert switch_of("payment", "never_paid") == "never_paid"
    assert switch_of("evaluation", "ack_other_id") == "evaluation.ack_other_id"
    assert switch_of("all", "down") == "down"


def test_a_broken_file_plays_nothing(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text(json.dumps({"down": {}})[:-3])
    assert Faults(tmp_path).take("down", "/v1/time") is None
