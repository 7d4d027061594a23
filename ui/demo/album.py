"""Pictures of the screens, saved beside the main thread."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickWindow

from kiosk.dispatch import Dispatcher


class PictureNotSavedError(Exception):
    """A screenshot could not be written."""


class Album:
    """Numbers the pictures in the order of the visit: `NN-<screen name>.png`."""

    def __init__(
        self, folder: Path, dispatcher: Dispatcher, on_error: Callable[[Exception], None]
    ) -> None:
        """Remember where the pictures go; the folder is made."""
        self._folder = folder
        self._dispatcher = dispatcher
        self._on_error = on_error
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, window: QQuickWindow, screen: str) -> None:
        """Grab what is on the glass now; coding and writing happen in the background."""
        self._count += 1
        path = self._folder / f"{self._count:02d}-{screen}.png"
        picture = window.grabWindow()
        self._dispatcher.in_background(
            lambda: _save(picture, path), lambda _none: None, self._on_error
        )


def _save(picture: QImage, path: Path) -> None:
    """Write a PNG; quick rather than small."""
    if not picture.save(str(path), quality=80):
        raise PictureNotSavedError(path.name)
