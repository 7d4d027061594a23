"""Every fault has a name that the docs explain and the tests play."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from portal.fault_names import GROUPS, NAMES, group_of, known, own_names, split


def played_in(source: str) -> Iterator[str]:
    """The names that the calls of `fault(served, NAME, ...)` of a test module switch on.

    Where NAME is a variable, every text of the test's decorators, of the tables that these
    name and of the loops over it counts; `faults_support.fault` itself demands that it was
    injected.
    """
    body = ast.parse(source).body
    tables = {name: node for node in body for name in _assigned(node)}
    for function in body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and _is_fault(call):
                yield from _texts(_sources(call.args[1], function, tables))


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _sources(
    name: ast.expr, function: ast.FunctionDef, tables: Mapping[str, ast.AST]
) -> list[ast.AST]:
    if isinstance(name, ast.Constant):
        return [name]
    decorators: list[ast.AST] = [*function.decorator_list]
    used = [n.id for each in decorators for n in ast.walk(each) if isinstance(n, ast.Name)]
    loops = [each.iter for each in ast.walk(function) if isinstance(each, ast.For)]
    return [name, *decorators, *loops, *(tables[each] for each in used if each in tables)]


def _is_fault(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "fault" and len(call.args) > 1


def _texts(parts: list[ast.AST]) -> Iterator[str]:
    for part in parts:
        for node in ast.walk(part):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@pytest.fixture(scope="module")
def played(repository: Path) -> set[str]:
    folder = repository / "tests" / "contract" / "portal"
    return {
        name for path in folder.glob("test_*.py") for name in played_in(path.read_text("utf-8"))
    }


def test_the_docs_explain_every_fault(repository: Path) -> None:
    page = (repository / "docs" / "integration.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z_, ]+) \| (`[^|]+) \|", page, re.MULTILINE)
    told = {
        (group, name)
        for groups, names in rows
        for group in groups.split(", ")
        for name in re.findall(r"`([a-z_0-9]+)`", names)
    }
    assert told >= {(group, name) for group in GROUPS for name in own_names(group)}
    assert told >= {("all", name) for name in NAMES["all"]}


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_every_fault_of_a_group_is_played_by_a_contract_test(played: set[str], group: str) -> None:
    wanted = own_names(group) | (NAMES["all"] if group == "all" else frozenset())
    here = {name for switch in played for of, name in [split(switch)] if of in {"", group}}
    assert wanted - here == set()


def test_a_name_that_is_only_written_somewhere_is_no_test_of_it() -> None:
    source = (
        'def test_x():\n    """none"""\n    assert "gone"\n    with fault(served, "down"): ...\n'
    )
    assert list(played_in(source)) == ["down"]


@pytest.mark.parametrize("group", sorted(set(GROUPS) - {"all", "uploads"}))
def test_every_path_of_a_group_belongs_to_it(group: str) -> None:
    assert {group_of(f"{path}/x") for path in GROUPS[group]} == {group}


def test_a_switch_is_a_fault_or_a_fault_of_one_group() -> None:
    assert known("down")
    assert known("payment.down")
    assert not known("payment.gone")
    assert not known("moon.down")
