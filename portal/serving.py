"""`portal serve`: uvicorn on one socket, one line when it listens, a clean end on a signal."""

import json
import logging
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from portal.app import create_app
from portal.assembly import assemble


class AnnouncingServer(uvicorn.Server):
    """Says on standard output where it listens, as soon as it answers."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        sys.stdout.write(json.dumps({"event": "listening", "url": self._url}) + "\n")
        sys.stdout.flush()


def serve(folder: Path, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are answered first.

    Raises:
        OSError: the port is taken, or the folder cannot be written.
        StoreError: the store belongs to another version.
    """
    listener = _listener(host, port)
    try:
        portal = assemble(folder)
        portal.start()
        try:
            _serve(listener, create_app(portal))
        finally:
            portal.stop()
    finally:
        listener.close()


def _serve(listener: socket.socket, app: Starlette) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # the fault player sets it, so that it can be wrong or missing
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
    )
    # uvicorn raises the signal again once it has ended: without this the exit code is not 0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ended)
    AnnouncingServer(config, f"http://{shown}:{port}").run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _ended(_number: int, _frame: FrameType | None) -> None:
    logging.getLogger("portal").info("signal")
