"""The words of `docs/failure-codes.md` are those that the screen shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtQml import QQmlComponent, QQmlEngine

from devices.errors import FailureCode
from ui.views.shell import Shell

_DEVICES = {
    **dict.fromkeys(("SAM_SELFTEST", "SAM_UNAUTHORISED"), "card"),
    **dict.fromkeys(
        ("PAPER_OUT", "PAPER_LOW", "COVER_OPEN", "PAPER_JAM", "CUTTER_ERROR", "OVERHEATED"),
        "receipt",
    ),
    **dict.fromkeys(("FRAME_STALLED", "FRAME_FROZEN", "FRAME_DARK"), "camera"),
}
_ROW = re.compile(r"^\| `([A-Z_]+)` \|.*?\|.*?\|.*?\| (.+?) \| (.+?) \|")


@pytest.fixture
def engine(qapp: object, repository: Path) -> Iterator[QQmlEngine]:  # noqa: ARG001 - Qt must run
    shell = Shell()
    engine = QQmlEngine()
    engine.addImportPath(str(repository / "ui" / "qml"))
    yield engine
    engine.deleteLater()
    del shell


def _shown(engine: QQmlEngine, code: str) -> tuple[str, str]:
    call = f'("{code}", "{_DEVICES.get(code, "")}")'
    component = QQmlComponent(engine)
    component.setData(
        (
            "import QtQuick\nimport Kiosk\nQtObject {"
            f" property string head: FailureWords.title{call};"
            f" property string text: FailureWords.advice{call} }}"
        ).encode(),
        QUrl(),
    )
    words = component.create()
    assert words is not None, component.errorString()
    return words.property("head"), words.property("text")


def test_the_table_quotes_the_screen(engine: QQmlEngine, repository: Path) -> None:
    table = (repository / "docs" / "failure-codes.md").read_text(encoding="utf-8")
    told = {
        match[1]: (match[2], match[3]) for line in table.splitlines() if (match := _ROW.match(line))
    }
    assert told == {code.value: _shown(engine, code.value) for code in FailureCode}
