"""A portal without a socket, with a clock that the test moves: many requests a second."""

import asyncio
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asgi_support import Answer, Call, send
from portal_support import TERMINAL, content_digest

from portal.app import create_app
from portal.assembly import Portal, assemble
from portal.places import Places, settle

BEGIN = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder whose fsync costs nothing; named by mkdtemp


class Inside:
    """A portal of this process; its office does not run."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self.folder = folder
        settle(folder, Places(database))
        self.now = BEGIN
        self._runner = asyncio.Runner()
        self._build()

    @property
    def portal(self) -> Portal:
        """What the routes work with."""
        return self._portal

    def move(self, seconds: float) -> None:
        """Move the clock."""
        self.now += timedelta(seconds=seconds)

    def restart(self) -> None:
        """End and begin again over the same folder."""
        self._portal.store.close()
        self._build()

    def close(self) -> None:
        """End it."""
        self._portal.store.close()
        self._runner.close()

    def call(self, call: Call) -> Answer:
        """Any request."""
        return self._runner.run(send(self._app, call))

    def calls(self, many: list[Call]) -> list[Answer]:
        """Requests one after another."""

        async def run() -> list[Answer]:
            return [await send(self._app, each) for each in many]

        return self._runner.run(run())

    def get(self, path: str, terminal: str = TERMINAL) -> Answer:
        """GET."""
        return self.call(Call("GET", path, [(b"terminal-id", terminal.encode())]))

    def put(
        self, path: str, identity: str, value: object, terminal: str = TERMINAL, **more: str
    ) -> Answer:
        """PUT a resident's act; bytes go as they are; further headers with `_` for `-`."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        headers = {"idempotency-key": f'"{identity}"', "content-digest": content_digest(body)}
        headers |= {name.replace("_", "-"): text for name, text in more.items()}
        return self.call(Call("PUT", path, _headers(terminal, headers), [body]))

    def post(self, path: str, value: object, headers: Mapping[str, str] | None = None) -> Answer:
        """POST JSON; bytes go as they are."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.call(Call("POST", path, _headers(TERMINAL, dict(headers or {})), [body]))

    def key(self) -> dict[str, str]:
        """The newest sealing key."""
        found: dict[str, str] = self.portal.keys.published()[0]
        return found

    def _build(self) -> None:
        self._portal = assemble(self.folder, lambda: self.now)
        self._app = create_app(self._portal)


@contextmanager
def inside(database: str | None = None) -> Iterator[Inside]:
    """A fresh portal in a folder of its own; None is SQLite."""
    place = str(_MEMORY) if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="quanban-test-", dir=place) as folder:
        portal = Inside(Path(folder), database)
        try:
            yield portal
        finally:
            portal.close()


def _headers(terminal: str, more: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    pairs: dict[str, Any] = {"terminal-id": terminal, "content-type": "application/json", **more}
    return [(name.encode(), value.encode()) for name, value in pairs.items()]
