"""The fonts that the screens need, checked loudly: without them Qt draws boxes and never fails."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtGui import QFont, QFontInfo, QGuiApplication, QRawFont

SCREEN_FAMILY = "Noto Sans CJK SC"
RARE_FAMILIES = ("HanaMinA", "HanaMinB")

_SIZE_PX = 27


class FontMissingError(Exception):
    """A font of the screens is not installed; names the family and Debian's package."""


@dataclass(frozen=True, slots=True)
class FontReport:
    """Which of the needed families Qt finds.

    Attributes:
        missing: families without which screens or rare names show boxes.
    """

    missing: tuple[str, ...]


def _exact(family: str) -> bool:
    font = QFont(family)
    font.setPixelSize(_SIZE_PX)
    return QFontInfo(font).exactMatch() or QFontInfo(font).family() == family


def examine() -> FontReport:
    """Look for the families; needs a running QGuiApplication."""
    rare = RARE_FAMILIES if not any(_exact(family) for family in RARE_FAMILIES) else ()
    screen = () if _exact(SCREEN_FAMILY) else (SCREEN_FAMILY,)
    return FontReport(missing=(*screen, *rare))


def use_default_font() -> None:
    """Make the screens' family the default of every text.

    Raises:
        FontMissingError: the family is not installed.
    """
    if not _exact(SCREEN_FAMILY):
        raise FontMissingError(f"{SCREEN_FAMILY}: install fonts-noto-cjk")
    font = QFont([SCREEN_FAMILY, *RARE_FAMILIES])
    font.setPixelSize(_SIZE_PX)
    QGuiApplication.setFont(font)


def missing_glyphs(texts: Iterable[str]) -> tuple[str, ...]:
    """Give the characters that no font of the screens can draw, sorted.

    Args:
        texts: screen texts, pack texts or the name on a card; blanks are skipped.
    """
    fonts = [_raw(family) for family in (SCREEN_FAMILY, *RARE_FAMILIES) if _exact(family)]
    wanted = {character for text in texts for character in text if not character.isspace()}
    return tuple(
        sorted(
            character
            for character in wanted
            if not any(font.supportsCharacter(ord(character)) for font in fonts)
        )
    )


def _raw(family: str) -> QRawFont:
    font = QFont(family)
    font.setPixelSize(_SIZE_PX)
    return QRawFont.fromFont(font)
