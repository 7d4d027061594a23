"""Pictures that a screen shows and that vanish with the visit."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtQml import QQmlEngine

if TYPE_CHECKING:
    from PySide6.QtQuick import QQuickImageProvider

PROVIDER = "pictures"


class Pictures:
    """The newest picture of each name, served as `image://pictures/<name>/<seq>`.

    Names in use: `scan` (the plate's live picture or the taken page) and `qr`.
    """

    def __init__(self) -> None:
        self._pictures: dict[str, QImage] = {}
        self._provider: QQuickImageProvider | None = None

    def put(self, name: str, _seq: int, data: bytes) -> None:
        """Keep a JPEG or PNG; bytes that are no picture leave nothing to show."""
        self._pictures[name] = QImage.fromData(data)

    def put_image(self, name: str, image: QImage) -> None:
        """Keep a picture that is already decoded."""
        self._pictures[name] = image

    def get(self, name: str) -> QImage:
        """Give the newest picture, or a transparent point where there is none."""
        image = self._pictures.get(name)
        if image is None or image.isNull():
            image = QImage(1, 1, QImage.Format.Format_ARGB32)
            image.fill(0)
        return image

    def names(self) -> frozenset[str]:
        """Say which pictures are kept now."""
        return frozenset(self._pictures)

    def clear(self) -> None:
        """Forget all pictures."""
        self._pictures.clear()

    def install(self, engine: QQmlEngine) -> None:
        """Serve the pictures to an engine, which owns the provider from then on."""
        from PySide6.QtQuick import QQuickImageProvider  # noqa: PLC0415 - not before the first frame

        pictures = self

        class Provider(QQuickImageProvider):
            """Asked by the engine on the main thread."""

            def requestImage(self, id: str, _size: QSize, _wanted: QSize) -> QImage:  # noqa: A002 - Qt's name
                return pictures.get(id.partition("/")[0])

        self._provider = Provider(QQuickImageProvider.ImageType.Image)
        engine.addImageProvider(PROVIDER, self._provider)
