"""What the visit fills and clears beside the views: pictures, clipboard, preferences."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PySide6.QtGui import QGuiApplication, QImage

from ui.views.shell import Shell


def _nothing_kept() -> None:
    """This surface keeps nothing in this version: no speech, no mirror, pads without memory."""


class ShellSurfaces:
    """The visit's port to the shell; main thread only."""

    def __init__(self, shell: Shell) -> None:
        """Remember the shell and what clearing means for each name of the CLEAR list."""
        self._shell = shell
        self.acts: Mapping[str, Callable[[], None]] = MappingProxyType(
            {
                "text_fields": shell.forget_pages,
                "input_history": _nothing_kept,
                "pictures": shell.forget_pictures,
                "speech": _nothing_kept,
                "clipboard": _clear_clipboard,
                "mirror": _nothing_kept,
                "preferences": shell.reset_presentation,
            }
        )

    def preview(self, seq: int, rgb: bytes, width: int, height: int) -> None:
        """Keep the newest live picture of the plate; `seq` makes QML ask again."""
        del seq  # the view tells it to QML
        image = QImage(rgb, width, height, width * 3, QImage.Format.Format_RGB888)
        self._shell.set_image("scan", image.copy())

    def picture(self, seq: int, jpeg: bytes) -> None:
        """Keep the newest picture of the plate."""
        self._shell.set_picture("scan", seq, jpeg)

    def clear(self, what: str) -> None:
        """Forget one thing of the CLEAR list; an unknown name is a mistake of the list."""
        self.acts[what]()


def _clear_clipboard() -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.clear()
