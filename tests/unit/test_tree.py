"""The shape of the source tree: sizes, names, reasons, locks."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest

_PACKAGES = ("kiosk", "ui", "devices", "offline_cache", "portal")
_DRAWERS = {"utils", "common", "misc", "manager", "helpers"}
_REASONED = re.compile(r"(#\s*(noqa|type:\s*ignore)[^\n]*)")
_GOOD_REASON = re.compile(
    r"#\s*(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)* - \S|type: ignore\[[a-z-, ]+\]( - |\s+# )\S)"
)


def _files(repository: Path, *endings: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git of PATH
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return [repository / name for name in listed if name.endswith(endings)]


def _length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_is_longer_than_500_lines(repository: Path) -> None:
    long = {str(each): _length(each) for each in _files(repository, ".py") if _length(each) > 500}
    assert long == {}


def test_no_screen_is_longer_than_200_lines(repository: Path) -> None:
    long = {str(each): _length(each) for each in _files(repository, ".qml") if _length(each) > 200}
    assert long == {}


def test_the_median_module_is_short(repository: Path) -> None:
    sizes = sorted(
        _length(each)
        for each in _files(repository, ".py")
        if each.relative_to(repository).parts[0] in _PACKAGES and each.name != "__init__.py"
    )
    assert 60 <= sizes[len(sizes) // 2] <= 190
    assert sizes[int(len(sizes) * 0.9)] <= 300


def test_no_module_is_a_drawer(repository: Path) -> None:
    assert [each for each in _files(repository, ".py") if each.stem in _DRAWERS] == []


def test_every_ignored_rule_has_a_code_and_a_reason(repository: Path) -> None:
    bare = [
        f"{path.name}: {match.group(1)}"
        for path in _files(repository, ".py")
        if path.name != "test_tree.py"
        for match in _REASONED.finditer(path.read_text(encoding="utf-8"))
        if not _GOOD_REASON.search(match.group(1))
    ]
    assert bare == []


def test_tests_do_not_import_from_the_package_tests(repository: Path) -> None:
    pattern = re.compile(r"^\s*(from|import) tests[. ]", re.MULTILINE)
    guilty = [
        each
        for each in _files(repository, ".py")
        if pattern.search(each.read_text(encoding="utf-8"))
    ]
    assert guilty == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_every_line_of_a_lock_is_hashed_and_names_no_address(repository: Path, lock: str) -> None:
    text = (repository / lock).read_text(encoding="utf-8")
    pins = re.split(r"\n(?=[A-Za-z])", text)
    assert "://" not in text
    assert len(pins) > 20
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_the_lock_holds_every_direct_dependency(repository: Path, lock: str) -> None:
    config = configparser.ConfigParser()
    config.read(repository / "setup.cfg", encoding="utf-8")
    wanted = config["options"]["install_requires"]
    if "test" in lock:
        wanted += config["options.extras_require"]["test"]
    names = {
        re.split(r"[<>=~! \[]", line.strip())[0].lower().replace("_", "-")
        for line in wanted.splitlines()
        if line.strip() and not line.strip().startswith("#")
    }
    locked = set(re.findall(r"^([a-z0-9-]+)==", (repository / lock).read_text(), re.MULTILINE))
    assert names - locked == set()


def test_the_terminal_lock_is_part_of_the_test_lock(repository: Path) -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9-]+==\S+", (repository / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-test.lock")
