"""Putting the QML stage into the window."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtQml import QQmlComponent, QQmlEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow

QML = Path(__file__).with_name("qml")


class StageMissingError(Exception):
    """The stage's QML cannot be loaded; the text names file and line."""


def put_stage(engine: QQmlEngine, window: QQuickWindow) -> QQuickItem:
    """Create the stage and lay it on the window; it takes its size from the shell.

    Args:
        engine: knows the import path; the shell must be made before.
        window: where the stage is shown.

    Returns:
        The stage; the window owns it and the caller keeps it.

    Raises:
        StageMissingError: a QML file is damaged.
    """
    engine.addImportPath(str(QML))
    component = QQmlComponent(engine, QUrl.fromLocalFile(str(QML / "Kiosk" / "Stage.qml")))
    stage = component.create()
    if not isinstance(stage, QQuickItem):
        raise StageMissingError(component.errorString())
    stage.setParent(window)
    stage.setParentItem(window.contentItem())
    return stage
