"""Switching the language of the QML texts while they are shown."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtQml import QQmlEngine

from ui.views.stage import SOURCE_LANGUAGE

_FOLDER = Path(__file__).parents[1] / "translations"


class LanguageMissingError(Exception):
    """The compiled texts of a language are not there; `script/qml` makes them."""


class Languages:
    """Loads a language's texts at first use and puts them in force."""

    def __init__(self) -> None:
        self._loaded: dict[str, QTranslator] = {}
        self._used: QTranslator | None = None

    def use(self, language: str, engine: QQmlEngine | None) -> None:
        """Show all `qsTr` texts in `language` from now on.

        Raises:
            LanguageMissingError: the `.qm` file cannot be read.
        """
        if self._used is not None:
            QCoreApplication.removeTranslator(self._used)
            self._used = None
        if language != SOURCE_LANGUAGE:
            self._used = self._load(language)
            QCoreApplication.installTranslator(self._used)
        if engine is not None:
            engine.retranslate()

    def _load(self, language: str) -> QTranslator:
        if language not in self._loaded:
            translator = QTranslator()
            if not translator.load(str(_FOLDER / f"kiosk_{language}.qm")):
                raise LanguageMissingError(language)
            self._loaded[language] = translator
        return self._loaded[language]
