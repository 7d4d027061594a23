"""`portal serve`: uvicorn on one socket, one line when it listens, a clean end on a signal."""

import json
import logging
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from portal.app import create_app
from portal.assembly import Portal, assemble
from portal.authority import Authority, open_authority
from portal.credentials import Policy
from portal.places import Places, PlacesError, settle
from portal.running import serving_lock
from portal.tls import CertificateProtocol, server_context
from portal.workers import Announce, Workers


class AnnouncingServer(uvicorn.Server):
    """Says so as soon as it answers."""

    def __init__(self, config: uvicorn.Config, announce: Announce) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        self._announce()


@dataclass(frozen=True, slots=True)
class Service:
    """How a portal is served.

    Attributes:
        places: where the rows and pages lie; what is None is remembered or in the folder.
        tls: the folder of the authority, or the portal's folder above it; None is
            loopback without TLS.
        names: further names of the TLS certificate, beside the host.
        signed: take signed requests only.
        public_url: what terminals sign, when a gateway stands in front.
        workers: processes that serve at once; more than one asks for PostgreSQL.
    """

    places: Places = field(default_factory=Places)
    tls: Path | None = None
    names: tuple[str, ...] = ()
    signed: bool = False
    public_url: str | None = None
    workers: int = 1

    @property
    def policy(self) -> Policy:
        """What counts as a credential."""
        return Policy(self.tls is not None, self.signed, self.public_url)


def serve(folder: Path, host: str, port: int, service: Service | None = None) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are answered first.

    Several processes may serve one folder when its rows are in PostgreSQL.

    Raises:
        OSError: the port is taken, or the folder cannot be written.
        StoreError, DocumentsError, ScaleMissingError: see `assemble`.
        PlacesError: see `settle`; or several workers on SQLite.
        AuthorityError: the authority's files cannot be used.
        RunningError: the folder is being restored.
        WorkersError: a worker does not come up.
    """
    service = service or Service()
    several = service.workers > 1
    with _listener(host, port, shared=several) as listener:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with serving_lock(folder):
            places = settle(folder, service.places)
            announce = _announcement(listener, service)
            if not several:
                _work(folder, (host, listener), service, announce)
                return
            if places.database is None:
                raise PlacesError("several workers ask for --database postgresql://...")

            def work(answering: Announce) -> None:
                with _listener(host, listener.getsockname()[1], shared=True) as own:
                    _work(folder, (host, own), service, answering)

            Workers(service.workers, work).run(announce)


def _work(
    folder: Path, place: tuple[str, socket.socket], service: Service, announce: Announce
) -> None:
    host, listener = place
    portal = assemble(folder)
    portal.start()
    try:
        authority = _authority(service, host, portal)
        _serve(listener, create_app(portal, service.policy), authority, announce)
    finally:
        portal.stop()


def _announcement(listener: socket.socket, service: Service) -> Announce:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    url = f"{'http' if service.tls is None else 'https'}://{shown}:{port}"

    def announce() -> None:
        sys.stdout.write(json.dumps({"event": "listening", "url": url}) + "\n")
        sys.stdout.flush()

    return announce


def _authority(service: Service, host: str, portal: Portal) -> Authority | None:
    if service.tls is None:
        return None
    authority = open_authority(service.tls, portal.clock())
    authority.ensure_server((*service.names, host), portal.clock())
    for terminal, certificate in authority.terminals():
        portal.upkeep.register.add(terminal, certificate)
    return authority


def _serve(
    listener: socket.socket, app: Starlette, authority: Authority | None, announce: Announce
) -> None:
    config = uvicorn.Config(
        app,
        http="h11" if authority is None else CertificateProtocol,
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
    if authority is not None:
        context = server_context(authority)
        config.ssl_context_factory = lambda _config, _default: context
    # uvicorn raises the signal again once it has ended: without this the exit code is not 0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ended)
    AnnouncingServer(config, announce).run(sockets=[listener])


def _listener(host: str, port: int, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named, or asyncio does not know it for TCP and leaves Nagle on: 40 ms per answer
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _ended(_number: int, _frame: FrameType | None) -> None:
    logging.getLogger("portal").info("signal")
