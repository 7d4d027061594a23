"""Qt's decorators under the names that the QML tools read; the types stand in the stub beside."""

from PySide6.QtCore import Property
from PySide6.QtQml import QmlUncreatable

__all__ = ["Property", "QmlUncreatable"]
