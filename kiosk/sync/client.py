"""The portal's client: one method per operation of `portal/openapi.yaml`, named like it.

No method raises for what a network does: the answer is a value of
`kiosk.sync.outcomes`. Every request has a deadline over everything and a cap on
the body; redirects are never followed. The operations are in `client_*.py`, by group.
"""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.sync.client_intake import PATCH_LIMIT, IntakeCalls
from kiosk.sync.client_licence import LicenceCalls
from kiosk.sync.client_payment import PaymentCalls
from kiosk.sync.client_resident import ResidentCalls
from kiosk.sync.client_service import ServiceCalls
from kiosk.sync.client_terminal import TerminalCalls
from kiosk.sync.portal_time import PortalTime
from kiosk.sync.transport import Identity, Limits, Transport

__all__ = ["PATCH_LIMIT", "PortalClient"]


class PortalClient(
    TerminalCalls, IntakeCalls, ResidentCalls, LicenceCalls, PaymentCalls, ServiceCalls
):
    """Speaks to one portal; any thread may call, each has its own connection."""

    def __init__(  # noqa: PLR0913 - keywords of the places that wire
        self,
        base_url: str,
        terminal_id: str,
        *,
        ca: Path | None = None,
        cert: tuple[Path, Path] | None = None,
        signing_key: Path | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            base_url: scheme, host and port, and a prefix if the city's gateway wants one.
            terminal_id: sent as `Terminal-Id` when there is no certificate to tell it.
            ca: the pinned certificate authority.
            cert: the terminal's certificate and its key.
            signing_key: signs every request (RFC 9421) instead of a certificate.
            limits: seconds; for tests and slow lines.
            clock: monotonic seconds.
        """
        base = base_url.rstrip("/")
        self._with_certificate = cert is not None
        identity = Identity(terminal_id, ca, cert, signing_key)
        transport = Transport(base, identity, limits or Limits(), clock)
        super().__init__(transport, urlsplit(base).path)

    @property
    def with_certificate(self) -> bool:
        """The terminal shows a client certificate."""
        return self._with_certificate

    @property
    def time(self) -> PortalTime:
        """The portal's clock as its answers tell it."""
        return self._transport.time

    def interrupt(self) -> None:
        """Cut every request in flight; each ends as Unreachable with CANCELLED."""
        self._transport.interrupt()

    def close(self) -> None:
        """Close all connections; no request may be in flight."""
        self._transport.close()
