"""Qt off-screen for the screen tests, and one window for all of them."""

import os
from collections.abc import Iterator
from pathlib import Path

for _name, _value in {
    "QT_QPA_PLATFORM": "offscreen",
    "QT_QUICK_BACKEND": "software",
    "QT_QUICK_CONTROLS_STYLE": "Basic",
    "LANG": "zh_CN.UTF-8",
}.items():
    os.environ.setdefault(_name, _value)

import pytest  # noqa: E402 - the environment must be set before anything imports Qt
from PySide6.QtGui import QGuiApplication  # noqa: E402 - see above
from screen_support import Glass, open_glass  # noqa: E402 - see above


@pytest.fixture
def glass(qapp: QGuiApplication) -> Iterator[Glass]:
    """The real screens; any warning of the engine fails the test."""
    assert qapp is not None
    opened = open_glass()
    yield opened
    warnings = list(opened.warnings)
    opened.close()
    assert warnings == []


@pytest.fixture
def screenshots(repository: Path) -> Path:
    folder = repository / "build" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
