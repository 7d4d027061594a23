"""What one screen shows now: the model, who hears of it, how it is forgotten."""

from typing import Generic, TypeVar

from PySide6.QtCore import SignalInstance

from ui.views.stage import Stage

ModelT = TypeVar("ModelT")


class Shown(Generic[ModelT]):
    """Holds a view's model.

    The views have no common base class, since the QML tools read only what stands in a
    class itself; they have this instead.

    Attributes:
        stage: the way to the visit and the words of the packs.
        model: what the visit shows; the empty model where it shows nothing.
    """

    def __init__(
        self,
        stage: Stage,
        empty: ModelT,
        changed: SignalInstance,
        listed: SignalInstance | None = None,
        lists: tuple[str, ...] = (),
    ) -> None:
        """Begin with nothing to show.

        Args:
            stage: shared by all views.
            empty: the model of a screen that nobody sees.
            changed: heard of every new model.
            listed: heard of only where one of `lists` differs, so that a list whose rows
                stay the same is not built again.
            lists: names of the model's fields that are shown as lists.
        """
        self.stage = stage
        self.model = empty
        self._empty = empty
        self._changed = changed
        self._listed = listed
        self._lists = lists

    def show(self, model: ModelT) -> None:
        """Take over what the visit shows now."""
        before, self.model = self.model, model
        self._changed.emit()
        if self._listed and any(getattr(model, x) != getattr(before, x) for x in self._lists):
            self._listed.emit()

    def clear(self) -> None:
        """Forget everything of the visit."""
        if self.model != self._empty:
            self.show(self._empty)

    def retranslate(self) -> None:
        """Give the pack's texts again, in the language that holds now."""
        self._changed.emit()
        if self._listed:
            self._listed.emit()
