"""SHA-256 of pages, made while the disk is busy with them."""

import hashlib
import threading
from types import TracebackType
from typing import Self


class Digests:
    """Digests of a few large byte strings, made on a thread of their own.

    A page's two digests take as long as its fsync, and both let the interpreter go. The
    thread ends with the block.
    """

    def __init__(self, *parts: bytes) -> None:
        self._parts = parts
        self._made: list[str] = []
        self._thread = threading.Thread(target=self._make, name="digests")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.join()

    def hexadecimal(self) -> list[str]:
        """The digests in the order of the parts, 64 characters each; waits for them."""
        self._thread.join()
        return self._made

    def _make(self) -> None:
        self._made = [hashlib.sha256(part).hexdigest() for part in self._parts]
