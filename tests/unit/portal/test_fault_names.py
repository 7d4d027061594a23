"""Every fault has a name that the docs explain and the tests play."""

import re
from pathlib import Path

import pytest

from portal.fault_names import ALL_NAMES, GROUPS, NAMES, group_of, known, own_names


def quoted(text: str) -> set[str]:
    return set(re.findall(r"[\"`.]([a-z_0-9]+)[\"`]", text))


def test_the_docs_explain_every_fault(repository: Path) -> None:
    page = (repository / "docs" / "integration.md").read_text("utf-8")
    table = page[page.index("## Faults that the reference portal plays") :]
    assert quoted(table) >= ALL_NAMES


@pytest.mark.parametrize(
    "group",
    ["all", "intake", "uploads", "identity", "payment", "logistics", "evaluation", "support"],
)
def test_every_fault_of_a_group_is_played_by_a_contract_test(repository: Path, group: str) -> None:
    folder = repository / "tests" / "contract" / "portal"
    played = quoted("".join(path.read_text("utf-8") for path in sorted(folder.glob("test_*.py"))))
    assert played >= own_names(group) | (NAMES["all"] if group == "all" else frozenset())


@pytest.mark.parametrize("group", sorted(set(GROUPS) - {"all", "uploads"}))
def test_every_path_of_a_group_belongs_to_it(group: str) -> None:
    assert {group_of(f"{path}/x") for path in GROUPS[group]} == {group}


def test_a_switch_is_a_fault_or_a_fault_of_one_group() -> None:
    assert known("down")
    assert known("payment.down")
    assert not known("payment.gone")
    assert not known("moon.down")
