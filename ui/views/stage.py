"""What every view is given: the way to the visit and the words of the packs."""

from collections.abc import Callable

from kiosk.visit.acts import Acts

SOURCE_LANGUAGE = "zh_CN"


def as_it_stands(zh: str, _language: str) -> str:
    """Give a pack's text untranslated; stands in until the catalogue is there."""
    return zh


class Stage:
    """Shared by the views of one shell; holds nothing of a resident.

    Attributes:
        acts: where slots go; None while the program starts, and slots then do nothing.
        language: `zh_CN` or `en`.
    """

    def __init__(self) -> None:
        self.acts: Acts | None = None
        self.language = SOURCE_LANGUAGE
        self.catalogue_text: Callable[[str, str], str] = as_it_stands

    def call(self, act: Callable[[Acts], None]) -> None:
        """Do `act` on the visit; a touch before the program is ready is dropped."""
        if self.acts is not None:
            act(self.acts)

    def say(self, zh: str) -> str:
        """Give a pack's text in the resident's language."""
        if not zh or self.language == SOURCE_LANGUAGE:
            return zh
        return self.catalogue_text(zh, self.language)
