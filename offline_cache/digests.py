"""SHA-256 of pages, made while the disk is busy with them."""

import hashlib
import queue
import threading
from types import TracebackType
from typing import Self


class Digests:
    """Digests of a few large byte strings, made on a thread of their own.

    A page's two digests take longer than its fsync on a quick disk, and both let the
    interpreter go: so the first begins while the page is still being sealed. The thread ends
    with the block.
    """

    def __init__(self, *parts: bytes) -> None:
        """Prepare; the digests of `parts` are begun with the block."""
        self._parts: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._made: list[str] = []
        self._thread = threading.Thread(target=self._make, name="digests")
        for part in parts:
            self._parts.put(part)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._parts.put(None)
        self._thread.join()

    def add(self, part: bytes) -> None:
        """Begin another one, inside the block."""
        self._parts.put(part)

    def hexadecimal(self) -> list[str]:
        """The digests in the order of the parts, 64 characters each; after the block."""
        return self._made

    def _make(self) -> None:
        while (part := self._parts.get()) is not None:
            self._made.append(hashlib.sha256(part).hexdigest())
