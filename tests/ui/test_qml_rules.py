"""Rules of the house for QML that no lint knows."""

import re
import subprocess
from pathlib import Path

from screen_support import QML

from kiosk.visit.screens import Overlay, Screen

FILES = sorted(QML.rglob("*.qml"))
_ON_PROPERTY = re.compile(r"property\s+[\w<>.]+\s+on[A-Z]")
_WRITE = re.compile(r"\bShell\.\w+\s*=(?!=)")


def _broken(rule: "re.Pattern[str]", texts: dict[str, str]) -> list[str]:
    return [name for name, text in texts.items() if rule.search(text)]


def _texts() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in FILES}


def test_every_file_binds_its_components_and_is_short() -> None:
    assert FILES
    for name, text in _texts().items():
        assert "pragma ComponentBehavior: Bound" in text, name
        assert len(text.splitlines()) <= 200, name


def test_no_property_looks_like_a_handler() -> None:
    assert _broken(_ON_PROPERTY, _texts()) == []
    assert _broken(_ON_PROPERTY, {"planted": "property color onAccent: 'red'"}) == ["planted"]


def test_nothing_writes_to_the_shell() -> None:
    assert _broken(_WRITE, _texts()) == []
    assert _broken(_WRITE, {"planted": "onClicked: Shell.screen = 'home'"}) == ["planted"]


def test_only_the_plain_controls_are_imported() -> None:
    imports = {
        match
        for text in _texts().values()
        for match in re.findall(r"^import ([\w.]+)", text, re.MULTILINE)
    }

    assert imports <= {"QtQuick", "QtQuick.Templates", "Kiosk", "Kiosk.Views"}


def test_every_screen_and_overlay_has_its_file() -> None:
    names = {path.name for path in FILES}

    assert {f"{screen.value.capitalize()}.qml" for screen in Screen} <= names
    assert {
        f"{overlay.value.capitalize()}Overlay.qml"
        for overlay in Overlay
        if overlay is not Overlay.NONE
    } <= names


def test_the_typed_lint_finds_nothing_and_would_find_something(
    repository: Path, tmp_path: Path
) -> None:
    lint = subprocess.run(
        [repository / "script/qml", "lint"], check=False, capture_output=True, text=True
    )
    planted = tmp_path / "Planted.qml"
    planted.write_text(
        "import QtQuick\nimport Kiosk.Views\n"
        "Text { text: Shell.scren; Component.onCompleted: Shell.screen = 'home' }\n",
        encoding="utf-8",
    )
    found = subprocess.run(
        [
            repository / ".venv/bin/pyside6-qmllint",
            *("--max-warnings", "0", "-I", repository / "build/qmltypes/imports", planted),
        ],
        check=False,
        capture_output=True,
        text=True,
    )

    assert lint.returncode == 0, lint.stdout + lint.stderr
    assert found.returncode != 0
    assert "scren" in found.stderr
    assert "read-only" in found.stderr
